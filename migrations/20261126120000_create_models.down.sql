drop trigger copy_refold on refolds;
drop function copy_refold();
drop table next_refolds;
drop table models;
