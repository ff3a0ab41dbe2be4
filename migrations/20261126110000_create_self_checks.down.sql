drop table self_checks;
