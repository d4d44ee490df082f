//! Reads PostgreSQL's password file: `~/.pgpass`, or the one that `PGPASSFILE` names.

use std::env;
use std::path::PathBuf;

use tenancy_store::Server;

use super::{permissions, text_file};
use crate::exit::Failure;
use crate::output::message;

/// The password for a server, if the file has one. Like libpq, ignores a file that others can access.
pub(super) fn look_up(server: &Server) -> Result<Option<String>, Failure> {
    let Some(path) = path() else {
        return Ok(None);
    };
    if permissions::open_to_others(&path) {
        message::warning(&format!(
            "ignored {}, because other users can access it: run `chmod 600` on it",
            path.display()
        ));
        return Ok(None);
    }
    match text_file::read(&path) {
        Ok(text) => {
            let (host, port) = server.host();
            let user = server
                .user()
                .map(str::to_owned)
                .or_else(|| env::var("USER").ok())
                .unwrap_or_default();
            let database = server.database().unwrap_or(&user);
            Ok(find(&text, [&host, &port.to_string(), database, &user]))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::usage(format!(
            "cannot read the passwords in {}: {error}",
            path.display()
        ))),
    }
}

fn path() -> Option<PathBuf> {
    let named = env::var_os("PGPASSFILE").filter(|path| !path.is_empty());
    named
        .map(PathBuf::from)
        .or_else(|| Some(etcetera::home_dir().ok()?.join(".pgpass")))
}

/// The password of the first line that matches this host, port, database and user: `host:port:database:user:password`, where
/// `*` matches any, and a backslash escapes a colon or a backslash.
fn find(text: &str, wanted: [&str; 4]) -> Option<String> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(fields)
        .find_map(|mut fields| {
            let fits = fields.len() >= 5
                && fields
                    .iter()
                    .zip(wanted)
                    .all(|(field, wanted)| field == "*" || field == wanted);
            fits.then(|| fields.swap_remove(4))
        })
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let known = fields.len() - 1;
        match character {
            ':' => fields.push(String::new()),
            '\\' => fields[known].extend(characters.next()),
            other => fields[known].push(other),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_matching_line_is_taken() {
        let text =
            "# comment\nshort:line\nother:*:*:*:wrong\nhost:5432:*:me:a\\:b\\\\c\n*:*:*:*:any\n";
        let find = |host, port| find(text, [host, port, "t", "me"]);
        assert_eq!(find("host", "5432").as_deref(), Some("a:b\\c"));
        assert_eq!(find("host", "6000").as_deref(), Some("any"));
        assert_eq!(super::find("", ["h", "1", "t", "me"]), None);
    }
}
