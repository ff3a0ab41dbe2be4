-- How a webhook gets its messages: as Standard Webhooks recommends, or as CloudEvents. Those
-- that exist go on as before.
alter table webhooks add column format text not null default 'standard'
    constraint webhooks_format_check check (format in ('standard', 'cloudevents'));
