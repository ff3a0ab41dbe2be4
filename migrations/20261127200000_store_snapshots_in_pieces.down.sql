drop table rank_snapshot_pieces;
