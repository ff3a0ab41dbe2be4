//! The ranks that a snapshot defines: on the leaderboards of topics, and by
//! standing in a program.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::Scorer;
use super::rank::TakenSnapshot;
use crate::service::error::Result;
use crate::store;
use renown_core::domain::{MemberId, Score, Topic};
use renown_core::rules::Program;

/// Members whose imported indices are read at once.
const PAGE: usize = 5_000;
/// The ranks kept of each topic's leaderboard.
const RANKS_KEPT: usize = 10_000;

/// The leaderboards of all topics, by the scores of one snapshot.
#[derive(Default)]
struct Boards(BTreeMap<Topic, Vec<(f64, MemberId)>>);

impl Boards {
    fn add(&mut self, member: MemberId, score: &Score) {
        let earned = score.topics.iter().filter(|(_, on)| on.evidence > 0.0);
        for (topic, on_topic) in earned {
            let board = self.0.entry(topic.clone()).or_default();
            board.push((on_topic.lower, member));
        }
    }

    /// Returns how many members are on the leaderboard of each topic.
    fn sizes(&self) -> BTreeMap<&Topic, u64> {
        let boards = self.0.iter();
        boards
            .map(|(topic, board)| (topic, board.len() as u64))
            .collect()
    }

    /// Returns the first ranks of each topic, by lower ends: in the leaderboards' usual
    /// order.
    fn places(self, first: usize) -> Vec<(MemberId, Topic, u32)> {
        let mut places = Vec::new();
        for (topic, mut board) in self.0 {
            board.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let ranked = (1..).zip(board.into_iter().take(first));
            places.extend(ranked.map(|(rank, (_, member))| (member, topic.clone(), rank)));
        }
        places
    }
}

impl Scorer {
    /// Writes the places of all members on topics, and how many members each topic has, by
    /// the scores of a snapshot.
    pub(super) async fn write_places(
        &self,
        conn: &mut PgConnection,
        taken: &TakenSnapshot,
    ) -> Result<()> {
        let mut boards = Boards::default();
        for (member, score) in taken.members.iter().zip(&taken.scores) {
            boards.add(*member, score);
        }
        let model = taken.model.version();
        store::scores::topics::replace(conn, model, &boards.sizes()).await?;
        let places = boards.places(RANKS_KEPT);
        Ok(store::scores::ranks::replace(conn, model, &places).await?)
    }

    /// Writes the percentiles of standings in the programs that ask for them.
    pub(super) async fn write_standings(
        &self,
        conn: &mut PgConnection,
        taken: &TakenSnapshot,
    ) -> Result<()> {
        for in_force in self.programs.in_force_at(self.context.clock.now()) {
            let program = &in_force.program;
            if program.asks_for_percentile() {
                let standings = standings(conn, program, &taken.members, &taken.scores).await?;
                let percentiles = percentiles(standings);
                store::scores::ranks::replace_standings(conn, program.id(), &percentiles).await?;
            }
        }
        Ok(())
    }
}

/// Returns the lower ends of the standings of the members that have one in a program.
async fn standings(
    conn: &mut PgConnection,
    program: &Program,
    members: &[MemberId],
    scores: &[Score],
) -> Result<Vec<(f64, MemberId)>> {
    let mut standings = Vec::new();
    for (members, scores) in members.chunks(PAGE).zip(scores.chunks(PAGE)) {
        let mut imported = store::members::indices(conn, members).await?;
        for (member, score) in members.iter().zip(scores) {
            let imported = imported.remove(member).unwrap_or_default();
            let standing = program.standing_of(score, &imported);
            // The lower end, because it cannot be bought quickly.
            if !standing.unknown {
                standings.push((standing.lower, *member));
            }
        }
    }
    Ok(standings)
}

/// Returns for each member the share of members that stand lower, in percent; equal
/// standings have equal shares.
fn percentiles(mut standings: Vec<(f64, MemberId)>) -> Vec<(MemberId, f64)> {
    standings.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let total = standings.len() as f64;
    let below = |standing: f64| standings.partition_point(|(other, _)| *other < standing);
    let percentile =
        |(standing, member): &(f64, MemberId)| (*member, 100.0 * below(*standing) as f64 / total);
    standings.iter().map(percentile).collect()
}
