//! The binary mode of HTTP: attributes are headers, and the data is the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{DataType, data_type};
use crate::ingest::Rejection;

/// The beginning of the names of headers with attributes.
const PREFIX: &str = "ce-";

/// An event in JSON.
#[derive(Serialize)]
struct Structured<'a> {
    #[serde(flatten)]
    attributes: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_base64: Option<String>,
}

/// Returns an event in binary mode as it would be in structured mode, as JSON. The names of
/// `headers` are in lower case; those that are no attributes are left out.
///
/// # Errors
/// If the value of an attribute is not as the HTTP binding says.
pub fn structured<'h>(
    headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
    body: &[u8],
) -> Result<Vec<u8>, Rejection> {
    let mut attributes = Map::new();
    for (header, value) in headers {
        let name = match header {
            "content-type" => "datacontenttype",
            _ => match header.strip_prefix(PREFIX) {
                // These are not attributes, but how an event is written in JSON.
                None | Some("data" | "data_base64") => continue,
                Some("datacontenttype") => {
                    return Err(refused(
                        "datacontenttype",
                        "the header 'Content-Type' says it",
                    ));
                }
                Some(name) => name,
            },
        };
        let value = match name {
            "datacontenttype" => std::str::from_utf8(value).ok().map(str::to_owned),
            _ => decoded(value),
        };
        let value = value.ok_or_else(|| {
            refused(
                name,
                "the header's value is not valid UTF-8 in percent-encoding",
            )
        })?;
        if attributes.insert(name.to_owned(), value.into()).is_some() {
            return Err(refused(name, "the header comes twice"));
        }
    }
    let media_type = attributes.get("datacontenttype").and_then(Value::as_str);
    let json = match data_type(media_type) {
        DataType::Other => None,
        _ => serde_json::from_slice::<&RawValue>(body).ok(),
    };
    let encoded = json.is_none() && !body.is_empty();
    let event = Structured {
        attributes,
        data: json,
        data_base64: encoded.then(|| STANDARD.encode(body)),
    };
    serde_json::to_vec(&event).map_err(Rejection::malformed)
}

fn refused(name: &str, detail: &str) -> Rejection {
    Rejection::invalid(format!("/{name}"), detail)
}

/// Decodes the value of a header: first a quoted string (RFC 9110), which older senders
/// write, then percent-encoding once. `None` if the result is not valid UTF-8.
fn decoded(value: &[u8]) -> Option<String> {
    let unquoted = unquoted(value);
    let value = unquoted.as_deref().unwrap_or(value);
    let decoded = percent_decode(value).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// Returns the content of a quoted string, without the backslashes before escaped characters.
fn unquoted(value: &[u8]) -> Option<Vec<u8>> {
    let inner = value.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut content = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        content.push(match byte {
            b'\\' => *bytes.next()?,
            byte => *byte,
        });
    }
    Some(content)
}
