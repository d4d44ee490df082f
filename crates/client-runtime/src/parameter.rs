//! What the setters of optional text parameters take.

/// A text for an optional parameter: a string, or an [`Option`] of one, of which `None` removes the parameter.
///
/// Numbers, booleans and enumerations need no such trait: their setters take `impl Into<Option<T>>`.
pub trait OptionalText {
    /// The text to send.
    fn into_text(self) -> Option<String>;
}

macro_rules! optional_text {
    ($($kind:ty),*) => {
        $(
            impl OptionalText for $kind {
                fn into_text(self) -> Option<String> {
                    Some(self.into())
                }
            }

            impl OptionalText for Option<$kind> {
                fn into_text(self) -> Option<String> {
                    self.map(Into::into)
                }
            }
        )*
    };
}

optional_text!(String, &String, &str, std::borrow::Cow<'_, str>, Box<str>);

impl OptionalText for &Option<String> {
    fn into_text(self) -> Option<String> {
        self.clone()
    }
}
