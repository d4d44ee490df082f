//! The terminal sessions in the README, as the command really prints them. `TRYCMD=overwrite` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test without helpers")]

#[test]
fn the_sessions_are_true() {
    // What a session writes is gone afterwards.
    let folder = tempfile::tempdir().unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    // A block of CSV names the file that the sessions read.
    let text = std::fs::read_to_string(readme).unwrap();
    for block in text.split("```csv ").skip(1) {
        let (name, content) = block.split_once('\n').unwrap();
        let (content, _) = content.split_once("```").unwrap();
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let customers = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/customers.csv");
    std::fs::copy(customers, folder.path().join("customers.csv")).unwrap();
    trycmd::TestCases::new().case(readme);
}
