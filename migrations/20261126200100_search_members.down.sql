drop index topic_scores_members;
drop index member_tiers_in_effect;
drop index members_attributes;
drop index identities_prefix;
drop index accounts_handle;
