use super::*;

/// A stream that must not be asked again behind its end.
fn pieces(text: &str, length: usize) -> BoxStream<'static, io::Result<Bytes>> {
    let text = Bytes::copy_from_slice(text.as_bytes());
    let next = move |mut rest: Bytes| async move {
        let piece = rest.split_to(length.min(rest.len()));
        (!piece.is_empty()).then_some((Ok(piece), rest))
    };
    futures::stream::unfold(text, next).boxed()
}

async fn read(
    text: &str,
    length: usize,
    cursor: Option<&Value>,
) -> Result<(Vec<String>, Value), String> {
    let stop = CancellationToken::new();
    let mut pipe = Pipe::new(pieces(text, length), Format::Native, cursor);
    let (mut lines, mut last) = (Vec::new(), Value::Null);
    loop {
        match pipe.pull(&stop).await.map_err(|error| error.to_string())? {
            Pulled::End => return Ok((lines, last)),
            Pulled::Batch(batch) => {
                let texts = batch
                    .items
                    .iter()
                    .map(|item| String::from_utf8_lossy(item).into_owned());
                lines.extend(texts);
                last = batch.cursor;
            }
        }
    }
}

#[tokio::test]
async fn where_the_pieces_are_cut_does_not_matter() {
    let text = "one\n\n  two  \r\nthree\nfour";
    for length in 1..text.len() {
        let (lines, cursor) = read(text, length, None).await.unwrap();
        assert_eq!(lines, ["one", "two", "three", "four"]);
        assert_eq!(
            (&cursor["lines"], &cursor["bytes"]),
            (&json!(4), &json!(20))
        );
    }
}

#[tokio::test]
async fn the_same_again_is_skipped_and_a_line_that_was_cut_is_read_whole() {
    let (_, cursor) = read("one\ntwo\nthr", 4, None).await.unwrap();
    let (lines, cursor) = read("one\ntwo\nthree\n", 5, Some(&cursor)).await.unwrap();
    assert_eq!(lines, ["three"]);
    let (lines, _) = read("one\ntwo\nthree\n", 3, Some(&cursor)).await.unwrap();
    assert_eq!(lines, [""; 0]);
}

#[tokio::test]
async fn another_input_is_refused_and_not_skipped() {
    let (_, cursor) = read("one\ntwo\n", 9, None).await.unwrap();
    for other in ["one\ntwi\nthree\n", "one\n", "onetwo\nthree\nfour", ""] {
        let refused = read(other, 9, Some(&cursor)).await.unwrap_err();
        assert!(
            refused.contains("does not begin with the 2 lines"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_line_that_is_too_long_is_cut_and_the_next_is_whole() {
    let text = format!("{}\nshort\n", "x".repeat(200_000));
    let (lines, _) = read(&text, 7_000, None).await.unwrap();
    assert!(lines[0].len() > Format::Native.max_bytes() && lines[0].len() < 70_000);
    assert_eq!(lines[1], "short");
}

const MAPPING: &str = "event:
  id: {column: id}
  type: {constant: post}
  time: {column: at}
  network: {constant: web}
  actor: {column: who}
";

async fn read_table(
    text: &str,
    length: usize,
    mapping: &MappingText,
    cursor: Option<&Value>,
) -> Result<(Vec<u64>, Batch), String> {
    let stop = CancellationToken::new();
    let total = Some(text.len() as u64);
    let mut pipe = Pipe::table(pieces(text, length), mapping, total, cursor);
    let (mut lines, mut last) = (Vec::new(), Batch::default());
    loop {
        match pipe.pull(&stop).await.map_err(|error| error.to_string())? {
            Pulled::End => return Ok((lines, last)),
            Pulled::Batch(batch) => {
                lines.extend(batch.lines.clone());
                last = batch;
            }
        }
    }
}

#[tokio::test]
async fn a_table_goes_on_behind_the_rows_that_were_read() {
    let mapping = |text: &str| MappingText {
        mapping: Arc::new(TableMapping::parse(text).unwrap()),
        text: text.to_owned(),
    };
    let first = mapping(MAPPING);
    let table =
        "id,at,who\n1,2026-11-01T00:00:00Z,\"a\nb\"\n\n2,2026-11-02T00:00:00Z,b\n3,2026-11-03";
    for length in 1..table.len() {
        let (lines, last) = read_table(table, length, &first, None).await.unwrap();
        assert_eq!(lines, [2, 5, 6]);
        // The last line has no end: it is read again.
        assert_eq!(last.cursor["lines"], 5);
        let whole = table.len() as u64 - "3,2026-11-03".len() as u64;
        assert_eq!(last.cursor["bytes"], whole);
        assert_eq!(last.extent.map(|extent| extent.done), Some(whole));
        let longer = format!("{table}T00:00:00Z,c\n4,,d\n");
        let cursor = Some(&last.cursor);
        let (lines, last) = read_table(&longer, length, &first, cursor).await.unwrap();
        assert_eq!(lines, [6, 7]);
        assert_eq!(
            last.extent.map(|extent| extent.done),
            Some(longer.len() as u64)
        );
    }
    let (_, last) = read_table(table, 9, &first, None).await.unwrap();
    let continues = |mapping: &MappingText, text: &str| {
        mapping
            .continues(&mut text.as_bytes(), &last.cursor)
            .unwrap()
    };
    assert!(continues(&first, &format!("{table}x")));
    assert!(!continues(&first, &table.replace("b", "c")));
    assert!(!continues(&first, "id,at,who\n"));
    // Another mapping may read the same rows otherwise.
    let other = mapping(&MAPPING.replace("web", "shop"));
    assert!(!continues(&other, table));
    let refused = read_table(table, 9, &other, Some(&last.cursor)).await;
    assert!(
        refused
            .unwrap_err()
            .contains("does not begin with the 5 lines")
    );
}

#[tokio::test]
async fn a_table_of_something_else_is_refused() {
    let mapping = MappingText {
        mapping: Arc::new(TableMapping::parse(MAPPING).unwrap()),
        text: MAPPING.to_owned(),
    };
    for (table, why) in [
        ("", "the table is empty"),
        ("id,at\n", "has no column 'who'"),
    ] {
        let refused = read_table(table, 9, &mapping, None).await.unwrap_err();
        assert!(refused.contains(why), "{refused}");
    }
}
