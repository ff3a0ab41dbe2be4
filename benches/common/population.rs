//! Made-up members, inserted by SQL: millions of them in minutes. Every tenth is unknown; the
//! others have six topics. They are found by their loyalty number, from 1.

use renown::service::scores::Scorer;
use sqlx::{Executor, PgPool};

/// Fills an empty database with members, their scores for the model in force and their tiers in
/// `palms-klub`. The scores are of the present snapshot, so that none is computed again.
pub async fn fill(pool: &PgPool, scorer: &Scorer, count: u64) {
    let model = scorer.model();
    let (model, snapshot) = (model.version().as_str(), scorer.snapshot().id().0);
    let statements = [
        "select setseed(0.5)".to_owned(),
        // Ids in order of time with a random tail, like those of the service.
        format!(
            "insert into members (member_id, scoring, attributes, enrolled_at, updated_at)
             select (lpad(to_hex(1760000000000 + i), 12, '0') || '7000' || md5(i::text))::varchar(32)::uuid,
                 'active', jsonb_build_object(
                     'country', (array['US','DE','FR','GB','IT','ES','JP','BR'])[1 + floor(8 * random() * random())::int],
                     'visits', floor(20 * random()), 'newsletter', random() < 0.5),
                 now() - 800 * random() * interval '1 day', now()
             from generate_series(1, {count}) as i"
        ),
        "insert into identities (kind, value, folded, member_id)
         select 'loyalty', number::text, number::text, member_id
         from (select member_id, row_number() over (order by member_id) as number from members) as numbered"
            .to_owned(),
        format!(
            "insert into scores (member_id, model_version, snapshot_id, as_of, influence, body)
             select member_id, '{model}', {snapshot}, date_trunc('minute', now()), influence,
                 jsonb_build_object(
                     'influence', case when influence is null then '{{\"state\": \"unknown\"}}'::jsonb
                         else jsonb_build_object('state', 'known', 'score', influence, 'lower', influence * 0.8,
                             'upper', least(100, influence * 1.2), 'percentile', 100 * random(), 'evidence', 50 * random()) end,
                     'value', '{{\"state\": \"unknown\"}}'::jsonb,
                     'topics', case when influence is null then '{{}}'::jsonb else (
                         select jsonb_object_agg(topic, jsonb_build_object('influence', 100 * random(),
                             'confidence', random(), 'evidence', 20 * random(), 'interest', random()))
                         from unnest(array['las-vegas', 'nightlife', 'food', 'hotels', 'music', 'travel']) as topic
                         where made.member_id is not null) end,
                     'as_of', '2026-11-24T12:00:00Z', 'model', '{model}', 'snapshot', {snapshot})
             from (select member_id, case when random() < 0.1 then null else 100 * random() * random() end as influence
                   from members) as made"
        ),
        "insert into member_tiers (member_id, program_id, tier, since, keep_until, in_effect, history_id)
         select member_id, 'palms-klub', tier, now() - interval '9 days',
             now() + 90 * random() * interval '1 day', tier, member_id
         from (select member_id, case when influence > 60 then 'insider' else 'regular' end as tier
               from scores where influence > 20) as held"
            .to_owned(),
        "vacuum analyze".to_owned(),
    ];
    for statement in statements {
        let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new(statement);
        pool.execute(query.build()).await.unwrap();
    }
}
