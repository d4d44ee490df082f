//! Parses arguments that begin with a field, which shells complete.

use std::error::Error;
use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command};

use crate::select::field::Field;

/// A parser of arguments that begin with a field.
#[derive(Clone)]
pub(super) struct OfField<P>(pub(super) P);

impl<P, T, E> TypedValueParser for OfField<P>
where
    P: Fn(&str) -> Result<T, E> + Clone + Send + Sync + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
    T: Clone + Send + Sync + 'static,
{
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        TypedValueParser::parse_ref(&self.0, command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Field::known_names().map(PossibleValue::new)))
    }
}
