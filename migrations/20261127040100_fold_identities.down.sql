drop index identities_any_case;
alter table identities drop column folded;
