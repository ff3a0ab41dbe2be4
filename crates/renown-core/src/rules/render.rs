//! Renders findings for a terminal: each with its line of the file and the word
//! concerned underlined.

use std::ops::Range;

use ariadne::{Color, Config, IndexType, Label, Report, ReportKind, Source};

use super::diagnostic::{Diagnostic, Severity};

/// The most characters of a line that are shown.
const WIDTH: usize = 120;

/// Renders findings for a terminal.
///
/// ```text
/// [unknown-name] Error: There is no 'standng' here.
///     ╭─[ klub.yaml:12:11 ]
///     │
///  12 │     when: standng.lower >= 45
///     │           ───┬───
///     │              ╰───── tiers[0].when
///     │
///     │ Help: did you mean 'standing'?
/// ────╯
/// ```
pub fn render(diagnostics: &[Diagnostic], source: &str, file_name: &str, colour: bool) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let file_name = on_one_line(file_name);
    let render = |finding| match Excerpt::of(finding, &lines) {
        Some(excerpt) => with_excerpt(finding, &excerpt, &file_name, colour),
        None => without_place(finding, &file_name, colour),
    };
    let reports: Vec<String> = diagnostics.iter().map(render).collect();
    reports.join("\n")
}

/// The line of a finding, or a part of it if it is too long.
struct Excerpt {
    text: String,
    /// The range of characters in `text` that is underlined.
    word: Range<usize>,
    /// The number of characters of the line that are left out before `text`.
    left_out: usize,
}

impl Excerpt {
    /// Returns the excerpt of a finding; `None` if its line does not exist.
    fn of(finding: &Diagnostic, lines: &[&str]) -> Option<Self> {
        let number = usize::try_from(finding.line).ok()?.checked_sub(1)?;
        // A finding about something missing may be placed after the last line.
        let line = match lines.get(number) {
            None if number == lines.len() => "",
            line => line?,
        };
        let column = usize::try_from(finding.column.saturating_sub(1)).ok()?;
        let mut chars: Vec<char> = line.chars().map(visible).collect();
        let column = column.min(chars.len());
        // A finding about something missing may be placed after the end of a line.
        if column == chars.len() {
            chars.push(' ');
        }
        let left_out = if column < WIDTH {
            0
        } else {
            column - WIDTH / 2
        };
        let end = chars.len().min(left_out + WIDTH);
        let shown = &chars[left_out..end];
        let start = column - left_out;
        let word = start..start + word(&shown[start..]);
        let mut text: String = shown.iter().collect();
        if left_out > 0 {
            text.replace_range(..shown[0].len_utf8(), "…");
        }
        if end < chars.len() {
            text.push('…');
        }
        Some(Self {
            text,
            word,
            left_out,
        })
    }
}

/// Makes any text from the file safe to print on one line.
fn on_one_line(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// Replaces characters that would break the line or the columns with a space.
fn visible(c: char) -> char {
    if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
        ' '
    } else {
        c
    }
}

/// Returns the length in characters of the word, quoted text or operator at the
/// beginning; at least one.
fn word(chars: &[char]) -> usize {
    let in_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let count = |of: fn(char) -> bool| chars.iter().take_while(|c| of(**c)).count();
    let length = match chars {
        [quote @ ('"' | '\''), rest @ ..] => {
            let closing = rest.iter().position(|c| c == quote);
            closing.map_or(1, |closing| closing + 2)
        }
        [first, ..] if in_word(*first) => {
            let part = |(i, c): &(usize, &char)| {
                let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
                let fraction = **c == '.' && digit(chars.get(i - 1)) && digit(chars.get(i + 1));
                in_word(**c) || fraction
            };
            chars.iter().enumerate().take_while(part).count()
        }
        _ => count(|c| matches!(c, '<' | '>' | '=' | '!' | '&' | '|')),
    };
    length.max(1)
}

fn kind(severity: Severity) -> (&'static str, Color) {
    match severity {
        Severity::Error => ("Error", Color::Red),
        Severity::Warning => ("Warning", Color::Yellow),
        Severity::Note => ("Note", Color::Blue),
    }
}

fn with_excerpt(finding: &Diagnostic, excerpt: &Excerpt, file_name: &str, colour: bool) -> String {
    let (name, tint) = kind(finding.severity);
    // Only this line is shown. Empty lines before it make the line number right.
    let before = finding.line.saturating_sub(1) as usize;
    let source = "\n".repeat(before) + &excerpt.text;
    let word = before + excerpt.word.start..before + excerpt.word.end;
    let span = || (file_name, word.clone());
    let path = match finding.path.as_str() {
        "" => "here".to_owned(),
        path => on_one_line(path),
    };
    let label = Label::new(span()).with_color(tint).with_message(path);
    let config = Config::default()
        .with_color(colour)
        .with_index_type(IndexType::Char);
    let mut report = Report::build(ReportKind::Custom(name, tint), span())
        .with_config(config)
        .with_code(finding.code)
        .with_message(on_one_line(&finding.message))
        .with_label(label);
    if let Some(hint) = &finding.hint {
        report.set_help(on_one_line(hint));
    }
    let mut bytes = Vec::new();
    let cache = (file_name, Source::from(source));
    if report.finish().write(cache, &mut bytes).is_err() {
        // Writing to memory does not fail.
        return without_place(finding, file_name, colour);
    }
    let text = String::from_utf8_lossy(&bytes);
    let text = place_in_full(&text, finding, excerpt, file_name);
    if colour { text } else { plain(&text) }
}

/// Removes the colours, which `ariadne` always gives to the name of the severity, and
/// the spaces at the ends of lines.
fn plain(text: &str) -> String {
    let mut chars = text.chars();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => {
                let _ = chars.by_ref().find(|c| *c == 'm');
            }
            c => plain.push(c),
        }
    }
    let lines = plain.lines().map(|line| line.trim_end().to_owned() + "\n");
    lines.collect()
}

/// Corrects the column in the report: it counts from the beginning of the line, not of
/// the excerpt.
fn place_in_full(text: &str, finding: &Diagnostic, excerpt: &Excerpt, file_name: &str) -> String {
    if excerpt.left_out == 0 {
        return text.to_owned();
    }
    let shown = excerpt.word.start + 1;
    let (line, column) = (finding.line, shown + excerpt.left_out);
    text.replacen(
        &format!(" {file_name}:{line}:{shown} "),
        &format!(" {file_name}:{line}:{column} "),
        1,
    )
}

/// Renders a finding that has no position in the file.
fn without_place(finding: &Diagnostic, file_name: &str, colour: bool) -> String {
    let (name, tint) = kind(finding.severity);
    let title = format!("[{}] {name}:", finding.code);
    let title = if colour {
        use ariadne::Fmt as _;
        title.fg(tint).to_string()
    } else {
        title
    };
    let message = on_one_line(&finding.message);
    let mut text = format!("{title} {message}\n  ─[ {file_name} ]");
    if !finding.path.is_empty() {
        text += &format!(" {}", on_one_line(&finding.path));
    }
    text.push('\n');
    if let Some(hint) = &finding.hint {
        text += &format!("  Help: {}\n", on_one_line(hint));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::FilePlace;
    use super::*;

    fn at(line: u32, column: u32) -> Diagnostic {
        Diagnostic::error("code", FilePlace { line, column }, "b", "Wrong.").hint("Right.")
    }

    #[test]
    fn the_word_is_underlined_where_it_stands() {
        let source = "a: 1\r\nb:\tx.standng >= 45\r\n";
        let text = render(&[at(2, 6)], source, "f.yaml", false);
        assert_eq!(
            text,
            "[code] Error: Wrong.\n   ╭─[ f.yaml:2:6 ]\n   │\n 2 │ b: x.standng >= 45\n   │      \
             ───┬───\n   │         ╰───── b\n   │\n   │ Help: Right.\n───╯\n"
        );
    }

    #[test]
    fn a_finding_without_a_place_is_about_the_file() {
        let text = render(&[at(0, 0)], "a: 1\n", "f.yaml", false);
        assert_eq!(
            text,
            "[code] Error: Wrong.\n  ─[ f.yaml ] b\n  Help: Right.\n"
        );
    }

    #[test]
    fn a_long_line_is_shown_in_part_and_its_place_told_in_full() {
        let source = format!("{}standng{}", "é".repeat(5_000), " x".repeat(5_000));
        let text = render(&[at(1, 5_001)], &source, "f.yaml", false);
        assert!(text.contains("[ f.yaml:1:5001 ]"), "{text}");
        assert!(text.contains("éstandng x x"), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() < 140),
            "{text}"
        );
    }

    #[test]
    fn no_place_and_no_text_breaks_it() {
        let sources = [
            "",
            "\n",
            "\r\n",
            "a",
            "a\n",
            "\t\t\ta\tb\r\n\r\n",
            "\u{2028}x\u{b}y\u{85}z",
            "日本語: \u{1f600}\u{301}",
            "\u{0}\u{1b}[31m",
            "\"unclosed",
            "''",
        ];
        for source in sources {
            for (line, column) in [
                (0, 0),
                (0, 9),
                (1, 0),
                (1, 1),
                (1, 3),
                (1, 99),
                (2, 1),
                (3, 4),
                (u32::MAX, u32::MAX),
            ] {
                for colour in [false, true] {
                    let text = render(&[at(line, column)], source, "f\n.yaml", colour);
                    assert!(text.contains("Wrong.") && text.contains("Right."), "{text}");
                    assert_eq!(text.contains('\u{1b}'), colour, "{text}");
                }
            }
        }
    }
}
