alter table api_keys
    -- The sources as which the key may send events; all, if null.
    add column sources text[],
    add column expires_at timestamptz,
    -- Exact to a minute: it is not written on every request.
    add column last_used_at timestamptz,
    -- The secret before the present one works too until this time.
    add column previous_hash bytea constraint api_keys_previous_hash_key unique,
    add column previous_until timestamptz,
    -- The secret comes from the environment of the service. A new one ends the others.
    add column bootstrap boolean not null default false;

-- Until now the name was the only mark of such a key.
update api_keys set bootstrap = true where name = 'bootstrap' and scopes = '{admin}';

-- Names were not checked before.
update api_keys set name = coalesce(
    nullif(left(regexp_replace(name, '[\u0001-\u001f\u007f-\u009f]+', ' ', 'g'), 100), ''),
    'unnamed');
alter table api_keys add constraint api_keys_name_check
    check (char_length(name) between 1 and 100 and name !~ '[\u0001-\u001f\u007f-\u009f]');
