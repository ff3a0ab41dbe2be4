-- Events by the minute in which they were received, for the last days: counted in the
-- background, as far as `figures` says.
create table event_minutes (
    minute timestamptz primary key,
    events bigint not null check (events > 0)
);
