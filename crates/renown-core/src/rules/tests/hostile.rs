//! Conditions from untrusted input never cause a panic or a hang.

use proptest::prelude::*;

use super::*;

/// Compiles on a stack of the size of a server thread's stack.
fn survives(condition: &str) {
    let source = serde_json::json!({
        "program": "p",
        "service_levels": [{ "id": "s", "queue": "q" }],
        "tiers": [
            { "id": "a", "when": condition, "service_level": "s" },
            { "id": "b", "service_level": "s" },
        ],
    })
    .to_string();
    let thread = std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(move || Program::compile(&source, &Setting::at(now())).is_ok())
        .unwrap();
    thread.join().unwrap();
}

#[test]
fn deep_and_long_conditions_are_survived() {
    let repeated = |unit: &str, times: usize| unit.repeat(times);
    for times in [3, 15, 16, 30, 60, 100, 199, 200, 700] {
        let mut conditions = vec![
            repeated("(", times),
            format!(
                "{}standing.unknown{}",
                repeated("(", times),
                repeated(")", times)
            ),
            format!("{}1{}", repeated("[", times), repeated("]", times)),
            format!("1{} > 2", repeated("+1", times)),
            format!(
                "standing.unknown{}",
                repeated(" && standing.unknown", times)
            ),
            format!(
                "standing.unknown{}",
                repeated(" || standing.unknown", times)
            ),
            format!("{}standing.unknown", repeated("!", times)),
            format!("{}1 > 0", repeated("-", times)),
            format!("{}true", repeated("standing.unknown ? false : ", times)),
            format!("true{}", repeated(" ? true : false", times)),
            format!("standing{}", repeated(".lower", times)),
            format!("standing{}", repeated("[0]", times)),
            format!(
                "{}standing.unknown{}",
                repeated("has(", times),
                repeated(")", times)
            ),
            format!(
                "{}1{}",
                repeated("[1].map(x, ", times),
                repeated(")", times)
            ),
            format!(
                "{}true{}",
                repeated("member.networks.all(n, ", times),
                repeated(")", times)
            ),
            format!("1 in [{}]", repeated("1,", times)),
            format!("1{}", repeated(" < 1", times)),
            format!("1{}", repeated("0", times)),
            format!("{}a", repeated("a.b(", times)),
            format!(
                "{}1{} > 2",
                repeated("(", times),
                repeated("+1+1+1)", times)
            ),
            format!(
                "2 < {}1{}",
                repeated("1+(1+1+", times),
                repeated(")", times)
            ),
            repeated("\"", times),
            repeated("?:", times),
            repeated("{", times),
        ];
        let nested = (0..times.min(200)).fold("standing.unknown".to_owned(), |inner, _| {
            format!("({inner} ? standing.unknown : value.unknown)")
        });
        conditions.push(nested);
        conditions.iter().for_each(|condition| survives(condition));
    }
}

#[test]
fn hostile_yaml_is_survived() {
    let anchors: String = (0..30)
        .map(|i| {
            format!(
                "a{}: &a{} [{}]\n",
                i + 1,
                i + 1,
                format!("*a{i},").repeat(9)
            )
        })
        .collect();
    let deep = "[".repeat(100_000);
    let bomb = format!("a0: &a0 x\n{anchors}");
    let nested = "a:\n".to_owned() + &(1..500).map(|i| " ".repeat(i) + "a:\n").collect::<String>();
    let huge = "x".repeat(300_000);
    let many = format!("perks: [{}]", "{},".repeat(20_000));
    for source in [
        &deep,
        &bomb,
        &nested,
        &huge,
        &many,
        "",
        "\u{0}",
        "- 1",
        "null",
        "a: !!binary x",
        "&a [*a]",
    ] {
        assert!(Program::compile(source, &Setting::at(now())).is_err());
    }
}

fn soup() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "standing",
        "influence",
        ".lower",
        ".unknown",
        "topic(\"x\")",
        "index('k')",
        ".confidence",
        "member",
        ".attributes",
        ".a",
        "tier",
        "request",
        "now",
        "has",
        "(",
        ")",
        "[",
        "]",
        "&&",
        "||",
        "!",
        "==",
        ">=",
        "<",
        "+",
        "-",
        "*",
        "/",
        "%",
        "?",
        ":",
        ",",
        "1",
        "0.5",
        "1e9",
        "0x1",
        "1u",
        "true",
        "null",
        "\"t\"",
        "in",
        " ",
        ".exists(x, ",
        ".all(x, ",
        "x",
        "duration(\"1d\")",
        "timestamp(\"2026-01-01T00:00:00Z\")",
        "size(",
        ".map(y, ",
        "é",
        "\\",
        "{",
        "}",
        "`",
        "\n",
    ]);
    prop::collection::vec(words, 0..80).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_condition_made_of_the_languages_own_words_breaks_anything(condition in soup()) {
        survives(&condition);
    }

    #[test]
    fn no_text_at_all_breaks_anything(text in "\\PC{0,200}") {
        survives(&text);
        let _ = Program::compile(&text, &Setting::at(now()));
    }

    #[test]
    fn no_mutilated_program_breaks_anything(at in 0..4_000_usize, junk in "\\PC{0,5}", cut in 0..40_usize, colour: bool) {
        let source = include_str!("klub.yaml");
        let mut chars: Vec<char> = source.chars().collect();
        let at = at.min(chars.len());
        let end = (at + cut).min(chars.len());
        chars.splice(at..end, junk.chars());
        let text: String = chars.into_iter().collect();
        if let Err(found) = Program::compile(&text, &Setting::at(now())) {
            prop_assert!(!found.is_empty());
            prop_assert!(!render(&found, &text, "f.yaml", colour).is_empty());
        }
    }
}
