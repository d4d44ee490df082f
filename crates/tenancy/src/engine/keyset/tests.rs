//! Tests the walk along the identities of records page by page.
