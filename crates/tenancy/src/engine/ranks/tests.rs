//! Tests the walk over ranks page by page.

use super::*;

const NEWEST_FIRST: (RankBy, StatedOrder) = (RankBy::Number { first: 1 }, StatedOrder::NewestFirst);

#[test]
fn a_total_that_no_records_back_up_keeps_no_walk_going() {
    let mut walk = Ranks::resumed(NEWEST_FIRST, RanksState::default(), 25, 1);
    let records = |distinct| Tally {
        distinct,
        ..Tally::default()
    };
    for answers in 1..1000_u64 {
        let Some(step) = walk.issue() else { return };
        let Position::Number(number) = step.position else {
            panic!("{step:?}");
        };
        let mut page = Page::new(Vec::new());
        page.total = Some(if number == 1 { 1_798_859_045 } else { 3 });
        page.size = Some(25);
        let sent = if number == 1 { 3 } else { 0 };
        if walk.accept(&step, &page, records(sent)).is_err() {
            assert!(answers < 100, "{answers} pages");
            return;
        }
    }
    panic!("it never ends");
}
