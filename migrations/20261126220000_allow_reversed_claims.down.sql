update claims set redeemed_at = null, redeemed_by = null
where state = 'cancelled' and redeemed_at is not null;
alter table claims
    drop constraint claims_state_has_its_times,
    add constraint claims_state_has_its_times check (
        case state
            when 'held' then confirmed_at is null and redeemed_at is null and ended_at is null
            when 'confirmed' then confirmed_at is not null and redeemed_at is null and ended_at is null
            when 'redeemed' then confirmed_at is not null and redeemed_at is not null
                and ended_at is null and expires_at is null
            else redeemed_at is null and ended_at is not null and expires_at is null
        end);
