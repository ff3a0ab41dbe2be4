//! Laws for documents of any shape.

use std::collections::BTreeSet;

use super::*;

/// The names of members that mean something, in one document or in another.
const MEMBERS: [&str; 18] = [
    "id",
    "type",
    "actor",
    "object",
    "target",
    "attributedTo",
    "inReplyTo",
    "tag",
    "to",
    "name",
    "content",
    "published",
    "updated",
    "followers",
    "totalItems",
    "url",
    "href",
    "@id",
];
const TEXTS: [&str; 30] = [
    "Create",
    "Like",
    "Dislike",
    "Announce",
    "Follow",
    "Undo",
    "Add",
    "Delete",
    "Update",
    "Reject",
    "Note",
    "Question",
    "Person",
    "Mention",
    "Hashtag",
    "Collection",
    "Link",
    "Block",
    "as:Like",
    "https://a.example/users/ann",
    "https://b.example/@kevin",
    "acct:eve@c.example",
    "https://b.example/users/kevin/statuses/1",
    "https://a.example/notes/1",
    "#food",
    "@ann@a.example",
    "2026-11-20T10:00:00Z",
    "2026-11-20T10:00Z",
    "https://www.w3.org/ns/activitystreams#Public",
    "<p>Coffee &amp;",
];

fn any_document() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(&TEXTS[..]);
    let leaf = prop_oneof![
        8 => text.prop_map(Value::from),
        1 => any::<u32>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => "\\PC{0,9}".prop_map(Value::from),
    ];
    let nested = leaf.prop_recursive(4, 40, 6, |inner| {
        let member = prop::sample::select(&MEMBERS[..]).prop_map(str::to_owned);
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            4 => prop::collection::btree_map(member, inner, 0..7)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    // Mostly activities, because arbitrary objects are ignored.
    (0..TEXTS.len().min(13), nested).prop_map(|(kind, mut document)| {
        if let Some(members) = document.as_object_mut() {
            members.insert("type".to_owned(), TEXTS[kind].into());
        }
        document
    })
}

/// Adds every text of a document.
fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => _ = found.insert(text.trim().to_owned()),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(members) => members.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let context = Context {
            now: DateTime::UNIX_EPOCH,
            max_future: Duration::hours(1),
            currencies: &[].into(),
            dictionary: &Dictionary::parse("topics: []\n").unwrap(),
            sources: &AllowedSources::All,
            given: &Given::default(),
        };
        let _ = parse(&bytes, None, &context);
        collected(&bytes);
    }

    #[test]
    fn an_events_id_is_from_the_document(document in any_document()) {
        let mut said = BTreeSet::new();
        texts(&document, &mut said);
        let Ok(Mapped::Events(events)) = mapped(&document) else { return Ok(()); };
        prop_assert!(!events.is_empty());
        let mut ids = BTreeSet::new();
        for parsed in events {
            let event = written(&parsed);
            let id = event["id"].as_str().unwrap().to_owned();
            let is_said = |base: &str| base.starts_with("digest:") || said.contains(base);
            let base = id.rsplit_once('#').map_or(id.as_str(), |(base, _)| base);
            prop_assert!(is_said(&id) || is_said(base), "{} in {}", id, document);
            prop_assert!(ids.insert(id), "twice in {}", document);
        }
    }

    #[test]
    fn the_same_document_is_the_same_at_any_time(document in any_document()) {
        let at = |now| match parse_at(now, &Given::default(), &document) {
            Ok(Mapped::Events(events)) => {
                let same = |parsed: Parsed| (parsed.event.key, parsed.digest);
                Some(events.into_iter().map(same).collect::<Vec<_>>())
            }
            _ => None,
        };
        prop_assert_eq!(at("2026-11-22T12:00:00Z"), at("2026-11-23T13:00:00Z"));
    }
}
