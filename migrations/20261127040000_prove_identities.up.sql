-- Who verified that an identity is the member's, and when; null while it is only asserted.
alter table identities
    add column verified_by text,
    add column verified_at timestamptz,
    add constraint identities_verified check ((verified_by is null) = (verified_at is null)) not valid;
alter table accounts
    add column verified_by text,
    add column verified_at timestamptz,
    add constraint accounts_verified check ((verified_by is null) = (verified_at is null)) not valid;
