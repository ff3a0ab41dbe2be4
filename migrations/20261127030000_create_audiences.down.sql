alter table program_versions drop column audiences;
drop table audience_members;
drop table audiences;
