//! The method on recorded activity, through the command line, compared with the results
//! in docs/scoring.md.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// Runs the program on files below the directory of recorded data, or returns `None`
/// with a message if there is none.
fn renown(arguments: &[&str]) -> Option<Value> {
    let Some(data) = std::env::var_os("RENOWN_TEST_DATA") else {
        eprintln!("skipped: set RENOWN_TEST_DATA to the directory of recorded data");
        return None;
    };
    let output = Command::new(env!("CARGO_BIN_EXE_renown"))
        .current_dir(PathBuf::from(data))
        .args(arguments)
        .arg("--json")
        .output()
        .expect("the program can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_str(&text).expect("a JSON document"))
}

const QNA: [&str; 3] = [
    "qna/events_before_cut.ndjson",
    "--as-of",
    "2018-06-29T04:39:04.917Z",
];

/// One measure of every ranking method, by name.
fn measured(ranking: &Value, measure: &str) -> impl Fn(&str) -> f64 {
    let rows = ranking["rows"].as_array().expect("rows").clone();
    let measure = measure.to_owned();
    move |name| {
        let row = rows.iter().find(|row| row["name"] == name);
        row.and_then(|row| row[&measure].as_f64())
            .unwrap_or_else(|| panic!("{name}"))
    }
}

#[test]
fn those_whom_the_score_puts_first_earn_most_afterwards() {
    let truths = [
        "--truth",
        "qna/truth_user_topic.csv",
        "--truth",
        "qna/truth_user_gain_after_T.csv",
    ];
    let arguments = [&["evaluate", "ranking"], &QNA[..], &truths].concat();
    let Some(ranking) = renown(&arguments) else {
        return;
    };
    let ndcg = measured(&ranking, "ndcg_at_10");
    let spearman = measured(&ranking, "spearman");
    assert!(ndcg("influence") >= 0.75, "{ranking:#}");
    assert!(spearman("influence") >= 0.63, "{ranking:#}");
    for simpler in [
        "random",
        "own posts",
        "raw reactions",
        "distinct reactors",
        "unseeded PageRank",
        "past points",
    ] {
        assert!(ndcg("influence") > ndcg(simpler), "{simpler}");
        assert!(spearman("influence") > spearman(simpler), "{simpler}");
    }
}

#[test]
fn confidences_come_true_and_intervals_contain_what_they_say() {
    let truth = ["--truth", "qna/truth_user_topic.csv"];
    let arguments = [&["evaluate", "calibration"], &QNA[..], &truth].concat();
    let Some(found) = renown(&arguments) else {
        return;
    };
    let number = |pointer: &str| {
        found
            .pointer(pointer)
            .and_then(Value::as_f64)
            .expect(pointer)
    };
    assert!(number("/confidence/ece") <= 0.05, "{found:#}");
    assert!(
        number("/confidence/brier") < number("/confidence/brier_constant"),
        "{found:#}"
    );
    assert!(
        (0.85..=0.95).contains(&number("/intervals/coverage")),
        "{found:#}"
    );
}

#[test]
fn value_tells_more_of_what_is_spent_later_than_past_spend_or_frequency() {
    let truth = ["--truth", "purchases/truth_future_spend.csv"];
    let arguments = [
        &["evaluate", "ranking", "purchases/events.ndjson"],
        &truth[..],
    ]
    .concat();
    let Some(ranking) = renown(&arguments) else {
        return;
    };
    let spearman = measured(&ranking, "spearman");
    for simpler in ["past spend", "number of orders", "random"] {
        assert!(spearman("value") > spearman(simpler), "{ranking:#}");
    }
}
