-- A redemption can be reversed: the claim is cancelled, and its redemption stays on record.
-- Not validated: every row obeyed the stricter rule, so none has to be read while claims wait.
alter table claims
    drop constraint claims_state_has_its_times,
    add constraint claims_state_has_its_times check (
        case state
            when 'held' then confirmed_at is null and redeemed_at is null and ended_at is null
            when 'confirmed' then confirmed_at is not null and redeemed_at is null and ended_at is null
            when 'redeemed' then confirmed_at is not null and redeemed_at is not null
                and ended_at is null and expires_at is null
            when 'cancelled' then ended_at is not null and expires_at is null
                and (redeemed_at is null or confirmed_at is not null)
            else redeemed_at is null and ended_at is not null and expires_at is null
        end) not valid;
