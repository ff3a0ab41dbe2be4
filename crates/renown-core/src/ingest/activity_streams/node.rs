//! A place in a document, read as JSON-LD writers write it: members by several names, lists
//! that may be single values, references that may be texts or objects.

use serde_json::{Map, Value};

/// The namespace of ActivityStreams, in the spellings that are in use.
const NAMESPACES: [&str; 3] = [
    "https://www.w3.org/ns/activitystreams#",
    "http://www.w3.org/ns/activitystreams#",
    "as:",
];

/// A value in a document, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    /// The JSON pointer to it.
    pub(super) at: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        let at = String::new();
        Self { value, at }
    }

    /// Returns the values of a member, each by itself. `null` is no value.
    pub(super) fn all(&self, name: &str) -> Vec<Self> {
        let Some((key, value)) = self.object().and_then(|object| member(object, name)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let at = format!("{}/{}", self.at, key.replace('~', "~0").replace('/', "~1"));
        Self { value, at }.flatten(&mut found);
        found
    }

    /// Adds the value, or the values of a list, in whatever form the list is.
    fn flatten(self, found: &mut Vec<Self>) {
        let of = |value, part: &str| Self {
            value,
            at: format!("{}/{part}", self.at),
        };
        match self.value {
            Value::Null => {}
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    of(value, &index.to_string()).flatten(found);
                }
            }
            Value::Object(object) => {
                let inner = ["@list", "@set", "@value"].iter();
                let mut inner = inner.filter_map(|name| Some((*name, object.get(*name)?)));
                match inner.next() {
                    Some((name, value)) => of(value, name).flatten(found),
                    None => found.push(self),
                }
            }
            _ => found.push(self),
        }
    }

    pub(super) fn first(&self, name: &str) -> Option<Self> {
        self.all(name).into_iter().next()
    }

    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    fn object(&self) -> Option<&'a Map<String, Value>> {
        self.value.as_object()
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// Returns the id: of an object, or the text that stands for one. Of a link it is the
    /// address that it leads to.
    pub(super) fn id(&self) -> Option<&'a str> {
        let id = match self.object() {
            None => self.text(),
            Some(object) => {
                let mut names = ["id", "href"].into_iter();
                names.find_map(|name| member(object, name)?.1.as_str())
            }
        };
        id.map(str::trim).filter(|id| !id.is_empty())
    }

    /// Returns whether this is only the id of something that is elsewhere.
    pub(super) fn is_reference(&self) -> bool {
        match self.object() {
            None => self.text().is_some(),
            Some(object) => {
                let of_id = |key: &String| matches!(key.as_str(), "id" | "@id");
                self.id().is_some() && (object.keys().all(of_id) || self.is("Link"))
            }
        }
    }

    /// Returns the types, without the namespace of ActivityStreams.
    pub(super) fn types(&self) -> Vec<&'a str> {
        let bare = |name: &'a str| {
            let mut bare = NAMESPACES.iter().filter_map(|ns| name.strip_prefix(ns));
            bare.next().unwrap_or(name)
        };
        let types = self.all("type").into_iter();
        types.filter_map(|kind| kind.text().map(bare)).collect()
    }

    pub(super) fn is(&self, kind: &str) -> bool {
        self.types().contains(&kind)
    }

    /// Returns the text of a member; of one in several languages, the first.
    pub(super) fn wording(&self, name: &str) -> Option<&'a str> {
        let maps = [name.to_owned(), format!("{name}Map")];
        maps.iter()
            .filter_map(|name| self.first(name))
            .find_map(|said| match said.value {
                Value::Object(languages) => languages.values().find_map(Value::as_str),
                other => other.as_str(),
            })
    }
}

/// Finds a member by its name, in full or shortened. Names of JSON-LD itself begin with `@`.
fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<(&'a String, &'a Value)> {
    let found = |key: &str| object.get_key_value(key).filter(|(_, v)| !v.is_null());
    found(name)
        .or_else(|| match name {
            "id" | "type" => found(&format!("@{name}")),
            _ => None,
        })
        .or_else(|| {
            NAMESPACES
                .iter()
                .find_map(|ns| found(&format!("{ns}{name}")))
        })
}
