//! What a provider's corrected document declares of its list: the fields of a page, and those of the records in it.

use std::fmt;

use serde_json::{Map, Value};

use crate::root;

/// What a provider's document declares of the answer that its list comes in.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The provider.
    pub provider: &'static str,
    /// The page's field that holds the records; `a.b` for one further inside, and nothing if the page is the list itself.
    pub records: String,
    /// The page.
    pub page: Shape,
    /// One record.
    pub record: Shape,
}

/// What is declared of one value.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its type.
    pub kind: Kind,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether `false` may stand for an empty one.
    pub or_false: bool,
    /// Whether an absent one means something else than one that is null.
    pub stated: bool,
    /// Whether it has to be there.
    pub required: bool,
}

/// A declared type.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A text, of a format that the clients do not tell from others.
    Text(Option<String>),
    /// A date, or a date and time.
    Time(String),
    /// A text that is a secret.
    Secret,
    /// One of these words, or one that the document does not know.
    Word(Vec<String>),
    /// A whole number.
    Whole,
    /// A whole number of any length.
    Identity,
    /// A number.
    Number,
    /// True or false.
    Switch,
    /// A list.
    List(Box<Shape>),
    /// An object of declared members.
    Object(Vec<(String, Shape)>),
    /// An object of any members: those that are declared, and what every other one is like.
    Open(Vec<(String, Shape)>, Box<Shape>),
    /// Anything, of which nothing is declared.
    Any,
}

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a member of an object.
    Member(String),
    /// Into any element of a list.
    Element,
    /// Into any member of an open object that is not declared.
    AnyMember,
}

/// A declared field of a page or of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Where it is.
    pub path: Vec<Step>,
    /// What is declared of it.
    pub shape: Shape,
    /// Whether it is one of several declared names of an open object, and not the first of them.
    pub is_further_name: bool,
}

impl Spec {
    /// The document that the provider's client was generated from.
    ///
    /// # Panics
    /// It cannot be read.
    #[must_use]
    pub fn document(provider: &str) -> Value {
        let path = root().join(format!("crates/clients/{provider}/openapi.json"));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    /// What a document declares of its one list.
    ///
    /// # Panics
    /// It declares none.
    #[must_use]
    pub fn read(provider: &'static str, document: &Value) -> Self {
        let operation = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|path| path.as_object().unwrap().values())
            .find(|operation| operation.get("x-records").is_some())
            .unwrap();
        let records = operation["x-records"].as_str().unwrap().to_owned();
        let response = &operation["responses"]["200"];
        let reference = response["$ref"].as_str();
        let shared = reference.map(|to| document.pointer(to.trim_start_matches('#')).unwrap());
        let schema = &shared.unwrap_or(response)["content"]["application/json"]["schema"];
        let page = shape(document, schema, true);
        let list = names(&records).try_fold(&page, Shape::member);
        let Some(Kind::List(record)) = list.map(|list| &list.kind) else {
            panic!("`{records}` is no list");
        };
        Self {
            provider,
            records,
            record: (**record).clone(),
            page,
        }
    }

    /// The place of the records, as a JSON pointer.
    #[must_use]
    pub fn list(&self) -> String {
        self.names().map(|name| format!("/{name}")).collect()
    }

    /// The names of the fields that lead to the records.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        names(&self.records)
    }

    /// The records of a page.
    ///
    /// # Panics
    /// It has no list.
    #[must_use]
    pub fn records_of<'a>(&self, page: &'a mut Value) -> &'a mut Vec<Value> {
        let list = page.pointer_mut(&self.list()).and_then(Value::as_array_mut);
        list.unwrap()
    }

    /// The fields around the records, the list itself among them.
    #[must_use]
    pub fn page_fields(&self) -> Vec<Field> {
        let members = self.names().map(|name| Step::Member(name.to_owned()));
        let list: Vec<_> = members.chain([Step::Element]).collect();
        let mut fields = self.page.fields();
        fields.retain(|field| !field.path.starts_with(&list));
        fields
    }

    /// The name of the field that identifies a record.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn identity(&self) -> &str {
        let Kind::Object(members) = &self.record.kind else {
            panic!("a record is no object");
        };
        let required = members.iter().find(|(_, shape)| shape.required);
        &required.unwrap().0
    }
}

fn names(records: &str) -> impl Iterator<Item = &str> {
    records.split('.').filter(|name| !name.is_empty())
}

impl Shape {
    /// What is declared of a member.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        let (members, rest) = match &self.kind {
            Kind::Object(members) => (members, None),
            Kind::Open(members, rest) => (members, Some(&**rest)),
            _ => return None,
        };
        let declared = members.iter().find(|(declared, _)| declared == name);
        declared.map(|(_, shape)| shape).or(rest)
    }

    /// All declared fields below this value, in the document's order.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        self.collect(&[], &mut fields);
        fields
    }

    fn collect(&self, path: &[Step], fields: &mut Vec<Field>) {
        let mut add = |step: Step, shape: &Self, is_further_name: bool| {
            let path = [path, &[step]].concat();
            fields.push(Field {
                path: path.clone(),
                shape: shape.clone(),
                is_further_name,
            });
            shape.collect(&path, fields);
        };
        match &self.kind {
            Kind::List(element) => element.collect(&[path, &[Step::Element]].concat(), fields),
            Kind::Object(members) => {
                for (name, shape) in members {
                    add(Step::Member(name.clone()), shape, false);
                }
            }
            Kind::Open(members, rest) => {
                for (position, (name, shape)) in members.iter().enumerate() {
                    add(Step::Member(name.clone()), shape, position > 0);
                }
                add(Step::AnyMember, rest, !members.is_empty());
            }
            _ => {}
        }
    }
}

impl Field {
    /// The field's path, e.g. `users[].phone`.
    #[must_use]
    pub fn dotted(&self) -> String {
        dotted(&self.path)
    }
}

/// A path as text, e.g. `users[].phone`.
#[must_use]
pub fn dotted(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        let dot = if text.is_empty() { "" } else { "." };
        text += &match step {
            Step::Member(name) => format!("{dot}{name}"),
            Step::Element => "[]".to_owned(),
            Step::AnyMember => format!("{dot}*"),
        };
    }
    text
}

/// The type as the ledger shows it, e.g. `string (date-time), nullable, or false`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Text(None) => f.write_str("string")?,
            Kind::Text(Some(format)) | Kind::Time(format) => write!(f, "string ({format})")?,
            Kind::Secret => f.write_str("string (password)")?,
            Kind::Word(words) => write!(f, "string ({})", words.join("|"))?,
            Kind::Whole => f.write_str("integer")?,
            Kind::Identity => f.write_str("integer (exact)")?,
            Kind::Number => f.write_str("number")?,
            Kind::Switch => f.write_str("boolean")?,
            Kind::List(_) => f.write_str("array")?,
            Kind::Object(_) => f.write_str("object")?,
            Kind::Open(..) => f.write_str("map")?,
            Kind::Any => f.write_str("anything")?,
        }
        let marks = [
            (self.required, "required"),
            (self.nullable, "nullable"),
            (self.or_false, "or false"),
            (self.stated, "stated"),
        ];
        for (_, mark) in marks.iter().filter(|(holds, _)| *holds) {
            write!(f, ", {mark}")?;
        }
        Ok(())
    }
}

fn shape(document: &Value, schema: &Value, required: bool) -> Shape {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
        let target = shape(document, target, required);
        return Shape {
            nullable: target.nullable || schema["nullable"] == true,
            ..target
        };
    }
    // `anyOf` with nothing but `nullable` in one branch is how a document says that the other one may be null.
    if let Some(branches) = schema["anyOf"].as_array() {
        let (empty, full): (Vec<_>, Vec<_>) = branches
            .iter()
            .partition(|branch| branch.get("type").is_none() && branch.get("$ref").is_none());
        let [only] = full.as_slice() else {
            panic!("`anyOf` with {} branches", full.len());
        };
        let either = shape(document, only, required);
        let may_be_null = |schema: &Value| schema["nullable"] == true;
        return Shape {
            nullable: either.nullable
                || may_be_null(schema)
                || empty.iter().any(|branch| may_be_null(branch)),
            ..either
        };
    }
    Shape {
        kind: kind(document, schema),
        nullable: schema["nullable"] == true || types(schema).any(|name| name == "null"),
        or_false: schema["x-or-false"] == true,
        stated: schema["x-stated"] == true,
        required,
    }
}

/// The types of a value: one, or since version 3.1 a list, `null` among them.
fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let list = schema["type"].as_array().into_iter().flatten();
    list.chain([&schema["type"]]).filter_map(Value::as_str)
}

fn kind(document: &Value, schema: &Value) -> Kind {
    let format = schema["format"].as_str();
    if schema["x-allow-any"] == true && types(schema).next().is_none() {
        return Kind::Any;
    }
    match types(schema)
        .find(|name| *name != "null")
        .unwrap_or("object")
    {
        "string" if schema["enum"].is_array() => {
            let words = schema["enum"].as_array().unwrap();
            Kind::Word(
                words
                    .iter()
                    .filter_map(|word| Some(word.as_str()?.to_owned()))
                    .collect(),
            )
        }
        "string" => match format {
            Some("password") => Kind::Secret,
            Some(time @ ("date" | "date-time")) => Kind::Time(time.to_owned()),
            other => Kind::Text(other.map(str::to_owned)),
        },
        "integer" if schema["x-exact"] == true => Kind::Identity,
        "integer" => Kind::Whole,
        "number" => Kind::Number,
        "boolean" => Kind::Switch,
        "array" => Kind::List(Box::new(shape(document, &schema["items"], true))),
        "object" => {
            let none = Map::new();
            let required = schema["required"].as_array();
            let is_required =
                |name: &str| required.is_some_and(|names| names.iter().any(|it| it == name));
            let members = schema["properties"].as_object().unwrap_or(&none);
            let members = members
                .iter()
                .map(|(name, schema)| (name.clone(), shape(document, schema, is_required(name))))
                .collect();
            match schema.get("additionalProperties") {
                Some(rest @ Value::Object(_)) => {
                    Kind::Open(members, Box::new(shape(document, rest, false)))
                }
                _ => Kind::Object(members),
            }
        }
        other => panic!("no type `{other}`"),
    }
}
