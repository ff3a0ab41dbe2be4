-- When each source was last heard, and how long it usually keeps quiet. A
-- table of its own: the scorer joins sources, which ought to stay still. A
-- source of before this has its row from its next event on.

create table source_activity (
    source_id         integer primary key references sources,
    first_received_at timestamptz not null,
    last_received_at  timestamptz not null,
    -- Hours in which something came: an import of a thousand batches is one.
    periods           integer not null,
    -- The longest pause that is usual; fades (src/domain/feed.rs).
    usual_gap_seconds double precision not null,
    -- False: somebody said that nothing more is to come.
    expected          boolean not null default true
);
