//! Bands of one number, one below the other.

use super::*;

#[test]
fn bands_that_fit_are_left_alone() {
    for tiers in [
        [
            "standing.lower >= 45",
            "standing.lower >= 30 && standing.lower < 45",
        ],
        [
            "standing.lower > 45",
            "standing.lower >= 30 && standing.lower <= 45",
        ],
        ["member.days_enrolled >= 30", "member.days_enrolled <= 29"],
        // Nobody is asked both.
        [
            "standing.lower >= 45 && member.days_enrolled >= 365",
            "standing.unknown && member.days_enrolled < 30",
        ],
        ["standing.lower >= 45", "standing.lower >= 30"],
    ] {
        assert_eq!(codes(&tiers, &[]), [""; 0], "{tiers:?}");
    }
}

#[test]
fn bands_that_overlap_are_told_where() {
    let found = findings(
        &[
            "standing.lower >= 45",
            "standing.lower >= 30 && standing.lower <= 45",
        ],
        &[],
    );
    assert_eq!((found.len(), found[0].severity), (1, Severity::Warning));
    assert_eq!(
        found[0].message,
        "At 45 of standing.lower both 't0' and 't1' hold; 't0' wins."
    );
    assert_eq!(
        sentence(
            &[
                "standing.lower >= 40 && !value.unknown",
                "45 >= standing.lower"
            ],
            &[]
        ),
        "From 40 to 45 of standing.lower both 't0' and 't1' hold; 't0' wins."
    );
    assert_eq!(
        sentence(
            &[
                "member.attributes.visits > 3",
                "member.attributes.visits < 10"
            ],
            &[]
        ),
        "Between 3 and 10 of member.attributes.visits both 't0' and 't1' hold; 't0' wins."
    );
}

#[test]
fn whoever_falls_between_two_bands_is_told_of() {
    assert_eq!(
        sentence(
            &[
                "standing.lower >= 45",
                "standing.lower >= 30 && standing.lower < 40"
            ],
            &[]
        ),
        "From 40 to below 45 of standing.lower neither 't0' nor 't1' holds: those people get 'guest', less than somebody just below 40."
    );
    assert_eq!(
        sentence(&["standing.lower > 45", "standing.lower < 45"], &[]),
        "At 45 of standing.lower neither 't0' nor 't1' holds: those people get 'guest', less than somebody just below 45."
    );
    assert_eq!(
        sentence(
            &["member.days_enrolled >= 365", "member.days_enrolled <= 30"],
            &[]
        ),
        "Between 30 and 365 of member.days_enrolled neither 't0' nor 't1' holds: those people get 'guest', less than somebody at 30."
    );
    // A tier further down catches them, which is still less.
    assert_eq!(
        sentence(
            &[
                "standing.lower >= 45",
                "standing.lower >= 30 && standing.lower < 40",
                "standing.lower >= 10"
            ],
            &[]
        ),
        "From 40 to below 45 of standing.lower neither 't0' nor 't1' holds: those people get 't2', less than somebody just below 40."
    );
    // A better tier by another way catches them.
    assert_eq!(
        codes(
            &[
                "standing.lower >= 45",
                "standing.lower >= 35",
                "standing.lower >= 30 && standing.lower < 40"
            ],
            &[]
        ),
        ["overlap"]
    );
}

#[test]
fn bands_of_what_a_table_says_are_compared_too() {
    let source = program(
        &[
            "table(\"back\").times >= 3",
            "table(\"back\").times >= 1 && table(\"back\").times <= 3",
        ],
        &[],
    ) + "tables:\n  - id: back\n    inputs: [value.lower]\n    \
           outputs: [{ name: times, type: number }]\n    hit: first\n    \
           rules: [{ when: ['>= 50'], then: [3] }, { when: ['>= 10'], then: [1] }]\n    \
           otherwise: [0]\n";
    let found = Program::compile(&source, &Setting::at(now()))
        .unwrap()
        .warnings;
    assert_eq!(
        found[0].message,
        "At 3 of table(\"back\").times both 't0' and 't1' hold; 't0' wins."
    );
}
