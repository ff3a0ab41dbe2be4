//! Finds the paths that a Rust source writes, in its stream of tokens without comments
//! and strings. It is crude, but it knows groups, globs, `super` and modules within a
//! file, in which a path could hide its target.

/// A path as written; groups of `use` are expanded.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) names: Vec<String>,
    /// Whether it is a `pub use`.
    pub(super) re_exported: bool,
    /// How many modules within the file contain it.
    within: usize,
}

impl Written {
    /// Returns the first name below the crate's root, if the path goes through the
    /// root. `depth` is that of the file.
    pub(super) fn leads_to(&self, depth: usize) -> Option<&str> {
        let names = match self.names[0].as_str() {
            "self" => &self.names[1..],
            _ => &self.names[..],
        };
        let below = match names.first()?.as_str() {
            "crate" | "renown" => &names[1..],
            "super" => {
                let ups = names.iter().take_while(|name| *name == "super").count();
                (ups >= depth + self.within).then(|| &names[ups..])?
            }
            _ => return None,
        };
        below
            .first()
            .map(String::as_str)
            .filter(|name| *name != "self")
    }
}

/// Returns every path of a source with at least two names.
pub(super) fn paths_in(text: &str) -> Vec<Written> {
    let tokens = &tokens(text)[..];
    let mut found = Vec::new();
    // For every open brace, whether it is that of a module.
    let mut braces = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => {
                let is_module = at >= 2 && tokens[at - 2] == "mod";
                braces.push(is_module);
                at += 1;
            }
            "}" => {
                braces.pop();
                at += 1;
            }
            name if is_name(name) => {
                let within = braces.iter().filter(|is_module| **is_module).count();
                let re_exported = follows_public_use(&tokens[..at]);
                let mut names = Vec::new();
                at = follow(tokens, at, &mut Vec::new(), &mut names);
                found.extend(names.into_iter().map(|names| Written {
                    names,
                    re_exported,
                    within,
                }));
            }
            _ => at += 1,
        }
    }
    found.retain(|path| path.names.len() > 1);
    found
}

/// Returns whether `pub use` or `pub(…) use` comes last.
fn follows_public_use(before: &[String]) -> bool {
    match before {
        [.., visibility, import] => import == "use" && matches!(&**visibility, "pub" | ")"),
        _ => false,
    }
}

/// Reads one path or tree of paths from `at`, and returns where it ends.
fn follow(
    tokens: &[String],
    mut at: usize,
    prefix: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> usize {
    let outer = prefix.len();
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    loop {
        match token(at) {
            "{" => {
                at += 1;
                while !matches!(token(at), "}" | "") {
                    let next = follow(tokens, at, prefix, found);
                    // `as other`, commas, and all else that cannot start a path.
                    at = next.max(at + 1);
                    while !matches!(token(at), "," | "}" | "") {
                        at += 1;
                    }
                    if token(at) == "," {
                        at += 1;
                    }
                }
                prefix.truncate(outer);
                return at + 1;
            }
            name if is_name(name) || name == "*" => {
                prefix.push(name.to_owned());
                at += 1;
            }
            _ => break,
        }
        if token(at) != "::" {
            break;
        }
        at += 1;
    }
    if prefix.len() > outer {
        found.push(prefix.clone());
    }
    prefix.truncate(outer);
    at
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Splits a source into names, `::` and single signs, without comments, strings and
/// white space.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let length = match rest {
            ['/', '/', ..] => until(rest, &['\n']),
            ['/', '*', ..] => block_comment(rest),
            ['"', ..] => quoted(rest),
            ['\'', '\\', ..] => 3 + rest[3..].iter().take_while(|c| **c != '\'').count() + 1,
            ['\'', _, '\'', ..] => 3,
            ['r' | 'b' | 'c', ..] if raw(rest).is_some() => raw(rest).unwrap_or(1),
            [':', ':', ..] => {
                tokens.push("::".to_owned());
                2
            }
            [c, ..] if c.is_alphanumeric() || *c == '_' => {
                let name: String = rest
                    .iter()
                    .take_while(|c| c.is_alphanumeric() || **c == '_')
                    .collect();
                let length = name.chars().count();
                tokens.push(name);
                length
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                1
            }
            [] => 1,
        };
        at += length;
    }
    tokens
}

/// Returns the number of characters up to and including `end`.
fn until(rest: &[char], end: &[char]) -> usize {
    rest.windows(end.len())
        .position(|window| window == end)
        .map_or(rest.len(), |position| position + end.len())
}

/// Returns the length of a comment, which may contain others.
fn block_comment(rest: &[char]) -> usize {
    let (mut at, mut open) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (open, at) = (open + 1, at + 2),
            ['*', '/', ..] => (open, at) = (open - 1, at + 2),
            _ => at += 1,
        }
        if open == 0 {
            break;
        }
    }
    at
}

/// Returns the length of a string in quotes.
fn quoted(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Returns the length of a string that starts with `b"`, `r"`, `br#"` and the like.
fn raw(rest: &[char]) -> Option<usize> {
    let letters = rest
        .iter()
        .take_while(|c| matches!(c, 'b' | 'c' | 'r'))
        .count();
    let hashes = rest[letters..].iter().take_while(|c| **c == '#').count();
    if letters > 2 || rest.get(letters + hashes) != Some(&'"') {
        return None;
    }
    let begin = letters + hashes;
    if rest[..letters].contains(&'r') {
        let mut end = vec!['"'];
        end.resize(hashes + 1, '#');
        Some(begin + 1 + until(&rest[begin + 1..], &end))
    } else {
        (hashes == 0).then(|| begin + quoted(&rest[begin..]))
    }
}
