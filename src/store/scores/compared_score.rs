//! Scores as they are stored, in all places where they are: for a rebuild, which compares.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::store::Result;
use renown_core::domain::{MemberId, ModelVersion, Score, Topic};

/// A stored score.
#[derive(Debug, PartialEq)]
pub struct ComparedScore {
    /// The score.
    pub score: Score,
    /// Whether its packed form, and the columns and scores on topics that are stored beside it,
    /// are its own.
    pub is_whole: bool,
}

/// Returns the stored scores of those members that have one by a model.
pub async fn stored(
    conn: &mut PgConnection,
    model: &ModelVersion,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, ComparedScore>> {
    let mut topics = stored_topics(conn, model, members).await?;
    let rows = sqlx::query!(
        r#"select member_id, influence, lower, recheck_at, packed, body as "body: Json<Score>"
           from scores where member_id = any($1) and model_version = $2"#,
        members as _,
        model as _
    )
    .fetch_all(conn)
    .await?;
    let scores = rows.into_iter().map(|row| {
        let score = row.body.0;
        let on_topics = topics.remove(&row.member_id).unwrap_or_default();
        let columns = (row.influence, row.lower, row.recheck_at);
        let is_whole = columns == columns_of(&score)
            && on_topics == topics_of(&score)
            && row.packed == Some(score.encode());
        (row.member_id, ComparedScore { score, is_whole })
    });
    Ok(scores.collect())
}

type Columns = (Option<f64>, Option<f64>, Option<DateTime<Utc>>);
type OnTopics = BTreeMap<Topic, (f64, Option<f64>)>;

fn columns_of(score: &Score) -> Columns {
    let lower = score.influence.interval().map(|interval| interval.lower);
    (score.influence.score(), lower, score.recheck_at())
}

/// Returns the scores on topics that are stored in lines of their own.
fn topics_of(score: &Score) -> OnTopics {
    let earned = (score.topics.iter()).filter(|(_, on_topic)| on_topic.evidence > 0.0);
    earned
        .map(|(topic, on_topic)| (topic.clone(), (on_topic.influence, Some(on_topic.lower))))
        .collect()
}

async fn stored_topics(
    conn: &mut PgConnection,
    model: &ModelVersion,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, OnTopics>> {
    let rows = sqlx::query!(
        "select member_id, topic, influence, lower from topic_scores
         where member_id = any($1) and model_version = $2",
        members as _,
        model as _
    )
    .fetch_all(conn)
    .await?;
    let mut topics: BTreeMap<MemberId, OnTopics> = BTreeMap::new();
    for row in rows {
        let of_member = topics.entry(row.member_id).or_default();
        of_member.insert(row.topic, (row.influence, row.lower));
    }
    Ok(topics)
}
