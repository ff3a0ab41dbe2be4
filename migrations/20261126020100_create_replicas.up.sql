-- What each running replica says about itself every few seconds, so that an operator
-- sees from one place which versions run, whose clock is wrong, and which jobs fail.
-- Nothing is decided by these rows.
create table replicas (
    replica_id         uuid primary key,
    -- The address from which it reaches the database, and the one that it serves.
    reached_from       text not null,
    serves             text not null,
    version            text not null,
    started_at         timestamptz not null,
    seen_at            timestamptz not null,
    -- How far the clock of its machine is ahead of the database's.
    clock_skew_seconds double precision not null
);

create table job_runs (
    replica_id      uuid not null references replicas on delete cascade,
    job             text not null,
    last_success_at timestamptz,
    last_failure_at timestamptz,
    -- Since when it has only failed; null if the last round succeeded.
    failing_since   timestamptz,
    failure         text,
    primary key (replica_id, job)
);
