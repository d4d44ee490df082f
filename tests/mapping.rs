//! What each provider's list can do.

use tenancy::providers;

#[test]
fn capabilities() {
    let all: Vec<_> = providers::ALL
        .iter()
        .map(|provider| (provider.name, provider.capabilities))
        .collect();
    insta::assert_debug_snapshot!("capabilities", all);
}
