-- The least compatibility number that a version of the service must have to work with
-- this schema. A migration that only adds leaves it as it is, so that older binaries go
-- on working. A migration that removes or renames something that older binaries use
-- raises it, and names the first version that may start from then on.
create table schema_compatibility (
    only_row boolean primary key default true check (only_row),
    least    integer not null check (least >= 1),
    version  text not null
);
insert into schema_compatibility (least, version) values (1, '0.3.0');
