drop table webhook_lines;
drop table webhook_deliveries;
drop table outbox_head;
drop index outbox_unrelayed;
drop index outbox_position;
alter table outbox drop column position;
drop table webhook_secrets;
drop table webhooks;
