//! The terminal sessions in the README, as the command really prints them. `TRYCMD=overwrite` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test without helpers")]

#[test]
fn the_sessions_are_true() {
    // What a session writes is gone afterwards.
    let folder = tempfile::tempdir().unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    trycmd::TestCases::new().case(readme);
}
