//! `GET /v1/topics`: the topics, and the search for some of them.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::App;
use crate::http::auth::{Auth, Lookup};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::Query;
use crate::http::pagination;
use crate::service::scores::ListedTopic;

/// The search for topics.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TopicListQuery {
    /// Only topics of which the slug or another name begins so, in any spelling: `Las Ve`
    /// finds `las-vegas`.
    #[param(max_length = 100, example = "veg")]
    q: Option<String>,
    /// The most topics, from 1 to 200; 20 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// Topics, those with the most members first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicListBody {
    /// The time of the rank snapshot at which the members were counted; null if there is none
    /// yet.
    as_of: Option<DateTime<Utc>>,
    /// The topics. Those that no member has are from the list of topics, and come last.
    data: Vec<ListedTopicBody>,
}

/// A topic with the number of its members.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedTopicBody {
    /// The topic's slug.
    topic: String,
    /// Other names of the topic, from the list of topics, as slugs.
    names: Vec<String>,
    /// The members with a score on the topic.
    members: u64,
}

impl From<ListedTopic> for ListedTopicBody {
    fn from(listed: ListedTopic) -> Self {
        Self {
            topic: listed.topic.to_string(),
            names: listed.names.iter().map(ToString::to_string).collect(),
            members: listed.members,
        }
    }
}

/// Lists topics, those with the most members first, or finds some by the beginning of a name.
#[utoipa::path(
    get, path = "/v1/topics", tag = "scores", operation_id = "list_topics",
    params(TopicListQuery),
    responses(
        (status = 200, description = "The topics.", body = TopicListBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "A parameter is wrong."),
    )
)]
pub async fn list(
    State(app): State<App>,
    _: Auth<Lookup>,
    Query(query): Query<TopicListQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 20)?;
    let found = app.service.scores.topics(query.q.as_deref(), limit).await?;
    let body = TopicListBody {
        as_of: found.as_of,
        data: found.topics.into_iter().map(Into::into).collect(),
    };
    etag::json(&known, &body)
}
