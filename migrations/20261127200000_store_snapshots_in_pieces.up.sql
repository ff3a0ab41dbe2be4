-- The further pieces of a snapshot whose body is larger than one piece (rank.piece_bytes),
-- because a value has at most 1 GB, and because neither side should hold it whole. The first
-- piece is rank_snapshots.body, where smaller snapshots are whole, as before.
create table rank_snapshot_pieces (
    snapshot_id   bigint not null references rank_snapshots on delete cascade,
    -- From 1.
    piece         integer not null,
    body          bytea not null,
    primary key (snapshot_id, piece)
);
