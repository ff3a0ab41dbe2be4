alter table accounts drop column verified_at, drop column verified_by;
alter table identities drop column verified_at, drop column verified_by;
