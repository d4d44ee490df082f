//! Queries in the language of jq: `.name`, `select(.balance) | [.id, .balance.amount]`.

use jaq_core::data::JustLut;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Native, Vars, compile};
use jaq_json::{Val, read};
use serde::de::IgnoredAny;

/// A query that is known to be one.
#[derive(Clone, Debug)]
pub(crate) struct Query(String);

/// A query that can be run.
pub(crate) struct Program(compile::Filter<Native<JustLut<Val>>>);

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// It is not in the language, or names something unknown.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        compiled(text).map(|_| Self(text.to_owned()))
    }

    /// The query as written.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Compiles the query.
    pub(crate) fn compile(&self) -> Result<Program, String> {
        compiled(&self.0)
    }
}

fn compiled(text: &str) -> Result<Program, String> {
    let definitions = jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs());
    let functions = jaq_core::funs()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs());
    let arena = Arena::default();
    let file = File {
        code: text,
        path: (),
    };
    let modules = Loader::new(definitions)
        .load(&arena, file)
        .map_err(|errors| first(errors, malformed))?;
    let filter = Compiler::default()
        .with_funs(functions)
        .compile(modules)
        .map_err(|errors| first(errors, |names: Vec<_>| names.first().map(unknown)))?;
    Ok(Program(filter))
}

/// Describes the first error.
fn first<E>(errors: load::Errors<&str, (), E>, describe: impl Fn(E) -> Option<String>) -> String {
    let mut described = errors.into_iter().filter_map(|(_, error)| describe(error));
    described
        .next()
        .unwrap_or_else(|| "it is not a query".to_owned())
}

fn malformed(error: load::Error<&str>) -> Option<String> {
    let (expected, found) = match &error {
        load::Error::Io(errors) => {
            return errors
                .first()
                .map(|(path, why)| format!("cannot read the module {path}: {why}"));
        }
        load::Error::Lex(errors) => errors
            .first()
            .map(|(expected, found)| (expected.as_str(), *found))?,
        load::Error::Parse(errors) => errors
            .first()
            .map(|(expected, found)| (expected.as_str(), *found))?,
    };
    let found = match found {
        "" => "at its end".to_owned(),
        found => format!("at `{found}`"),
    };
    Some(format!("it lacks a {expected} {found}"))
}

fn unknown((name, what): &(&str, compile::Undefined)) -> String {
    format!("there is no {} `{name}`", what.as_str())
}

impl Program {
    /// The results for an input, each as JSON on one line, up to the first error.
    pub(crate) fn run(&self, input: &str) -> impl Iterator<Item = Result<String, String>> {
        let context = Ctx::<JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        let input = read::parse_single(input.as_bytes()).map_err(|error| error.to_string());
        let (input, error) = match input {
            Ok(input) => (Some(input), None),
            Err(error) => (None, Some(Err(error))),
        };
        let results = input.into_iter().flat_map(move |input| {
            let results = self.0.id.run((context.clone(), input));
            results.map(|result| match result {
                Ok(value) => json(&value),
                Err(exception) => Err(match exception.get_err() {
                    Ok(error) => error.to_string(),
                    Err(_) => "it halts".to_owned(),
                }),
            })
        });
        error.into_iter().chain(results)
    }
}

/// A result as JSON, which cannot have every number.
fn json(value: &Val) -> Result<String, String> {
    let text = value.to_string();
    match serde_json::from_str::<IgnoredAny>(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(format!("its result {text} is not JSON")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(query: &str, input: &str) -> Vec<Result<String, String>> {
        let program = Query::parse(query).unwrap().compile();
        program
            .unwrap_or_else(|error| panic!("{error}"))
            .run(input)
            .collect()
    }

    #[test]
    fn each_result_is_json_on_a_line() {
        const INPUT: &str = r#"{"id":"1\n","n":12345678901234567890.10,"list":[1,{"a":null}]}"#;
        for (query, expected) in [
            (".id", &[r#""1\n""#][..]),
            (".n", &["12345678901234567890.10"]),
            (".list[]", &["1", r#"{"a":null}"#]),
            ("empty", &[]),
            ("select(.id | test(\"^1\")) | .list | length", &["2"]),
            (".missing", &["null"]),
            (".id.x?", &[]),
        ] {
            let expected: Vec<_> = expected.iter().map(|text| Ok((*text).to_owned())).collect();
            assert_eq!(results(query, INPUT), expected, "{query}");
        }
    }

    #[test]
    fn errors_are_results() {
        for (query, error) in [
            (".id.x", "cannot index"),
            ("error(\"no\")", "\"no\""),
            ("halt", "it halts"),
            ("nan", "its result NaN is not JSON"),
        ] {
            let results = results(query, r#"{"id":"1"}"#);
            let [Err(why)] = results.as_slice() else {
                panic!("{query}: {results:?}");
            };
            assert!(why.starts_with(error), "{query}: {why}");
        }
    }

    #[test]
    fn a_malformed_query_is_explained() {
        for (query, why) in [
            (".[", "it lacks a "),
            (".id | nope", "there is no filter `nope`"),
            ("$x", "there is no variable `$x`"),
            ("", "it lacks a "),
        ] {
            let error = Query::parse(query).unwrap_err();
            assert!(error.starts_with(why), "{query}: {error}");
        }
    }
}
