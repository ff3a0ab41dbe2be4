-- The latest check of each scoring model against this deployment's own log: whether what
-- scores said at one time came true after it.
create table self_checks (
    model_version text primary key,
    checked_at    timestamptz not null,
    body          jsonb not null
);
