use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::Duration;
use proptest::prelude::*;

use super::*;
use crate::domain::{AllowedSources, Currency, Event, Handle, Source};
use crate::ingest::dictionary::Dictionary;
use crate::ingest::native::write;
use crate::ingest::{Format, Given};

/// The export of a shop's tills.
const MAPPING: &str = "
delimiter: semicolon
event:
  id: {column: Beleg, prefix: till-}
  type: {column: Art, choices: {VERKAUF: purchase, RETOURE: refund, STORNO: undo, LOB: like}}
  time: {column: Zeit, format: '%d.%m.%Y %H:%M', zone: Europe/Vienna}
  network: {constant: shop}
  actor: {column: Kunde}
  target: {column: An}
  object: {column: Auftrag, prefix: order-}
  topics: {column: Waren, separator: '|'}
  value: {column: Betrag, decimal: ','}
  currency: {constant: EUR}
  undo: {column: Storniert, prefix: till-}
skip:
  - {column: Art, values: [TEST, '']}
";
const HEADER: &str = "Beleg;Art;Zeit;Kunde;An;Auftrag;Waren;Betrag;Storniert;Notiz\n";

type Row = (u64, Result<Mapped, Rejection>);

/// Maps a table, as one of the source `tests`.
fn mapped(mapping: &str, table: &str) -> Result<Vec<Row>, Invalid> {
    let mapping = Arc::new(TableMapping::parse(mapping)?);
    let currencies = BTreeSet::from(["EUR", "USD"].map(|code| Currency::parse(code).unwrap()));
    let context = Context {
        now: "2026-11-27T12:00:00Z".parse().unwrap(),
        max_future: Duration::seconds(300),
        currencies: &currencies,
        dictionary: &Dictionary::default(),
        sources: &AllowedSources::All,
        given: &Given {
            source: Some(Source::parse("tests").unwrap()),
            mapping: Some(mapping.clone()),
            ..Given::default()
        },
    };
    let mut rows = MappedTable::new(mapping);
    rows.push(table.as_bytes());
    rows.end();
    let mut mapped = Vec::new();
    while let Some((line, item)) = rows.next_row()? {
        mapped.push((line, Format::Table.parse(&item, &context)));
    }
    rows.finish()?;
    assert_eq!(rows.passed(), table.len() as u64);
    Ok(mapped)
}

fn one(row: &Row) -> &Event<Handle> {
    match &row.1 {
        Ok(Mapped::Events(events)) if events.len() == 1 => &events[0].event,
        other => panic!("line {}: {other:?}", row.0),
    }
}

#[test]
fn rows_of_all_kinds_become_events() {
    let table = format!(
        "\u{feff}{HEADER}\
         1;VERKAUF;22.11.2026 09:15;@Kevin;;77;Coffee| tea |;1.234,50;;x\r\n\
         2;RETOURE;22.11.2026 09:16;kevin;;77;;4,5;;\n\
         3;STORNO;22.11.2026 09:17;kevin;;77;;4,5;2;\n\
         4;LOB;22.11.2026 09:18;ann;'@kevin;;;4,5;;\"two\nlines\"\n"
    );
    let rows = mapped(MAPPING, &table).unwrap();
    let events: Vec<String> = rows.iter().map(|row| write(one(row))).collect();
    assert_eq!(
        events,
        [
            r#"{"id":"till-1","source":"tests","type":"purchase","time":"2026-11-22T08:15:00Z","network":"shop","actor":"Kevin","object":"order-77","topics":["coffee","tea"],"value":"1234.5","currency":"EUR"}"#,
            r#"{"id":"till-2","source":"tests","type":"refund","time":"2026-11-22T08:16:00Z","network":"shop","actor":"kevin","object":"order-77","value":"4.5","currency":"EUR"}"#,
            r#"{"id":"till-3","source":"tests","type":"undo","time":"2026-11-22T08:17:00Z","network":"shop","object":"order-77","undo":"till-2"}"#,
            r#"{"id":"till-4","source":"tests","type":"like","time":"2026-11-22T08:18:00Z","network":"shop","actor":"ann","target":"kevin"}"#,
        ]
    );
    assert_eq!(rows[3].0, 5);
}

#[test]
fn a_row_is_wrong_by_itself_and_its_column_is_named() {
    let rows = [
        (
            "1;VERKAUF;31.02.2026 09:15;k;;7;;1;;",
            "/Zeit",
            "is not a time in the format",
        ),
        ("1;VERKAUF;;k;;7;;1;;", "/Zeit", "time: the cell is empty"),
        (
            "1;VERKAUF;22.11.2027 09:15;k;;7;;1;;",
            "/Zeit",
            "lies in the future",
        ),
        (
            ";VERKAUF;22.11.2026 09:15;k;;7;;1;;",
            "/Beleg",
            "id: the cell is empty",
        ),
        (
            "1;KAUF;22.11.2026 09:15;k;;7;;1;;",
            "/Art",
            "'KAUF' is none of the choices of the mapping, which are: LOB, RETOURE",
        ),
        (
            "1;VERKAUF;22.11.2026 09:15;k;;7;;1.50;;",
            "/Betrag",
            "is not a number, such as 1234,50",
        ),
        (
            "1;VERKAUF;22.11.2026 09:15;k;;7;;;;",
            "/Betrag",
            "needs 'value'",
        ),
        ("1;VERKAUF;22.11.2026 09:15;a b;;7;;1;;", "/Kunde", "handle"),
        ("1;LOB;22.11.2026 09:15;k;;7;;1;;", "/An", "needs 'target'"),
        (
            "1;VERKAUF;22.11.2026 09:15;k;;7;;1;",
            "",
            "has 9 cells, and the first line names 10 columns; put a cell with a semicolon",
        ),
        ("\"1;VERKAUF", "", "before the next semicolon"),
    ];
    for (row, pointer, why) in rows {
        let mapped = mapped(MAPPING, &format!("{HEADER}{row}\n")).unwrap();
        let rejection = mapped[0].1.as_ref().unwrap_err();
        assert_eq!(rejection.pointer, pointer, "{row}: {rejection:?}");
        assert!(rejection.detail.contains(why), "{row}: {rejection:?}");
    }
}

#[test]
fn rows_that_are_left_out_say_why() {
    let table = format!("{HEADER}1;TEST;;;;;;;;\n2;;;;;;;;;\n");
    let details: Vec<String> = mapped(MAPPING, &table)
        .unwrap()
        .into_iter()
        .map(|(_, row)| match row.unwrap() {
            Mapped::Ignored(ignored) if ignored.reason == IgnoredReason::NotCounted => {
                ignored.detail
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        details,
        [
            "the mapping leaves out rows with 'TEST' as 'Art'",
            "the mapping leaves out rows without a 'Art'",
        ]
    );
}

#[test]
fn a_table_without_ids_gets_those_of_its_cells() {
    let mapping = "
event:
  id: {digest: [day, who], prefix: visit-}
  type: {constant: post}
  time: {column: day, format: '%Y-%m-%d', zone: UTC}
  network: {constant: web}
  actor: {column: who}
";
    let table = "who,day,mood\nann,2026-11-01,a\nann,2026-11-02,b\nann,2026-11-01,c\n,,\n";
    let rows = mapped(mapping, table).unwrap();
    let id = |row: &Row| one(row).key.id.as_str().to_owned();
    assert!(id(&rows[0]).starts_with("visit-") && id(&rows[0]).len() == 38);
    assert_ne!(id(&rows[0]), id(&rows[1]));
    assert_eq!(rows[0].1, rows[2].1);
    let rejection = rows[3].1.as_ref().unwrap_err();
    assert!(
        rejection.detail.contains("(day, who) are all empty"),
        "{rejection:?}"
    );
    // Where a cell ends, matters.
    let mapping = &mapping.replace(
        "{column: day, format: '%Y-%m-%d', zone: UTC}",
        "{constant: 2026-11-01T00:00:00Z}",
    );
    let rows = mapped(mapping, "who,day\nann,1\nann1,\n").unwrap();
    assert_ne!(id(&rows[0]), id(&rows[1]));
}

#[test]
fn counters_and_counts_are_whole_numbers() {
    let mapping = "
delimiter: \"\\t\"
event:
  id: {column: id}
  source: {column: system}
  type: {column: kind}
  time: {column: at, format: unix}
  network: {constant: mastodon}
  target: {column: who}
  count: {column: n}
  metrics: {followers: {column: n}}
";
    let table = "id\tsystem\tkind\tat\twho\tn\n1\tcrm\tprofile\t1795335300\tann\t7\n\
                 2\tcrm\tlike\t1795335300\tann\t7\n3\tcrm\tlike\t1795335300\tann\tmany\n";
    let rows = mapped(mapping, table).unwrap();
    assert_eq!(
        write(one(&rows[0])),
        r#"{"id":"1","source":"crm","type":"profile","time":"2026-11-22T08:15:00Z","network":"mastodon","target":"ann","metrics":{"followers":7}}"#
    );
    assert!(write(one(&rows[1])).contains(r#""count":7"#));
    let rejection = rows[2].1.as_ref().unwrap_err();
    assert_eq!(
        rejection.detail,
        "count: it is not a whole number, such as 12"
    );
}

#[test]
fn a_mapping_that_is_wrong_says_where_and_what_would_be_right() {
    let whole = "event:\n  id: {column: a}\n  type: {constant: like}\n  time: {column: t}\n  network: {constant: x}\n";
    for (from, to, why) in [
        (
            "id:",
            "idd:",
            "event.idd: unknown field `idd`, expected one of id, source, type",
        ),
        (
            "{column: a}",
            "{colum: a}",
            "event.id.colum: unknown field `colum`, expected one of column, digest, prefix",
        ),
        ("{column: a}", "{}", "event.id: say either the column"),
        (
            "{column: a}",
            "{digest: []}",
            "event.id: say either the column",
        ),
        (
            "{column: t}",
            "{}",
            "event.time: say either the column that it is in, or a constant",
        ),
        (
            "{column: t}",
            "{column: t, constant: c}",
            "event.time: say either",
        ),
        (
            "{column: t}",
            "{constant: today}",
            "event.time: a time is RFC 3339",
        ),
        (
            "{column: t}",
            "{column: t, format: '%d.%m.%Y'}",
            "event.time: say the zone",
        ),
        (
            "{constant: like}",
            "{constant: love}",
            "event.type: 'love' is not a type of events; these are post, like",
        ),
        (
            "{constant: like}",
            "{column: k, choices: {x: love}}",
            "event.type.choices.x: 'love' is not",
        ),
        (
            "{constant: like}",
            "{constant: like, choices: {x: like}}",
            "a constant has no choices",
        ),
        ("{constant: x}", "{constant: X Y}", "event.network: "),
        (
            "event:",
            "delimiter: pipe\nevent:",
            "delimiter: a delimiter is comma, semicolon or tab",
        ),
        (
            "  network: {constant: x}\n",
            "",
            "event: missing field `network`",
        ),
        ("event:", "event: [", "line"),
    ] {
        let refused = TableMapping::parse(&whole.replace(from, to))
            .unwrap_err()
            .to_string();
        assert!(refused.contains(why), "{to}: {refused}");
    }
    assert!(TableMapping::parse(whole).is_ok());
}

#[test]
fn a_table_without_a_column_is_refused_as_a_whole() {
    for (table, why) in [
        ("", "the table is empty"),
        (
            "Beleg;Art\n",
            "has no column 'Zeit' (event.time); it has 'Beleg', 'Art'",
        ),
        (
            "Beleg,Art,Zeit\n",
            "if a comma is between its columns, say delimiter: comma",
        ),
        (
            &HEADER.replace("Notiz", "Art"),
            "the table has several columns 'Art' (event.type)",
        ),
    ] {
        let refused = mapped(MAPPING, table).unwrap_err().to_string();
        assert!(refused.contains(why), "{table}: {refused}");
    }
}

proptest! {
    /// Each row is one event, named after the row's id, or is ignored or rejected; and again it is
    /// the same.
    #[test]
    fn nothing_is_invented_and_no_row_is_lost(
        rows in prop::collection::vec(
            ("[a-c1-3]{0,3}", "(VERKAUF|RETOURE|STORNO|LOB|TEST|X)?", "(22.11.2026 09:15|x)?",
             "[a-z@ ']{0,4}", "[0-9.,]{0,5}"), 0..12),
    ) {
        let lines = rows.iter().map(|(id, kind, time, who, value)| {
            format!("{id};{kind};{time};{who};{who};{id};{who};{value};{id};\n")
        });
        let table = HEADER.to_owned() + &lines.collect::<String>();
        let first = mapped(MAPPING, &table).unwrap();
        prop_assert_eq!(&mapped(MAPPING, &table).unwrap(), &first);
        prop_assert_eq!(first.len(), rows.len());
        let mut outcomes = BTreeMap::new();
        for ((line, outcome), (index, row)) in first.iter().zip(rows.iter().enumerate()) {
            prop_assert_eq!(*line, index as u64 + 2);
            let outcome = match outcome {
                Ok(Mapped::Events(events)) => {
                    prop_assert_eq!(events.len(), 1);
                    prop_assert_eq!(events[0].event.key.id.as_str(), format!("till-{}", row.0));
                    "event"
                }
                Ok(Mapped::Ignored(_)) => "ignored",
                Err(rejection) => {
                    prop_assert!(!rejection.detail.is_empty());
                    "rejected"
                }
            };
            *outcomes.entry(outcome).or_insert(0) += 1;
        }
        prop_assert_eq!(outcomes.values().sum::<usize>(), rows.len());
    }

    #[test]
    fn no_table_and_no_mapping_panics(table in "[a-c;,\"\n\r']{0,40}", mapping in "[a-z:{}\\[\\] \n'%,]{0,60}") {
        let _ = mapped(MAPPING, &(HEADER.to_owned() + &table));
        let _ = mapped(&mapping, &table);
        let _ = TableMapping::parse(&format!("event:\n  id: {mapping}"));
    }
}
