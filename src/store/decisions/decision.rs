//! Recorded decisions.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{
    DecisionId, DecisionLine, ListedDecision, MemberId, MemberName, ProgramId, ProgramVersion,
};

/// A recorded decision. Inputs and outcome are canonical JSON, so that a replay can be
/// compared byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The decision's id.
    pub id: DecisionId,
    /// The program.
    pub program: ProgramId,
    /// The program's version that was evaluated.
    pub version: ProgramVersion,
    /// The member; absent for a person that is not enrolled.
    pub member: Option<MemberId>,
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
    /// What the rules read, as JSON.
    pub inputs: String,
    /// The result of the rules, as JSON.
    pub outcome: String,
}

/// A row of a list of decisions.
struct Row {
    id: DecisionId,
    program: ProgramId,
    version: ProgramVersion,
    decided_at: DateTime<Utc>,
    member: Option<MemberId>,
    name: Option<MemberName>,
}

impl From<Row> for ListedDecision {
    fn from(row: Row) -> Self {
        Self {
            line: DecisionLine {
                id: row.id,
                program: row.program,
                version: row.version,
                decided_at: row.decided_at,
            },
            member: row.member,
            name: row.name,
        }
    }
}

/// Inserts decisions.
pub async fn insert(conn: &mut PgConnection, decisions: &[Recorded]) -> Result<()> {
    let ids: Vec<_> = decisions.iter().map(|decision| decision.id).collect();
    let programs: Vec<_> = decisions.iter().map(|d| &d.program).collect();
    let versions: Vec<_> = decisions.iter().map(|d| d.version).collect();
    let members: Vec<_> = decisions.iter().map(|d| d.member).collect();
    let times: Vec<DateTime<Utc>> = decisions.iter().map(|d| d.decided_at).collect();
    let inputs: Vec<_> = decisions.iter().map(|d| &d.inputs).collect();
    let outcomes: Vec<_> = decisions.iter().map(|d| &d.outcome).collect();
    sqlx::query!(
        "insert into decisions
             (decision_id, program_id, program_version, member_id, decided_at, inputs, outcome)
         select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::uuid[],
                              $5::timestamptz[], $6::text[], $7::text[])",
        ids as _,
        programs as _,
        versions as _,
        members as _,
        &times,
        inputs as _,
        outcomes as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns a decision.
pub async fn get(conn: &mut PgConnection, id: DecisionId) -> Result<Option<Recorded>> {
    let row = sqlx::query!(
        "select program_id, program_version, member_id, decided_at, inputs, outcome
         from decisions where decision_id = $1",
        id as _
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Recorded {
            id,
            program: row.program_id,
            version: row.program_version,
            member: row.member_id,
            decided_at: row.decided_at,
            inputs: row.inputs,
            outcome: row.outcome,
        })
    })
    .transpose()
}

/// Returns a page of all decisions, or of those of a program, latest first, before one.
/// Members are left out who do not take part in scoring any more.
pub async fn page(
    conn: &mut PgConnection,
    program: Option<&ProgramId>,
    before: Option<DecisionId>,
    limit: i64,
) -> Result<Vec<ListedDecision>> {
    macro_rules! page {
        ($which:literal, $($argument:expr),+) => {
            sqlx::query_as!(
                Row,
                r#"select d.decision_id as id, d.program_id as program,
                          d.program_version as version, d.decided_at,
                          m.member_id as "member?: MemberId", m.name as "name?: MemberName"
                   from (select * from decisions
                         where ($1::uuid is null or decision_id < $1) "#
                    + $which
                    + r#" order by decision_id desc limit $2) d
                   left join members m on m.member_id = d.member_id and m.scoring = 'active'
                   order by d.decision_id desc"#,
                $($argument),+
            )
            .fetch_all(conn)
            .await?
        };
    }
    let rows = match program {
        None => page!("", before as _, limit),
        Some(program) => page!("and program_id = $3", before as _, limit, program as _),
    };
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Returns a page of the decisions about a person, latest first, under all ids that they
/// have had.
pub async fn of_person(
    conn: &mut PgConnection,
    ids: &[MemberId],
    before: Option<DecisionId>,
    limit: i64,
) -> Result<Vec<DecisionLine>> {
    let rows = sqlx::query_as!(
        DecisionLine,
        "select decision_id as id, program_id as program, program_version as version, decided_at
         from unnest($1::uuid[]) as person (id), lateral (
             select * from decisions
             where member_id = person.id and ($2::uuid is null or decision_id < $2)
             order by decision_id desc limit $3) as decisions
         order by decision_id desc limit $3",
        ids as _,
        before as _,
        limit
    );
    Ok(rows.fetch_all(conn).await?)
}
