//! The ID of a tenant as the tables store it: an index of PostgreSQL cannot hold a long one.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::database::Connection;

/// The length in bytes up to which an ID is stored whole. With provider and account it has to fit into the 2704 bytes of an index.
const LONGEST: usize = 1024;

/// Whether an ID is stored whole. The body of the tenant has it whole in any case.
pub(crate) fn is_whole(stored: &str) -> bool {
    stored.len() <= LONGEST
}

/// Returns the stored form: the ID, or its beginning and its SHA-256, which together are longer than any ID that is stored whole.
pub(crate) fn stored(id: &str) -> Cow<'_, str> {
    if is_whole(id) {
        return Cow::Borrowed(id);
    }
    let end = (0..=LONGEST).rfind(|end| id.is_char_boundary(*end));
    let mut stored = id[..end.unwrap_or_default()].to_owned() + "…";
    for byte in Sha256::digest(id) {
        stored.push_str(&format!("{byte:02x}"));
    }
    Cow::Owned(stored)
}

/// Stores the IDs anew that an earlier version stored whole.
pub(crate) fn shorten(connection: &mut dyn Connection) -> Result<(), Error> {
    // A character takes at most four bytes.
    let characters = LONGEST / 4;
    for table in ["tenants", "changes", "staged"] {
        let sql = format!("SELECT DISTINCT id FROM {table} WHERE length(id) > {characters}");
        for mut row in connection.query(&sql, &[])? {
            let id = row.text(0)?;
            if let Cow::Owned(shortened) = stored(&id) {
                let sql = format!("UPDATE {table} SET id = $1 WHERE id = $2");
                connection.execute(&sql, &[shortened.into(), id.into()])?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortened_id_equals_no_other() {
        let whole = "é".repeat(LONGEST / 2);
        assert_eq!(stored(&whole), whole);
        let (one, other) = (format!("{whole}1"), format!("{whole}2"));
        assert_ne!(stored(&one), stored(&other));
        for id in [&one, &other, &"\u{10ffff}".repeat(5000)] {
            assert!(!is_whole(&stored(id)) && stored(id).len() < LONGEST + 100);
        }
    }
}
