alter table api_keys
    drop constraint api_keys_name_check,
    drop column bootstrap,
    drop column previous_until,
    drop column previous_hash,
    drop column last_used_at,
    drop column expires_at,
    drop column sources;
