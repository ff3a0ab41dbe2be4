//! The plan: which room may use which. The map in `src/lib.rs` and the tables of the
//! crates say the same; tests compare them.

/// A room, and the rooms and crates that it may use besides itself.
pub(super) type Room = (&'static str, &'static [&'static str]);

/// A crate with its rooms.
#[derive(Debug)]
pub(super) struct Crate {
    /// The name in the plan, and the name in paths of the code.
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    /// The folder of its sources.
    pub(super) folder: &'static str,
    pub(super) rooms: &'static [Room],
}

/// Every crate of the workspace. A room that is not listed here is refused.
pub(super) const HOUSE: &[Crate] = &[
    Crate {
        name: "service",
        path: "renown",
        folder: "src",
        rooms: &[
            ("main", &["cli"]),
            (
                "cli",
                &[
                    "clock",
                    "config",
                    "https",
                    "telemetry",
                    "http",
                    "jobs",
                    "service",
                    "store",
                    "core",
                    "lab",
                    "postgres",
                ],
            ),
            ("http", &["clock", "config", "telemetry", "service", "core"]),
            ("jobs", &["service", "core"]),
            (
                "service",
                &["clock", "config", "https", "store", "core", "lab"],
            ),
            ("store", &["core"]),
            ("telemetry", &["config", "https"]),
            ("config", &["core"]),
            ("clock", &[]),
            ("https", &[]),
        ],
    },
    Crate {
        name: "lab",
        path: "renown_lab",
        folder: "crates/renown-lab/src",
        rooms: &[
            ("evaluation", &["simulation", "core"]),
            ("simulation", &["core"]),
            ("file", &["core"]),
            ("load", &["core"]),
        ],
    },
    Crate {
        name: "postgres",
        path: "renown_postgres",
        folder: "crates/renown-postgres/src",
        rooms: &[],
    },
    Crate {
        name: "core",
        path: "renown_core",
        folder: "crates/renown-core/src",
        rooms: &[
            ("postgres", &["rules", "domain"]),
            ("rules", &["fairness", "domain"]),
            ("scoring", &["domain"]),
            ("ingest", &["domain"]),
            ("fairness", &["domain"]),
            ("domain", &[]),
        ],
    },
];

/// Crates on which the pure crate may not depend, not even indirectly.
pub(super) const IMPURE: &[&str] = &[
    "axum",
    "getrandom",
    "hyper",
    "mio",
    "rand",
    "reqwest",
    "sqlx",
    "tokio",
    "tracing",
];

/// The plan as `src/lib.rs` draws it: one line for each room, in the order of the plan.
pub(super) fn drawn(house: &[Crate]) -> Vec<String> {
    let mut lines = Vec::new();
    for part in house {
        for (room, uses) in part.rooms {
            let room = match part.name {
                "service" => (*room).to_owned(),
                name => format!("{name}::{room}"),
            };
            let uses = match uses {
                [] => "nothing of ours".to_owned(),
                uses => uses.join(", "),
            };
            lines.push(format!("{room} → {uses}"));
        }
    }
    lines
}
