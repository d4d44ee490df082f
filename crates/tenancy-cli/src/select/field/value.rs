//! The value of a field.

use std::borrow::Cow;

use tenancy::{Moment, Money};

/// The type of a field's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Status,
    Number,
    Moment,
    Switch,
    List,
}

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Text(Cow<'a, str>),
    /// A number with all its digits.
    Number(Cow<'a, str>),
    Money(&'a Money),
    Moment(Moment),
    Switch(bool),
    List(&'a [String]),
}

impl<'a> Value<'a> {
    /// The value as a column shows it. The currency precedes the amount, so that digits align.
    pub(crate) fn shown(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::Money(money) => match &money.currency {
                Some(currency) => format!("{currency} {}", money.amount).into(),
                None => money.amount.as_str().into(),
            },
            Self::Moment(moment) => moment.to_string().into(),
            Self::Switch(switch) => if switch { "true" } else { "false" }.into(),
            Self::List(texts) => texts.join(", ").into(),
        }
    }
}
