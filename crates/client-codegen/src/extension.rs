//! The private `x-` keywords by which one step tells the next what plain OpenAPI cannot say.

/// The extension that holds the JSON pointer at which a schema stands in the provider's document.
pub(crate) const ORIGIN: &str = "x-origin";
/// The extension with an operation's name in the provider's document, which errors show.
pub(crate) const STATED_ID: &str = "x-stated-id";
/// The extension that holds which property of the answer is the list of records.
pub(crate) const RECORDS: &str = "x-records";
/// The extension with an operation's error bodies: a list of `{status, schema}`.
pub(crate) const ERRORS: &str = "x-errors";
/// The extension with the media type that the server wants to be asked for, where that is not `application/json`.
pub(crate) const ACCEPT: &str = "x-accept";
/// The extension of an operation with the media type of its request body, where that is not the one of the lowered `content`.
pub(crate) const CONTENT_TYPE: &str = "x-content-type";
/// The extension of an operation with the fields of its form that are lists in brackets, `name[]`.
pub(crate) const BRACKETS: &str = "x-brackets";
/// The extension of a parameter that is sent otherwise than its schema's values as texts: `json`, `pairs` (`key=value`),
/// `brackets` (`name[key]=value`), or else the text that joins the elements of a list.
pub(crate) const SENT_AS: &str = "x-sent-as";
/// The extension with a parameter's name on the wire, where the argument is called something else.
pub(crate) const WIRE_NAME: &str = "x-wire-name";
/// The extension of a component that maps identifiers to names on the wire; emit writes them back.
pub(crate) const WIRE_NAMES: &str = "x-wire-names";
/// The key of the document's choices, by type name.
pub(crate) const CHOICES: &str = "x-choices";
/// The extension of a branch: the properties that its object declares.
pub(crate) const KEYS: &str = "x-keys";
/// The extension of a branch: the values that a property must have for the branch to be meant.
pub(crate) const FIXED: &str = "x-fixed";
/// The properties that the document does not let be null, although they may be absent here.
pub(crate) const NOT_NULL: &str = "x-not-null";
/// The extension of an integer or number whose digits are all kept.
pub(crate) const EXACT: &str = "x-exact";
/// The extension of a text that may be `false` instead.
pub(crate) const OR_FALSE: &str = "x-or-false";
/// The extension of a value that may be anything.
pub(crate) const ALLOW_ANY: &str = "x-allow-any";
/// The extension by which an overlay says that an object's declared properties are some of an open set of names.
pub(crate) const OPEN_SET: &str = "x-map";
/// The extension of a property whose absence and whose `null` mean different things.
pub(crate) const STATED: &str = "x-stated";

/// Whether a keyword says something about a value and leaves its type as it is.
pub(crate) fn is_annotation(key: &str) -> bool {
    key.starts_with("x-")
        || matches!(
            key,
            "description"
                | "title"
                | "nullable"
                | "deprecated"
                | "readOnly"
                | "writeOnly"
                | "summary"
                | "default"
        )
}

/// Whether `word` is one of `words`, which spaces separate.
pub(crate) fn is_among(word: &str, words: &str) -> bool {
    words.split(' ').any(|other| other == word)
}
