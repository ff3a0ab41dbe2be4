//! The text of HTML, to find topics in it. It is never shown, so that nothing has to be made
//! harmless; what is no tag is text.

/// Elements that are part of a word or sentence: `#<span>food</span>` is one word.
const INLINE: [&str; 14] = [
    "a", "abbr", "b", "bdi", "code", "del", "em", "i", "mark", "s", "small", "span", "strong", "u",
];
/// Elements whose content is no text.
const HIDDEN: [&str; 2] = ["script", "style"];
/// The most characters between `&` and `;` of an entity.
const MAX_ENTITY: usize = 10;

/// Returns the text of HTML, without tags and with entities replaced.
pub(in crate::ingest) fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find(['<', '&']) {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        rest = match rest.as_bytes()[0] {
            b'<' => after_tag(rest, &mut text),
            _ => after_entity(rest, &mut text),
        };
    }
    text.push_str(rest);
    text
}

/// Reads what begins with `<`. A tag of a block is a space between words.
fn after_tag<'h>(rest: &'h str, text: &mut String) -> &'h str {
    let inner = &rest[1..];
    let begins_tag = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
    let Some(end) = inner.find('>').filter(|_| inner.starts_with(begins_tag)) else {
        text.push('<');
        return inner;
    };
    let name = inner[..end].trim_start_matches('/');
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next();
    let name = name.unwrap_or_default().to_ascii_lowercase();
    let after = &inner[end + 1..];
    if !INLINE.contains(&name.as_str()) {
        text.push(' ');
    }
    match HIDDEN.contains(&name.as_str()) && !inner.starts_with('/') {
        true => after_hidden(after, &name),
        false => after,
    }
}

/// Skips to the tag that ends a hidden element.
fn after_hidden<'h>(rest: &'h str, name: &str) -> &'h str {
    let ends = |at: &usize| {
        let tag = rest.as_bytes().get(at + 2..at + 2 + name.len());
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
    };
    let end = rest.match_indices("</").map(|(at, _)| at).find(ends);
    end.map_or("", |at| &rest[at..])
}

/// Reads what begins with `&`.
fn after_entity<'h>(rest: &'h str, text: &mut String) -> &'h str {
    let inner = &rest[1..];
    let end = inner.bytes().take(MAX_ENTITY + 1).position(|b| b == b';');
    let found = end.and_then(|end| Some((entity(inner.get(..end)?)?, end)));
    match found {
        Some((c, end)) => {
            text.push(c);
            &inner[end + 1..]
        }
        None => {
            text.push('&');
            inner
        }
    }
}

fn entity(name: &str) -> Option<char> {
    let code = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "nbsp" => return Some(' '),
        _ => name.strip_prefix('#')?,
    };
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => code.parse(),
    };
    number.ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_stay_whole_and_apart() {
        for (html, text) in [
            ("<p>One</p><p>two<br>three</p>", " One  two three "),
            (
                "<a href=\"https://x.example/tags/food\" class=\"mention\">#<span>food</span></a>!",
                "#food!",
            ),
            (
                "a &lt;b&gt; &amp;amp; &#39;c&#x27; &nbsp;&eacute; & &;",
                "a <b> &amp; 'c'  &eacute; & &;",
            ),
            ("1 < 2 <3 > <", "1 < 2 <3 > <"),
            ("<style>p { } </p></STYLE>x<!-- y -->", "  x "),
            ("<script>", " "),
        ] {
            assert_eq!(text_of(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_and_text_without_signs_stays(
            html in "[<>&;#x/a-cé ]{0,40}|<script>.{0,9}</é.{0,9}",
            plain in "[^<&]{0,20}",
        ) {
            text_of(&html);
            prop_assert_eq!(text_of(&plain), plain);
        }
    }
}
