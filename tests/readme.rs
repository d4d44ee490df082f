//! The terminal sessions in the README, as the command really prints them. `TRYCMD=overwrite` writes them anew.

#[test]
fn the_sessions_are_true() {
    trycmd::TestCases::new().case("../../README.md");
}
