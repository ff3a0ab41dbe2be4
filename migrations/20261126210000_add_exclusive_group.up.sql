-- The group of perks of which a member gets one, as of the claim: programs share the name,
-- and may change it later.
alter table claims add column exclusive_group text;

-- What a member has of all groups is read whenever a perk of a group is decided on.
create index claims_exclusive on claims (member_id)
    where exclusive_group is not null and state in ('held', 'confirmed', 'redeemed');
