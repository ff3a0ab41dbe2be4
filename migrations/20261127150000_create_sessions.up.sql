-- People who have signed in, and desks inside pages of other sites. Only the hash of the
-- token is stored.
create table sessions (
    session_id   uuid primary key,
    -- SHA-256 of the token, which is random and long: no salt is needed.
    hash         bytea not null constraint sessions_hash_key unique,
    kind         text not null,
    -- Who uses it: the id of the API key, or an id of the person, which is the same every
    -- time. It stays known as long as grants and versions name it.
    caller_id    uuid not null,
    name         text not null,
    -- Either the key with which it was made, and the hash of the secret that was used: the
    -- session ends with that secret.
    key_id       uuid references api_keys (key_id),
    key_hash     bytea,
    -- Or the provider that has signed the person in.
    provider     text,
    -- What it may do; what its key may do, if null.
    role         text,
    -- Limited to one program, if set.
    program_id   text,
    created_at   timestamptz not null,
    -- Exact to a minute: it is not written on every request.
    last_used_at timestamptz not null,
    expires_at   timestamptz not null,
    revoked_at   timestamptz,
    constraint sessions_maker_check check (
        (key_id is not null and key_hash is not null and provider is null)
        or (key_id is null and key_hash is null and provider is not null and role is not null))
);
create index sessions_of_caller on sessions (caller_id, session_id);
-- For the deletion of old ones.
create index sessions_end on sessions (expires_at);
