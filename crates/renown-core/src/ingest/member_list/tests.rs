use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{Attribute, AttributeName, Attributes, MemberId};

fn read(format: ListFormat, text: &[u8], piece: usize) -> Result<Vec<MemberLine>, Invalid> {
    let (mut list, mut lines) = (MemberList::new(format), Vec::new());
    for piece in text.chunks(piece) {
        list.push(piece);
        while let Some(line) = list.next_line()? {
            lines.push(line);
        }
    }
    list.end();
    while let Some(line) = list.next_line()? {
        lines.push(line);
    }
    list.finish().map(|()| lines)
}

fn table(text: &str) -> Vec<MemberLine> {
    read(ListFormat::Csv, text.as_bytes(), 7).unwrap()
}

/// The number of each line that is wrong, where, and the message.
fn faults(lines: &[MemberLine]) -> Vec<(u64, &str, String)> {
    let wrong = lines.iter().filter_map(|(number, row)| {
        let fault = row.as_ref().err()?;
        Some((*number, fault.at.as_str(), fault.detail.to_string()))
    });
    wrong.collect()
}

#[test]
fn a_row_says_only_what_its_cells_say() {
    let text = "\u{feff}email,Identity,identity,name,scoring,interests,attributes.visits,attributes.zip:text\r\n\
                Ann@Example.com,twitter:Ann,,Ann Lee,opted_out,Las Vegas; golf,3,01234\r\n\
                bob@example.com,,,,,,,\r\n\
                cy@example.com,,,\\N,,\\N,\\N,\r\n";
    let lines = table(text);
    let rows: Vec<&MemberRow> = lines.iter().map(|(_, row)| row.as_ref().unwrap()).collect();
    let identities: Vec<String> = rows[0].identities.iter().map(ToString::to_string).collect();
    assert_eq!(identities, ["twitter:ann", "email:ann@example.com"]);
    let patch = |json| serde_json::from_str::<AttributesPatch>(json).unwrap();
    assert_eq!(
        rows[0].attributes,
        patch(r#"{"visits": 3, "zip": "01234"}"#)
    );
    assert_eq!(rows[0].scoring, Some(Scoring::OptedOut));
    let interests = rows[0].interests.as_ref().unwrap();
    assert_eq!(
        interests.iter().map(Topic::as_str).collect::<Vec<_>>(),
        ["golf", "las-vegas"]
    );
    let only = |text: &str| MemberRow {
        identities: [text.parse().unwrap()].into(),
        ..MemberRow::default()
    };
    assert_eq!(*rows[1], only("email:bob@example.com"));
    let removed = MemberRow {
        name: Some(None),
        interests: Some(Vec::new()),
        attributes: patch(r#"{"visits": null}"#),
        ..only("email:cy@example.com")
    };
    assert_eq!(*rows[2], removed);
}

#[test]
fn a_document_is_a_merge_patch() {
    let text = concat!(
        "\u{feff}{\"identity\": \"loyalty:1\", \"name\": null, \"attributes\": {\"a\": null, \"b\": \"x\"}}\n",
        "\n",
        "{\"identities\": [\"loyalty:1\", \"nobody\"]}\n",
        "{\"identity\": \"loyalty:1\", \"colour\": 1}\n",
        "{\"identity\": \"loyalty:1\", \"scoring\": null}\n",
        "{\"identity\": \"loyalty:1\", \"attributes\": {\"Bad Name\": 1}}\n",
        "{\"name\": \"x\"}\n",
        "nonsense\n",
        "{\"identity\": \"loyalty:2\"} {}",
    );
    let lines = read(ListFormat::Ndjson, text.as_bytes(), 5).unwrap();
    let first = lines[0].1.as_ref().unwrap();
    assert_eq!((&first.name, &first.scoring), (&Some(None), &None));
    let wrong = faults(&lines);
    let places: Vec<(u64, &str)> = wrong.iter().map(|(line, at, _)| (*line, *at)).collect();
    let expected = [
        (3, "/identities/1"),
        (4, "/colour"),
        (5, "/scoring"),
        (6, "/attributes"),
        (7, ""),
        (8, ""),
        (9, ""),
    ];
    assert_eq!(places, expected, "{wrong:?}");
}

#[test]
fn each_bad_line_says_what_is_wrong_and_the_good_ones_are_read() {
    let long = "x".repeat(10 * 1024 * 1024);
    let mut text = b"email,name,attributes.a:number\n\
        \"open@example.com,Ann,1\n\
        ok-1@example.com,Ann,1\n\
        a@example.com,Ann,1,extra\n\
        a@example.com,Ann\n\
        a@example.com,\"two\nlines\",1\n\
        a@example.com,N\0L,1\n\
        nobody,Ann,1\n\
        a@example.com,Ann,many\n\
        ,Ann,1\n\
        \xe4@example.com,M\xfcller,1\n\
        email:a@example.com,Ann,1\n\
        a@example.com,"
        .to_vec();
    text.extend(long.as_bytes());
    text.extend(b",1\nok-2@example.com,\"Ann \"\"A\"\" Lee\",1\r\n\r\nok-3@example.com,Ann,");
    let lines = read(ListFormat::Csv, &text, 64 * 1024).unwrap();
    let good: Vec<u64> = lines
        .iter()
        .filter(|(_, row)| row.is_ok())
        .map(|(line, _)| *line)
        .collect();
    assert_eq!(good, [3, 15, 17]);
    let wrong = faults(&lines);
    let says = [
        (2, "", "quote"),
        (4, "", "4 cells"),
        (5, "", "2 cells"),
        (6, "name", "control character U+000A"),
        (8, "name", "control character U+0000"),
        (9, "email", "name@host"),
        (10, "attributes.a:number", "a number is written"),
        (11, "", "no identity"),
        (12, "", "not UTF-8"),
        (13, "email", "already"),
        (14, "", "longer than 1 MiB"),
    ];
    assert_eq!(wrong.len(), says.len(), "{wrong:?}");
    for ((line, at, detail), (at_line, column, part)) in wrong.iter().zip(says) {
        assert_eq!((*line, *at), (at_line, column), "{detail}");
        assert!(detail.contains(part), "{line}: {detail}");
    }
}

#[test]
fn a_header_that_cannot_be_trusted_refuses_the_file() {
    let wide: Vec<u8> = "email,name\na@example.com,Ann\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = [b"\xff\xfe".as_slice(), &wide].concat();
    for (text, part) in [
        (b"".as_slice(), "the first line names"),
        (b"\n\n", "the first line names"),
        (b"name,attributes.a\nAnn,1\n", "the first line names"),
        (b"email,country\na@example.com,US\n", "no column 'country'"),
        (b"email;name\na@example.com;Ann\n", "separated by commas"),
        (b"email,Email\na@example.com,b@example.com\n", "comes twice"),
        (b"email,attributes.a,attributes.a:text\n", "comes twice"),
        (b"twitter,x\n", "comes twice"),
        (b"email,attributes.a:date\n", "one of text, number"),
        (b"email,attributes.Bad Name\n", "attribute's name"),
        (b"\"email,name\na@example.com,Ann\n", "in the first line"),
        (&wide, "UTF-16"),
        (&marked, "not UTF-8"),
    ] {
        let refused = read(ListFormat::Csv, text, 3).unwrap_err().to_string();
        assert!(refused.contains(part), "{refused}");
    }
}

prop_compose! {
    fn member()(
        id in any::<u128>(),
        opted_out in any::<bool>(),
        name in proptest::option::of("[ '=+a\",;-]{0,3}[A-Zé\\\\N]"),
        values in prop::collection::btree_map("[a-d]", value(), 0..4),
        interests in prop::collection::btree_set("[a-z]{1,3}", 0..3),
        micros in 0_i64..2_000_000_000_000_000,
    ) -> Member {
        Member {
            id: MemberId(Uuid::from_u128(id)),
            scoring: if opted_out { Scoring::OptedOut } else { Scoring::Active },
            name: name.map(|name| MemberName::parse(&name).unwrap()),
            attributes: Attributes::try_from(values).unwrap(),
            interests: interests.iter().map(|topic| Topic::parse(topic).unwrap()).collect(),
            enrolled_at: DateTime::from_timestamp_micros(micros).unwrap(),
            updated_at: DateTime::UNIX_EPOCH,
            version: 1,
        }
    }
}

fn value() -> impl Strategy<Value = Attribute> {
    prop_oneof![
        any::<bool>().prop_map(Attribute::Bool),
        prop::num::f64::NORMAL.prop_map(Attribute::Number),
        "(|true|[0-9.]{1,4}|[a\"=;,\\[\\\\N -]{1,4})".prop_map(Attribute::Text),
        prop::collection::vec("[a;\\[, ]{0,3}", 0..3).prop_map(Attribute::List),
    ]
}

/// Identities of all kinds, with characters that mean something in a table.
fn identities() -> Vec<Identity> {
    let texts = [
        "twitter:kev",
        "loyalty:=1; 2,\"3\"",
        "email:a@example.com",
        "shop:-x",
    ];
    texts.map(|text| text.parse().unwrap()).to_vec()
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(members in prop::collection::vec(member(), 1..5)) {
        let named = |member: &Member| {
            let each = member.attributes.iter();
            each.map(|(name, value)| (AttributeName::parse(name).unwrap(), value.into()))
                .collect::<Vec<_>>()
        };
        let table = MemberTable::new(members.iter().flat_map(named));
        let rows = members.iter().map(|member| table.row(member, &identities()));
        let csv = table.header() + &rows.collect::<String>();
        let documents = members.iter().map(|member| ListWriter::Ndjson.line(member, &identities()));
        let ndjson = documents.collect::<String>();
        for (format, text) in [(ListFormat::Csv, csv), (ListFormat::Ndjson, ndjson)] {
            let lines = read(format, text.as_bytes(), 9).unwrap();
            prop_assert_eq!(lines.len(), members.len());
            for ((_, row), member) in lines.into_iter().zip(&members) {
                let row = row.unwrap();
                let mut all: BTreeSet<Identity> = identities().into_iter().collect();
                all.insert(Identity::Member(member.id));
                prop_assert_eq!(row.identities, all);
                prop_assert_eq!(row.name.flatten(), member.name.clone());
                prop_assert_eq!(row.scoring, Some(member.scoring));
                prop_assert_eq!(row.interests.unwrap_or_default(), member.interests.clone());
                prop_assert_eq!(row.enrolled_at, Some(member.enrolled_at));
                let attributes = row.attributes.applied_to(&Attributes::default()).unwrap();
                prop_assert_eq!(&attributes, &member.attributes);
            }
        }
    }

    #[test]
    fn no_table_panics(text in "(email|name|attributes.a|identity|,|\"|\n|a@b.c|'|=|\\\\N| ){0,30}") {
        let _ = read(ListFormat::Csv, text.as_bytes(), 5);
    }
}
