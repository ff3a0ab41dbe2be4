alter table webhooks drop column format;
