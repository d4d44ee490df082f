//! The value of a field.

use std::borrow::Cow;

use tenancy::{Moment, Money};

/// What a field's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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
    /// A number with all its digits, as it was sent.
    Number(Cow<'a, str>),
    Money(&'a Money),
    Moment(Moment),
    Switch(bool),
    List(&'a [String]),
}

impl<'a> Value<'a> {
    /// The value as a column shows it. Of money the currency comes first, so that the digits of a column stand under each
    /// other.
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
