-- For searches. The order of the collation "C" is that of the bytes, so that a range of an
-- index has all texts that begin alike.
create index accounts_handle on accounts (network, handle collate "C", member_id)
    where member_id is not null;
create index identities_prefix on identities (kind, value collate "C", member_id);
create index members_attributes on members using gin (attributes jsonb_path_ops);
create index member_tiers_in_effect on member_tiers (program_id, in_effect, member_id);
create index topic_scores_members on topic_scores (model_version, topic, member_id);
