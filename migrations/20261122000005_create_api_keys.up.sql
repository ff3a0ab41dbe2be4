create table api_keys (
    key_id     uuid primary key,
    name       text not null,
    -- SHA-256 of the secret, which is random and long: no salt is needed.
    hash       bytea not null constraint api_keys_hash_key unique,
    scopes     text[] not null,
    -- Limited to one program, if set.
    program_id text,
    created_at timestamptz not null,
    revoked_at timestamptz
);
