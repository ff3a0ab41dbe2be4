-- Loyalty numbers are the same in any case. `folded` is the number in lower case (ASCII) and gives it
-- away once; it is null for kinds whose case counts, and for rows of earlier versions. Those may differ
-- in case alone, and stay two members' rows. All are found by the second index.
alter table identities add column folded text;
create unique index identities_folded_key on identities (kind, folded) where folded is not null;
create index identities_any_case on identities (kind, lower(value collate "C"), member_id)
    where kind <> 'email';
