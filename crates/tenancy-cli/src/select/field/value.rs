//! The value of a field.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;
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

/// The instant at which a moment begins. A time without a zone is taken as UTC.
pub(crate) fn instant(moment: &Moment) -> Option<Timestamp> {
    match moment {
        Moment::Instant(instant) => Some(*instant),
        Moment::Local(time) => TimeZone::UTC.to_timestamp(*time).ok(),
        Moment::Date(date) => TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok(),
        _ => None,
    }
}
