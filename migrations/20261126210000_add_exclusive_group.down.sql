drop index claims_exclusive;
alter table claims drop column exclusive_group;
