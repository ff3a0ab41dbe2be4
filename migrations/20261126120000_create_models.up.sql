-- Scoring models: the one in force, the next that is being built beside it, and earlier
-- ones. Every replica scores with the one in force, whatever file it is configured with.
create table models (
    model_version text primary key,
    -- The file. A published model is never edited.
    body          text not null,
    state         text not null check (state in ('building', 'ready', 'in_force', 'retired')),
    -- When the state began.
    since         timestamptz not null,
    -- How far members would move, as of when the model became ready.
    report        jsonb
);
create unique index models_one_in_force on models ((true)) where state = 'in_force';

-- As `refolds`, for the model that is being built.
create table next_refolds (
    account_id bigint not null primary key
);

-- A trigger, because replicas of an earlier version queue accounts, too, and do not know
-- the second queue. Before the insertion, so that it also fires for an account that is
-- queued already.
create function copy_refold() returns trigger language plpgsql as $$
begin
    if exists (select from models where state in ('building', 'ready')) then
        insert into next_refolds (account_id) values (new.account_id) on conflict do nothing;
    end if;
    return new;
end
$$;
create trigger copy_refold before insert on refolds
    for each row execute function copy_refold();
