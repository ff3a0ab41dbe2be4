// Generated from the contract of the service by openapi-typescript: run clients/generate. Do not edit.

export interface paths {
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Answers if the process runs. */
        get: operations["livez"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns counters and gauges in the text format of Prometheus.
         * @description Gauges that are counted in the database are up to 10 seconds old, or older while it
         *     does not answer. A key that could read the metrics in the last ten minutes can read
         *     them while the database does not answer.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Answers if the service is ready.
         * @description It is if the database can be reached, its clock and that of the machine differ by at
         *     most 10 seconds, changes made by other replicas are received, and no job fails for
         *     longer than configured. Otherwise `reasons` has a sentence for each that is wrong.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audiences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists all audiences. */
        get: operations["list_audiences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audiences/{audience}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns an audience. */
        get: operations["get_audience"];
        /**
         * Stores an audience, in the place of the one with this name if there is one.
         * @description The body is the audience's file: `when`, a condition in the language of programs, or
         *     `list: true`. If the meaning of an audience changes, each program that refers to it gets a
         *     new version with the same source. A list that is replaced by a condition loses its members.
         */
        put: operations["put_audience"];
        post?: never;
        /** Deletes an audience, and its list. */
        delete: operations["delete_audience"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audiences/{audience}/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counts the members of an audience.
         * @description A condition is evaluated on all members, which takes a while if there are many. A member
         *     who changes meanwhile may be counted as before or as after. Outside of a program,
         *     `standing` is influence alone.
         */
        get: operations["count_audience"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audiences/{audience}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exports the members of an audience.
         * @description NDJSON has a member a line, as the list of members has them; CSV (with
         *     `Accept: text/csv`) their id, name and identities. The answer is streamed: if it breaks
         *     off, it is not whole.
         */
        get: operations["export_audience"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audiences/{audience}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the members of an audience.
         * @description A page of an audience with a condition may have fewer members than `limit`, and even none:
         *     go on as long as there is a `next_cursor`.
         */
        get: operations["list_audience_members"];
        put?: never;
        /**
         * Adds members to a list, and removes others.
         * @description What is so already stays so: the same request can be sent again.
         */
        post: operations["change_audience_members"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audiences/{audience}/members/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Adds a member to a list. */
        put: operations["add_audience_member"];
        post?: never;
        /** Removes a member from a list. */
        delete: operations["remove_audience_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claims": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists claims, latest first. */
        get: operations["list_claims"];
        put?: never;
        /**
         * Holds a unit of a perk for a member, if the program gives it to them now.
         * @description The same compiled rules decide as in the offers lookup.
         */
        post: operations["hold_claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claims/{claim}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a claim. */
        get: operations["get_claim"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claims/{claim}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels a claim that was not redeemed: the business takes the unit back and
         *     gives a reason.
         */
        post: operations["cancel_claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claims/{claim}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirms a claim that is held: the member accepts the unit.
         * @description Confirming it again changes nothing.
         */
        post: operations["confirm_claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claims/{claim}/redeem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redeems a confirmed claim: the unit is handed over.
         * @description A claim is redeemed only once. A second attempt is refused, unless it is the
         *     same request sent again under its `Idempotency-Key`.
         */
        post: operations["redeem_claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claims/{claim}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Releases a claim: the member does not want the unit.
         * @description The unit goes to the first member on the waiting list, or else back to the
         *     stock.
         */
        post: operations["release_claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claims/{claim}/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reverses a redemption that was a mistake: the unit was not handed over after
         *     all.
         * @description It goes to the first member on the waiting list, or else back to the stock, and
         *     the limits no longer count it. That is possible until `claims.reversal_seconds`
         *     of the configuration after the redemption. Reversing it again changes nothing.
         */
        post: operations["reverse_claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the recorded decisions, latest first. */
        get: operations["list_decisions"];
        put?: never;
        /**
         * Decides what a member gets, with all reasons, and records it.
         * @description The answer lists every tier and perk with its condition as written, what was
         *     found, what was required, and what would change it (a change that was
         *     evaluated and found to pass, or the reason why there is none).
         *
         *     A batch has up to 1,000 decisions (100 under an `Idempotency-Key`). Each is
         *     answered on its own, with its decision or its problem. All that are not dry
         *     runs are recorded in one transaction before the answer.
         */
        post: operations["decide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a recorded decision as it was made. */
        get: operations["get_decision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Evaluates a recorded decision again, from its recorded inputs.
         * @description The version of the program is the one that gave the outcome, whether it is in
         *     force or not. Nothing else is read, and nothing is recorded.
         */
        get: operations["replay_decision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/desk-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a token for a desk in a frame of another site, such as the page of a booking system.
         * @description The backend of that page asks for it with its API key, and the browser never sees the key.
         *     The token allows what its desk needs, in its program alone, and ends with the key.
         */
        post: operations["create_desk_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entries/{entry}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns an entry and its outcome. */
        get: operations["get_entry"];
        put?: never;
        post?: never;
        /**
         * Withdraws an entry before the draw.
         * @description Withdrawing it again changes nothing.
         */
        delete: operations["withdraw_entry"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stores events.
         * @description Send one object or an array (`application/json`), or a stream with one object
         *     per line (`application/x-ndjson`), optionally compressed with gzip or zstd
         *     (`Content-Encoding`).
         *
         *     Valid items are stored even if others are not, and the answer says what became
         *     of each. Sending the same events again is harmless. A stream may be of any
         *     length up to the configured limit. If it breaks off, does not arrive in time or
         *     has too many wrong items, what came before is stored, and the problem, if you
         *     can still receive it, has the same counts. With `Prefer: handling=strict`, an object or array is stored
         *     completely or not at all.
         *
         *     CloudEvents 1.0 are taken too, as JSON (`application/cloudevents+json`,
         *     `application/cloudevents-batch+json`) or in binary mode (headers `ce-…`), and so are documents
         *     of ActivityStreams 2.0 (`application/activity+json`, or `application/ld+json` with its
         *     profile), each of which may be a collection of others. An item that means nothing that is
         *     counted is ignored, with a reason, and is no mistake.
         *
         *     A key that is bound to sources may send only as these: an event of another source is
         *     rejected. An undo names an event of its own source.
         */
        post: operations["send_events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists all API keys, latest first, without their secrets. */
        get: operations["list_keys"];
        put?: never;
        /** Creates an API key. */
        post: operations["create_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns an API key, without its secret. */
        get: operations["get_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revokes a key: from now on it allows nothing, on every replica. It stays in the list.
         * @description Revoking it again changes nothing.
         */
        post: operations["revoke_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces a key's secret.
         * @description The present secret works too for a while, so that its holder has time to change over.
         *     At most two secrets work: one that was replaced before ends now.
         */
        post: operations["rotate_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/leaderboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists members by influence, overall or on a topic.
         * @description The order is that of the lower ends unless `by=score` asks for that of the scores.
         *     Members that opted out and people that are not enrolled do not appear.
         */
        get: operations["get_leaderboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists members, or finds some of them.
         * @description The latest enrolment is first. With `identity`, or else `name`, the order is that of the
         *     identities or words that were found. All conditions hold. Members who enrol or change
         *     while pages are read move no other member to another page.
         *
         *     If many members meet each of several conditions and few meet all, a page may have fewer
         *     members than `limit`, or none, and still a `next_cursor`: the search goes on there.
         */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exports members as a list.
         * @description The conditions and the order are those of the list of members. The answer is one JSON
         *     object a line (NDJSON), or with `Accept: text/csv` a table. It is written while it is read,
         *     and the import of members reads it back as it is. A list that breaks off is incomplete.
         */
        get: operations["export_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports a list of members.
         * @description The list is CSV with a header, or one JSON object a line (NDJSON), optionally compressed
         *     with gzip or zstd. A line enrols a member, or changes what it says of a known one, as
         *     `PATCH` would; the identities of a line are added, and none is removed. Consent (`scoring`)
         *     changes only if a line names it. Lines are written a few thousand at a time. A wrong line
         *     changes nothing, and the others are written. Sending the same list again changes nothing.
         *
         *     With `Accept: application/x-ndjson`, the answer is a stream with the result of each line,
         *     after its commit, while you send: `line`, `result` (`created`, `changed`, `unchanged` or
         *     `refused`), `member`, `columns`, or `column` and `detail`. Read it while you send. The last
         *     line is an object with the counts as `summary`, or with a `problem`.
         */
        post: operations["import_members"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns an enrolled member. */
        get: operations["get_member"];
        /**
         * Enrols a member, or replaces what is known of one.
         * @description Of a known member it replaces `name`, `attributes` and `interests`, also if they are
         *     absent. It replaces `identities` and `scoring` only if they are named, and leaves
         *     `enrolled_at`, the indices, and everything that was computed or given. `PATCH` changes
         *     only what it names.
         *
         *     Late enrolment loses nothing: events about the member's accounts that were
         *     received before the enrolment count from now on.
         */
        put: operations["put_member"];
        post?: never;
        /**
         * Ends a membership.
         * @description The identities are unlinked; the scores, tiers, indices and what you sent about the member
         *     are deleted. Held units are released, and waits and entries of open draws end. Claims,
         *     grants, decisions and messages stay as records, and confirmed units stay the member's.
         *     Events stay without a name. The next `PUT` of an identity enrols a new member.
         *
         *     Sent again with the member's id, it is answered 204 again. No identity leads to the member
         *     any more.
         */
        delete: operations["delete_member"];
        options?: never;
        head?: never;
        /**
         * Changes some of what is known of a member, as a JSON merge patch (RFC 7396).
         * @description What the body does not name stays as it is. Two changes at once do not overwrite each
         *     other, unless they name the same; with `If-Match`, the second is refused.
         */
        patch: operations["patch_member"];
        trace?: never;
    };
    "/v1/members/{member}/claims": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists a member's claims, latest first. */
        get: operations["list_claims_of_member"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the decisions about a member, latest first. */
        get: operations["list_decisions_of_member"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the events about a member's accounts, those first that were received last.
         * @description What the log keeps of texts are their topics. A membership that has ended has no accounts,
         *     and so no events.
         */
        get: operations["list_events_of_member"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists a member's grants in all programs, latest first. */
        get: operations["list_grants_of_member"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/indices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists a member's indices from other systems. */
        get: operations["list_indices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/indices/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns an index from another system. */
        get: operations["get_index"];
        /**
         * Stores an index from another system.
         * @description It is a score that another system computed, with its origin and its time. A member
         *     has at most 64 of them.
         */
        put: operations["put_index"];
        post?: never;
        /** Deletes an index from another system. */
        delete: operations["delete_index"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merges another member into the one in the path.
         * @description Identities, accounts, claims, grants, waits and entries of draws of the absorbed member
         *     are the surviving one's from then on, and events of all accounts count together. Of values
         *     that both have, the survivor's stay. If one of the two has opted out, the joined member
         *     has. Limits count the claims of both; nobody loses what they have. The id of the absorbed
         *     member leads to the surviving one.
         */
        post: operations["merge_members"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/merge/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Works out what a merge would do, and changes nothing.
         * @description The joined member is scored by the scorer and evaluated by the rules, from what is stored
         *     of both.
         */
        post: operations["preview_merge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/merges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the merges of a member, latest first. */
        get: operations["list_merges_of_member"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the messages about a member that are kept, latest first. */
        get: operations["list_messages_of_member"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/score": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns a member's scores.
         * @description There is always an answer. A member about whom nothing is known is `unknown`,
         *     which is not a low score.
         */
        get: operations["get_score"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/score/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explains how a member's score comes about.
         * @description The answer has the parts of influence, and within each part the types of
         *     reaction and the contents that earned most. The points add up to the score.
         *     Reactors appear as counts, never by name.
         */
        get: operations["explain_score"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/score/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns a member's score history: the last score of each day, latest first.
         * @description Opting out deletes the history. A day without an entry is a day on which no
         *     score was published.
         */
        get: operations["get_score_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/tiers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists a member's tiers in all programs. */
        get: operations["list_tiers_of_member"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{member}/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a member's topics with influence, confidence and interest on each. */
        get: operations["get_topics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/merges/{merge}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a merge. */
        get: operations["get_merge"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/merges/{merge}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undoes a merge.
         * @description What came with the merge goes back, unless it has changed hands since; what was claimed
         *     since stays with the survivor. Both are scored again. A merge is undone once, and before
         *     `undo_until`. Of several merges of a member, the latest is undone first.
         */
        post: operations["undo_merge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the messages that are kept, latest first.
         * @description If few messages are of the types or of the program, a page may have fewer than `limit`, or
         *     none, and still a `next_cursor`: the list goes on there.
         */
        get: operations["list_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the scoring model in force.
         * @description It has what the model's numbers claim, the rank snapshot that scores are computed with,
         *     and the latest check: once a day the last part of the log is held out, scores are worked
         *     out from what came before, and compared with what came after.
         */
        get: operations["get_model"];
        /**
         * Puts a scoring model that is ready in force.
         * @description From now on its scores are answered and tested by rules, on every replica. All members
         *     are judged by it at once; tiers that it lowers are kept and noticed as their programs
         *     say. The model before it is no longer computed; it is built anew if it is configured
         *     again. Putting the model in force that is in force changes nothing.
         */
        put: operations["put_model_in_force"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the scoring models: the one in force, and the one that is built beside it.
         * @description A process that is configured with another model than the one in force has it built. Its
         *     scores are compared with the present ones before an administrator puts it in force.
         */
        get: operations["list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the overview of the deployment: its members, what happened in the last 24 hours,
         *     and what needs attention.
         * @description Counts are measured in the background about once a minute. What needs attention, the stock
         *     of perks, and how far the scorer is are as of now.
         */
        get: operations["get_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the programs in force that the key reaches. */
        get: operations["list_programs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Checks a program without storing anything.
         * @description The names in it are compared with those that the data has.
         */
        post: operations["check_program"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Returns in words what the draft, or a program in the request, would change in the version
         *     in force. Nothing is stored.
         */
        post: operations["compare_program"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the draft as it was stored. */
        get: operations["get_draft"];
        /**
         * Stores a draft, even with mistakes.
         * @description A program has at most 262,144 bytes; a longer one is refused and not stored.
         *     The answer lists the mistakes.
         */
        put: operations["put_draft"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/experiment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reports whether the program's experiment shows an effect of its perks.
         * @description Every member with an exposure counts in their arm, whether or not they used
         *     the perks.
         */
        get: operations["get_program_experiment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the experiments of the program in force, with the number of members
         *     exposed in each arm.
         */
        get: operations["list_experiments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists every grant that was ever made in a program, latest first.
         * @description The list is the audit of grants.
         */
        get: operations["list_grants"];
        put?: never;
        /**
         * Grants a tier or a perk to a member, by a person's decision.
         * @description A grant takes precedence over the rules and cannot take anything away.
         */
        post: operations["create_grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/grants/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports a list of grants, such as a press list or a VIP list.
         * @description The list is CSV with a header. Its columns are `member`, `tier` or `perk`, and
         *     `reason`, `from` and `until`.
         */
        post: operations["import_grants"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/grants/{grant}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revokes a grant. It stays in the audit. */
        post: operations["revoke_grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/lookups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Looks up tier, service level and offers of many members at once.
         * @description Made for a nightly list of the next day's arrivals. All are answered with the
         *     same version of the program and as of the same moment. Each has the body of
         *     the single lookup. An identity under which no member is enrolled gets the
         *     floor.
         */
        post: operations["look_up_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/members/{member}/offers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the perks that a member may have, and those that they may not have and
         *     why.
         */
        get: operations["get_offers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/members/{member}/service-level": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns a member's service level in a program.
         * @description There is always an answer.
         */
        get: operations["get_service_level"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/members/{member}/tier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns a member's amenity tier in a program.
         * @description There is always an answer: at least the floor, which is for everyone.
         */
        get: operations["get_tier"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/members/{member}/tier/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the changes of a member's tier in a program, latest first. */
        get: operations["get_tier_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/perks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the perks of a program with their stock, their claims, and when they run out at the
         *     present pace.
         */
        get: operations["list_perks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/perks/{perk}/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts a perk's codes: free, assigned, redeemed and void. */
        get: operations["count_codes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/perks/{perk}/codes/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports a partner's codes for a perk with codes: imported.
         * @description The list is CSV with one column, `code`, optionally compressed with gzip or
         *     zstd. Each code has 4 to 100 visible characters. The list may be of any length
         *     up to the configured limit; it is read as a stream and stored a few thousand
         *     lines at a time. Sending the same list again adds nothing.
         */
        post: operations["import_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/perks/{perk}/draw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the public record of a draw.
         * @description From the beginning it has the commitment to a secret seed. Once the draw is
         *     held it also has the seed, every entry by its public id, and the outcome of
         *     each entry. `renown draw verify` checks it; anyone can do the same.
         */
        get: operations["get_draw"];
        put?: never;
        /**
         * Holds a draw whose perk sets no time for it.
         * @description No member can enter any more, and the seed determines the order of the
         *     entries. Right after this answer the first entries get the units, as claims
         *     that are held for the members. A draw is held only once.
         */
        post: operations["hold_draw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/perks/{perk}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enters a member in a perk's draw, if the program would give them the perk.
         * @description A member that has already entered stays entered, with the nonce of the first
         *     time.
         */
        post: operations["enter_draw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/perks/{perk}/experiment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reports whether a perk has an effect.
         * @description The report uses the perk's own experiment or, if it has none, the part of the
         *     program's experiment about this perk.
         */
        get: operations["get_perk_experiment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/perks/{perk}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invites members to a perk, in the order given.
         * @description While units are left that no member waits for, each member gets a claim that
         *     is held for them. To accept is to confirm the claim; to decline is to release
         *     it. The other members wait. A unit that is declined, expires or is added goes
         *     to the member that is first in line.
         */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/perks/{perk}/waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists a perk's waiting list in order, including waits that are over. */
        get: operations["list_waiting"];
        put?: never;
        /**
         * Puts a member on the waiting list of a perk whose units are all taken.
         * @description When a unit is released or added, the first member on the list gets a claim
         *     that is held for them. A member that already waits keeps the place.
         */
        post: operations["join_waiting_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publishes the draft, or a program in the request, as the next version, at once or from a
         *     later time.
         * @description A program with mistakes is not published. A program in the request leaves the draft as it
         *     is.
         */
        post: operations["publish_program"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the use of a program's perks, day by day.
         * @description For each day and perk it has the number of members that were eligible, the
         *     number that were offered the perk, the units held, confirmed, redeemed and
         *     given back, and their cost. With `Accept: text/csv` or `?format=csv` the
         *     answer is a CSV table: one row for each day and perk, and one more row for
         *     each additional currency.
         */
        get: operations["get_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restores an earlier version: its source becomes the next version and is in
         *     force at once.
         */
        post: operations["roll_back_program"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Simulates what the draft, or a program in the request, would change if
         *     published.
         * @description The result shows how many members change their tier, what the perks cost and
         *     when they run out, and the effect on groups of members. Nothing is written.
         *
         *     The answer is a stream of lines: progress about twice a second, then the
         *     result. With `Accept: application/json` the answer is only the result. One
         *     simulation runs at a time; it stops when the caller disconnects.
         */
        post: operations["simulate_program"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/standings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns how many members stand where in a program, and how many have each tier.
         * @description The figures are measured in the background about once a minute, the standings of at most
         *     10,000 members, spread evenly by a hash of the id. Members who opted out are not counted.
         */
        get: operations["get_standings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/tiers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns how many members had each tier of a program, day by day.
         * @description The days before the figures were first measured are worked out from the history of tiers,
         *     of those who are members now.
         */
        get: operations["get_tiers_by_day"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists every version that was ever published, latest first. */
        get: operations["list_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a version with its source as it was written, and the ladder of its tiers. */
        get: operations["get_version"];
        put?: never;
        post?: never;
        /** Withdraws a version that is not in force yet. */
        delete: operations["withdraw_version"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{program}/versions/{version}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns what a version changes, in words. */
        get: operations["get_changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/redemptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redeems the confirmed claim that a code belongs to: the unit is handed over.
         * @description A claim is redeemed only once. A second attempt is refused, wherever the code
         *     is shown, unless it is the same request sent again under its
         *     `Idempotency-Key`.
         *
         *     A key may try a few wrong codes, and after that it may only try codes slowly.
         *     Right codes are not counted.
         */
        post: operations["redeem_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schemas/audience.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the JSON Schema (draft 2020-12) of audience files. */
        get: operations["get_audience_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schemas/program.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the JSON Schema (draft 2020-12) of program files.
         * @description Editors use it to complete and check programs. It describes the form of a
         *     program; whether its parts fit together is checked when a draft is stored.
         */
        get: operations["get_program_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns who sends the request: with the cookie of a session, or with a bearer token. */
        get: operations["get_session"];
        put?: never;
        /**
         * Signs in with an API key: the answer sets a cookie.
         * @description The session may do what the key may, and ends with it. If this browser had a session
         *     before, that one ends. A key that does not work takes a while, and after a few of them
         *     their sender waits longer. Requests that change something by the cookie need the header
         *     `Renown-Request: page`.
         */
        post: operations["sign_in"];
        /** Signs out: ends the session on every replica, and removes the cookie. */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the providers by which people can sign in. */
        get: operations["list_providers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists sessions, latest first: all of them for an administrator, else the caller's own. */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends a session on every replica: any for an administrator, else one of the caller's own.
         * @description Ending it again changes nothing.
         */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the sources of events.
         * @description For each source it shows when an event was last received and whether the
         *     source is silent, that is, whether nothing has arrived for longer than is
         *     usual for it.
         */
        get: operations["list_sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Marks a source as finished, or as not finished. */
        patch: operations["patch_source"];
        trace?: never;
    };
    "/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Streams every message as a server-sent event, in the order of commits and
         *     without gaps.
         * @description `id` is the message's position, `event` its type, and `data` the payload that
         *     webhooks get.
         *
         *     To continue after an interruption, send the last id in `Last-Event-ID`.
         *     Without it, the stream begins with the next message. While there are no
         *     messages, a comment is sent every 15 seconds by default to show that the
         *     stream is alive. Its `id` is the position up to which there was no message for
         *     this stream.
         */
        get: operations["stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists topics, those with the most members first, or finds some by the beginning of a name. */
        get: operations["list_topics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waiting/{waiting}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a wait and the number of members ahead. */
        get: operations["get_waiting"];
        put?: never;
        post?: never;
        /**
         * Takes a member off a waiting list.
         * @description If the wait is already over, nothing changes.
         */
        delete: operations["leave_waiting_list"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the webhooks that the key reaches. */
        get: operations["list_webhooks"];
        put?: never;
        /**
         * Creates a webhook.
         * @description From now on its messages are sent to the URL, signed as in Standard Webhooks.
         */
        post: operations["create_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a webhook. */
        get: operations["get_webhook"];
        put?: never;
        post?: never;
        /**
         * Deletes a webhook with its secrets and its log. Pending deliveries are
         *     dropped.
         */
        delete: operations["delete_webhook"];
        options?: never;
        head?: never;
        /** Changes a webhook, disables it, or enables it again. */
        patch: operations["patch_webhook"];
        trace?: never;
    };
    "/v1/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the deliveries of a webhook, sent or still to be sent, latest first. */
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/deliveries/{delivery}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends one message again at once.
         * @description The message may be delivered, given up, or waiting for its next attempt. Later
         *     messages about the same member wait for it.
         */
        post: operations["replay_delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends again all messages that match a webhook, in order, from a given time or
         *     position.
         * @description This includes messages from before the webhook was created, as far back as
         *     messages are kept.
         */
        post: operations["replay_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces a webhook's secret.
         * @description The previous secret signs too for 24 hours, so that the receiver has time to
         *     change over.
         */
        post: operations["rotate_webhook_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a webhook.test message to test a receiver.
         * @description It is sent at once, whether the webhook is enabled or not. It is not in the
         *     log and is not retried.
         */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "claim.cancelled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A claim has reached a new state.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_claim_cancelled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "claim.confirmed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A claim has reached a new state.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_claim_confirmed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "claim.expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A claim has reached a new state.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_claim_expired"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "claim.held": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A claim has reached a new state.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_claim_held"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "claim.redeemed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A claim has reached a new state.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_claim_redeemed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "claim.released": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A claim has reached a new state.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_claim_released"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "perk.drawn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The draw of a perk was held.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_perk_drawn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "perk.exhausted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The last unit of a perk was claimed.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_perk_exhausted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "program.published": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A version of a program was published.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_program_published"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "program.withdrawn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A version was withdrawn before it came into force.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_program_withdrawn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "score.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A score has moved since it was last reported, or was removed.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_score_changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "tier.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The tier in effect of a member has changed.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_tier_changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "tier.retained": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A tier that was announced to be lost is kept.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_tier_retained"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "tier.will_change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A member will lose a tier, unless they earn it again.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_tier_will_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A message that tries a receiver out.
         * @description Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with `format` `cloudevents` gets the same `data` in a CloudEvent.
         */
        post: operations["on_webhook_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /**
         * @description A document of ActivityStreams 2.0: an activity, an object, or a collection of these.
         * @example {
         *       "@context": "https://www.w3.org/ns/activitystreams",
         *       "actor": "https://example.social/users/ann",
         *       "id": "https://example.social/users/ann#likes/1",
         *       "object": "https://example.com/users/kevin/statuses/42",
         *       "type": "Like"
         *     }
         */
        ActivityDocument: {
            /** @description The type or types; docs/formats.md says what becomes of each. */
            type?: unknown;
        } & {
            [key: string]: unknown;
        };
        /** @description What the survivor of a merge would get. */
        AddedValuesBody: components["schemas"]["ValueNamesBody"] & {
            /** @description Identities and accounts. */
            identities: string[];
        };
        /** @description A member that the draft affects. */
        Affected: components["schemas"]["Horizons_Effect"] & {
            /**
             * @description An identity of the member, an account if there is one; null for a key that is limited
             *     to a program.
             */
            identity: string | null;
            /**
             * Format: uuid
             * @description The member's id, assigned by Renown.
             */
            member: string;
            name: components["schemas"]["MemberName"] | null;
        };
        /**
         * @description The arm of an experiment that a member is in.
         * @enum {string}
         */
        Arm: "offered" | "held_back";
        /** @description What the members of one arm did before the exposure. */
        ArmBeforeBody: {
            /**
             * @description The amount paid and not refunded per member, a decimal as a string; null
             *     if no member counts.
             */
            amount_per_member: string | null;
            /**
             * Format: double
             * @description Reactions received per member; null if no member counts.
             */
            reactions_per_member: number | null;
        };
        /** @description What the members of one arm did. */
        ArmBody: {
            /** @description The arm: offered, or control group. */
            arm: components["schemas"]["Arm"];
            /** @description The same for as many days before the exposure. */
            before: components["schemas"]["ArmBeforeBody"];
            /**
             * Format: int64
             * @description Exposed members whose days after the exposure are over. Only they count in
             *     the numbers below.
             */
            complete: number;
            /**
             * Format: int64
             * @description Members with an exposure in this arm.
             */
            exposed: number;
            /** @description What these members bought and did not return. */
            purchases: components["schemas"]["PurchasesBody"];
            /** @description The reactions to these members' posts. */
            reactions: components["schemas"]["ReactionsBody"];
        };
        /** @description Something that needs attention. */
        AttentionBody: {
            /**
             * Format: date-time
             * @description Since when; for a perk, when it runs out; null if that is not known.
             */
            at: string | null;
            /** @description What is known of it, in a sentence. */
            detail: string;
            /** @description Its kind. */
            kind: components["schemas"]["AttentionKindBody"];
            /** @description The perk's short name; null if it is not about one. */
            perk: string | null;
            /** @description The program's short name; null if it is not about one. */
            program: string | null;
            /** @description The source of events; null if it is not about one. */
            source: string | null;
            /** @description What it is, in a few words. */
            title: string;
            /**
             * Format: uuid
             * @description The webhook's id; null if it is not about one.
             */
            webhook: string | null;
        };
        /**
         * @description The kind of thing that needs attention.
         * @enum {string}
         */
        AttentionKindBody: "perk_running_out" | "source_silent" | "webhook_failing" | "webhook_disabled" | "job_failing" | "model_ready";
        /** @example country */
        AttributeName: string;
        /**
         * @example {
         *       "country": "US",
         *       "newsletter": true
         *     }
         */
        Attributes: {
            [key: string]: boolean | number | string | string[];
        };
        /**
         * @example {
         *       "country": "DE",
         *       "newsletter": null
         *     }
         */
        AttributesPatch: {
            [key: string]: boolean | number | string | string[] | null;
        };
        /** @description An audience. */
        AudienceBody: {
            /** @description The name by which programs refer to it. */
            audience: components["schemas"]["AudienceName"];
            /**
             * Format: date-time
             * @description When it was stored first.
             */
            created_at: string;
            /** @description Whether it is a list, to which members are added by hand. */
            list: boolean;
            /** @description The display name; null if it has none. */
            title: string | null;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description The condition that decides who is in it, as it was written; null for a list. */
            when: string | null;
        };
        /** @description The number of members of an audience. */
        AudienceCountBody: {
            /**
             * Format: int64
             * @description The members that are in the audience now. Those who opted out are in no count.
             */
            members: number;
        };
        /** @description A page of the members of an audience. */
        AudienceMembersBody: {
            /** @description The members, in the order of their enrolment. */
            data: components["schemas"]["MemberBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @example vip-guests */
        AudienceName: string;
        /** @description All audiences. */
        AudiencesBody: {
            /** @description The audiences, in the order of their names; at most 500. */
            data: components["schemas"]["AudienceBody"][];
        };
        /** @description The basis of an answer: enough to explain it and to contest it later. */
        Basis: {
            /**
             * Format: date-time
             * @description The time to which the scores were decayed, in whole seconds.
             */
            as_of: string;
            /** @description The version of the scoring model. */
            model: string;
            /**
             * Format: int32
             * @description The version of the program that gave the answer.
             */
            program_version: number;
            /**
             * Format: int64
             * @description The number of the rank snapshot, which holds what depends on all members,
             *     such as percentiles.
             */
            snapshot: number;
            /**
             * Format: uuid
             * @description The tier history entry that put the tier in effect; null if there is no
             *     entry yet (the floor, or a tier reached a moment ago).
             */
            tier_history: string | null;
        };
        /** @description The difference between the arms before the exposure. */
        BeforeBody: {
            /** @description The difference in the amount per member that was paid and not refunded. */
            amount: components["schemas"]["Lift"];
            /** @description The difference in reactions received per member. */
            reactions: components["schemas"]["Lift"];
        };
        /** @description The weekly opening hours of a support desk. */
        BusinessHours: {
            /**
             * @description The days on which the desk is closed, from midnight to midnight; absent if the
             *     program has none.
             */
            holidays?: components["schemas"]["Holiday"][];
            /**
             * @description The open intervals, in the order of the week. The desk is closed outside them.
             *     A night shift is two intervals that meet at midnight.
             */
            intervals: components["schemas"]["OpenHours"][];
            /** @description The time zone of the hours: an IANA name. */
            timezone: string;
        };
        /** @description Who sends a request, and what the sender may do. */
        CallerBody: {
            /**
             * Format: uuid
             * @description Who it is: the id of the API key, also of a session that was made with one, or an id
             *     of the person, the same every time. Grants and versions of programs name it.
             */
            caller: string;
            /**
             * Format: date-time
             * @description The first moment at which the session or the key no longer works; null if it has no
             *     end. A session also ends when it is not used for a while.
             */
            expires_at: string | null;
            /**
             * Format: uuid
             * @description The id of the session; null for an API key.
             */
            id: string | null;
            /** @description The name of the API key or of the person. */
            name: string;
            /** @description Whether the caller only reads, so that the scopes allow nothing that changes something. */
            only_reads: boolean;
            /** @description The only program that the caller may use; null for all programs. */
            program: string | null;
            role: components["schemas"]["Role"] | null;
            /**
             * @description What the caller may do: the scopes of keys, and the finer rights `grants:write` and
             *     `members:read`.
             */
            scopes: components["schemas"]["Right"][];
        };
        /** @description A request to cancel a claim, or to reverse its redemption. */
        CancelBody: {
            /** @description The reason, which webhooks and the stream report. */
            reason: components["schemas"]["TextLine"];
        };
        /** @description What the numbers of a model claim, in plain words. */
        CardBody: {
            /** @description What confidence on a topic is. */
            confidence: string;
            /** @description The currency in which value is counted, ISO 4217. */
            currency: string;
            /** @description What influence is. */
            influence: string;
            /** @description What the lower end of the interval is, which rules test. */
            lower: string;
            /** @description The parameters that a reader of scores needs. Other models may have others. */
            parameters: components["schemas"]["ParameterBody"][];
            /** @description What value is. */
            value: string;
        };
        /** @description Messages of one type, as webhooks get them, about one program. */
        ChangeCountBody: {
            /**
             * Format: date-time
             * @description When the latest happened.
             */
            at: string;
            /**
             * Format: int64
             * @description How many there are.
             */
            count: number;
            /** @description The type of the messages, such as `tier.changed`. */
            kind: string;
            /** @description The program's short name; null if they are not about one. */
            program: string | null;
            /** @description The same in words. */
            text: string;
        };
        /** @description Why a number does not rise at once when people react. */
        ChangeDelay: {
            /**
             * Format: date-time
             * @description The time from which no points are held back.
             */
            not_before: string;
            /** @enum {string} */
            reason: "waiting";
        } | {
            /** @enum {string} */
            reason: "new_people";
            /**
             * Format: double
             * @description The days after which they do, at most: fewer in a log that is young.
             */
            wait_days: number;
        };
        /** @description The differences between two versions. */
        ChangesBody: {
            /** @description The differences in words, in the order of a program file. */
            data: components["schemas"]["Difference"][];
            /**
             * Format: int32
             * @description The number of the version before.
             */
            from: number;
            /**
             * Format: int32
             * @description The number of the version after.
             */
            to: number;
        };
        /** @description The result of checking a program. */
        CheckBody: {
            /** @description Mistakes and warnings, ordered by line. */
            diagnostics: components["schemas"]["Diagnostic"][];
            /**
             * @description The ladder of tiers, best first, also of a program that can be read but has mistakes;
             *     null if the program cannot be read.
             */
            ladder: components["schemas"]["LadderTier"][] | null;
            /** @description The program's short name; null if the program has mistakes. */
            program: string | null;
            /**
             * @description Whether the program can be published: it may have warnings, but no
             *     mistakes.
             */
            valid: boolean;
        };
        /** @description A claim: one unit of a perk that is held for a member or given to them. */
        ClaimBody: {
            /**
             * @description The code that the member shows to get the unit, if the perk has codes.
             *     Null before the confirmation, after the claim has ended without
             *     redemption, and in lists.
             */
            code: string | null;
            /**
             * Format: date-time
             * @description When the claim was confirmed; null if it was not.
             */
            confirmed_at: string | null;
            /**
             * Format: date
             * @description The day, in the program's time zone, against whose daily limits the claim
             *     counts.
             */
            day: string;
            /**
             * Format: date-time
             * @description When the claim was released, cancelled or reversed, or expired; null if it
             *     has not ended.
             */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description The first moment at which it is too late to confirm (while held) or to
             *     redeem (once confirmed); null if there is no such limit.
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description When the unit was held.
             */
            held_at: string;
            /**
             * Format: uuid
             * @description The claim's id.
             */
            id: string;
            /**
             * Format: uuid
             * @description The member's id.
             */
            member: string;
            /** @description How the claim came about: `claim`, `waiting_list`, `invitation` or `draw`. */
            origin: components["schemas"]["Origin"];
            /** @description The perk's short name. */
            perk: string;
            /** @description The program's short name. */
            program: string;
            /**
             * Format: int32
             * @description The version of the program under which the claim was made.
             */
            program_version: number;
            /** @description Why the claim was cancelled or reversed; null if it was not. */
            reason: string | null;
            /**
             * Format: date-time
             * @description When the claim was redeemed; null if it was not.
             */
            redeemed_at: string | null;
            /**
             * @description The state: `held`, `confirmed`, `redeemed`, `released`, `expired`,
             *     `cancelled` or `reversed`.
             */
            state: components["schemas"]["StateKind"];
            value: components["schemas"]["MoneyBody"] | null;
        };
        /** @description The number of units for each step of claims, and their cost. */
        ClaimCountsBody: {
            /**
             * Format: int64
             * @description Units whose claim the business cancelled.
             */
            cancelled: number;
            /**
             * Format: int64
             * @description Units that were confirmed.
             */
            confirmed: number;
            /**
             * @description The cost of the units by currency; empty if the program does not say what
             *     a unit is worth.
             */
            cost: components["schemas"]["CostBody"][];
            /**
             * Format: int64
             * @description Units whose claim expired.
             */
            expired: number;
            /**
             * Format: int64
             * @description Units that were held.
             */
            held: number;
            /**
             * Format: int64
             * @description Units that were redeemed.
             */
            redeemed: number;
            /**
             * Format: int64
             * @description Units that members released.
             */
            released: number;
        };
        /** @description The units that were held in the last 24 hours, in all programs. */
        ClaimHoursBody: {
            /** @description Those of each hour, the oldest first, the present ones last. */
            by_hour: components["schemas"]["TimeCountBody"][];
            /**
             * Format: int64
             * @description All of them.
             */
            last_24h: number;
        };
        /** @description `claim.…`: a claim has reached a new state. */
        ClaimMessage: {
            /** @description `claim.…`: a claim has reached a new state. */
            data: {
                /**
                 * Format: uuid
                 * @description The id of the claim.
                 */
                claim: string;
                /**
                 * Format: date-time
                 * @description The time at which the state ends automatically; null for never.
                 */
                expires_at: string | null;
                /**
                 * Format: date-time
                 * @description The time at which the claim was held.
                 */
                held_at: string;
                /**
                 * Format: uuid
                 * @description The member whom the message is about; null if there is none.
                 */
                member: string | null;
                /** @description The origin of the claim: `claim`, `waiting_list`, `invitation` or `draw`. */
                origin: components["schemas"]["Origin"];
                /** @description The perk that is claimed. */
                perk: string;
                /** @description The program that the message is about; null if there is none. */
                program: string | null;
                /**
                 * Format: int32
                 * @description The version of the program that gave the unit.
                 */
                program_version: number;
                /** @description The reason of a cancellation or reversal; null if there was none. */
                reason: string | null;
                /** @description The state that the claim has reached. */
                state: components["schemas"]["StateKind"];
                value: components["schemas"]["Money"] | null;
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "claim.held" | "claim.confirmed" | "claim.redeemed" | "claim.released" | "claim.expired" | "claim.cancelled";
        };
        /** @description A page of claims, latest first. */
        ClaimsBody: {
            /** @description The claims. */
            data: components["schemas"]["ClaimBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description The claims on a perk that would count together. */
        ClaimsTogether: {
            /**
             * Format: int64
             * @description Units of the member that would be absorbed.
             */
            absorbed: number;
            /** @description Whether the joined member would have more than `limit`. */
            exceeds_limit: boolean;
            /**
             * Format: int64
             * @description The most units for one member; null if the program no longer has the perk.
             */
            limit: number | null;
            /** @description The perk. */
            perk: string;
            /**
             * Format: int64
             * @description Units of the member that would go on: held, confirmed or redeemed.
             */
            survivor: number;
            /**
             * Format: int64
             * @description Units of the joined member.
             */
            together: number;
        };
        /**
         * @description A CloudEvent 1.0. Further attributes are allowed and not read.
         * @example {
         *       "data": {
         *         "actor": "ann.example.com",
         *         "network": "bluesky",
         *         "target": "kevin.example.com"
         *       },
         *       "id": "like-1",
         *       "source": "my-bus",
         *       "specversion": "1.0",
         *       "subject": "post/42",
         *       "time": "2026-11-22T11:00:00Z",
         *       "type": "com.example.like"
         *     }
         */
        CloudEvent: {
            /** @description The members of a native event that are no attributes; or a document of ActivityStreams. */
            data?: {
                [key: string]: unknown;
            } | null;
            /** @description The same, as Base64. */
            data_base64?: string | null;
            /** @description The media type of the data: JSON, or a document of ActivityStreams. */
            datacontenttype?: string | null;
            /** @description The id of the event. Together with `source` it identifies repetitions. */
            id: string;
            /** @description The system that sends the event. */
            source: string;
            /** @description The version of the specification: `1.0`. */
            specversion: string;
            /** @description The id of the content, if `data` has no `object`. */
            subject?: string | null;
            /** @description When it happened; when it arrives if absent. */
            time?: string | null;
            /**
             * @description A type of events, alone or as the last label of a name such as `com.example.like`. An
             *     event of another type is ignored.
             */
            type: string;
        };
        /** @description The number of a perk's codes in each state. */
        CodesBody: {
            /**
             * Format: int64
             * @description Codes of claims that are held or confirmed.
             */
            assigned: number;
            /**
             * @description Where codes come from in the version in force: `none`, `generated` or
             *     `imported`.
             */
            codes: components["schemas"]["PerkCodes"];
            /**
             * Format: int64
             * @description Imported codes that no claim has yet.
             */
            free: number;
            /** @description The perk's short name. */
            perk: string;
            /** @description The program's short name. */
            program: string;
            /**
             * Format: int64
             * @description Codes of claims that were redeemed.
             */
            redeemed: number;
            /**
             * Format: int64
             * @description Codes of claims that ended without redemption. They are not used again.
             */
            void: number;
        };
        /**
         * @description The result of importing a list of codes. Codes are counted only once they are
         *     committed.
         */
        CodesReport: {
            /**
             * Format: int64
             * @description New codes that were stored.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Codes that the perk already had, or that occurred twice.
             */
            duplicates: number;
            /** @description The first 1,000 lines that are not valid codes. */
            rejected: components["schemas"]["RejectedCode"][];
            /**
             * Format: int64
             * @description Lines that are not valid codes.
             */
            rejected_count: number;
        };
        /** @description A program to compare with the version in force. */
        CompareBody: {
            /** @description A program in YAML or JSON, as a text; the stored draft if absent. */
            source?: string | null;
        };
        /**
         * @description The conclusion about one measure.
         * @enum {string}
         */
        Conclusion: "higher" | "lower" | "inconclusive" | "too_few";
        /** @description The control group that a member is in, as shown in an explanation. */
        ControlGroup: {
            /** @description The share of members in the control group, such as `10%`. */
            hold_back: string;
            /** @description The salt of the experiment. Together with the member's id it decides the group. */
            salt: string;
            /** @description The same as a sentence in English. */
            sentence: string;
        };
        /**
         * @description A correction of confidence: σ(intercept + slope · logit p), before the limits by people,
         *     contents and other members.
         */
        CorrectionBody: {
            /**
             * Format: double
             * @description The intercept; 0 changes nothing.
             */
            intercept: number;
            /**
             * Format: double
             * @description The slope, at least 0; 1 changes nothing.
             */
            slope: number;
        };
        /** @description The cost of units in one currency. */
        CostBody: {
            /**
             * @description The value of the units held in that time and not given back since, a
             *     decimal as a string.
             */
            committed: string;
            /** @description The currency, ISO 4217. */
            currency: string;
            /** @description The value of the units redeemed in that time, a decimal as a string. */
            redeemed_value: string;
        };
        /** @description The expected and the highest possible cost of perks. */
        CostForecast: {
            /**
             * @description Cost if every unit is claimed that is left and may be claimed, a decimal
             *     as a string; null if the number is too large for a decimal.
             */
            at_most: string | null;
            /** @description The currency, as an ISO 4217 code. */
            currency: string;
            /**
             * @description Cost of the units that are expected to be claimed, a decimal as a
             *     string; null if the number is too large for a decimal.
             */
            expected: string | null;
        };
        /**
         * @description A request to create an API key.
         * @example {
         *       "name": "front desk",
         *       "program": "palms-klub",
         *       "scopes": [
         *         "lookup",
         *         "claims:write"
         *       ]
         *     }
         */
        CreateKeyBody: {
            expires_at?: components["schemas"]["Timestamp"] | null;
            /** @description The purpose of the key: 1 to 100 characters, without control characters. */
            name: components["schemas"]["KeyName"];
            program?: components["schemas"]["ProgramId"] | null;
            /** @description The scopes of the key; `admin` includes the others. */
            scopes: components["schemas"]["Scope"][];
            /**
             * @description The sources as which the key may send events, at most 100; all sources if empty or
             *     absent.
             */
            sources?: components["schemas"]["Source"][];
        };
        /**
         * @description A request to create a webhook.
         * @example {
         *       "types": [
         *         "tier.changed",
         *         "claim.redeemed"
         *       ],
         *       "url": "https://crm.example.com/hooks/renown"
         *     }
         */
        CreateWebhookBody: {
            /** @description The purpose of the webhook, in words, at most 500 characters. */
            description?: string | null;
            /** @description The form of the messages: `standard` if absent. */
            format?: components["schemas"]["WebhookForm"];
            program?: components["schemas"]["ProgramId"] | null;
            secret?: components["schemas"]["WebhookSecret"] | null;
            /** @description Only messages of these types, at most 100; all types if empty or absent. */
            types?: components["schemas"]["MessageKind"][];
            /**
             * @description The receiver's URL: `https`, a host on the public internet, without
             *     credentials. At most 2,048 bytes.
             */
            url: string;
        };
        /** @description A new webhook with its secret. */
        CreatedWebhookBody: components["schemas"]["WebhookBody"] & {
            /** @description The secret that signs the messages. It is shown only this once. */
            secret: string;
        };
        /** @description A cursor as a caller sends it. */
        Cursor: string;
        /**
         * Format: date
         * @description A day, with a year from 0001 to 9999.
         * @example 2026-11-22
         */
        Day: string;
        /** @description The last score that was published on a day. */
        DayBody: {
            /**
             * Format: date-time
             * @description The time to which scores and evidence were decayed.
             */
            as_of: string;
            /**
             * Format: date
             * @description The day, in UTC.
             */
            day: string;
            /** @description The influence, from social events. */
            influence: components["schemas"]["IndexBody"];
            /** @description The version of the scoring model. */
            model: string;
            /**
             * Format: int64
             * @description The number of the rank snapshot, which holds what depends on all members,
             *     such as percentiles.
             */
            snapshot: number;
            /** @description The value, from purchases. */
            value: components["schemas"]["IndexBody"];
        };
        /** @description A request for a decision, or for a batch of decisions. */
        DecideBody: components["schemas"]["DecideOneBody"] | components["schemas"]["DecideManyBody"];
        /** @description A request for a batch of decisions. Each is answered on its own. */
        DecideManyBody: {
            /**
             * @description From 1 to 1,000 decisions (100 under an `Idempotency-Key`), all made with
             *     the same versions at the same time.
             */
            decisions: components["schemas"]["DecideOneBody"][];
        };
        /**
         * @description A request for a decision.
         * @example {
         *       "member": "twitter:kevin",
         *       "program": "palms-klub",
         *       "request": {
         *         "channel": "front-desk"
         *       }
         *     }
         */
        DecideOneBody: {
            /** @description `true`: decide, but do not record the decision. */
            dry?: boolean;
            /** @description The member: our id, or any identity. */
            member: components["schemas"]["IdentityText"];
            opened_at?: components["schemas"]["Timestamp"] | null;
            /** @description The program's short name. */
            program: components["schemas"]["ProgramId"];
            /**
             * @description What you know of the occasion, as conditions read it under `request`:
             *     names, each with a text, a number, a boolean or a list of texts. At most
             *     64.
             */
            request?: components["schemas"]["Attributes"];
        };
        /** @description The answer to a dry run or to a batch. */
        DecidedBody: components["schemas"]["DecisionBody"] | components["schemas"]["DecisionsBody"];
        /** @description A decision with its outcome, reasons and inputs. */
        DecisionBody: {
            /**
             * Format: date-time
             * @description When the decision was made.
             */
            decided_at: string;
            /** @description The age of everything that the rules read. */
            freshness: components["schemas"]["Freshness"];
            /**
             * Format: uuid
             * @description The id under which the decision can be fetched again; null for a dry run.
             */
            id: string | null;
            /**
             * @description Everything that the rules read: scores, attributes, the previous tier,
             *     stock, the request and the clock. The same inputs and the same version
             *     give the same outcome, byte for byte; `…/replay` verifies it.
             */
            inputs: Record<string, never>;
            /**
             * Format: uuid
             * @description The member's id; null if no member is enrolled under the identity or the
             *     member opted out.
             */
            member: string | null;
            /** @description The outcome, with the reasons for everything that was given or refused. */
            outcome: components["schemas"]["Reasons"];
            /** @description The program's short name. */
            program: string;
            /**
             * Format: int32
             * @description The version of the program that gave the outcome.
             */
            program_version: number;
        };
        /** @description The result of one decision of a batch. */
        DecisionItem: {
            /** @description The decision. It is recorded unless it is a dry run. */
            decision: components["schemas"]["DecisionBody"];
        } | {
            /**
             * @description The problem that prevented the decision. Its `pointer` points into the
             *     batch.
             */
            problem: components["schemas"]["Problem"];
        };
        /** @description A recorded decision without its content. */
        DecisionLineBody: {
            /**
             * Format: date-time
             * @description When the decision was made.
             */
            decided_at: string;
            /**
             * Format: uuid
             * @description The decision's id.
             */
            id: string;
            /** @description The program's short name. */
            program: string;
            /**
             * Format: int32
             * @description The version of the program that gave the outcome.
             */
            program_version: number;
        };
        /** @description A page of recorded decisions, latest first. */
        DecisionListBody: {
            /** @description The decisions. `GET /v1/decisions/{id}` returns one with its outcome and inputs. */
            data: components["schemas"]["ListedDecisionBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description The answer to a batch of decisions. */
        DecisionsBody: {
            /** @description One item for each decision requested, in the same order. */
            data: components["schemas"]["DecisionItem"][];
        };
        /** @description A page of deliveries, latest first. */
        DeliveriesBody: {
            /** @description The deliveries. */
            data: components["schemas"]["DeliveryBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description A message to a webhook, with the state of its delivery. */
        DeliveryBody: {
            /**
             * Format: date-time
             * @description When the last attempt ended; null before the first.
             */
            attempted_at: string | null;
            /**
             * Format: int32
             * @description The number of attempts so far, or since the last replay if there was one.
             */
            attempts: number;
            /**
             * @description Why the last attempt failed: `status`, `timeout`, `unresolved`,
             *     `unreachable`, `forbidden_address`, `tls`, `broken` or `gone`; null if it
             *     did not fail.
             */
            failure: string | null;
            /**
             * Format: uuid
             * @description The message's id, which is in the header `webhook-id` of every attempt.
             */
            id: string;
            /**
             * Format: uuid
             * @description The id of the member that the message is about; null if none.
             */
            member: string | null;
            /**
             * Format: int64
             * @description The message's position in the stream.
             */
            position: number;
            /** @description The program that the message is about; null if none. */
            program: string | null;
            /**
             * Format: date-time
             * @description When the next attempt is due; null if no attempt failed or there is no
             *     next attempt.
             */
            retry_at: string | null;
            /** @description The state of the delivery. */
            state: components["schemas"]["DeliveryStateBody"];
            /**
             * Format: int32
             * @description The HTTP status of the last attempt's answer; null if there was no answer.
             */
            status: number | null;
            /**
             * Format: date-time
             * @description When the reported event happened.
             */
            timestamp: string;
            /** @description The message's type, such as `tier.changed`. */
            type: string;
        };
        /**
         * @description The state of a delivery.
         * @enum {string}
         */
        DeliveryStateBody: "pending" | "delivered" | "failed";
        /** @description A demotion freeze: no member is moved down for the time being. */
        DemotionFreeze: {
            /** @description The reason of the freeze. */
            reason: components["schemas"]["FreezeReason"];
            /**
             * Format: date-time
             * @description The time since which the first of these sources has been silent.
             */
            since: string;
            /** @description The names of the silent sources. */
            sources: string[];
        };
        /**
         * @description Which desk a token is for.
         * @enum {string}
         */
        DeskName: "front" | "support";
        /**
         * @description A request for a token.
         * @example {
         *       "desk": "front",
         *       "minutes": 30,
         *       "program": "palms-klub"
         *     }
         */
        DeskTokenBody: {
            /** @description Which desk it is. */
            desk: components["schemas"]["DeskName"];
            /**
             * Format: int32
             * @description How long the token works, in minutes; 15 if absent.
             */
            minutes?: number | null;
            /** @description The program of the desk. */
            program: components["schemas"]["ProgramId"];
        };
        /** @description One finding about a program file. */
        Diagnostic: {
            /**
             * @description The stable name of the kind of finding, such as `unknown-field`.
             * @example unknown-name
             */
            code: string;
            /**
             * Format: int32
             * @description The column in characters, from 1; 0 if the finding has no position.
             */
            column: number;
            /** @description How to correct it; absent if that is not known. */
            hint: string | null;
            /**
             * Format: int32
             * @description The line in the file, from 1; 0 if the finding has no position.
             */
            line: number;
            /** @description One sentence that says what is wrong. */
            message: string;
            /** @description The path of the field, such as `perks[0].when`; empty for the whole file. */
            path: string;
            /** @description The severity. Only `error` prevents the publication of the program. */
            severity: components["schemas"]["Severity"];
        };
        /** @description One difference between two versions of a program. */
        Difference: {
            /** @description The path of the part that differs, such as `tiers.insider.when`. */
            path: string;
            /** @description The difference in words, as a sentence. */
            sentence: string;
        };
        /**
         * @description The direction of a move.
         * @enum {string}
         */
        Direction: "up" | "down" | "same";
        /** @description The disabling of a webhook. */
        DisabledBody: {
            /**
             * Format: date-time
             * @description When the webhook was disabled.
             */
            at: string;
            /** @description The reason: `asked` (by a request) or `gone` (the receiver answered 410). */
            reason: components["schemas"]["DisabledReason"];
        };
        /** @enum {string} */
        DisabledReason: "asked" | "gone";
        /** @description The stored draft of a program. */
        DraftBody: {
            /** @description The result of checking the draft now. */
            check: components["schemas"]["CheckBody"];
            /** @description The source as it was written. */
            source: string;
        };
        /**
         * @description A draw as it is published. Fields that are still secret or unknown before
         *     the draw is held are null.
         */
        DrawDocument: {
            /** @description The name of the algorithm. */
            algorithm: string;
            /** @description SHA-256 of the seed, as 64 hexadecimal digits. */
            commitment: string;
            /**
             * Format: date-time
             * @description The time of the commitment, before any entry was possible.
             */
            committed_at: string;
            /** @description The algorithm in words. */
            description: string;
            /**
             * @description The digest of the draw and its entries, as 64 hexadecimal digits; null
             *     before the draw.
             */
            digest: string | null;
            /**
             * Format: date-time
             * @description The time at which the draw was held; null before.
             */
            drawn_at: string | null;
            /**
             * Format: date-time
             * @description The time at which the draw is held automatically; null if it has to be
             *     started by hand, and after it was held.
             */
            draws_at: string | null;
            /** @description All entries, in order of their ids; null before the draw. */
            entries: components["schemas"]["DrawnEntry"][] | null;
            /**
             * Format: int64
             * @description The number of entries.
             */
            entry_count: number;
            /** @description The id of the perk. */
            perk: string;
            /** @description The id of the program. */
            program: string;
            /** @description The seed, as 64 hexadecimal digits; null before the draw. */
            seed: string | null;
            /**
             * Format: int64
             * @description Units to be won when the draw was held; before the draw, units at
             *     present. Null if unlimited.
             */
            units: number | null;
            /**
             * Format: int64
             * @description Units of this draw at present. The number differs from `units` if a
             *     later version of the program changes it, or if codes of a partner were
             *     added or used. Null before the draw, and if unlimited.
             */
            units_now: number | null;
        };
        /** @description An entry as it is published. */
        DrawnEntry: {
            /**
             * Format: uuid
             * @description The public id of the entry.
             */
            id: string;
            /** @description The nonce that the entrant added; null if none. */
            nonce: string | null;
            /**
             * @description The outcome. `waiting`: the units have not reached this entry. `held`,
             *     `confirmed` or `redeemed`: the entrant has a unit. `released`, `expired`
             *     or `cancelled`: the entrant had a unit, which went to the next entry.
             *     `left`: the entrant withdrew. Any other value is the refusal for which
             *     the entry was passed over, such as `condition` or `not_enrolled`.
             */
            outcome: string;
            /**
             * Format: int64
             * @description Place in the order of the draw, from 1.
             */
            place: number;
        };
        /** @description What would lift a refusal, as something that people can do. It has been evaluated. */
        Effort: {
            /**
             * Format: int32
             * @description The days until their reactions count in full; 0 if the reactions are enough at
             *     once.
             */
            days: number;
            /** @description The tier that they give, if it is a better one than the tier asked about. */
            gives?: string;
            /** @enum {string} */
            kind: "reactions";
            /**
             * Format: int32
             * @description About how many people, each for the first time, with one like.
             */
            people: number;
            /**
             * @description The same in words, to the member: `about 14 more people reacting to what you
             *     write about Las Vegas`.
             */
            text: string;
            /** @description The topics of what they react to; empty if any topic will do. */
            topics: components["schemas"]["Topic"][];
            /** @description Whether people of whom nothing is known are enough, or only trusted ones. */
            who: components["schemas"]["Reactors"];
        } | {
            /** @enum {string} */
            kind: "interest";
            /** @description The same in words, to the member. */
            text: string;
            /** @description The topics. */
            topics: components["schemas"]["Topic"][];
        } | {
            /**
             * Format: int32
             * @description How many days.
             */
            days: number;
            /** @enum {string} */
            kind: "wait";
            /** @description The same in words, to the member. */
            text: string;
        };
        /**
         * @description A request to enter a member in a draw.
         * @example {
         *       "member": "twitter:kevin",
         *       "nonce": "blue-bicycle-1987"
         *     }
         */
        EnterBody: {
            /** @description The member: our id, or any identity. */
            member: components["schemas"]["IdentityText"];
            nonce?: components["schemas"]["Nonce"] | null;
            /**
             * @description What you know of the occasion, for conditions that read `request` when the
             *     member is drawn: at most 64 names.
             */
            request?: components["schemas"]["Attributes"];
        };
        /** @description An entry of a draw. */
        EntryBody: {
            /**
             * Format: uuid
             * @description The claim that the entry led to; null if there is none.
             */
            claim: string | null;
            /**
             * Format: date-time
             * @description When the member entered.
             */
            entered_at: string;
            /**
             * Format: uuid
             * @description The entry's id, which is public: the draw's public record lists the entry
             *     under it.
             */
            id: string;
            /**
             * Format: uuid
             * @description The member's id.
             */
            member: string;
            /** @description The text that the entrant added; null if none. */
            nonce: string | null;
            /**
             * @description The outcome: null before the draw, then `waiting`, `claimed`, `left`, or
             *     the refusal for which the member was passed over.
             */
            outcome: string | null;
            /** @description The perk's short name. */
            perk: string;
            /** @description The program's short name. */
            program: string;
            /**
             * Format: date-time
             * @description When the entry was withdrawn; null if it was not.
             */
            withdrawn_at: string | null;
        };
        /** @description An estimate with its 95 % interval. */
        Estimate: {
            /**
             * Format: double
             * @description The estimated value.
             */
            estimate: number;
            /**
             * Format: double
             * @description The lower bound of the 95 % interval.
             */
            lower: number;
            /**
             * Format: double
             * @description The upper bound of the 95 % interval.
             */
            upper: number;
        };
        /** @description The events that were received in the last 24 hours. */
        EventCountsBody: {
            /** @description Those of each ten minutes, the oldest first, the present ones last. */
            by_ten_minutes: components["schemas"]["TimeCountBody"][];
            /**
             * Format: int64
             * @description All of them.
             */
            last_24h: number;
        };
        /** @description An event, without who acted and without amounts. */
        EventLineBody: {
            /**
             * Format: int32
             * @description How many events it stands for.
             */
            count: number;
            /** @description Its id at the source. */
            id: string;
            /** @description The network of the account that it is about. */
            network: string;
            /** @description The content or order that it is about; null if none was named. */
            object: string | null;
            /**
             * Format: date-time
             * @description When it was received.
             */
            received_at: string;
            /** @description The source that sent it. */
            source: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            time: string;
            /** @description The topics that were sent, and found in the text. */
            topics: string[];
            /** @description Its type. */
            type: string;
            /** @description True if its source has undone it: it counts for nothing. */
            undone: boolean;
        };
        /**
         * @description The result of a request with events. It is sent only after the events are
         *     committed.
         */
        EventsReport: {
            /**
             * Format: int64
             * @description Events that this request stored.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Events that were stored before with the same source, id and content.
             */
            duplicates: number;
            /** @description The items that were ignored, in order, up to a configured number. */
            ignored: components["schemas"]["IgnoredItem"][];
            /**
             * Format: int64
             * @description Items that mean nothing that is counted, although nothing is wrong with them. Events of
             *     the service's own format never are.
             */
            ignored_count: number;
            /** @description The items that were not stored, in order, up to a configured number. */
            rejected: components["schemas"]["RejectedItem"][];
            /**
             * Format: int64
             * @description Items that were not stored.
             */
            rejected_count: number;
        };
        /** @description How much evidence there is. Reactors are counted, never named. */
        EvidenceExplained: {
            /**
             * Format: int64
             * @description Number of contents with at least one reaction.
             */
            contents: number;
            /**
             * Format: double
             * @description What anonymous reactions, counts and profiles are worth, in effective
             *     reactors.
             */
            counted_reactors: number;
            /**
             * Format: double
             * @description The same people, decayed, weighted by trust and saturated: each counts
             *     at most 1.
             */
            effective_reactors: number;
            /**
             * Format: int64
             * @description Number of orders; refunds without a purchase are not counted.
             */
            orders: number;
            /**
             * Format: int64
             * @description Distinct known people who ever reacted, or who follow now. Dislikes
             *     alone do not count.
             */
            reactors: number;
            /**
             * Format: double
             * @description Effective reactors that are discounted: they are not trusted (they react
             *     to hardly anyone else, or only react back), and there are more of them
             *     than usual in this population, as of the rank snapshot.
             */
            withheld_reactors: number;
        };
        /** @description The perk of the same exclusive group that excludes another one. */
        ExcludedBy: {
            /** @description Whether the member has the perk. If not, they may claim it, and it is the better one. */
            claimed: boolean;
            /** @description The perk. */
            perk: components["schemas"]["PerkId"];
            /** @description The program of the perk. */
            program: components["schemas"]["ProgramId"];
        };
        /** @description A perk of an exclusive group that one of the members has. */
        ExclusivePerk: components["schemas"]["NamedPerk"] & {
            /**
             * Format: uuid
             * @description The member who has it.
             */
            member: string;
        };
        /** @description An exclusive group of which each member has a perk. */
        ExclusiveTogether: {
            /** @description The name of the group. */
            group: string;
            /** @description The perks. The joined member keeps them all. */
            perks: components["schemas"]["ExclusivePerk"][];
        };
        /** @description The result of an experiment. */
        ExperimentBody: {
            /** @description The members that were offered the perks, then the control group. */
            arms: components["schemas"]["ArmBody"][];
            /**
             * Format: date-time
             * @description When the events were read.
             */
            as_of: string;
            /**
             * @description The same comparison for the days before the first exposure, when only
             *     chance can make a difference.
             */
            before: components["schemas"]["BeforeBody"];
            /**
             * @description The currency of all amounts here, ISO 4217. The model's rates convert to
             *     it.
             */
            currency: string;
            /** @description The share of members in the control group, such as `10%`. */
            hold_back: string;
            /** @description The effect of the offer. */
            lift: components["schemas"]["LiftBody"];
            /**
             * Format: int32
             * @description The days after a member's first exposure that count.
             */
            outcome_days: number;
            /**
             * @description The perk's short name; null for the program's experiment on all perks that
             *     share it.
             */
            perk: string | null;
            /** @description The program's short name. */
            program: string;
            /** @description The salt by which members are assigned to the groups. */
            salt: string;
            /** @description Whether the sizes of the arms match the share of the control group. */
            split: components["schemas"]["Split"];
            /**
             * Format: int64
             * @description Members that were exposed in both arms because the share was changed under
             *     the same salt. They count in the arm of their first exposure.
             */
            switched: number;
            /** @description Reasons not to rely on the comparison, in sentences. */
            warnings: string[];
        };
        /** @description The experiments of a program. */
        ExperimentsBody: {
            /**
             * @description The program's own experiment first, then those of its perks in the order
             *     of the program file.
             */
            data: components["schemas"]["ListedExperimentBody"][];
        };
        /** @description The explanation of a member's score. */
        Explanation: {
            /**
             * Format: date-time
             * @description The time to which all evidence is decayed.
             */
            as_of: string;
            /** @description How much evidence the score rests on. */
            evidence: components["schemas"]["EvidenceExplained"];
            influence: components["schemas"]["InfluenceExplained"] | null;
            /** @description Version of the scoring model. */
            model: string;
            /**
             * Format: int64
             * @description Number of the rank snapshot, which holds the population statistics. 0 is
             *     the empty snapshot, taken of no members.
             */
            snapshot: number;
            /**
             * Format: int64
             * @description Number of verified or purchasing people from whom trust was computed. 0:
             *     there were none, so it was computed from everyone equally.
             */
            snapshot_seeds: number;
            /**
             * Format: date-time
             * @description When that snapshot was taken.
             */
            snapshot_taken_at: string;
            /** @description Topics with evidence, highest influence first. */
            topics: components["schemas"]["TopicExplained"][];
            value: components["schemas"]["ValueExplained"] | null;
        };
        /** @description An announced demotion. */
        Fall: {
            /**
             * Format: date-time
             * @description The time of the demotion, if the tier is not earned again by then.
             */
            at: string;
            /** @description The tier that the member moves down to. */
            to: string;
        };
        /**
         * @description The result of a comparison with the group that is chosen most often.
         * @enum {string}
         */
        Finding: "fair" | "below_four_fifths" | "too_few" | "nothing_to_compare";
        /**
         * @description The reason of a demotion freeze.
         * @enum {string}
         */
        FreezeReason: "source_silent";
        /**
         * @description The time as of which each input of a decision was valid. It depends on the inputs
         *     alone, so an old decision shows the same times today.
         */
        Freshness: {
            /**
             * @description The time as of which each imported index is valid, as stated by its importer, by
             *     index name.
             */
            indices_as_of: {
                [key: string]: string;
            };
            /** @description The version of the scoring model that computed the scores. */
            model: string;
            /**
             * Format: date-time
             * @description The time as of which influence, value and topics were computed (decayed).
             */
            score_as_of: string;
            /**
             * Format: int64
             * @description The number of the rank snapshot that the scores were computed with. The
             *     snapshot holds the values that depend on all members. 0 if there was none yet.
             */
            snapshot: number;
            /**
             * Format: date-time
             * @description The time since which a source of events had been silent, so that some events may
             *     be missing; null if no source was silent.
             */
            source_silent_since: string | null;
            /**
             * Format: date-time
             * @description The time since which the member had held the tier recorded before the decision;
             *     null if none was recorded.
             */
            tier_held_since: string | null;
        };
        /**
         * @description A request to grant a tier or a perk to a member.
         * @example {
         *       "author": "Maria, press office",
         *       "member": "email:ann@example.com",
         *       "reason": "writes for the travel desk",
         *       "tier": "insider",
         *       "until": "2026-12-31T23:59:59Z"
         *     }
         */
        GrantBody: {
            /** @description The person that decided, in words, kept for the audit. */
            author: components["schemas"]["TextLine"];
            from?: components["schemas"]["Timestamp"] | null;
            /** @description The member: our id, or any identity. The member must be enrolled. */
            member: components["schemas"]["IdentityText"];
            perk?: components["schemas"]["PerkId"] | null;
            /** @description The reason, kept for the audit. */
            reason: components["schemas"]["TextLine"];
            tier?: components["schemas"]["TierId"] | null;
            until?: components["schemas"]["Timestamp"] | null;
        };
        /** @description A grant with its audit record. */
        GrantedBody: {
            /** @description The person that decided. */
            author: string;
            /**
             * Format: date-time
             * @description When the grant was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the grant starts.
             */
            from: string;
            /**
             * Format: uuid
             * @description The grant's id.
             */
            id: string;
            /**
             * Format: uuid
             * @description Who made the grant: the API key, or the `caller` of a session; null for the command line.
             */
            key: string | null;
            /** @description The list that the grant was imported with; null if it was made on its own. */
            list: string | null;
            /**
             * Format: uuid
             * @description The member's id.
             */
            member: string;
            /** @description The perk that the grant gives; null if it gives a tier. */
            perk: string | null;
            /** @description The reason for the grant. */
            reason: string;
            revoked: components["schemas"]["RevokedBody"] | null;
            /** @description The tier that the grant gives; null if it gives a perk. */
            tier: string | null;
            /**
             * Format: date-time
             * @description When the grant ends; null if only when it is revoked.
             */
            until: string | null;
        };
        /** @description A page of grants, latest first. */
        GrantsBody: {
            /** @description The grants, including those that ended or were revoked. */
            data: components["schemas"]["GrantedBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description The impact of a draft on one group. */
        GroupImpact: {
            /** @description Members in a tier above the floor. */
            above_floor: components["schemas"]["Horizons_Rates"];
            /** @description The value of the attribute, or `(other)` or `(unknown)`. */
            group: string;
            /**
             * Format: int64
             * @description The number of members in the group.
             */
            members: number;
            /** @description Members that may claim each perk. */
            perks: components["schemas"]["PerkGroup"][];
        };
        /** @example welcome */
        GroupName: string;
        /** @description Groups of members by one attribute, with the impact on each. */
        Grouping: {
            /**
             * @description True for `evidence`, which is not an attribute: it is whether anything
             *     is known of a member's influence or value.
             */
            built_in: boolean;
            /** @description The name of the attribute, or `evidence`. */
            by: string;
            /**
             * @description The groups, largest first: at most 50, then `(other)` and `(unknown)`. A
             *     member with a list of values belongs to several groups.
             */
            groups: components["schemas"]["GroupImpact"][];
        };
        /** @description A draw that was held. */
        HeldBody: {
            /**
             * Format: date-time
             * @description When the draw was held.
             */
            drawn_at: string | null;
            /**
             * Format: int64
             * @description The number of entries that took part.
             */
            entry_count: number | null;
            /** @description The perk's short name. */
            perk: string;
            /** @description The program's short name. */
            program: string;
            /**
             * Format: int64
             * @description The number of units that were available.
             */
            units: number | null;
        };
        /** @description A page of a score history, latest day first. */
        HistoryBody: {
            /**
             * @description One entry for each day on which a score was published. Empty if the member
             *     is not enrolled, opted out or was never seen.
             */
            data: components["schemas"]["DayBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /**
         * @description A request to hold a unit of a perk for a member.
         * @example {
         *       "member": "twitter:kevin",
         *       "perk": "show-tickets",
         *       "program": "palms-klub",
         *       "request": {
         *         "party_size": 2
         *       }
         *     }
         */
        HoldBody: {
            /** @description `true`: confirm the claim at once. */
            confirm?: boolean;
            /** @description The member: our id, or any identity. */
            member: components["schemas"]["IdentityText"];
            /** @description The short name of one of the program's perks. */
            perk: components["schemas"]["PerkId"];
            /** @description The program's short name. */
            program: components["schemas"]["ProgramId"];
            /**
             * @description What you know of the occasion, for conditions that read `request`: at most
             *     64 names.
             */
            request?: components["schemas"]["Attributes"];
        };
        /** @description A day on which the desk is closed, from midnight to midnight. */
        Holiday: {
            /** @description The day: `2026-12-25`, or `12-25` for every year. */
            date: string;
            /** @description The name; absent if the program gives none. */
            name?: string;
        };
        /**
         * @description A result at two times: `at_once`, as soon as the draft is published, with
         *     the tiers that members keep; and `settled`, when every kept time is over, if
         *     nothing else changes. `settled` is what the rules alone give.
         */
        Horizons_Effect: {
            /** @description The effect of a draft on one member, on one horizon. */
            at_once: {
                /** @description Perks that the member can newly claim. */
                perks_gained: string[];
                /** @description Perks that the member can no longer claim. */
                perks_lost: string[];
                /**
                 * Format: int32
                 * @description Places that the member moves up; negative if down.
                 */
                places: number;
                /** @description The tier after. */
                tier_after: string;
                /** @description The tier before; null if nothing is published yet. */
                tier_before: string | null;
            };
            /** @description The effect of a draft on one member, on one horizon. */
            settled: {
                /** @description Perks that the member can newly claim. */
                perks_gained: string[];
                /** @description Perks that the member can no longer claim. */
                perks_lost: string[];
                /**
                 * Format: int32
                 * @description Places that the member moves up; negative if down.
                 */
                places: number;
                /** @description The tier after. */
                tier_after: string;
                /** @description The tier before; null if nothing is published yet. */
                tier_before: string | null;
            };
        };
        /**
         * @description A result at two times: `at_once`, as soon as the draft is published, with
         *     the tiers that members keep; and `settled`, when every kept time is over, if
         *     nothing else changes. `settled` is what the rules alone give.
         */
        Horizons_MembersBeforeAfter: {
            /** @description Numbers of members under two versions. */
            at_once: {
                /**
                 * Format: int64
                 * @description Members under the draft.
                 */
                after: number;
                /**
                 * Format: int64
                 * @description Members under the version in force.
                 */
                before: number;
            };
            /** @description Numbers of members under two versions. */
            settled: {
                /**
                 * Format: int64
                 * @description Members under the draft.
                 */
                after: number;
                /**
                 * Format: int64
                 * @description Members under the version in force.
                 */
                before: number;
            };
        };
        /**
         * @description A result at two times: `at_once`, as soon as the draft is published, with
         *     the tiers that members keep; and `settled`, when every kept time is over, if
         *     nothing else changes. `settled` is what the rules alone give.
         */
        Horizons_Moves: {
            /** @description Moves of members on one horizon. */
            at_once: {
                /**
                 * Format: int64
                 * @description Members that move down.
                 */
                down: number;
                /**
                 * Format: int64
                 * @description Members that stay in the same place.
                 */
                same: number;
                /**
                 * Format: int64
                 * @description Members that move up.
                 */
                up: number;
                /** @description Pairs of tiers with at least one member that goes from one to the other. */
                ways: components["schemas"]["Move"][];
            };
            /** @description Moves of members on one horizon. */
            settled: {
                /**
                 * Format: int64
                 * @description Members that move down.
                 */
                down: number;
                /**
                 * Format: int64
                 * @description Members that stay in the same place.
                 */
                same: number;
                /**
                 * Format: int64
                 * @description Members that move up.
                 */
                up: number;
                /** @description Pairs of tiers with at least one member that goes from one to the other. */
                ways: components["schemas"]["Move"][];
            };
        };
        /**
         * @description A result at two times: `at_once`, as soon as the draft is published, with
         *     the tiers that members keep; and `settled`, when every kept time is over, if
         *     nothing else changes. `settled` is what the rules alone give.
         */
        Horizons_PerkChange: {
            /** @description Numbers of members that may claim a perk. */
            at_once: {
                /**
                 * Format: int64
                 * @description Members that may claim it under the draft.
                 */
                after: number;
                /**
                 * Format: int64
                 * @description Members that may claim it under the version in force.
                 */
                before: number;
                /**
                 * Format: int64
                 * @description Members that may claim it under the draft but not under the version in
                 *     force.
                 */
                gained: number;
                /**
                 * Format: int64
                 * @description Members that may claim it under the version in force but not under the
                 *     draft.
                 */
                lost: number;
            };
            /** @description Numbers of members that may claim a perk. */
            settled: {
                /**
                 * Format: int64
                 * @description Members that may claim it under the draft.
                 */
                after: number;
                /**
                 * Format: int64
                 * @description Members that may claim it under the version in force.
                 */
                before: number;
                /**
                 * Format: int64
                 * @description Members that may claim it under the draft but not under the version in
                 *     force.
                 */
                gained: number;
                /**
                 * Format: int64
                 * @description Members that may claim it under the version in force but not under the
                 *     draft.
                 */
                lost: number;
            };
        };
        /**
         * @description A result at two times: `at_once`, as soon as the draft is published, with
         *     the tiers that members keep; and `settled`, when every kept time is over, if
         *     nothing else changes. `settled` is what the rules alone give.
         */
        Horizons_Rates: {
            /** @description Rates of a group under two versions. */
            at_once: {
                /** @description Rate under the draft. */
                after: components["schemas"]["Rate"];
                /** @description Rate under the version in force. */
                before: components["schemas"]["Rate"];
            };
            /** @description Rates of a group under two versions. */
            settled: {
                /** @description Rate under the draft. */
                after: components["schemas"]["Rate"];
                /** @description Rate under the version in force. */
                before: components["schemas"]["Rate"];
            };
        };
        /** @example 8e03978e-40d5-43dd-bc93-6894a57f9324 */
        IdempotencyKey: string;
        /** @example twitter:kevin */
        IdentityText: string;
        /** @description The verification of an identity. */
        IdentityVerification: {
            /**
             * Format: date-time
             * @description When it was verified.
             */
            at: string;
            /** @description Who verified it, or what: `front desk`, `sign-in with GitHub`. */
            by: components["schemas"]["TextLine"];
        };
        /** @description An item that means nothing that is counted. */
        IgnoredItem: {
            /** @description One sentence with what is special about this item. */
            detail: string;
            /**
             * Format: int64
             * @description The item's position in the request, from 0.
             */
            index: number;
            /** @description Why it was ignored. */
            reason: components["schemas"]["IgnoredReason"];
        };
        /**
         * @description The kinds of reasons for which an item is ignored. Their slugs are stable, so that programs
         *     can rely on them.
         * @enum {string}
         */
        IgnoredReason: "unknown-type" | "not-counted" | "unknown-actor" | "unknown-target" | "not-public" | "reference-only";
        /** @description The result of an import of grants. */
        ImportBody: {
            /** @description Members that were enrolled by the import. */
            enrolled: number;
            /** @description Lines for which a grant was made. */
            granted: number;
            /** @description The first 1,000 rejected lines. */
            rejected: components["schemas"]["RejectedLine"][];
            /** @description Lines that were rejected. */
            rejected_count: number;
            /** @description Grants that were revoked because the list no longer names them. */
            revoked: number;
            /** @description Lines whose grant was already in effect. */
            unchanged: number;
        };
        /** @description An index from another system. */
        ImportedIndexBody: {
            /** @description The time to which the score refers. */
            as_of: components["schemas"]["Timestamp"];
            /** @description The origin of the score, in your words. */
            provenance: components["schemas"]["TextLine"];
            /**
             * Format: double
             * @description The score, from 0 to 100.
             */
            score: number;
        };
        /** @description The tier in effect: the tier by the rules, or a better tier from a grant. */
        InEffect: {
            /**
             * Format: uuid
             * @description The grant that gives the tier; absent if the rules give it.
             */
            grant: string | null;
            held: components["schemas"]["DemotionFreeze"] | null;
            /**
             * Format: date-time
             * @description The time until which the tier is kept; absent if it is not only kept, or if a
             *     demotion freeze keeps it.
             */
            keep_until: string | null;
            /** @description True if the tier is above the tier earned now and is only kept. */
            kept: boolean;
            /**
             * Format: date-time
             * @description The time since which the member has had the tier; for a granted tier, the
             *     start of the grant. Absent while the tier is not yet recorded.
             */
            since: string | null;
            /** @description The id of the tier. */
            tier: string;
            will_change: components["schemas"]["Fall"] | null;
        };
        /**
         * @description An index of a member: a number from 0 to 100 with its interval, or `unknown`.
         *     Missing data never counts as a low number.
         */
        Index: {
            /** @enum {string} */
            state: "unknown";
        } | (components["schemas"]["Interval"] & {
            /**
             * Format: double
             * @description The amount of evidence: effective (decayed, trusted) reactors for
             *     influence, effective orders for value.
             */
            evidence: number;
            /**
             * Format: double
             * @description The percentage of members that stand lower, from 0 to 100, by the rank
             *     snapshot; absent if the snapshot has no members. Influence is compared by its
             *     lower end, value by its score.
             */
            percentile: number | null;
            /**
             * Format: double
             * @description The score, from 0 to 100.
             */
            score: number;
        } & {
            /** @enum {string} */
            state: "known";
        });
        /** @description An index of a member: influence or value. */
        IndexBody: {
            /**
             * Format: double
             * @description The amount of evidence, in effective reactors (decayed, trusted,
             *     saturated) for influence and in effective orders for value; 0 if unknown.
             */
            evidence: number;
            /**
             * Format: double
             * @description The lower end of the 90 % interval, from 0 to 100, which rules test; null
             *     if unknown.
             */
            lower: number | null;
            /**
             * Format: double
             * @description The percentage of members that stand lower at the last rank snapshot, from 0 to
             *     100; null if there is no snapshot yet or the index is unknown. Influence is
             *     compared by its lower end, value by its score.
             */
            percentile: number | null;
            /**
             * Format: double
             * @description The score, from 0 to 100; null if unknown.
             */
            score: number | null;
            /** @description `unknown` if there is no evidence. That is not a low score. */
            state: components["schemas"]["IndexState"];
            /**
             * Format: double
             * @description The upper end of the 90 % interval, from 0 to 100; null if unknown.
             */
            upper: number | null;
        };
        /** @example klout */
        IndexName: string;
        /**
         * @description Whether there is evidence for an index.
         * @enum {string}
         */
        IndexState: "known" | "unknown";
        /** @description The indices of a member from other systems. */
        IndicesBody: {
            /** @description The indices, in the order of their names; at most 64. */
            data: components["schemas"]["NamedIndexBody"][];
        };
        /** @description An index of both members, and of the joined one. */
        IndicesOfBothBody: {
            /** @description Of the member that would be absorbed. */
            absorbed: components["schemas"]["IndexBody"];
            /** @description Of the joined member. */
            after: components["schemas"]["IndexBody"];
            /** @description Of the member that would go on. */
            survivor: components["schemas"]["IndexBody"];
        };
        /** @description The explanation of the influence score. */
        InfluenceExplained: {
            /** @description The interval as a sentence in English. */
            interval: string;
            /**
             * Format: double
             * @description Lower end of the 90 % interval; the cautious value for rules to test.
             */
            lower: number;
            /**
             * @description The parts, most points first. A part without points is shown if the model
             *     gives it no weight.
             */
            parts: components["schemas"]["PartExplained"][];
            pending: components["schemas"]["PendingPoints"] | null;
            /**
             * Format: double
             * @description Share of members whose lower end is smaller, in percent; `null` if the
             *     snapshot holds no scores.
             */
            percentile: number | null;
            /**
             * Format: double
             * @description The score, from 0 to 100; the points of the parts add up to it.
             */
            score: number;
            /**
             * Format: double
             * @description Upper end of the 90 % interval.
             */
            upper: number;
            /** @description The same as a sentence in English. */
            waiting: string | null;
        };
        /** @description One input of a table, with its value. */
        InputSeen: {
            actual: components["schemas"]["Seen"] | null;
            /** @description The input's label, or the expression as the program's author wrote it. */
            name: string;
        };
        /** @description A 90 % interval around a score, on the same scale, from 0 to 100. */
        Interval: {
            /**
             * Format: double
             * @description The lower end, which rules test.
             */
            lower: number;
            /**
             * Format: double
             * @description The upper end.
             */
            upper: number;
        };
        /** @description An invited identity and the result. */
        InvitationBody: {
            /**
             * Format: int64
             * @description The number of members ahead, if the member waits.
             */
            before: number | null;
            /**
             * Format: uuid
             * @description The claim's id, if the member has a unit.
             */
            claim: string | null;
            /**
             * Format: date-time
             * @description The first moment at which it is too late to confirm (while held) or to
             *     redeem (once confirmed); null if there is no such limit.
             */
            expires_at: string | null;
            /** @description The identity, as in the request. */
            identity: string;
            /**
             * Format: uuid
             * @description The member's id; null if no member is enrolled under the identity.
             */
            member: string | null;
            /** @description The result of the invitation. */
            outcome: components["schemas"]["InvitationOutcome"];
            /**
             * @description The reason in the form that decisions give it, if the rules refuse the
             *     member.
             */
            reason?: unknown;
            /** @description The refusal's name, if the member is refused. */
            refusal: string | null;
            state: components["schemas"]["StateKind"] | null;
            /**
             * Format: uuid
             * @description The id of the wait, if the member waits.
             */
            waiting: string | null;
        };
        /**
         * @description The result of an invitation.
         * @enum {string}
         */
        InvitationOutcome: "invited" | "already_invited" | "waiting" | "already_waiting" | "refused";
        /** @description The result of each invitation. */
        InvitationsBody: {
            /**
             * @description One item for each identity in the request, in that order. A member that is
             *     named twice is invited once.
             */
            data: components["schemas"]["InvitationBody"][];
        };
        /**
         * @description A request to invite members to a perk.
         * @example {
         *       "members": [
         *         "twitter:kevin",
         *         "loyalty:K7"
         *       ]
         *     }
         */
        InviteBody: {
            /**
             * @description From 1 to 1,000 members, in the order in which they are invited: our ids,
             *     or any identities.
             */
            members: components["schemas"]["IdentityText"][];
            /**
             * @description What you know of the occasion, for conditions that read `request`: at most
             *     64 names.
             */
            request?: components["schemas"]["Attributes"];
        };
        /** @description What a business has said about the joined member. */
        JoinedMemberBody: {
            /** @description The attributes. */
            attributes: components["schemas"]["Attributes"];
            /**
             * Format: date-time
             * @description The earlier enrolment.
             */
            enrolled_at: string;
            /** @description The declared interests. */
            interests: components["schemas"]["Topic"][];
            name: components["schemas"]["MemberName"] | null;
            /** @description `opted_out` if one of the two has opted out. */
            scoring: components["schemas"]["ScoringBody"];
        };
        /** @description An API key, without its secret. */
        KeyBody: {
            /** @description Whether the secret is the service's `RENOWN_BOOTSTRAP_KEY`. It is changed there. */
            bootstrap: boolean;
            /**
             * Format: date-time
             * @description When the key was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The first moment at which the key no longer works; null if it has no end.
             */
            expires_at: string | null;
            /**
             * Format: uuid
             * @description The key's id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When the key was last used, exact to a minute; null if never.
             */
            last_used_at: string | null;
            /** @description The purpose of the key. */
            name: string;
            /**
             * Format: date-time
             * @description Until when the secret before the present one works too; null if the secret was
             *     never replaced.
             */
            previous_secret_until: string | null;
            /** @description The only program that the key may use; null for all programs. */
            program: string | null;
            /**
             * Format: date-time
             * @description When the key was revoked; null if it was not.
             */
            revoked_at: string | null;
            /** @description The scopes of the key. */
            scopes: string[];
            /** @description The sources as which the key may send events; empty for all sources. */
            sources: string[];
            /** @description Whether the key works: `active`, `expired` or `revoked`. */
            state: components["schemas"]["KeyState"];
        };
        /** @example front desk */
        KeyName: string;
        /** @enum {string} */
        KeyState: "active" | "expired" | "revoked";
        /** @description A key with a new secret. */
        KeyWithSecretBody: components["schemas"]["KeyBody"] & {
            /**
             * @description The secret, to be sent as `Authorization: Bearer …`. It is shown only this once: if
             *     the same request is sent again under its `Idempotency-Key`, it is null.
             */
            secret: string | null;
        };
        /** @description A page of keys, latest first. */
        KeysBody: {
            /** @description The keys, including those that expired or were revoked. */
            data: components["schemas"]["KeyBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /**
         * @description The kind of thing that a reason is about.
         * @enum {string}
         */
        Kind: "tier" | "perk";
        /**
         * @description Whether there is evidence about the member.
         * @enum {string}
         */
        Known: "known" | "unknown";
        /** @description A tier of the ladder, with the numbers that its conditions ask for. */
        LadderTier: {
            /** @description True for the last tier, which every member has at least. */
            floor: boolean;
            /**
             * @description The comparisons with a number in the tier's conditions, in the order in which they are
             *     written, `when` before `stay`. Those of audiences and decision tables are not among them.
             */
            thresholds: components["schemas"]["Threshold"][];
            /** @description The tier's short name. */
            tier: string;
            /** @description The display name of the tier. */
            title: string;
        };
        /** @description A page of a leaderboard, highest first. */
        LeaderboardBody: {
            /** @description The order: by the lower end of influence, or by the influence itself. */
            by: components["schemas"]["LeaderboardOrder"];
            /** @description The members on this page. */
            data: components["schemas"]["LineBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description What has changed of a member in seven days. */
        LeaderboardChangeBody: {
            /**
             * Format: double
             * @description The same for its lower end.
             */
            lower: number | null;
            /**
             * Format: int64
             * @description By how many places the member rose in this order, negative for fell; null if the
             *     member was not among the first thousand then.
             */
            rank: number | null;
            /**
             * Format: double
             * @description By how much the influence rose, negative for fell; null if it was unknown then, or
             *     another model was in force.
             */
            score: number | null;
        };
        /**
         * @description The order of a leaderboard, highest first.
         * @enum {string}
         */
        LeaderboardOrder: "lower" | "score";
        /** @description Numbers of members with one service level. */
        LevelCount: components["schemas"]["Horizons_MembersBeforeAfter"] & {
            /** @description The id of the service level. */
            service_level: string;
        };
        /** @description The reason why a condition gives a service level. */
        LevelReason: {
            /** @description The condition as the program's author wrote it. */
            condition: string;
            /** @description The tests that make it hold. */
            tests: components["schemas"]["Test"][];
        };
        /** @description The effect of offering a perk on one measure. */
        Lift: {
            /** @description The conclusion. */
            conclusion: components["schemas"]["Conclusion"];
            difference: components["schemas"]["Estimate"] | null;
            ratio: components["schemas"]["Estimate"] | null;
        };
        /** @description What offering changed, for each measure. */
        LiftBody: {
            /** @description The lift of the amount per member that is paid and not refunded. */
            amount: components["schemas"]["Lift"];
            /** @description The lift of the share of members that buy. */
            buyers: components["schemas"]["Lift"];
            /** @description The lift of orders per member. */
            orders: components["schemas"]["Lift"];
            /** @description The lift of reactions received per member. */
            reactions: components["schemas"]["Lift"];
        };
        /** @description A member on a leaderboard. */
        LineBody: {
            /** @description The member's accounts, as `network:handle`. */
            accounts: string[];
            /**
             * Format: date-time
             * @description The time to which the score was decayed.
             */
            as_of: string;
            change_7d: components["schemas"]["LeaderboardChangeBody"] | null;
            /** @description The member's influence, with its interval. */
            influence: components["schemas"]["IndexBody"];
            /**
             * Format: uuid
             * @description The member's id.
             */
            member: string;
            name: components["schemas"]["MemberName"] | null;
            /**
             * Format: int32
             * @description The place on this leaderboard, from 1.
             */
            rank: number;
            tier: components["schemas"]["TierTitleBody"] | null;
            topic: components["schemas"]["TopicBody"] | null;
            /** @description The three topics on which the member's influence is highest. */
            topics: components["schemas"]["TopicBody"][];
        };
        /** @description A line of the answer with the result of each line. */
        LineResultBody: {
            /**
             * Format: int64
             * @description The line's number.
             */
            line: number;
            /**
             * Format: uuid
             * @description The member's id.
             */
            member: string;
            /** @enum {string} */
            result: "created";
        } | {
            /** @description What has a new value. */
            columns: string[];
            /**
             * Format: int64
             * @description The line's number.
             */
            line: number;
            /**
             * Format: uuid
             * @description The member's id.
             */
            member: string;
            /** @enum {string} */
            result: "changed";
        } | {
            /**
             * Format: int64
             * @description The line's number.
             */
            line: number;
            /**
             * Format: uuid
             * @description The member's id.
             */
            member: string;
            /** @enum {string} */
            result: "unchanged";
        } | (components["schemas"]["RefusedLine"] & {
            /** @enum {string} */
            result: "refused";
        });
        /**
         * @description A change of a list.
         * @example {
         *       "add": [
         *         "email:ann@example.com",
         *         "loyalty:1234"
         *       ]
         *     }
         */
        ListChangeBody: {
            /** @description Members to add: their ids, or any of their identities. */
            add?: components["schemas"]["IdentityText"][];
            /** @description Members to remove. With those to add, at most 1,000. */
            remove?: components["schemas"]["IdentityText"][];
        };
        /** @description What a change of a list did. */
        ListChangedBody: {
            /** @description How many members were added; those that were on the list already are not counted. */
            added: number;
            /** @description How many members were removed. */
            removed: number;
            /** @description The identities under which no member is enrolled. */
            unknown: string[];
        };
        /** @description A recorded decision without its content, with the member. */
        ListedDecisionBody: components["schemas"]["DecisionLineBody"] & {
            /**
             * Format: uuid
             * @description The member's id; null if no member was enrolled under the identity, or the member has
             *     left or opted out since.
             */
            member: string | null;
            name: components["schemas"]["MemberName"] | null;
        };
        /** @description An experiment of a program. */
        ListedExperimentBody: {
            /**
             * Format: int64
             * @description Members in the control group from whom a perk was held back.
             */
            held_back: number;
            /** @description The share of members in the control group, such as `10%`. */
            hold_back: string;
            /**
             * Format: int64
             * @description Members that were offered a perk of the experiment.
             */
            offered: number;
            /**
             * @description The short name of the perk with the experiment; null for the whole
             *     program's experiment.
             */
            perk: string | null;
            /** @description The short names of the perks that the experiment decides about. */
            perks: string[];
            /** @description The salt by which members are assigned to the groups. */
            salt: string;
        };
        /** @description A topic with the number of its members. */
        ListedTopicBody: {
            /**
             * Format: int64
             * @description The members with a score on the topic.
             */
            members: number;
            /** @description Other names of the topic, from the list of topics, as slugs. */
            names: string[];
            /** @description The topic's slug. */
            topic: string;
        };
        /**
         * @description A request for the lookups of many members.
         * @example {
         *       "include": [
         *         "tier",
         *         "service_level"
         *       ],
         *       "members": [
         *         "twitter:kevin",
         *         "loyalty:K7"
         *       ]
         *     }
         */
        LookUpManyBody: {
            /** @description The lookups to answer for each member; tier and service level if absent. */
            include?: components["schemas"]["LookupKind"][];
            /** @description From 1 to 10,000 members: our ids, or any identities. */
            members: components["schemas"]["IdentityText"][];
            /**
             * @description What you know of the occasion, the same for all members, as conditions read
             *     it under `request`. At most 64 names.
             */
            request?: components["schemas"]["Attributes"];
        };
        /** @description The lookups of one member. */
        LookedUp: {
            /** @description The identity, as in the request. */
            identity: string;
            /** @description The body of `…/offers`; absent if not requested. */
            offers?: components["schemas"]["OffersBody"];
            /** @description What is wrong with the identity; absent if it is valid. */
            problem?: components["schemas"]["Problem"];
            /** @description The body of `…/service-level`; absent if not requested. */
            service_level?: components["schemas"]["ServiceLevelBody"];
            /** @description The body of `…/tier`; absent if not requested. */
            tier?: components["schemas"]["TierBody"];
        };
        /** @description The lookups of all requested members. */
        LookedUpBody: {
            /**
             * @description One item for each identity requested, in the same order. An identity that
             *     is requested twice is answered twice.
             */
            data: components["schemas"]["LookedUp"][];
        };
        /**
         * @description The name of a lookup.
         * @enum {string}
         */
        LookupKind: "tier" | "service_level" | "offers";
        /** @description An enrolled member. */
        MemberBody: {
            /** @description The attributes that you sent. */
            attributes: components["schemas"]["Attributes"];
            /**
             * Format: date-time
             * @description When the member was enrolled.
             */
            enrolled_at: string;
            /**
             * Format: uuid
             * @description The member's id.
             */
            id: string;
            /** @description Every identity by which the member can be looked up. */
            identities: string[];
            /** @description The topics in which the member declared an interest. */
            interests: components["schemas"]["Topic"][];
            name: components["schemas"]["MemberName"] | null;
            /** @description How it is known that each of these identities is the member's, by the identities. */
            proofs: {
                [key: string]: components["schemas"]["Proof"];
            };
            /** @description Whether the member takes part in scoring. */
            scoring: components["schemas"]["ScoringBody"];
            /**
             * Format: date-time
             * @description When the member was last changed.
             */
            updated_at: string;
        };
        /** @description How many members there are. */
        MemberCountsBody: {
            /**
             * Format: int64
             * @description All members.
             */
            enrolled: number;
            /**
             * Format: int64
             * @description Members who opted out.
             */
            opted_out: number;
            /**
             * Format: int64
             * @description Members whose influence is known.
             */
            scored: number;
            /**
             * Format: int64
             * @description Members who take part in scoring and whose influence is unknown.
             */
            unknown: number;
        };
        /** @description A page of the decisions about a member, latest first. */
        MemberDecisionsBody: {
            /** @description The decisions. `GET /v1/decisions/{id}` returns one with its outcome and inputs. */
            data: components["schemas"]["DecisionLineBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description A page of the events about a member's accounts, those first that were received last. */
        MemberEventsBody: {
            /** @description The events. They do not name who acted. */
            data: components["schemas"]["EventLineBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description A grant to the member, with its program. */
        MemberGrantBody: components["schemas"]["GrantedBody"] & {
            /** @description The program's short name. */
            program: string;
        };
        /** @description A page of a member's grants, latest first. */
        MemberGrantsBody: {
            /** @description The grants, including those that ended or were revoked. */
            data: components["schemas"]["MemberGrantBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description The result of an import of members. Only what is committed counts. */
        MemberImportBody: {
            /**
             * Format: int64
             * @description Lines that changed a member.
             */
            changed: number;
            /**
             * Format: int64
             * @description Lines that enrolled a member.
             */
            created: number;
            /**
             * Format: int64
             * @description The line after the last one with a result.
             */
            next_line: number;
            /** @description The first 1,000 refused lines. */
            refused: components["schemas"]["RefusedLine"][];
            /**
             * Format: int64
             * @description Lines that were refused. They changed nothing.
             */
            refused_count: number;
            /**
             * Format: int64
             * @description Lines whose content the member had already.
             */
            unchanged: number;
        };
        /**
         * @description A member in a list, as a JSON merge patch: what is absent stays as it is, and null removes.
         * @example {
         *       "attributes": {
         *         "country": "US",
         *         "visits": 3
         *       },
         *       "identities": [
         *         "twitter:ann"
         *       ],
         *       "identity": "email:ann@example.com",
         *       "interests": [
         *         "las-vegas"
         *       ],
         *       "name": "Ann Lee"
         *     }
         */
        MemberLineBody: {
            attributes?: components["schemas"]["AttributesPatch"] | null;
            enrolled_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: uuid
             * @description The id of a known member. An id that nobody has is left out if the line has other
             *     identities.
             */
            id?: string | null;
            /** @description Identities of the member. New ones are added; none is removed. */
            identities?: components["schemas"]["IdentityText"][] | null;
            identity?: components["schemas"]["IdentityText"] | null;
            /** @description All declared interests; null removes them. */
            interests?: components["schemas"]["Topic"][] | null;
            name?: components["schemas"]["MemberName"] | null;
            scoring?: components["schemas"]["ScoringBody"] | null;
        };
        /** @description A page of the messages about a member, latest first. */
        MemberMessagesBody: {
            /** @description The messages that are kept, as webhooks get them. */
            data: Record<string, never>[];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @example Zoë van Dyk */
        MemberName: string;
        /** @description A member's tier in a program. */
        MemberTierBody: {
            /**
             * @description The tier that the rules give; a grant may give a better one. Null for a member who
             *     never left the floor.
             */
            earned: string | null;
            /**
             * Format: date-time
             * @description Until when it is kept, whatever the rules say; null if it is not kept.
             */
            keep_until: string | null;
            /** @description The program's short name. */
            program: string;
            /**
             * Format: date-time
             * @description Since when the rules give it; null for a member who never left the floor.
             */
            since: string | null;
            /** @description The tier in effect; the floor for a member who has opted out. */
            tier: string;
        };
        /** @description The tiers of a member. */
        MemberTiersBody: {
            /** @description One item for each program in force, in the order of their names. */
            data: components["schemas"]["MemberTierBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description A page of members. */
        MembersBody: {
            /** @description The members, also those who opted out. */
            data: components["schemas"]["MemberBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /**
         * @description A request to merge a member into the one in the path.
         * @example {
         *       "from": "loyalty:K7",
         *       "reason": "the same passport at check-in"
         *     }
         */
        MergeBody: {
            /**
             * @description The member's id, or any of their identities. The member in the path survives and
             *     gets everything of this one.
             */
            from: components["schemas"]["IdentityText"];
            /** @description Why the two are one person. */
            reason: components["schemas"]["TextLine"];
        };
        /**
         * @description A request to preview a merge.
         * @example {
         *       "from": "loyalty:K7"
         *     }
         */
        MergePreviewBody: {
            /** @description The member's id, or any of their identities, who would be absorbed. */
            from: components["schemas"]["IdentityText"];
        };
        /** @description What a merge would do. */
        MergePreviewedBody: {
            /**
             * Format: uuid
             * @description The member that would be absorbed.
             */
            absorbed: string;
            /** @description What the survivor lacked, and would get. */
            added: components["schemas"]["AddedValuesBody"];
            /** @description Why the two cannot be merged; empty if they can. */
            conflicts: string[];
            /** @description Why scores and tiers are an estimate. */
            estimates: string[];
            /** @description The exclusive groups of which each has a perk. */
            exclusive: components["schemas"]["ExclusiveTogether"][];
            /** @description The influence of both, and of the joined member. */
            influence: components["schemas"]["IndicesOfBothBody"];
            /** @description Values of which each has another: the survivor's would stay. */
            kept: components["schemas"]["ValueNamesBody"];
            /** @description What you would have said about the joined member. */
            member: components["schemas"]["JoinedMemberBody"];
            /** @description What would change in each program in force. */
            programs: components["schemas"]["ProgramPreview"][];
            /**
             * Format: uuid
             * @description The member that would go on.
             */
            survivor: string;
            /** @description The value of both, and of the joined member. */
            value: components["schemas"]["IndicesOfBothBody"];
        };
        /** @description The undo of a merge. */
        MergeUndoneBody: {
            /**
             * Format: date-time
             * @description When it was undone.
             */
            at: string;
            /**
             * Format: uuid
             * @description Who undid it: the API key, or the `caller` of a session; null for one in the shell.
             */
            by: string | null;
            /** @description Why the two are not one person. */
            reason: string;
        };
        /** @description A merge of two members. */
        MergedBody: {
            /**
             * Format: uuid
             * @description The member that was absorbed. This id leads to the surviving member while the merge
             *     stands.
             */
            absorbed: string;
            /**
             * Format: uuid
             * @description The id of the merge.
             */
            id: string;
            /**
             * Format: date-time
             * @description When they were merged.
             */
            merged_at: string;
            /**
             * Format: uuid
             * @description Who merged them: the API key, or the `caller` of a session; null for one in the shell.
             */
            merged_by: string | null;
            /** @description Why the two are one person. */
            reason: string;
            /**
             * Format: uuid
             * @description The member that goes on.
             */
            survivor: string;
            /**
             * Format: date-time
             * @description Until when the merge can be undone.
             */
            undo_until: string;
            undone: components["schemas"]["MergeUndoneBody"] | null;
        };
        /** @description A page of merges. */
        MergesBody: {
            /** @description The merges, latest first, also those that were undone. */
            data: components["schemas"]["MergedBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description A message, as webhooks and the stream get it. Types and members may be added. */
        Message: components["schemas"]["TierChangedMessage"] | components["schemas"]["TierWillChangeMessage"] | components["schemas"]["TierRetainedMessage"] | components["schemas"]["ClaimMessage"] | components["schemas"]["PerkExhaustedMessage"] | components["schemas"]["PerkDrawnMessage"] | components["schemas"]["ProgramPublishedMessage"] | components["schemas"]["ProgramWithdrawnMessage"] | components["schemas"]["ScoreChangedMessage"];
        /** @enum {string} */
        MessageKind: "tier.changed" | "tier.will_change" | "tier.retained" | "claim.held" | "claim.confirmed" | "claim.redeemed" | "claim.released" | "claim.expired" | "claim.cancelled" | "perk.exhausted" | "perk.drawn" | "program.published" | "program.withdrawn" | "member.erased" | "score.changed";
        /** @description A page of messages, latest first. */
        MessagesBody: {
            /** @description The messages, as webhooks get them. */
            data: components["schemas"]["Message"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description How well one method ranked members. */
        MethodBody: {
            /**
             * Format: double
             * @description The mean NDCG of the first ten over the topics, from 0 to 1; null without topics.
             */
            ndcg_at_10: number | null;
            /**
             * @description What members were ranked by: `influence`, `past reactions`, `distinct reactors` or
             *     `random`.
             */
            ranked_by: string;
            /**
             * Format: double
             * @description Spearman's rank correlation with the reactions gained, over all members; null if it
             *     is not defined.
             */
            spearman: number | null;
        };
        /** @description The scoring model in force. */
        ModelBody: {
            /** @description What its numbers claim. */
            card: components["schemas"]["CardBody"];
            /** @description The latest check of what scores said against what came after. */
            check: components["schemas"]["SelfCheckBody"];
            /**
             * Format: date-time
             * @description When it was put in force; null for a database that was never served.
             */
            since: string | null;
            /** @description The rank snapshot that scores are computed with. */
            snapshot: components["schemas"]["SnapshotBody"];
            /** @description The version, which scores name. */
            version: string;
        };
        /**
         * @description Which model is to be in force.
         * @example {
         *       "version": "2026-3"
         *     }
         */
        ModelInForceBody: {
            /** @description The version of a model that is ready. */
            version: components["schemas"]["ModelVersion"];
        };
        /**
         * @description Where a scoring model of a deployment stands.
         * @enum {string}
         */
        ModelState: "building" | "ready" | "in_force" | "retired";
        /** @description A scoring model, and how far its scores have been computed. */
        ModelStatusBody: {
            /**
             * Format: int64
             * @description The batches in the event log.
             */
            batches: number;
            /**
             * Format: int64
             * @description The batches of the event log that its states contain.
             */
            folded_batches: number;
            moves: components["schemas"]["ScoreMoves"] | null;
            /**
             * Format: date-time
             * @description When that began.
             */
            since: string;
            /** @description `building`, `ready` (it can be put in force) or `in_force`. */
            state: components["schemas"]["ModelState"];
            /** @description The version, as scores name it. */
            version: string;
        };
        /** @example 2026-3 */
        ModelVersion: string;
        /** @description The scoring models of the deployment. */
        ModelsBody: {
            /** @description The model in force first; then the one that is built beside it, if any. */
            data: components["schemas"]["ModelStatusBody"][];
        };
        /** @description Points by content. */
        Moment: {
            /**
             * Format: date-time
             * @description When the latest reaction to the content happened; `null` unless `kind` is `content`.
             */
            at: string | null;
            /** @description Whether this is one content or a remainder. */
            kind: components["schemas"]["MomentKind"];
            /** @description The content's id; `null` unless `kind` is `content`. */
            object: string | null;
            /**
             * Format: double
             * @description Points of the score.
             */
            points: number;
        };
        /**
         * @description What a moment stands for.
         * @enum {string}
         */
        MomentKind: "content" | "unattributed" | "other";
        /**
         * @description A non-negative amount of money. `amount` is a decimal number as a string,
         *     `currency` a three-letter ISO 4217 code.
         */
        Money: {
            /** @description A decimal number as a text. */
            amount: string;
            /** @description Three letters of ISO 4217. */
            currency: string;
        };
        /** @description An amount of money in one currency. */
        MoneyBody: {
            /** @description The amount, a decimal as a string. */
            amount: string;
            /** @description The currency, ISO 4217. */
            currency: string;
        };
        /** @description Members that move between the same two tiers. */
        Move: {
            /** @description The direction of the move. */
            direction: components["schemas"]["Direction"];
            /** @description The tier before; null if nothing is published yet. */
            from: string | null;
            /**
             * Format: int64
             * @description The number of members that move this way.
             */
            members: number;
            /**
             * Format: int32
             * @description Places that the members move up; negative if down.
             */
            places: number;
            /** @description The tier after. */
            to: string;
        };
        /** @description One column of the histogram of moves. */
        MovesColumn: {
            /**
             * Format: double
             * @description The lower end, in points.
             */
            from: number;
            /** @description The number of members. */
            members: number;
            /**
             * Format: double
             * @description The upper end, in points.
             */
            to: number;
        };
        /** @description The identity by which a caller named a member. */
        NamedBy: {
            /** @description The network of an account, or `email`, `loyalty` or `crm`. */
            network: string;
            /** @description How it is known that the identity is the member's. */
            proof: components["schemas"]["Proof"];
        };
        /** @description An index with its name. */
        NamedIndexBody: {
            /**
             * Format: date-time
             * @description The time to which the score refers.
             */
            as_of: string;
            /** @description Its name, as programs use it. */
            index: string;
            /** @description The origin of the score, in your words. */
            provenance: string;
            /**
             * Format: double
             * @description The score, from 0 to 100.
             */
            score: number;
        };
        /** @description A perk of a program. */
        NamedPerk: {
            /** @description The perk. */
            perk: string;
            /** @description The program's short name. */
            program: string;
        };
        /**
         * @description An event: an account did something, at a time, on a network. It is a flattened
         *     CloudEvent. Unknown members are refused.
         * @example {
         *       "actor": "ann.example.com",
         *       "id": "like-1",
         *       "network": "bluesky",
         *       "object": "post/42",
         *       "source": "my-collector",
         *       "target": "kevin.example.com",
         *       "time": "2026-11-22T11:00:00Z",
         *       "topics": [
         *         "las-vegas"
         *       ],
         *       "type": "like"
         *     }
         */
        NativeEvent: {
            /**
             * @description The handle of the account that acted (the buyer, for a purchase). Absent
             *     if unknown: an anonymous like, or a count.
             */
            actor?: string | null;
            /**
             * Format: int32
             * @description For reactions and follows: how many of them this event stands for, as an
             *     aggregate of unknown accounts. 1 if absent.
             */
            count?: number | null;
            /**
             * @description For purchases and refunds: the currency, ISO 4217. The model must have a
             *     rate for it.
             */
            currency?: string | null;
            /**
             * @description Your id of the event. Together with `source` it identifies repetitions. 1
             *     to 256 characters.
             */
            id: string;
            metrics?: components["schemas"]["NativeMetrics"] | null;
            /**
             * @description The network where it happened: `twitter`, `bluesky`, `mastodon`, `github`,
             *     `shop`, …
             */
            network: string;
            /** @description The id of the content or of the order. A refund names its order here. */
            object?: string | null;
            /** @description The system that sends the event. 1 to 128 characters. */
            source: string;
            /**
             * @description The handle of the account whose content or profile was acted on (for a
             *     profile: the account that the snapshot is of).
             */
            target?: string | null;
            /** @description Free text. It is matched against the names of topics and then dropped. */
            text?: string | null;
            /**
             * @description When it happened, with a time zone. Not before 1970 and not in the far
             *     future.
             */
            time: components["schemas"]["Timestamp"];
            /** @description The topics: slugs, names or hashtags. They are normalised. */
            topics?: components["schemas"]["Topic"][] | null;
            /** @description The kind of event. */
            type: components["schemas"]["NativeType"];
            /**
             * @description For `undo`: the id of the event, of the same source, whose effect is
             *     undone. That event may arrive later.
             */
            undo?: string | null;
            /** @description For purchases and refunds: the amount, a decimal as a string or number. */
            value?: string | null;
        };
        /** @description One event, or a list of events. */
        NativeEvents: components["schemas"]["NativeEvent"] | components["schemas"]["NativeEvent"][];
        /** @description A profile's counters at one time. At least one of them is required. */
        NativeMetrics: {
            /**
             * Format: int64
             * @description The number of the account's followers.
             */
            followers?: number | null;
            /**
             * Format: int64
             * @description The number of accounts that the account follows.
             */
            following?: number | null;
            /**
             * Format: int64
             * @description The number of curated lists that the account is on.
             */
            listed?: number | null;
            /**
             * Format: int64
             * @description The number of posts that the account has published.
             */
            posts?: number | null;
        };
        /**
         * @description The kind of an event.
         * @enum {string}
         */
        NativeType: "post" | "like" | "dislike" | "save" | "reply" | "mention" | "share" | "follow" | "unfollow" | "list" | "endorse" | "purchase" | "refund" | "profile" | "undo";
        /** @description A token for a desk. */
        NewDeskTokenBody: {
            /** @description Which desk it is. */
            desk: components["schemas"]["DeskName"];
            /**
             * Format: date-time
             * @description The first moment at which it no longer works.
             */
            expires_at: string;
            /**
             * Format: uuid
             * @description The id of its session, which is in the list of sessions and can be ended there.
             */
            id: string;
            /** @description The program of the desk. */
            program: string;
            /**
             * @description The token, to be given to the frame as `/desk/front?program=…#token=…`; the frame sends
             *     it as `Authorization: Bearer …`. It is shown only this once: if the same request is
             *     sent again under its `Idempotency-Key`, it is null.
             */
            token: string | null;
        };
        /**
         * @description Why no change of numbers lifts a refusal.
         * @enum {string}
         */
        NoChange: "not_enrolled" | "expired" | "not_started" | "member_limit" | "exclusive_of" | "out_of_stock" | "day_limit" | "budget_spent" | "by_grant_only" | "held_back" | "depends_on_others" | "depends_on_request" | "depends_on_identity" | "depends_on_time" | "depends_on_table" | "not_by_numbers";
        /** @example a-word-of-mine */
        Nonce: string;
        /** @description An empty object. */
        Nothing: Record<string, never>;
        /** @description A number that must change. */
        NumberChange: {
            /** @description Why it does not change at once; absent if it can. */
            delay?: components["schemas"]["ChangeDelay"];
            /**
             * Format: double
             * @description The present value; absent if it is unknown.
             */
            from: number | null;
            /** @description The name of the number in conditions: `topic("las-vegas").confidence`. */
            name: string;
            /**
             * Format: double
             * @description The value that it must have.
             */
            to: number;
        };
        /** @description The place of a number in a program file. */
        NumberPlace: {
            /**
             * Format: int32
             * @description The column of the first character, from 1; characters are Unicode code points.
             */
            column: number;
            /**
             * Format: int32
             * @description The column after the last character.
             */
            end_column: number;
            /**
             * Format: int32
             * @description The line, from 1.
             */
            line: number;
        };
        /** @description A perk as offered to one member. */
        OfferBody: {
            /**
             * Format: int64
             * @description The units that the member has claimed and not given back.
             */
            claimed: number;
            /**
             * @description What the member must be told about why they got the perk; null if they may
             *     not have it and have no unit of it.
             */
            disclosure: string | null;
            /** @description Whether the member may have the perk now. */
            eligible: boolean;
            excluded_by: components["schemas"]["ExcludedBy"] | null;
            exclusive: components["schemas"]["GroupName"] | null;
            /**
             * Format: date-time
             * @description The first moment at which the perk is given; null if there is none.
             */
            from: string | null;
            /** @description How the perk is given. */
            kind: components["schemas"]["PerkKind"];
            /**
             * Format: int64
             * @description The units that may be given now: the least of what is left of the stock,
             *     of the day and of the budgets; null if not limited.
             */
            left: number | null;
            /**
             * Format: int64
             * @description The most units that one member may have.
             */
            per_member: number;
            /** @description The perk's short name. */
            perk: string;
            refusal: components["schemas"]["Refusal"] | null;
            /**
             * Format: int64
             * @description The total number of units; null if not limited.
             */
            stock: number | null;
            /** @description The perk's display name. */
            title: string;
            /** @description The topics that the perk is about. */
            topics: string[];
            /**
             * Format: date-time
             * @description The first moment at which the perk is no longer given; null if there is
             *     none.
             */
            until: string | null;
            value: components["schemas"]["MoneyBody"] | null;
        };
        /** @description The offers of a program for a member. */
        OffersBody: {
            /** @description What the answer rests on. */
            basis: components["schemas"]["Basis"];
            /** @description What is probably wrong with an identity that leads to no member; null otherwise. */
            hint: string | null;
            identity: components["schemas"]["NamedBy"] | null;
            /**
             * Format: uuid
             * @description The member's id; null if no member is enrolled under the identity or the
             *     member opted out.
             */
            member: string | null;
            /** @description The name that the business has given to the member; null if none. */
            name: string | null;
            /**
             * @description Every perk of the program, in the program's order: what the member may
             *     have, and what not and why.
             */
            offers: components["schemas"]["OfferBody"][];
            /**
             * @description The units that the member has claimed and that were not handed over yet, oldest
             *     first. One that is `confirmed` can be handed over now; one that is `held` must be
             *     confirmed first.
             */
            open_claims: components["schemas"]["OpenClaimBody"][];
            /** @description The program's short name. */
            program: string;
            /** @description Why the member has the tier, in a sentence for the people at the desk. */
            reason: string;
            /** @description Whether there is evidence about the member. */
            state: components["schemas"]["Known"];
            /** @description The member's tier. Its amenities need no claim. */
            tier: string;
            /**
             * @description The short names of the perks of which the member may be given a unit now, without
             *     a draw or an invitation.
             */
            to_give: string[];
        };
        /** @description A unit of a perk that a member has claimed and that was not handed over yet. */
        OpenClaimBody: {
            /**
             * Format: uuid
             * @description The claim's id, with which it is confirmed and redeemed.
             */
            claim: string;
            /** @description The perk's short name. */
            perk: string;
            /** @description `held` or `confirmed`. */
            state: components["schemas"]["StateKind"];
            /** @description The perk's display name; its short name if the program no longer has the perk. */
            title: string;
            /**
             * Format: date-time
             * @description The first moment at which it can no longer be confirmed, if it is `held`, or
             *     redeemed; null for no end.
             */
            until: string | null;
        };
        /** @description An interval of the week in which the desk is open. */
        OpenHours: {
            /**
             * Format: int32
             * @description The end (exclusive), in minutes from the beginning of Sunday.
             */
            end_time: number;
            /**
             * Format: int32
             * @description The start, in minutes from the beginning of Sunday.
             */
            start_time: number;
        };
        /** @enum {string} */
        Origin: "claim" | "waiting_list" | "invitation" | "draw";
        /** @description The value of one output of a decision table. */
        OutputValue: boolean | number | string;
        /** @description The overview of a deployment. */
        OverviewBody: {
            /**
             * Format: date-time
             * @description When the figures were measured, about once a minute; null if they were not yet.
             */
            as_of: string | null;
            /**
             * @description What needs attention. Sources, webhooks, jobs and models are only shown to keys with
             *     `admin`.
             */
            attention: components["schemas"]["AttentionBody"][];
            /** @description What changed in the last 24 hours, by type, the latest first. */
            changes: components["schemas"]["ChangeCountBody"][];
            /** @description The units that were held. */
            claims: components["schemas"]["ClaimHoursBody"];
            /** @description The events that were received. */
            events: components["schemas"]["EventCountsBody"];
            members: components["schemas"]["MemberCountsBody"] | null;
            /** @description The programs in force, each with the members of its tiers. */
            programs: components["schemas"]["ProgramTiersBody"][];
            /**
             * @description How many members had a score, and how far the scorer was behind, in each ten minutes of
             *     the last 24 hours in which it was measured, the oldest first.
             */
            recent: components["schemas"]["TenMinutesBody"][];
            /** @description How far scores are behind the events. */
            scorer: components["schemas"]["ScorerLagBody"];
        };
        /** @description The cursor of the next page. */
        Page: {
            /** @description The value of `cursor` for the next page; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A parameter of a model. */
        ParameterBody: {
            /** @description What it means. */
            meaning: string;
            /** @description Its name, which ends with its unit. */
            name: string;
            /**
             * Format: double
             * @description Its value.
             */
            value: number;
        };
        /**
         * @description A part of influence: one term of the sum behind the score.
         * @enum {string}
         */
        Part: "reach" | "amplification" | "engagement" | "curation" | "audience" | "breadth";
        /** @description One part of influence. */
        PartExplained: {
            /** @description What the part measures, in one sentence. */
            about: string;
            /** @description The same points by type of reaction, most points first. */
            by_type: components["schemas"]["TypePoints"][];
            /**
             * Format: double
             * @description The part's evidence, decayed: effective reactors, or contents for
             *     `breadth`.
             */
            credit: number;
            /**
             * @description The same points by content, most points first; `unattributed` and
             *     `other` come last.
             */
            moments: components["schemas"]["Moment"][];
            /** @description The part that is explained. */
            part: components["schemas"]["Part"];
            /**
             * Format: double
             * @description Points of the score that the part contributes.
             */
            points: number;
        };
        /**
         * @description Changes of a member, as a JSON merge patch (RFC 7396): what is absent stays as it is,
         *     and null removes.
         * @example {
         *       "attributes": {
         *         "country": "DE",
         *         "newsletter": null
         *       },
         *       "name": "Kevin Ito"
         *     }
         */
        PatchMemberBody: {
            attributes?: components["schemas"]["AttributesPatch"] | null;
            /**
             * @description All identities other than the one in the path. Identities that are not listed are
             *     removed; null removes all.
             */
            identities?: components["schemas"]["IdentityText"][] | null;
            /** @description All topics in which the member declared an interest; null removes all. */
            interests?: components["schemas"]["Topic"][] | null;
            name?: components["schemas"]["MemberName"] | null;
            /**
             * @description How you know that these identities are the member's, by the identities. Others stay as they are; a new one is `asserted`.
             * @example {
             *       "twitter:zoe": {
             *         "by": "front desk",
             *         "state": "verified"
             *       }
             *     }
             */
            proofs?: {
                [key: string]: {
                    /** @enum {string} */
                    state: "asserted";
                } | {
                    at?: components["schemas"]["Timestamp"] | null;
                    /** @description Who verified it, or what: `front desk`, `sign-in with GitHub`. */
                    by: components["schemas"]["TextLine"];
                    /** @enum {string} */
                    state: "verified";
                } | null;
            };
            /** @description Whether the member takes part in scoring. It cannot be removed. */
            scoring?: components["schemas"]["ScoringBody"];
        };
        /** @description A change of a source. */
        PatchSourceBody: {
            /**
             * @description Whether more events are expected. False marks the source as finished: it
             *     is not reported as silent and causes no demotion freeze. It stays finished
             *     even if events arrive.
             */
            expected: boolean;
        };
        /** @description A change of a webhook. Absent members stay as they are. */
        PatchWebhookBody: {
            /**
             * @description The purpose of the webhook, in words, at most 500 characters; empty to
             *     remove it.
             */
            description?: string | null;
            /**
             * @description `false`: nothing is sent. `true`: delivery continues from where it was
             *     disabled, as far back as messages are kept.
             */
            enabled?: boolean | null;
            format?: components["schemas"]["WebhookForm"] | null;
            /** @description Only messages of these types from now on, at most 100; all types if empty. */
            types?: components["schemas"]["MessageKind"][] | null;
            /** @description The receiver's URL. Pending deliveries go there too. At most 2,048 bytes. */
            url?: string | null;
        };
        /**
         * @description What the lower end of influence waits for: reactions by people whose first
         *     reaction to the member is young. It rises by time alone.
         */
        PendingPoints: {
            /**
             * Format: date-time
             * @description The next time at which some of these reactions are old enough.
             */
            next: string;
            /**
             * Format: double
             * @description The points by which the lower end would be higher.
             */
            points: number;
            /**
             * Format: date-time
             * @description The time from which no points are held back, as far as is known now.
             */
            until: string;
        };
        /**
         * @description The kind of code that a member shows to get a unit of a perk.
         * @enum {string}
         */
        PerkCodes: "none" | "generated" | "imported";
        /** @description The use of one perk on one day. */
        PerkDayBody: components["schemas"]["ClaimCountsBody"] & {
            /**
             * Format: int64
             * @description Members that could have claimed the perk, counted once soon after the day
             *     began; null if they were not counted.
             */
            eligible: number | null;
            /**
             * Format: int64
             * @description Members of the control group that would otherwise have been eligible,
             *     counted at the same time.
             */
            held_back: number | null;
            /**
             * Format: int64
             * @description Members that saw on that day that they may have the perk.
             */
            offered: number;
            /** @description The perk's short name. */
            perk: string;
        };
        /** @description `perk.drawn`: the draw of a perk was held. */
        PerkDrawnMessage: {
            /** @description `perk.drawn`: the draw of a perk was held. */
            data: {
                /** @description The SHA-256 of the seed, in hexadecimal digits; published before the draw. */
                commitment: string;
                /** @description The SHA-256 of the text that was drawn from, in hexadecimal digits. */
                digest: string;
                /**
                 * Format: int64
                 * @description The number of entries in the draw.
                 */
                entries: number;
                /**
                 * Format: uuid
                 * @description The member whom the message is about; null if there is none.
                 */
                member: string | null;
                /** @description The perk. */
                perk: string;
                /** @description The program that the message is about; null if there is none. */
                program: string | null;
                /**
                 * Format: int32
                 * @description The version of the program that the draw was held by.
                 */
                program_version: number;
                /** @description The seed, in hexadecimal digits. */
                seed: string;
                /**
                 * Format: int64
                 * @description The number of units that were left for the draw; the number of entries if
                 *     units are unlimited.
                 */
                units: number;
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "perk.drawn";
        };
        /** @description `perk.exhausted`: the last unit of a perk was claimed. */
        PerkExhaustedMessage: {
            /** @description `perk.exhausted`: the last unit of a perk was claimed. */
            data: {
                /**
                 * Format: uuid
                 * @description The member whom the message is about; null if there is none.
                 */
                member: string | null;
                /** @description The perk. */
                perk: string;
                /** @description The program that the message is about; null if there is none. */
                program: string | null;
                /**
                 * Format: int32
                 * @description The version of the program that gave the last unit.
                 */
                program_version: number;
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "perk.exhausted";
        };
        /** @description Rates of one group for one perk. */
        PerkGroup: components["schemas"]["Horizons_Rates"] & {
            /** @description The id of the perk. */
            perk: string;
        };
        /** @example show-tickets */
        PerkId: string;
        /** @description The impact of a draft on one perk. */
        PerkImpact: {
            cost: components["schemas"]["CostForecast"] | null;
            /**
             * Format: int32
             * @description Days on which the perk can be claimed from now on, at most 365.
             */
            days: number;
            /**
             * Format: int64
             * @description Units that the members eligible at once may still claim. If only a
             *     sample was evaluated, this and the following fields are estimates for
             *     the whole population.
             */
            demand: number;
            /**
             * @description Members that meet the perk's condition and to whom it is relevant. They
             *     count even before the perk starts or when no units are left, but not
             *     once the perk has expired. Attributes that a caller sends with a request
             *     are not known here.
             */
            eligible: components["schemas"]["Horizons_PerkChange"];
            /**
             * Format: int64
             * @description Units expected to be claimed within `days`.
             */
            expected_units: number;
            /**
             * @description Members that only an experiment of the version keeps from being
             *     eligible. They are not counted in `eligible`.
             */
            held_back: components["schemas"]["Horizons_MembersBeforeAfter"];
            /** @description The id of the perk. */
            perk: string;
            /**
             * Format: date
             * @description The day, in the program's time zone, on which the last unit is expected
             *     to be claimed; null if that is not within `days`.
             */
            runs_out_on: string | null;
            /** @description Whether it can be claimed under the draft. */
            state: components["schemas"]["PerkState"];
            /**
             * Format: int64
             * @description Units in all under the draft; null if unlimited.
             */
            stock: number | null;
            /**
             * Format: int64
             * @description Units left of the stock and of the budgets; null if unlimited.
             */
            units_left: number | null;
        };
        /**
         * @description How a perk is given.
         * @enum {string}
         */
        PerkKind: "guaranteed" | "draw" | "invitation";
        /**
         * @description Whether a perk can be claimed under the draft.
         * @enum {string}
         */
        PerkState: "open" | "not_started" | "out_of_stock" | "expired" | "dropped";
        /** @description A perk with its stock. */
        PerkStockBody: {
            /**
             * Format: int64
             * @description Units that are confirmed and not redeemed.
             */
            confirmed: number;
            /**
             * Format: date-time
             * @description The first moment at which the perk is given; null for no beginning.
             */
            from: string | null;
            /**
             * Format: int64
             * @description Units that are held now.
             */
            held: number;
            /** @description How it is given. */
            kind: components["schemas"]["PerkKind"];
            /**
             * Format: int64
             * @description The units that can still be claimed, without those for which members wait; null if
             *     there is no limit.
             */
            left: number | null;
            /**
             * Format: double
             * @description The units a day that were claimed in the last seven days, or since the perk began, and
             *     were not given back.
             */
            pace_per_day: number;
            /** @description The perk's short name. */
            perk: string;
            /**
             * Format: int64
             * @description Units that were redeemed.
             */
            redeemed: number;
            /**
             * Format: date-time
             * @description When the last unit is claimed at this pace; null if none is left, if nobody claims,
             *     or if units are left at the end.
             */
            runs_out_at: string | null;
            /**
             * Format: int64
             * @description The number of units in all; null if there is no limit.
             */
            stock: number | null;
            /** @description The display name of the perk. */
            title: string;
            /**
             * Format: date-time
             * @description The first moment at which the perk is no longer given; null for no end.
             */
            until: string | null;
            value: components["schemas"]["MoneyBody"] | null;
            /**
             * Format: int64
             * @description The members who wait for a unit.
             */
            waiting: number;
        };
        /** @description The perks of a program. */
        PerksBody: {
            /**
             * Format: date-time
             * @description When the claims were counted, about once a minute; null if they were not yet. Stock
             *     and waiting members are as of now.
             */
            as_of: string | null;
            /** @description The perks of the version in force, in the order of its file. */
            data: components["schemas"]["PerkStockBody"][];
        };
        /** @description The place of a tier on two ladders, 1 for the best. */
        Places: {
            /** @description Place in the draft; null if the draft lacks the tier. */
            after: number | null;
            /** @description Place in the version in force; null if that version lacks the tier. */
            before: number | null;
        };
        /**
         * @description An error in the form of RFC 9457. `type` is stable, and programs should act on
         *     it; `title` and `detail` are for people.
         * @example {
         *       "detail": "there is no such program",
         *       "request_id": "0198c0de-0000-7000-8000-000000000000",
         *       "status": 404,
         *       "title": "The resource does not exist",
         *       "type": "urn:renown:problem:not-found"
         *     }
         */
        Problem: {
            /** @description What is wrong with this request, and what would be right. */
            detail?: string;
            /** @description The mistakes of a program, each with line and column. */
            diagnostics?: components["schemas"]["Diagnostic"][];
            /**
             * @description JSON pointer (RFC 6901) to the part of the request at fault; empty for the
             *     whole request. Absent if there is nothing to point at.
             */
            pointer?: string;
            /**
             * @description The request's id, under which the operator finds it in the logs; also in
             *     the `X-Request-Id` header.
             */
            request_id?: string;
            /**
             * Format: int32
             * @description The HTTP status code.
             */
            status: number;
            /** @description The kind in words, the same for every problem of that kind. */
            title: string;
            /**
             * @description The kind of problem: `urn:renown:problem:` and one of the slugs that the
             *     documentation lists. It is stable.
             *
             *     | `type` ends in | status | |
             *     |---|---|---|
             *     | `invalid-request` | 400 | The request is not valid |
             *     | `malformed-body` | 400 | The body cannot be read |
             *     | `interrupted-body` | 400 | The body ended early |
             *     | `body-timeout` | 408 | The body did not arrive in time |
             *     | `unauthorized` | 401 | A valid API key or session is needed |
             *     | `forbidden` | 403 | The caller may not do this |
             *     | `not-found` | 404 | The resource does not exist |
             *     | `method-not-allowed` | 405 | This method is not allowed here |
             *     | `conflict` | 409 | The request conflicts with the current state |
             *     | `precondition-failed` | 412 | The resource has been changed meanwhile |
             *     | `body-too-large` | 413 | The body is too large |
             *     | `unsupported-media-type` | 415 | This content type or encoding is not supported |
             *     | `events-rejected` | 422 | Some events are wrong, so no event was stored |
             *     | `too-many-rejected` | 422 | Too many items are wrong, so the rest was not read |
             *     | `program-invalid` | 422 | The program has mistakes |
             *     | `idempotency-key-missing` | 400 | The request needs an Idempotency-Key |
             *     | `idempotency-key-reused` | 422 | The Idempotency-Key was used for another request |
             *     | `request-in-progress` | 409 | The same request is being carried out |
             *     | `claim-refused` | 409 | The perk cannot be claimed |
             *     | `position-gone` | 410 | The messages after this position are not kept any more |
             *     | `too-many-requests` | 429 | Too many requests; wait a while |
             *     | `internal` | 500 | Something went wrong in the service |
             *     | `unavailable` | 503 | The service cannot do this at the moment |
             *     | `storage-full` | 503 | The disk of the database is full |
             *     | `timeout` | 503 | The request took too long |
             */
            type: string;
        };
        /** @example palms-klub */
        ProgramId: string;
        /** @description A program in force. */
        ProgramLineBody: {
            /** @description The program's short name. */
            program: string;
            /** @description The display name of the program. */
            title: string;
            /**
             * Format: int32
             * @description The number of the version in force.
             */
            version: number;
        };
        /** @description What a merge would do in one program. */
        ProgramPreview: {
            /** @description The tier in effect of the member that would be absorbed. */
            absorbed_tier: string;
            /** @description The perks whose draws both have entered. The earlier entry would stay. */
            both_entered: string[];
            /** @description The perks for which both wait. The wait in the earlier place would go on. */
            both_wait: string[];
            /** @description The claims that would count together for limits, by perk. */
            claims: components["schemas"]["ClaimsTogether"][];
            /**
             * @description Whether the joined member would have more than `limit`. They keep what they have, and
             *     get nothing more.
             */
            exceeds_limit: boolean;
            /**
             * Format: int64
             * @description The most units of all perks for one member; null if there is no such limit.
             */
            limit: number | null;
            /** @description The program's short name. */
            program: string;
            /** @description The tier in effect of the member that would go on. */
            survivor_tier: string;
            /** @description The tier in effect of the joined member, by the rules. */
            tier: string;
        };
        /** @description `program.published`: a version of a program was published. */
        ProgramPublishedMessage: {
            /** @description `program.published`: a version of a program was published. */
            data: {
                /** @description The changes from the version in force before; null at the first version. */
                changes: components["schemas"]["Difference"][] | null;
                /**
                 * Format: uuid
                 * @description The member whom the message is about; null if there is none.
                 */
                member: string | null;
                /** @description The author's note; null if there is none. */
                note: string | null;
                /** @description The program that the message is about; null if there is none. */
                program: string | null;
                /**
                 * Format: int32
                 * @description The version that was published.
                 */
                program_version: number;
                /**
                 * Format: int32
                 * @description The earlier version whose source it restores; null if it restores none.
                 */
                restores: number | null;
                /**
                 * Format: date-time
                 * @description The time from which it is in force.
                 */
                starts_at: string;
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "program.published";
        };
        /** @description A program in force with the members of its tiers. */
        ProgramTiersBody: {
            /** @description The program's short name. */
            program: string;
            /**
             * @description The tiers, best first. Each has 0 members until the members are counted for the first
             *     time.
             */
            tiers: components["schemas"]["TierCountBody"][];
            /** @description The display name of the program. */
            title: string;
            /**
             * Format: int32
             * @description The number of the version in force.
             */
            version: number;
        };
        /** @description `program.withdrawn`: a version was withdrawn before it came into force. */
        ProgramWithdrawnMessage: {
            /** @description `program.withdrawn`: a version was withdrawn before it came into force. */
            data: {
                /**
                 * Format: uuid
                 * @description The member whom the message is about; null if there is none.
                 */
                member: string | null;
                /** @description The program that the message is about; null if there is none. */
                program: string | null;
                /**
                 * Format: int32
                 * @description The version that was withdrawn.
                 */
                program_version: number;
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "program.withdrawn";
        };
        /** @description The programs in force that the key reaches. */
        ProgramsBody: {
            /** @description The programs, in the order of their short names. */
            data: components["schemas"]["ProgramLineBody"][];
        };
        /** @description The progress of a simulation. */
        ProgressBody: {
            /**
             * Format: int64
             * @description Members evaluated so far.
             */
            done: number;
            /**
             * Format: int64
             * @description Members to be evaluated.
             */
            of: number;
        };
        /**
         * @description How it is known that an identity is the member's. A guest at a desk may name the handle
         *     of another person.
         */
        Proof: {
            /** @enum {string} */
            state: "asserted";
        } | (components["schemas"]["IdentityVerification"] & {
            /** @enum {string} */
            state: "verified";
        });
        /** @description A provider by which people sign in. */
        ProviderBody: {
            /** @description The provider's id: a sign-in begins at `/auth/{id}/start?return_to=/a/page`. */
            id: string;
            /** @description What it is called. */
            title: string;
        };
        /** @description The providers by which people sign in. */
        ProvidersBody: {
            /** @description The providers, by id. */
            data: components["schemas"]["ProviderBody"][];
        };
        /**
         * @description The options of a publication.
         * @example {
         *       "note": "Winter season",
         *       "starts_at": "2026-12-01T08:00:00Z"
         *     }
         */
        PublishBody: {
            /** @description A note for readers of the history, at most 500 characters. */
            note?: string | null;
            /** @description A program in YAML or JSON, as a text; the stored draft if absent. */
            source?: string | null;
            starts_at?: components["schemas"]["Timestamp"] | null;
        };
        /** @description What the members of one arm bought and did not return. */
        PurchasesBody: {
            /** @description The amount paid and not refunded, a decimal as a string. */
            amount: string;
            /** @description The amount per member, a decimal as a string; null if no member counts. */
            amount_per_member: string | null;
            /**
             * Format: int64
             * @description Members that bought something and did not return it.
             */
            buyers: number;
            /**
             * Format: double
             * @description The share of such members, from 0 to 1; null if no member counts.
             */
            buyers_share: number | null;
            /**
             * Format: int64
             * @description The number of orders.
             */
            orders: number;
            /**
             * Format: double
             * @description Orders per member; null if no member counts.
             */
            orders_per_member: number | null;
        };
        /**
         * @description The content of a member.
         * @example {
         *       "attributes": {
         *         "country": "US",
         *         "newsletter": true
         *       },
         *       "identities": [
         *         "twitter:kevin",
         *         "email:kevin@example.com",
         *         "loyalty:1234"
         *       ],
         *       "interests": [
         *         "las-vegas"
         *       ],
         *       "name": "Kevin Ito"
         *     }
         */
        PutMemberBody: {
            /**
             * @description All attributes of the member: names of `a-z 0-9 - _`, each with a text, a
             *     number, a boolean or a list of texts. At most 64.
             */
            attributes?: components["schemas"]["Attributes"];
            enrolled_at?: components["schemas"]["Timestamp"] | null;
            /**
             * @description All identities other than the one in the path: `network:handle`,
             *     `email:…`, `loyalty:…`, `crm:…`. Identities that are not listed are
             *     removed. If absent, identities stay as they are.
             */
            identities?: components["schemas"]["IdentityText"][] | null;
            /**
             * @description Topics in which the member declared an interest. They earn no score, but
             *     make perks relevant. At most 100.
             */
            interests?: components["schemas"]["Topic"][];
            name?: components["schemas"]["MemberName"] | null;
            /**
             * @description How you know that these identities are the member's, by the identities. Others stay as they are; a new one is `asserted`.
             * @example {
             *       "twitter:zoe": {
             *         "by": "front desk",
             *         "state": "verified"
             *       }
             *     }
             */
            proofs?: {
                [key: string]: {
                    /** @enum {string} */
                    state: "asserted";
                } | {
                    at?: components["schemas"]["Timestamp"] | null;
                    /** @description Who verified it, or what: `front desk`, `sign-in with GitHub`. */
                    by: components["schemas"]["TextLine"];
                    /** @enum {string} */
                    state: "verified";
                };
            };
            scoring?: components["schemas"]["ScoringBody"] | null;
        };
        /** @description Rankings of members against what they gained. */
        RankingBody: {
            /** @description The members that had a reaction before. */
            members: number;
            /** @description The methods: influence first, then simpler ones. */
            methods: components["schemas"]["MethodBody"][];
            /** @description The topics with five or more members that had a reaction before. */
            topics: number;
        };
        /** @description The rate at which a group is chosen, compared with the other groups. */
        Rate: {
            /**
             * Format: int64
             * @description Members of the group that were chosen.
             */
            chosen: number;
            /** @description The conclusion. */
            finding: components["schemas"]["Finding"];
            /**
             * Format: double
             * @description The group's share divided by the highest share. The highest share is
             *     taken from the groups that stand for one value and have at least 30
             *     members. Null if no such group has a member that was chosen.
             */
            ratio: number | null;
            /**
             * Format: double
             * @description The share of the group that was chosen, from 0 to 1.
             */
            share: number;
        };
        /** @description The reactions to the posts of one arm's members. */
        ReactionsBody: {
            /**
             * Format: int64
             * @description Reactions received, including aggregate counts and without dislikes.
             */
            count: number;
            /**
             * Format: double
             * @description Reactions per member; null if no member counts.
             */
            per_member: number | null;
        };
        /**
         * @description Who is supposed to react.
         * @enum {string}
         */
        Reactors: "new" | "trusted";
        /** @description The reason why one tier or perk is given or refused. */
        Reason: {
            /**
             * @description The condition as the program's author wrote it; absent if there is none.
             *     For a tier that only its `stay` condition keeps, this is the `stay`
             *     condition.
             */
            condition: string | null;
            counterfactual: components["schemas"]["WhatIf"] | null;
            /**
             * @description The text that tells the member why they got the perk; absent for tiers, and for a
             *     refused perk of which the member has no unit.
             */
            disclosure: string | null;
            /**
             * @description The perk of the same exclusive group that the member gets instead; absent if that is
             *     not why the perk is refused.
             */
            excluded_by?: components["schemas"]["ExcludedBy"];
            /**
             * Format: uuid
             * @description The grant that gives the tier or perk, regardless of its condition; absent
             *     if there is none.
             */
            grant: string | null;
            /**
             * @description The control group, if the perk is refused because the member belongs to
             *     it; absent otherwise.
             */
            held_back?: components["schemas"]["ControlGroup"];
            /** @description The id of the tier or perk. */
            id: string;
            /**
             * Format: date-time
             * @description The time until which a tier is kept that is no longer earned but still in
             *     effect; absent otherwise. The tests show what is missing.
             */
            kept_until: string | null;
            /** @description Whether it is a tier or a perk. */
            kind: components["schemas"]["Kind"];
            refusal: components["schemas"]["Refusal"] | null;
            relevance: components["schemas"]["Relevance"] | null;
            /**
             * @description The tests that decided: the tests that hold if the condition is met, the
             *     tests that fail if it is not.
             */
            tests: components["schemas"]["Test"][];
            /** @description The display name of the tier or perk. */
            title: string;
        };
        /** @description The explanation of what a program gives to one member at one time. */
        Reasons: {
            /**
             * @description What the member gets: first the tiers that are earned, kept or granted,
             *     best first, then the perks that the member may claim.
             */
            matched: components["schemas"]["Reason"][];
            /** @description What the member does not get: first tiers, best first, then perks. */
            not_matched: components["schemas"]["Reason"][];
            /**
             * Format: date-time
             * @description The time as of which the member's scores were computed.
             */
            score_as_of: string;
            /**
             * @description When the targets of the service level are due, and whether the desk is open; absent
             *     from decisions that were recorded before there were such times.
             */
            service_clock?: components["schemas"]["ServiceClock"];
            /** @description The first service level whose condition holds, else that of the tier in effect. */
            service_level: components["schemas"]["ServiceLevel"];
            /** @description Why a condition gives the service level; absent if the tier gives it. */
            service_level_reason?: components["schemas"]["LevelReason"];
            /** @description The member's standing in the program. */
            standing: components["schemas"]["Standing"];
            /**
             * @description The results and input values of the program's decision tables, by table
             *     id; absent if the program has no tables.
             */
            tables?: {
                [key: string]: components["schemas"]["TableReasons"];
            };
            /** @description The tier in effect, and whether it is earned, only kept or granted. */
            tier: components["schemas"]["InEffect"];
        };
        /**
         * @description A code that is shown for redemption.
         * @example {
         *       "code": "K7QM2-RT4XW-9AECD"
         *     }
         */
        RedemptionBody: {
            /**
             * @description The code as it was typed or scanned: 1 to 100 characters. In codes
             *     generated here, case, blanks, hyphens and look-alike characters do not
             *     matter.
             */
            code: string;
            perk?: components["schemas"]["PerkId"] | null;
            program?: components["schemas"]["ProgramId"] | null;
        };
        /**
         * @description Why a perk is refused. If several reasons apply, the first in this list is
         *     given: reasons that the member cannot change come before those that the member
         *     can.
         * @enum {string}
         */
        Refusal: "not_enrolled" | "expired" | "not_started" | "member_limit" | "exclusive_of" | "out_of_stock" | "day_limit" | "budget_spent" | "by_grant_only" | "condition" | "not_relevant" | "held_back";
        /** @description A refused line. */
        RefusedLine: {
            /**
             * @description The column with the mistake, or the JSON pointer to it; empty if the whole line is
             *     wrong.
             */
            column: string;
            /** @description What is wrong with the line, and what would be right. */
            detail: string;
            /**
             * Format: int64
             * @description The line's number in the file, as an editor counts; the first is 1.
             */
            line: number;
        };
        /** @description A line that is not a valid code. */
        RejectedCode: {
            /** @description What is wrong with the line, and what would be right. */
            detail: string;
            /**
             * Format: int64
             * @description The line's number in the file; the header is line 1.
             */
            line: number;
        };
        /** @description An item that was not stored. */
        RejectedItem: {
            /**
             * Format: int64
             * @description The item's position in the request, from 0. In a stream, blank lines do
             *     not count.
             */
            index: number;
            /**
             * Format: int64
             * @description The item's line in a stream, from 1; absent in a list.
             */
            line?: number;
            /**
             * @description What is wrong with the item. `type` is `…:malformed-json`,
             *     `…:invalid-event`, `…:event-too-large` or `…:event-conflict` (the same
             *     source and id came before with other content); `pointer` points into the
             *     item.
             */
            problem: components["schemas"]["Problem"];
        };
        /** @description A rejected line. */
        RejectedLine: {
            /** @description The column with the mistake; empty if the whole line is wrong. */
            column: string;
            /** @description What is wrong with the line, and what would be right. */
            detail: string;
            /**
             * Format: int64
             * @description The line's number in the file; the header is line 1.
             */
            line: number;
        };
        /** @description How relevant a perk's topics are to a member. */
        Relevance: {
            /** @description The perk's topics, each with the member's confidence and interest. */
            topics: components["schemas"]["TopicSign"][];
            /** @description Whether the perk is relevant, and why. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description The confidences in one tenth of the range. */
        ReliabilityBody: {
            /**
             * Format: double
             * @description The share of them that came true: the member was in the top tenth by reactions gained.
             */
            came_true: number;
            /**
             * Format: double
             * @description The lower end of the range.
             */
            from: number;
            /** @description The pairs of a member and a topic in it. */
            pairs: number;
            /**
             * Format: double
             * @description Their mean confidence.
             */
            said: number;
            /**
             * Format: double
             * @description The upper end of the range.
             */
            to: number;
        };
        /** @description A version that was published because an audience changed. */
        RenewedBody: {
            /** @description The program's short name. */
            program: string;
            /**
             * Format: int32
             * @description The number of the new version.
             */
            version: number;
        };
        /** @description A recorded decision that was evaluated again. */
        ReplayBody: {
            /**
             * @description JSON pointers to the differences, at most 100; `""` if the content is
             *     equal but the bytes differ.
             */
            differences: string[];
            /** @description The version of this service that made the decision. */
            engine: string;
            /** @description The version of this service that replayed the decision. */
            engine_now: string;
            /** @description The outcome as it was recorded. */
            recorded: components["schemas"]["Reasons"];
            /**
             * @description The outcome of the recorded inputs under the recorded version of the
             *     program.
             */
            replayed: components["schemas"]["Reasons"];
            /** @description Whether the two outcomes are equal, byte for byte. */
            same: boolean;
        };
        /**
         * @description The start of a replay: give either `since` or `after`.
         * @example {
         *       "since": "2026-11-22T00:00:00Z"
         *     }
         */
        ReplayDeliveriesBody: {
            /**
             * Format: int64
             * @description Replay everything after this position.
             */
            after?: number | null;
            since?: components["schemas"]["Timestamp"] | null;
        };
        /** @description The result of starting a replay. */
        ReplayedMessagesBody: {
            /**
             * Format: int64
             * @description Messages that are pending now and were not pending before.
             */
            queued: number;
        };
        /** @description The use of a program's perks over several days. */
        ReportBody: {
            /** @description The days with data, in order. */
            days: components["schemas"]["ReportDayBody"][];
            /**
             * Format: date
             * @description The first day.
             */
            from: string;
            /** @description The program's short name. */
            program: string;
            /** @description The program's time zone, in which the days are counted. */
            timezone: string;
            /**
             * Format: date
             * @description The last day.
             */
            to: string;
            /** @description The sums over all days, one item per perk. */
            totals: components["schemas"]["TotalBody"][];
        };
        /** @description The use of perks on one day. */
        ReportDayBody: {
            /**
             * Format: date
             * @description The day, in the program's time zone.
             */
            day: string;
            /** @description The perks with data on that day. */
            perks: components["schemas"]["PerkDayBody"][];
        };
        /**
         * @description The format of a report.
         * @enum {string}
         */
        ReportFormat: "json" | "csv";
        /** @description A request to revoke a grant. */
        RevokeBody: {
            /** @description The person that decided, in words. */
            author: components["schemas"]["TextLine"];
            /** @description The reason. */
            reason: components["schemas"]["TextLine"];
        };
        /** @description The revocation of a grant. */
        RevokedBody: {
            /**
             * Format: date-time
             * @description When the grant was revoked.
             */
            at: string;
            /** @description The person that decided. */
            by: string;
            /** @description The reason for the revocation. */
            reason: string;
        };
        /** @enum {string} */
        Right: "events:write" | "lookup" | "claims:write" | "programs:write" | "grants:write" | "members:read" | "metrics" | "admin";
        /** @enum {string} */
        Role: "front_desk" | "support" | "marketer" | "reviewer" | "auditor" | "admin";
        /** @description A request to restore an earlier version. */
        RollbackBody: {
            /** @description A note on the version, at most 500 characters. */
            note?: string | null;
            /**
             * Format: int32
             * @description The earlier version whose source becomes the next version.
             */
            version: number;
        };
        /** @description A request to replace a webhook's secret. */
        RotateBody: {
            secret?: components["schemas"]["WebhookSecret"] | null;
        };
        /** @description A request to replace a key's secret. */
        RotateKeyBody: {
            /**
             * Format: int32
             * @description How long the present secret still works, in seconds, up to a week; a day if absent.
             *     With 0 it ends at once.
             */
            overlap_seconds?: number | null;
        };
        /** @description The new secret of a webhook. */
        RotatedBody: {
            /**
             * Format: date-time
             * @description Until when the previous secret signs too: change your receiver by then.
             */
            previous_until: string;
            /** @description The new secret. It is shown only this once. */
            secret: string;
        };
        /** @enum {string} */
        Scope: "events:write" | "lookup" | "claims:write" | "programs:write" | "metrics" | "admin";
        /** @description A member's scores. */
        ScoreBody: {
            /**
             * Format: date-time
             * @description The time to which scores and evidence were decayed.
             */
            as_of: string;
            /**
             * @description The influence, from social events: only what others did, never what the
             *     member posted.
             */
            influence: components["schemas"]["IndexBody"];
            /**
             * Format: uuid
             * @description The member's id. Null if the member is not enrolled, opted out or was
             *     never seen; these cases look alike.
             */
            member: string | null;
            /** @description The version of the scoring model. */
            model: string;
            pending: components["schemas"]["PendingPoints"] | null;
            /**
             * Format: int64
             * @description The number of the rank snapshot, which holds what depends on all members,
             *     such as percentiles. Snapshot 0 knows no members.
             */
            snapshot: number;
            /** @description The member's topics, most influential first. */
            topics: components["schemas"]["TopicBody"][];
            /** @description The value, from purchases. */
            value: components["schemas"]["IndexBody"];
        };
        /**
         * @description Why a score is reported.
         * @enum {string}
         */
        ScoreChangeReason: "moved" | "opted_out" | "merged";
        /** @description `score.changed`: a score has moved since it was last reported, or was removed. */
        ScoreChangedMessage: {
            /** @description `score.changed`: a score has moved since it was last reported, or was removed. */
            data: {
                /**
                 * Format: date-time
                 * @description The time to which the score was decayed; absent once there is no score.
                 */
                as_of?: string;
                /** @description The scores that were last reported. */
                before: components["schemas"]["ScoresBefore"];
                /** @description The influence index, computed from social events. */
                influence: components["schemas"]["Index"];
                /**
                 * Format: uuid
                 * @description The member whom the message is about; null if there is none.
                 */
                member: string | null;
                /** @description The model that computed the score; absent once there is no score. */
                model?: string;
                /** @description The program that the message is about; null if there is none. */
                program: string | null;
                /** @description The reason of the message. */
                reason: components["schemas"]["ScoreChangeReason"];
                /**
                 * Format: int64
                 * @description The rank snapshot that the score was computed with; absent once there is no
                 *     score.
                 */
                snapshot?: number;
                /** @description The value index, computed from purchases. */
                value: components["schemas"]["Index"];
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "score.changed";
        };
        /** @description How far the influence of members moves from one model to another. */
        ScoreMoves: {
            /** @description The distribution of the moves. */
            histogram: components["schemas"]["MovesColumn"][];
            /**
             * Format: double
             * @description Half of the members move by at most this many points, up or down.
             */
            median: number;
            /** @description Members whose influence is known under both models. */
            members: number;
            /**
             * Format: double
             * @description The largest move, in points.
             */
            most: number;
            /** @description Members whose influence is known under only one of them. */
            only_one: number;
            /**
             * Format: double
             * @description 95 % of the members move by at most this many points.
             */
            p95: number;
        };
        /** @description How far scores are behind the events. */
        ScorerLagBody: {
            /**
             * Format: date-time
             * @description When the oldest of them was received; null if none waits.
             */
            oldest_received_at: string | null;
            /**
             * Format: int64
             * @description The batches of events that wait to be scored.
             */
            waiting_batches: number;
        };
        /** @description The scores that were last reported. */
        ScoresBefore: {
            /**
             * Format: double
             * @description The influence score, from 0 to 100, computed from social events; null if
             *     unknown.
             */
            influence: number | null;
            /**
             * Format: double
             * @description The value score, from 0 to 100, computed from purchases; null if unknown.
             */
            value: number | null;
        };
        /**
         * @description Whether a member takes part in scoring.
         * @enum {string}
         */
        ScoringBody: "active" | "opted_out";
        /** @description A value that a test read. */
        Seen: boolean | number | string | string[] | number[];
        /**
         * @description A check: the last part of the log is held out, scores are worked out as of its
         *     beginning, and compared with the reactions in it.
         */
        SelfCheckBody: {
            /**
             * Format: date-time
             * @description When the check ended; null before the first.
             */
            checked_at: string | null;
            /** @description The reason as a sentence, with what is needed; null if there is a result. */
            detail: string | null;
            reason: components["schemas"]["SelfCheckReason"] | null;
            report: components["schemas"]["SelfCheckReportBody"] | null;
            /** @description Whether there is a result. */
            state: components["schemas"]["SelfCheckState"];
        };
        /**
         * @description Why there is no result.
         * @enum {string}
         */
        SelfCheckReason: "none_yet" | "past_removed" | "log_too_short" | "too_few_pairs";
        /** @description The result of a check. */
        SelfCheckReportBody: {
            /**
             * Format: double
             * @description The Brier skill of confidence: by which share it is better than always saying the
             *     base rate. At most 1; below 0 if it is worse.
             */
            brier_skill: number;
            /**
             * Format: double
             * @description The expected calibration error of confidence, from 0 to 1: by how much the stated
             *     share differs from the one that came true.
             */
            calibration_error: number;
            correction: components["schemas"]["CorrectionBody"] | null;
            /**
             * Format: double
             * @description The days in between, whose reactions are the outcome.
             */
            days: number;
            /**
             * Format: int64
             * @description The members that were compared.
             */
            members: number;
            /** @description The pairs of a member and a topic whose confidence was compared. */
            pairs: number;
            /** @description Rankings of members against what they gained. */
            ranking: components["schemas"]["RankingBody"];
            /** @description The confidences by tenths. A tenth without pairs is left out. */
            reliability: components["schemas"]["ReliabilityBody"][];
            /**
             * Format: int64
             * @description The members of whom these are a sample; null if they are all.
             */
            sample_of: number | null;
            /**
             * Format: date-time
             * @description The time as of which scores were worked out.
             */
            split: string;
            /**
             * Format: date-time
             * @description The time of the latest reaction.
             */
            until: string;
        };
        /**
         * @description Whether there is a result.
         * @enum {string}
         */
        SelfCheckState: "available" | "not_available";
        /** @description The times of a service level for one ticket. */
        ServiceClock: {
            /**
             * Format: date-time
             * @description When the ticket must be closed.
             */
            close_due_at: string | null;
            /**
             * Format: date-time
             * @description When the desk closes; null if it is closed, or does not close within two weeks.
             */
            closes_at: string | null;
            /**
             * Format: date-time
             * @description The time from which the targets count: when the ticket was opened, or the time of
             *     the answer if the request does not say.
             */
            counted_from: string;
            /**
             * Format: date-time
             * @description When the first reply is due. This and the next times are null if the level has no
             *     such target, or if its business hours do not come to it within two years.
             */
            first_reply_due_at: string | null;
            /**
             * Format: date-time
             * @description When the reply to a message that came at `counted_from` is due.
             */
            next_reply_due_at: string | null;
            /**
             * @description Whether the targets are counted at the time of the answer: always, or in the
             *     business hours.
             */
            open_now: boolean;
            /**
             * Format: date-time
             * @description When the desk opens next; null if it is open, or does not open within two years.
             */
            opens_at: string | null;
            /**
             * Format: date-time
             * @description When the ticket must be solved.
             */
            resolution_due_at: string | null;
        };
        /**
         * @description A service level of a support desk. The targets have the names that desk software
         *     uses.
         */
        ServiceLevel: {
            business_hours: components["schemas"]["BusinessHours"] | null;
            /**
             * Format: int64
             * @description The target time for the first reply to a new ticket, in seconds; absent if not set.
             */
            first_reply_time_in_seconds: number | null;
            /** @description The id of the level, unique in its program. */
            id: string;
            /**
             * Format: int64
             * @description The target time for a reply to a later message, in seconds; absent if not set.
             */
            next_reply_time_in_seconds: number | null;
            /**
             * Format: int64
             * @description The priority within a queue, from 0 (most urgent) to 1000; absent if the program
             *     does not set it.
             */
            priority: number | null;
            /** @description The queue for tickets of this level. */
            queue: string;
            /**
             * Format: int64
             * @description The target time for resolving a ticket, in seconds; absent if not set.
             */
            resolution_time_in_seconds: number | null;
            /**
             * Format: int64
             * @description The target time for closing a ticket, in seconds; absent if not set.
             */
            time_to_close_in_seconds: number | null;
            /** @description The name for people; absent if the program gives none. */
            title?: string;
        };
        /** @description A member's service level in a program. */
        ServiceLevelBody: {
            /** @description What the answer rests on. */
            basis: components["schemas"]["Basis"];
            held: components["schemas"]["DemotionFreeze"] | null;
            /** @description What is probably wrong with an identity that leads to no member; null otherwise. */
            hint: string | null;
            identity: components["schemas"]["NamedBy"] | null;
            /**
             * Format: uuid
             * @description The member's id; null if no member is enrolled under the identity or the
             *     member opted out.
             */
            member: string | null;
            /** @description The name that the business has given to the member; null if none. */
            name: string | null;
            /** @description The program's short name. */
            program: string;
            /** @description Why the member has the service level, in a sentence for the people at the desk. */
            reason: string;
            service_clock: components["schemas"]["ServiceClock"] | null;
            /** @description The queue and the targets, under the names that help desk software uses. */
            service_level: components["schemas"]["ServiceLevel"];
            /** @description Whether there is evidence about the member. */
            state: components["schemas"]["Known"];
            /** @description The member's tier. */
            tier: string;
        };
        /** @description A session, without its token. */
        SessionBody: {
            /**
             * Format: uuid
             * @description Who uses it: the id of the API key with which it was made, or an id of the person, the
             *     same every time. Grants and versions of programs name it.
             */
            caller: string;
            /**
             * Format: date-time
             * @description When it began.
             */
            created_at: string;
            /** @description Whether this request was sent with it. */
            current: boolean;
            /**
             * Format: date-time
             * @description The first moment at which it no longer works, however it is used.
             */
            expires_at: string;
            /**
             * Format: uuid
             * @description The session's id.
             */
            id: string;
            /**
             * Format: uuid
             * @description The API key with which it was made; null if a provider has signed the person in.
             */
            key: string | null;
            /** @description `page` for the pages of the service, `desk` for a desk inside a page of another site. */
            kind: components["schemas"]["SessionKind"];
            /**
             * Format: date-time
             * @description When it was last used, exact to a minute.
             */
            last_used_at: string;
            /** @description The name of the API key or of the person. */
            name: string;
            /** @description The only program that it may use; null for all programs. */
            program: string | null;
            /** @description The provider that has signed the person in; null if it was an API key. */
            provider: string | null;
            role: components["schemas"]["Role"] | null;
            /** @description Whether it works: `active`, `expired` (also for want of use) or `revoked`. */
            state: components["schemas"]["SessionState"];
        };
        /** @enum {string} */
        SessionKind: "page" | "desk";
        /** @enum {string} */
        SessionState: "active" | "expired" | "revoked";
        /** @description A page of sessions, latest first. */
        SessionsBody: {
            /** @description The sessions, including those that have ended within the last weeks. */
            data: components["schemas"]["SessionBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /**
         * @description The severity of a finding.
         * @enum {string}
         */
        Severity: "error" | "warning" | "note";
        /**
         * @description A request to sign in.
         * @example {
         *       "key": "rk_…"
         *     }
         */
        SignInBody: {
            /** @description The secret of an API key. */
            key: string;
        };
        /** @description A request for a simulation. */
        SimulateBody: {
            /**
             * @description The attributes by which members are grouped, at most 10; if absent, the
             *     first 10 protected attributes that any member has.
             */
            groups?: components["schemas"]["AttributeName"][] | null;
            /**
             * Format: int64
             * @description The approximate number of members to evaluate, spread evenly and the same
             *     ones every time; all members if absent.
             */
            sample?: number | null;
            /** @description A program in YAML or JSON, as a text; the stored draft if absent. */
            source?: string | null;
            /**
             * Format: double
             * @description The assumed probability that an eligible member claims a perk on a day,
             *     from 0 to 1; 0.02 if absent.
             */
            uptake?: number | null;
        };
        /** @description The changes that a draft would make. */
        Simulation: {
            /**
             * Format: int32
             * @description The version that the draft was compared with; null if nothing is
             *     published yet. Members then have no tier and no perks before.
             */
            compared_with: number | null;
            /** @description Cost of all perks of the draft, by currency. */
            costs: components["schemas"]["CostForecast"][];
            /**
             * @description The impact by group: first by `evidence` (whether anything is known of
             *     the member), then by attribute.
             */
            groups: components["schemas"]["Grouping"][];
            /**
             * Format: int64
             * @description Members that were evaluated. All counts are of these members, except
             *     `demand` and the numbers that follow from it.
             */
            members: number;
            /**
             * @description Up to 20 members: first those that the draft moves the most places, at
             *     once or settled, then those that lose or gain the most perks.
             */
            most_affected: components["schemas"]["Affected"][];
            /** @description Moves of members between tiers. */
            moves: components["schemas"]["Horizons_Moves"];
            /**
             * Format: date-time
             * @description The time for which all members were evaluated.
             */
            now: string;
            /** @description Perks of both versions, the draft's first. */
            perks: components["schemas"]["PerkImpact"][];
            /**
             * Format: int64
             * @description Members in all, without those that opted out.
             */
            population: number;
            /** @description The id of the program. */
            program: string;
            /**
             * Format: double
             * @description The share of the members that was evaluated, from 0 to 1; 1 if all were.
             */
            sampled_share: number;
            /** @description Members by service level, the draft's levels first. */
            service_levels: components["schemas"]["LevelCount"][];
            /**
             * @description Members by tier: the draft's tiers, best first, then the tiers that it
             *     drops.
             */
            tiers: components["schemas"]["TierCount"][];
            /**
             * Format: double
             * @description The assumed probability, from 0 to 1, that a unit that may be claimed is
             *     claimed on a given day.
             */
            uptake: number;
        };
        /** @description A line of the stream: lines of progress, then one result or one problem. */
        SimulationLine: {
            /** @description The progress of the simulation. */
            progress: components["schemas"]["ProgressBody"];
        } | {
            /** @description The result, on the last line. */
            result: components["schemas"]["Simulation"];
        } | {
            /** @description The problem that ended the simulation, on the last line. */
            problem: components["schemas"]["Problem"];
        };
        /** @description A rank snapshot: what scores need to know of all members. */
        SnapshotBody: {
            correction: components["schemas"]["CorrectionBody"] | null;
            /**
             * Format: int64
             * @description The members that it was taken of.
             */
            members: number;
            /**
             * Format: int64
             * @description Its number; 0 before the first.
             */
            number: number;
            /**
             * Format: int64
             * @description The verified people and old customers from whom trust starts. If 0, trust starts from
             *     everyone, and rings of new accounts are recognised less well.
             */
            seeds: number;
            /**
             * Format: date-time
             * @description When it was taken; null before the first.
             */
            taken_at: string | null;
        };
        /** @example my-collector */
        Source: string;
        /** @description A source of events. */
        SourceBody: {
            /** @description False if the source was marked as finished. */
            expected: boolean;
            /**
             * Format: date-time
             * @description The time by which an event must arrive so that the source does not become
             *     silent; null for a source that is new or finished.
             */
            expected_by: string | null;
            /**
             * Format: date-time
             * @description When the first new event of the source was received.
             */
            first_received_at: string;
            /**
             * Format: date-time
             * @description When the last new event of the source was received. Repetitions do not
             *     count.
             */
            last_received_at: string;
            /**
             * Format: date-time
             * @description When the source became silent; null if it is not silent.
             */
            silent_since: string | null;
            /** @description The source's name, as in its events. */
            source: string;
            /** @description The source's state. */
            state: components["schemas"]["SourceState"];
            /**
             * Format: int64
             * @description The longest usual pause, in seconds.
             */
            usual_gap_seconds: number;
        };
        /** @description What a program that is not published would change. */
        SourceChangesBody: {
            /**
             * @description The differences in words, in the order of a program file; none if no version is in
             *     force.
             */
            data: components["schemas"]["Difference"][];
            /**
             * Format: int32
             * @description The number of the version in force, with which the program was compared; null if none
             *     is in force.
             */
            from: number | null;
        };
        /**
         * @description The state of a source.
         * @enum {string}
         */
        SourceState: "new" | "active" | "silent" | "finished";
        /** @description All sources of events. */
        SourcesBody: {
            /** @description The sources, ordered by name. */
            data: components["schemas"]["SourceBody"][];
        };
        /** @description Whether the two arms have the sizes that the experiment planned. */
        Split: {
            /**
             * Format: double
             * @description Pearson's chi-square statistic, with one degree of freedom; null if
             *     fewer than 5 members are expected in an arm.
             */
            chi_square: number | null;
            /**
             * Format: double
             * @description Members that are expected in the control group.
             */
            expected_held_back: number;
            /**
             * @description True if chance makes such a split in fewer than 1 of 1,000 cases.
             *     Something else then decides who is in an arm, and the comparison is not
             *     reliable.
             */
            mismatch: boolean;
        };
        /** @description A member's standing in a program, from 0 to 100. */
        Standing: {
            /**
             * Format: double
             * @description The lower end of the 90 % interval, from 0 to 100; 0 if unknown. Rules should
             *     test this number.
             */
            lower: number;
            /**
             * Format: double
             * @description The weighted mean of the indices, from 0 to 100; absent if unknown.
             */
            score: number | null;
            /**
             * @description True if all indices that the program weighs are unknown. An unknown standing is
             *     not a low standing.
             */
            unknown: boolean;
            /**
             * Format: double
             * @description The upper end of the 90 % interval, from 0 to 100; 100 if unknown.
             */
            upper: number;
        };
        /** @description A part of the scale, with the members who stand there. */
        StandingBinBody: {
            /**
             * Format: double
             * @description The beginning of the part, which belongs to it.
             */
            from: number;
            /**
             * Format: int64
             * @description Members the lower end of whose standing is there. Rules should test that.
             */
            lower: number;
            /**
             * Format: int64
             * @description Members whose standing is there.
             */
            score: number;
            /**
             * Format: double
             * @description The end of the part, which belongs to the next one, except for 100.
             */
            to: number;
        };
        /** @description Where the members stand in a program. */
        StandingsBody: {
            /**
             * Format: date-time
             * @description When the members were counted, about once a minute; null if they were not yet.
             */
            as_of: string | null;
            /** @description The parts of the scale, from low to high. */
            bins: components["schemas"]["StandingBinBody"][];
            /**
             * Format: int64
             * @description The number of members that were counted.
             */
            counted: number;
            /** @description The program's short name. */
            program: string;
            /**
             * Format: int64
             * @description The number of all members, if only a sample of them was counted; null if all were.
             */
            sample_of: number | null;
            /**
             * @description The tiers of the version in force, best first, with the number of all members that
             *     have each of them.
             */
            tiers: components["schemas"]["TierCountBody"][];
            /**
             * Format: int64
             * @description The counted members whose standing is unknown. They are in no part of the scale.
             */
            unknown: number;
            /**
             * Format: int32
             * @description The version of the program by which the standings were computed: an earlier one for
             *     some seconds after a new one comes into force. Null before the first measurement.
             */
            version: number | null;
        };
        /**
         * @description The state of a version.
         * @enum {string}
         */
        StateBody: "in_force" | "scheduled" | "superseded" | "withdrawn";
        /**
         * @description The state of a claim.
         * @enum {string}
         */
        StateKind: "held" | "confirmed" | "redeemed" | "released" | "expired" | "cancelled" | "reversed";
        /**
         * @description The name of a claim's state.
         * @enum {string}
         */
        StateName: "held" | "confirmed" | "redeemed" | "released" | "expired" | "cancelled" | "reversed";
        /** @description The status of the service. */
        StatusBody: {
            /** @description `ok`. */
            status: string;
        };
        /** @description A stored audience, and what followed from it. */
        StoredAudienceBody: components["schemas"]["AudienceBody"] & {
            /**
             * @description The versions of programs that were published because the meaning of the audience
             *     changed.
             */
            published: components["schemas"]["RenewedBody"][];
            /** @description Warnings for the author. */
            warnings: components["schemas"]["Diagnostic"][];
        };
        /**
         * @description The result of one decision table for one person, with the inputs that it was
         *     computed from.
         */
        TableReasons: {
            /**
             * @description The numbers of the rules that matched, from 1, in the order in which
             *     they count.
             */
            hit: number[];
            /** @description The inputs of the table, in the order of its columns. */
            inputs: components["schemas"]["InputSeen"][];
            /** @description The notes of these rules; rules without a note are left out. */
            notes: string[];
            /** @description The result. */
            result: components["schemas"]["TableResult"];
            /** @description The table's title; null if it has none. */
            title: string | null;
        };
        /**
         * @description The result of a table: the outputs of one rule by name, a list of such, one
         *     number, or null if there is no result.
         */
        TableResult: {
            [key: string]: components["schemas"]["OutputValue"];
        } | {
            [key: string]: components["schemas"]["OutputValue"];
        }[] | number | null;
        /** @description What was measured within ten minutes. */
        TenMinutesBody: {
            /**
             * Format: date-time
             * @description The beginning of the ten minutes.
             */
            at: string;
            /**
             * Format: int64
             * @description The longest time for which an event had waited to be scored, in seconds.
             */
            longest_wait_seconds: number;
            /**
             * Format: int64
             * @description The members whose influence was known.
             */
            scored: number;
        };
        /** @description One test of a condition. */
        Test: {
            actual: components["schemas"]["Seen"] | null;
            /**
             * @description The number of the alternative that this test belongs to, from 1; absent unless
             *     the condition has alternatives (`||`) and none is met.
             */
            alternative: number | null;
            /** @description Whether the test holds. */
            holds: boolean;
            /**
             * Format: double
             * @description The difference between the actual and the required number, never negative;
             *     absent unless a comparison of numbers failed.
             */
            off_by: number | null;
            required: components["schemas"]["Seen"] | null;
            /** @description The test in the notation of conditions: `standing.lower >= 45`. */
            test: string;
            /**
             * @description If the test is an audience with a condition: the tests of that condition that
             *     decided. Absent otherwise.
             */
            tests?: components["schemas"]["Test"][];
            /**
             * @description True if the test failed because a value is unknown. An unknown value is not a
             *     low value.
             */
            unknown: boolean;
        };
        /** @description A message that tries a receiver out. */
        TestMessage: {
            /** @description A message that tries a receiver out. */
            data: {
                /** @description What the message is for. */
                message: string;
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "webhook.test";
        };
        /** @description The result of a test message. */
        TestedBody: {
            /** @description Whether the receiver accepted the message. */
            delivered: boolean;
            /**
             * @description Why the attempt failed: `status`, `timeout`, `unresolved`, `unreachable`,
             *     `forbidden_address`, `tls`, `broken` or `gone`; null if it did not fail.
             */
            failure: string | null;
            /**
             * Format: int32
             * @description The HTTP status of the receiver's answer; null if there was no answer.
             */
            status: number | null;
        };
        /** @example writes for the travel desk */
        TextLine: string;
        /** @description A comparison with a number in a condition of a tier. */
        Threshold: {
            /** @description The condition that has the number. */
            field: components["schemas"]["ThresholdField"];
            /**
             * @description What is compared, as a condition writes it.
             * @example standing.lower
             */
            input: string;
            /**
             * @description How it is compared with the number: `>=`, `>`, `<=`, `<`, `==` or `!=`. It is the
             *     opposite of what is written if the condition negates it.
             * @example >=
             */
            operator: string;
            place: components["schemas"]["NumberPlace"] | null;
            /**
             * Format: double
             * @description The number.
             */
            value: number;
        };
        /**
         * @description The condition of a tier that asks for a number.
         * @enum {string}
         */
        ThresholdField: "when" | "stay";
        /** @description A member's tier in a program. */
        TierBody: {
            /** @description The amenities of the tier, which the front desk gives. */
            amenities: string[];
            /**
             * @description The titles of these amenities, for people, by their short names. An amenity without
             *     a title in the program is absent.
             */
            amenity_titles: {
                [key: string]: string;
            };
            /** @description What the answer rests on. */
            basis: components["schemas"]["Basis"];
            /**
             * Format: uuid
             * @description The grant that gives the tier; null if the rules give it.
             */
            grant: string | null;
            held: components["schemas"]["DemotionFreeze"] | null;
            /** @description What is probably wrong with an identity that leads to no member; null otherwise. */
            hint: string | null;
            identity: components["schemas"]["NamedBy"] | null;
            /**
             * Format: date-time
             * @description When the tier stops being kept; null if it is not only kept.
             */
            keep_until: string | null;
            /**
             * @description True if the score alone would no longer give the tier, so that it is only
             *     kept.
             */
            kept: boolean;
            /**
             * Format: uuid
             * @description The member's id; null if no member is enrolled under the identity or the
             *     member opted out.
             */
            member: string | null;
            /** @description The name that the business has given to the member; null if none. */
            name: string | null;
            /** @description The program's short name. */
            program: string;
            /** @description The tier's place on the ladder; 1 is the best. */
            rank: number;
            /** @description Why the member has the tier, in a sentence for the people at the desk. */
            reason: string;
            /** @description The short name of the tier's service level. */
            service_level: string;
            /**
             * Format: date-time
             * @description When the member reached the tier; null while the tier history has no entry
             *     for it (the floor, or a tier reached a moment ago).
             */
            since: string | null;
            /** @description The member's standing in the program, with its interval. */
            standing: components["schemas"]["Standing"];
            /** @description Whether there is evidence about the member. */
            state: components["schemas"]["Known"];
            /**
             * @description The results of the program's decision tables, by table id: the outputs by
             *     name, a list of such outputs, a number, or null if no rule matches. Empty
             *     if the program has no tables. `POST /v1/decisions` shows which values the
             *     tables read.
             */
            tables: {
                [key: string]: components["schemas"]["TableResult"];
            };
            /** @description The tier's short name. Always present; at least the floor. */
            tier: string;
            /** @description The tier's display name. */
            title: string;
            will_change: components["schemas"]["WillChangeBody"] | null;
        };
        /** @enum {string} */
        TierChangeReason: "granted" | "grant_ended" | "reached" | "lowered" | "program_changed" | "opted_out" | "merged";
        /** @description `tier.changed`: the tier in effect of a member has changed. */
        TierChangedMessage: {
            /** @description `tier.changed`: the tier in effect of a member has changed. */
            data: {
                /** @description The tests that decided; empty if none did. */
                because: components["schemas"]["Test"][];
                /** @description The tier before; null if the member had none. */
                from: string | null;
                /**
                 * Format: uuid
                 * @description The grant that gave the tier; null if none did.
                 */
                grant: string | null;
                /**
                 * Format: uuid
                 * @description The member whom the message is about; null if there is none.
                 */
                member: string | null;
                /** @description The program that the message is about; null if there is none. */
                program: string | null;
                /**
                 * Format: int32
                 * @description The version of the program that decided.
                 */
                program_version: number;
                /**
                 * @description The reason: `granted`, `grant_ended`, `reached`, `lowered`,
                 *     `program_changed`, `opted_out` or `merged`.
                 */
                reason: components["schemas"]["TierChangeReason"];
                /** @description The service level of the member from now on. */
                service_level: string;
                /**
                 * Format: uuid
                 * @description The id of the change in the tier history.
                 */
                tier_history: string;
                /** @description The tier now. */
                to: string;
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "tier.changed";
        };
        /** @description Numbers of members in one tier. */
        TierCount: components["schemas"]["Horizons_MembersBeforeAfter"] & {
            /** @description The tier's place on each ladder. */
            place: components["schemas"]["Places"];
            /** @description The id of the tier. */
            tier: string;
        };
        /** @description The members with a tier. */
        TierCountBody: {
            /**
             * Format: int64
             * @description The members that have it, by the rules or by a grant.
             */
            members: number;
            /** @description The tier's short name. */
            tier: string;
            /** @description The display name of the tier. */
            title: string;
        };
        /** @description The members with each tier on a day. */
        TierDayBody: {
            /**
             * Format: date
             * @description The day, in the program's time zone.
             */
            day: string;
            /**
             * @description The members with each tier, in the order of `tiers`: at the end of the day, and on the
             *     present day by now.
             */
            members: number[];
        };
        /** @description How many members had each tier, day by day. */
        TierDaysBody: {
            /**
             * Format: date-time
             * @description When the members of the present day were counted, about once a minute; null if they
             *     were not yet.
             */
            as_of: string | null;
            /** @description The days, in order. Days of which nothing is known are left out. */
            days: components["schemas"]["TierDayBody"][];
            /**
             * Format: date
             * @description The first day.
             */
            from: string;
            /** @description The program's short name. */
            program: string;
            /**
             * @description The tiers: those of the version in force, best first, then those that members had only
             *     in earlier versions.
             */
            tiers: components["schemas"]["TierTitleBody"][];
            /** @description The program's time zone, in which the days are counted. */
            timezone: string;
            /**
             * Format: date
             * @description The last day.
             */
            to: string;
        };
        /** @description A change of the tier in effect. */
        TierEntryBody: {
            /**
             * Format: date-time
             * @description When the tier changed.
             */
            at: string;
            /** @description The tier before the change; null for the first entry. */
            from: string | null;
            /**
             * Format: uuid
             * @description The grant that gave the tier; null if the rules gave it.
             */
            grant: string | null;
            /**
             * Format: uuid
             * @description The entry's id, which lookups name in their basis.
             */
            id: string;
            /**
             * Format: uuid
             * @description The merge of members that made the change, or whose undo did; null if none did.
             */
            merge: string | null;
            /** @description The version of the scoring model. */
            model: string;
            /**
             * Format: int32
             * @description The version of the program that made the change.
             */
            program_version: number;
            /**
             * @description The reason: `reached`, `lowered` (the time for which it was kept is over),
             *     `granted` (by a person), `grant_ended`, `opted_out` (until the member opts
             *     in again), `program_changed` (the tier before is no longer in the program), or
             *     `merged` (the member was merged with another one, or that was undone).
             */
            reason: components["schemas"]["TierChangeReason"];
            /**
             * Format: int64
             * @description The number of the rank snapshot, which holds what depends on all members,
             *     such as percentiles.
             */
            snapshot: number;
            /** @description The tier after the change. */
            to: string;
        };
        /** @description A page of a tier history, latest first. */
        TierHistoryBody: {
            /**
             * @description One entry for each change. Empty if the member never left the floor, is
             *     not enrolled, opted out or was never seen.
             */
            data: components["schemas"]["TierEntryBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @example insider */
        TierId: string;
        /** @description `tier.retained`: a tier that was announced to be lost is kept. */
        TierRetainedMessage: {
            /** @description `tier.retained`: a tier that was announced to be lost is kept. */
            data: {
                /** @description The tests that passed. */
                because: components["schemas"]["Test"][];
                /**
                 * Format: uuid
                 * @description The member whom the message is about; null if there is none.
                 */
                member: string | null;
                /** @description The program that the message is about; null if there is none. */
                program: string | null;
                /**
                 * Format: int32
                 * @description The version of the program that decided.
                 */
                program_version: number;
                /** @description The tier that is kept. */
                tier: string;
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "tier.retained";
        };
        /** @description A tier with its display name. */
        TierTitleBody: {
            /** @description The tier's short name. */
            tier: string;
            /** @description The display name of the tier; its short name if the tier is one of an earlier version. */
            title: string;
        };
        /** @description `tier.will_change`: a member will lose a tier, unless they earn it again. */
        TierWillChangeMessage: {
            /** @description `tier.will_change`: a member will lose a tier, unless they earn it again. */
            data: {
                /**
                 * Format: date-time
                 * @description The time of the change.
                 */
                at: string;
                /** @description The tests that failed. */
                because: components["schemas"]["Test"][];
                /** @description The tier that will be lost. */
                from: string;
                /**
                 * Format: uuid
                 * @description The member whom the message is about; null if there is none.
                 */
                member: string | null;
                /** @description The program that the message is about; null if there is none. */
                program: string | null;
                /**
                 * Format: int32
                 * @description The version of the program that decided.
                 */
                program_version: number;
                /** @description The tier that follows. */
                to: string;
            };
            /**
             * Format: uuid
             * @description The id of the message, the same however often it is sent.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description What has happened.
             * @enum {string}
             */
            type: "tier.will_change";
        };
        /** @description How many things happened in the time that begins at a moment. */
        TimeCountBody: {
            /**
             * Format: date-time
             * @description The beginning of the time.
             */
            at: string;
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
        };
        /**
         * Format: date-time
         * @description A time with a zone, in the years 1 to 9999 of UTC.
         * @example 2026-11-22T12:00:00Z
         */
        Timestamp: string;
        /** @example las-vegas */
        Topic: string;
        /** @description A member's score on a topic. */
        TopicBody: {
            /**
             * Format: double
             * @description The probability that the member belongs to the top tenth on the topic,
             *     from 0 to 1.
             */
            confidence: number;
            /**
             * Format: double
             * @description The amount of evidence, in effective reactors on the topic.
             */
            evidence: number;
            /**
             * Format: double
             * @description The influence on the topic, from 0 to 100, on the scale of the overall
             *     influence; 0 if there is only interest.
             */
            influence: number;
            /**
             * Format: double
             * @description How much the member's own posts, purchases and declared interests are
             *     about the topic, from 0 to 1. It earns no score, but makes perks relevant.
             */
            interest: number;
            /**
             * Format: double
             * @description The lower end of its 90 % interval, by which the topic's leaderboard and ranks are
             *     ordered. It waits for people who are new to the member, as the overall one does.
             */
            lower: number;
            /** @description The topic's slug. */
            topic: string;
        };
        /** @description The explanation of influence on one topic. */
        TopicExplained: {
            /**
             * Format: double
             * @description Points borrowed from reactions on other topics. How many depends on the
             *     topic's share of all members' reactions (from the snapshot).
             */
            borrowed_points: number;
            /**
             * Format: double
             * @description Probability, from 0 to 1, that the member belongs to the topic's top tenth.
             */
            confidence: number;
            /**
             * Format: double
             * @description The highest confidence that the people and contents behind it, and the number of other
             *     members on the topic, allow, from 0 to 1.
             */
            confidence_cap: number;
            /**
             * Format: double
             * @description Points earned by reactions on the topic.
             */
            earned_points: number;
            /**
             * Format: double
             * @description Effective reactors on the topic, decayed and reduced by dislikes.
             */
            evidence: number;
            /**
             * Format: double
             * @description Influence on the topic, from 0 to 100; earned and borrowed points add up
             *     to it.
             */
            influence: number;
            /**
             * Format: double
             * @description Lower end of its 90 % interval, by which the topic's leaderboard is ordered.
             */
            lower: number;
            /** @description The topic's slug. */
            topic: string;
            /**
             * Format: double
             * @description Upper end of its 90 % interval.
             */
            upper: number;
        };
        /** @description Topics, those with the most members first. */
        TopicListBody: {
            /**
             * Format: date-time
             * @description The time of the rank snapshot at which the members were counted; null if there is none
             *     yet.
             */
            as_of: string | null;
            /** @description The topics. Those that no member has are from the list of topics, and come last. */
            data: components["schemas"]["ListedTopicBody"][];
        };
        /** @description One topic of a perk, with what is known about the person on it. */
        TopicSign: {
            /**
             * Format: double
             * @description The probability, from 0 to 1, that the person is in the top tenth on the
             *     topic; absent if nothing is known.
             */
            confidence: number | null;
            /**
             * Format: double
             * @description The share, from 0 to 1, to which the person's own posts, purchases and
             *     declarations are about the topic; absent if nothing is known.
             */
            interest: number | null;
            /** @description Whether this topic alone makes the perk relevant. */
            relevant: boolean;
            /** @description The topic's slug. */
            topic: string;
        };
        /** @description A member's topics. */
        TopicsBody: {
            /**
             * Format: date-time
             * @description The time to which scores and evidence were decayed.
             */
            as_of: string;
            /** @description The topics, most influential first. */
            data: components["schemas"]["TopicBody"][];
        };
        /** @description The use of one perk over all days. */
        TotalBody: components["schemas"]["ClaimCountsBody"] & {
            /** @description The perk's short name. */
            perk: string;
        };
        /** @description Points by type of reaction. */
        TypePoints: {
            /**
             * @description Whether the reactors are unknown: anonymous reactions, mere counts, or
             *     profile counters.
             */
            counted: boolean;
            /**
             * Format: double
             * @description Points of the score.
             */
            points: number;
            /** @description The type of event. */
            type: components["schemas"]["Source"];
        };
        /**
         * @description A request to undo a merge.
         * @example {
         *       "reason": "father and son"
         *     }
         */
        UndoMergeBody: {
            /** @description Why the two are not one person. */
            reason: components["schemas"]["TextLine"];
        };
        /** @description The explanation of the value score. */
        ValueExplained: {
            /** @description The model's base currency, an ISO 4217 code. */
            currency: string;
            /**
             * Format: double
             * @description Points for being a customer, whatever the amount of the first purchase;
             *     0 if everything was refunded.
             */
            customer_points: number;
            /**
             * Format: double
             * @description Points for how often and how recently the member bought again.
             */
            frequency_points: number;
            /** @description The interval as a sentence in English. */
            interval: string;
            /**
             * Format: double
             * @description Lower end of the 90 % interval.
             */
            lower: number;
            /**
             * Format: double
             * @description Money spent less refunds, decayed, in `currency`.
             */
            money: number;
            /**
             * Format: double
             * @description Points for the amount of money spent.
             */
            money_points: number;
            /**
             * Format: double
             * @description Share of members with a lower score, in percent; `null` if the snapshot
             *     holds no scores.
             */
            percentile: number | null;
            /**
             * Format: double
             * @description Days with a purchase after the first such day, decayed: older days count
             *     for less, partly refunded orders in part.
             */
            returns: number;
            /**
             * Format: double
             * @description The score, from 0 to 100; customer, frequency and money points add up to
             *     it.
             */
            score: number;
            /**
             * Format: double
             * @description Upper end of the 90 % interval.
             */
            upper: number;
        };
        /** @description Names of values of a member. */
        ValueNamesBody: {
            /** @description Attributes. */
            attributes: string[];
            /** @description Indices from other systems. */
            indices: components["schemas"]["IndexName"][];
            /** @description Interests. */
            interests: components["schemas"]["Topic"][];
            /** @description Whether the name is one of them. */
            name: boolean;
        };
        /**
         * @description The reason why a perk is relevant to a person, or is not.
         * @enum {string}
         */
        Verdict: "no_topics" | "shown" | "nothing_known" | "not_relevant";
        /** @description A published version of a program. */
        VersionBody: {
            /** @description The author's note on the version; null if there is none. */
            note: string | null;
            /** @description The program's short name. */
            program: string;
            /**
             * Format: date-time
             * @description When it was published.
             */
            published_at: string;
            /**
             * Format: uuid
             * @description Who published the version: the API key, or the `caller` of a session; null for the
             *     command line.
             */
            published_by: string | null;
            /**
             * Format: int32
             * @description The earlier version whose source it restores; null if the source is new.
             */
            restores: number | null;
            /** @description The source as it was written. */
            source: string;
            /**
             * Format: date-time
             * @description The first moment at which the version is in force.
             */
            starts_at: string;
            /** @description The version's present state. */
            state: components["schemas"]["StateBody"];
            /**
             * Format: int32
             * @description The version's number: 1, 2, 3, … A version is never edited.
             */
            version: number;
            /** @description Warnings for the author. */
            warnings: components["schemas"]["Diagnostic"][];
            /**
             * Format: date-time
             * @description When the version was withdrawn; null if it was not.
             */
            withdrawn_at: string | null;
        };
        /** @description A published version of a program with its ladder. */
        VersionWithLadderBody: components["schemas"]["VersionBody"] & {
            /** @description The ladder of tiers, best first; null if the version cannot be read any more. */
            ladder: components["schemas"]["LadderTier"][] | null;
        };
        /** @description The versions of a program. */
        VersionsBody: {
            /** @description The versions, latest first. */
            data: components["schemas"]["VersionBody"][];
        };
        /** @description A request to put a member on a waiting list. */
        WaitBody: {
            /** @description The member: our id, or any identity. */
            member: components["schemas"]["IdentityText"];
            /**
             * @description What you know of the occasion, for conditions that read `request` when a
             *     unit becomes free: at most 64 names.
             */
            request?: components["schemas"]["Attributes"];
        };
        /** @description A member's wait for a unit of a perk. */
        WaitingBody: {
            /**
             * Format: int64
             * @description The number of members ahead; null once the wait is over, and in lists.
             */
            before: number | null;
            /**
             * Format: uuid
             * @description The claim that the wait led to; null if there is none.
             */
            claim: string | null;
            /**
             * Format: date-time
             * @description When the wait ended; null while the member waits.
             */
            ended_at: string | null;
            /**
             * Format: uuid
             * @description The wait's id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When the wait began.
             */
            joined_at: string;
            /**
             * Format: uuid
             * @description The member's id.
             */
            member: string;
            /** @description How the wait came about: `waiting_list`, `invitation` or `draw`. */
            origin: components["schemas"]["Origin"];
            /**
             * @description How the wait ended: `claimed`, `left`, `withdrawn`, or the refusal for
             *     which the member was passed over; null while the member waits.
             */
            outcome: string | null;
            /** @description The perk's short name. */
            perk: string;
            /** @description The program's short name. */
            program: string;
        };
        /** @description A page of a waiting list, in the order of places. */
        WaitingListBody: {
            /** @description The waits, including those that are over. */
            data: components["schemas"]["WaitingBody"][];
            /** @description The cursor of the next page. */
            page: components["schemas"]["Page"];
        };
        /** @description A webhook, without its secret. */
        WebhookBody: {
            /**
             * Format: date-time
             * @description When the webhook was created.
             */
            created_at: string;
            /** @description The purpose of the webhook, in words; null if none was given. */
            description: string | null;
            disabled: components["schemas"]["DisabledBody"] | null;
            /** @description Whether messages are sent. */
            enabled: boolean;
            /** @description The form of the messages. */
            format: components["schemas"]["WebhookForm"];
            /**
             * Format: uuid
             * @description The webhook's id.
             */
            id: string;
            /** @description Only messages about this program are sent; null for all programs. */
            program: string | null;
            /** @description Only messages of these types are sent; all types if empty. */
            types: string[];
            /**
             * Format: date-time
             * @description When the webhook was last changed.
             */
            updated_at: string;
            /** @description The receiver's URL. */
            url: string;
        };
        /**
         * @description The form of the messages that a webhook gets. Both are signed as in Standard Webhooks.
         * @enum {string}
         */
        WebhookForm: "standard" | "cloudevents";
        /** @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD */
        WebhookSecret: string;
        /** @description The webhooks that the key reaches. */
        WebhooksBody: {
            /** @description The webhooks, oldest first. */
            data: components["schemas"]["WebhookBody"][];
        };
        /** @description The change of numbers that would lift a refusal, or why there is none. */
        WhatIf: {
            /** @description The numbers that must change. */
            changes: components["schemas"]["NumberChange"][];
            /**
             * @description What moves the numbers, as something that people can do; absent where no single
             *     thing moves all of them, where not even 1,000 more people are enough, in answers
             *     about many members, and in decisions that were recorded before there was any.
             */
            effort?: components["schemas"]["Effort"];
            /**
             * @description The tier that the changes give, if it is a better one than the tier asked
             *     about; absent otherwise. It is named only if no change was found that gives
             *     the tier asked about.
             */
            gives?: string;
            /** @enum {string} */
            result: "possible";
            /**
             * @description The same as a sentence: `standing.lower 45 instead of 42.6`, and how long
             *     it takes.
             */
            sentence: string;
        } | {
            /** @description Why there is none. */
            reason: components["schemas"]["NoChange"];
            /** @enum {string} */
            result: "impossible";
        };
        /** @description A tier change that was announced. */
        WillChangeBody: {
            /**
             * Format: date-time
             * @description When the change happens, unless the tier is earned again by then.
             */
            at: string;
            /** @description The tier in effect after the change. */
            to: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description A strong tag of the answer, for `If-None-Match` or `If-Match`. */
        ETag: string;
        /** @description `true` if this answer was stored when the request was carried out, and is repeated. */
        IdempotencyReplayed: string;
        /** @description `rel="next"`: the address of the next page, if there is one. */
        Link: string;
        /** @description The path of what was made. */
        Location: string;
        /** @description How many requests are left (`r`), and after how many seconds there are as many as at first (`t`), as in `"requests";r=599;t=1`. */
        RateLimit: string;
        /** @description How many requests (`q`) a caller may send in how many seconds (`w`), as in `"requests";q=600;w=60`. */
        RateLimitPolicy: string;
        /** @description The id of the request: the one that it came with, or a new one. */
        RequestId: string;
        /** @description The seconds after which to try again. */
        RetryAfter: number;
        /** @description How to say who sends a request. */
        WwwAuthenticate: string;
    };
    pathItems: never;
}
export type ActivityDocument = components['schemas']['ActivityDocument'];
export type AddedValuesBody = components['schemas']['AddedValuesBody'];
export type Affected = components['schemas']['Affected'];
export type Arm = components['schemas']['Arm'];
export type ArmBeforeBody = components['schemas']['ArmBeforeBody'];
export type ArmBody = components['schemas']['ArmBody'];
export type AttentionBody = components['schemas']['AttentionBody'];
export type AttentionKindBody = components['schemas']['AttentionKindBody'];
export type AttributeName = components['schemas']['AttributeName'];
export type Attributes = components['schemas']['Attributes'];
export type AttributesPatch = components['schemas']['AttributesPatch'];
export type AudienceBody = components['schemas']['AudienceBody'];
export type AudienceCountBody = components['schemas']['AudienceCountBody'];
export type AudienceMembersBody = components['schemas']['AudienceMembersBody'];
export type AudienceName = components['schemas']['AudienceName'];
export type AudiencesBody = components['schemas']['AudiencesBody'];
export type Basis = components['schemas']['Basis'];
export type BeforeBody = components['schemas']['BeforeBody'];
export type BusinessHours = components['schemas']['BusinessHours'];
export type CallerBody = components['schemas']['CallerBody'];
export type CancelBody = components['schemas']['CancelBody'];
export type CardBody = components['schemas']['CardBody'];
export type ChangeCountBody = components['schemas']['ChangeCountBody'];
export type ChangeDelay = components['schemas']['ChangeDelay'];
export type ChangesBody = components['schemas']['ChangesBody'];
export type CheckBody = components['schemas']['CheckBody'];
export type ClaimBody = components['schemas']['ClaimBody'];
export type ClaimCountsBody = components['schemas']['ClaimCountsBody'];
export type ClaimHoursBody = components['schemas']['ClaimHoursBody'];
export type ClaimMessage = components['schemas']['ClaimMessage'];
export type ClaimsBody = components['schemas']['ClaimsBody'];
export type ClaimsTogether = components['schemas']['ClaimsTogether'];
export type CloudEvent = components['schemas']['CloudEvent'];
export type CodesBody = components['schemas']['CodesBody'];
export type CodesReport = components['schemas']['CodesReport'];
export type CompareBody = components['schemas']['CompareBody'];
export type Conclusion = components['schemas']['Conclusion'];
export type ControlGroup = components['schemas']['ControlGroup'];
export type CorrectionBody = components['schemas']['CorrectionBody'];
export type CostBody = components['schemas']['CostBody'];
export type CostForecast = components['schemas']['CostForecast'];
export type CreateKeyBody = components['schemas']['CreateKeyBody'];
export type CreateWebhookBody = components['schemas']['CreateWebhookBody'];
export type CreatedWebhookBody = components['schemas']['CreatedWebhookBody'];
export type Cursor = components['schemas']['Cursor'];
export type Day = components['schemas']['Day'];
export type DayBody = components['schemas']['DayBody'];
export type DecideBody = components['schemas']['DecideBody'];
export type DecideManyBody = components['schemas']['DecideManyBody'];
export type DecideOneBody = components['schemas']['DecideOneBody'];
export type DecidedBody = components['schemas']['DecidedBody'];
export type DecisionBody = components['schemas']['DecisionBody'];
export type DecisionItem = components['schemas']['DecisionItem'];
export type DecisionLineBody = components['schemas']['DecisionLineBody'];
export type DecisionListBody = components['schemas']['DecisionListBody'];
export type DecisionsBody = components['schemas']['DecisionsBody'];
export type DeliveriesBody = components['schemas']['DeliveriesBody'];
export type DeliveryBody = components['schemas']['DeliveryBody'];
export type DeliveryStateBody = components['schemas']['DeliveryStateBody'];
export type DemotionFreeze = components['schemas']['DemotionFreeze'];
export type DeskName = components['schemas']['DeskName'];
export type DeskTokenBody = components['schemas']['DeskTokenBody'];
export type Diagnostic = components['schemas']['Diagnostic'];
export type Difference = components['schemas']['Difference'];
export type Direction = components['schemas']['Direction'];
export type DisabledBody = components['schemas']['DisabledBody'];
export type DisabledReason = components['schemas']['DisabledReason'];
export type DraftBody = components['schemas']['DraftBody'];
export type DrawDocument = components['schemas']['DrawDocument'];
export type DrawnEntry = components['schemas']['DrawnEntry'];
export type Effort = components['schemas']['Effort'];
export type EnterBody = components['schemas']['EnterBody'];
export type EntryBody = components['schemas']['EntryBody'];
export type Estimate = components['schemas']['Estimate'];
export type EventCountsBody = components['schemas']['EventCountsBody'];
export type EventLineBody = components['schemas']['EventLineBody'];
export type EventsReport = components['schemas']['EventsReport'];
export type EvidenceExplained = components['schemas']['EvidenceExplained'];
export type ExcludedBy = components['schemas']['ExcludedBy'];
export type ExclusivePerk = components['schemas']['ExclusivePerk'];
export type ExclusiveTogether = components['schemas']['ExclusiveTogether'];
export type ExperimentBody = components['schemas']['ExperimentBody'];
export type ExperimentsBody = components['schemas']['ExperimentsBody'];
export type Explanation = components['schemas']['Explanation'];
export type Fall = components['schemas']['Fall'];
export type Finding = components['schemas']['Finding'];
export type FreezeReason = components['schemas']['FreezeReason'];
export type Freshness = components['schemas']['Freshness'];
export type GrantBody = components['schemas']['GrantBody'];
export type GrantedBody = components['schemas']['GrantedBody'];
export type GrantsBody = components['schemas']['GrantsBody'];
export type GroupImpact = components['schemas']['GroupImpact'];
export type GroupName = components['schemas']['GroupName'];
export type Grouping = components['schemas']['Grouping'];
export type HeldBody = components['schemas']['HeldBody'];
export type HistoryBody = components['schemas']['HistoryBody'];
export type HoldBody = components['schemas']['HoldBody'];
export type Holiday = components['schemas']['Holiday'];
export type Horizons_Effect = components['schemas']['Horizons_Effect'];
export type Horizons_MembersBeforeAfter = components['schemas']['Horizons_MembersBeforeAfter'];
export type Horizons_Moves = components['schemas']['Horizons_Moves'];
export type Horizons_PerkChange = components['schemas']['Horizons_PerkChange'];
export type Horizons_Rates = components['schemas']['Horizons_Rates'];
export type IdempotencyKey = components['schemas']['IdempotencyKey'];
export type IdentityText = components['schemas']['IdentityText'];
export type IdentityVerification = components['schemas']['IdentityVerification'];
export type IgnoredItem = components['schemas']['IgnoredItem'];
export type IgnoredReason = components['schemas']['IgnoredReason'];
export type ImportBody = components['schemas']['ImportBody'];
export type ImportedIndexBody = components['schemas']['ImportedIndexBody'];
export type InEffect = components['schemas']['InEffect'];
export type Index = components['schemas']['Index'];
export type IndexBody = components['schemas']['IndexBody'];
export type IndexName = components['schemas']['IndexName'];
export type IndexState = components['schemas']['IndexState'];
export type IndicesBody = components['schemas']['IndicesBody'];
export type IndicesOfBothBody = components['schemas']['IndicesOfBothBody'];
export type InfluenceExplained = components['schemas']['InfluenceExplained'];
export type InputSeen = components['schemas']['InputSeen'];
export type Interval = components['schemas']['Interval'];
export type InvitationBody = components['schemas']['InvitationBody'];
export type InvitationOutcome = components['schemas']['InvitationOutcome'];
export type InvitationsBody = components['schemas']['InvitationsBody'];
export type InviteBody = components['schemas']['InviteBody'];
export type JoinedMemberBody = components['schemas']['JoinedMemberBody'];
export type KeyBody = components['schemas']['KeyBody'];
export type KeyName = components['schemas']['KeyName'];
export type KeyState = components['schemas']['KeyState'];
export type KeyWithSecretBody = components['schemas']['KeyWithSecretBody'];
export type KeysBody = components['schemas']['KeysBody'];
export type Kind = components['schemas']['Kind'];
export type Known = components['schemas']['Known'];
export type LadderTier = components['schemas']['LadderTier'];
export type LeaderboardBody = components['schemas']['LeaderboardBody'];
export type LeaderboardChangeBody = components['schemas']['LeaderboardChangeBody'];
export type LeaderboardOrder = components['schemas']['LeaderboardOrder'];
export type LevelCount = components['schemas']['LevelCount'];
export type LevelReason = components['schemas']['LevelReason'];
export type Lift = components['schemas']['Lift'];
export type LiftBody = components['schemas']['LiftBody'];
export type LineBody = components['schemas']['LineBody'];
export type LineResultBody = components['schemas']['LineResultBody'];
export type ListChangeBody = components['schemas']['ListChangeBody'];
export type ListChangedBody = components['schemas']['ListChangedBody'];
export type ListedDecisionBody = components['schemas']['ListedDecisionBody'];
export type ListedExperimentBody = components['schemas']['ListedExperimentBody'];
export type ListedTopicBody = components['schemas']['ListedTopicBody'];
export type LookUpManyBody = components['schemas']['LookUpManyBody'];
export type LookedUp = components['schemas']['LookedUp'];
export type LookedUpBody = components['schemas']['LookedUpBody'];
export type LookupKind = components['schemas']['LookupKind'];
export type MemberBody = components['schemas']['MemberBody'];
export type MemberCountsBody = components['schemas']['MemberCountsBody'];
export type MemberDecisionsBody = components['schemas']['MemberDecisionsBody'];
export type MemberEventsBody = components['schemas']['MemberEventsBody'];
export type MemberGrantBody = components['schemas']['MemberGrantBody'];
export type MemberGrantsBody = components['schemas']['MemberGrantsBody'];
export type MemberImportBody = components['schemas']['MemberImportBody'];
export type MemberLineBody = components['schemas']['MemberLineBody'];
export type MemberMessagesBody = components['schemas']['MemberMessagesBody'];
export type MemberName = components['schemas']['MemberName'];
export type MemberTierBody = components['schemas']['MemberTierBody'];
export type MemberTiersBody = components['schemas']['MemberTiersBody'];
export type MembersBody = components['schemas']['MembersBody'];
export type MergeBody = components['schemas']['MergeBody'];
export type MergePreviewBody = components['schemas']['MergePreviewBody'];
export type MergePreviewedBody = components['schemas']['MergePreviewedBody'];
export type MergeUndoneBody = components['schemas']['MergeUndoneBody'];
export type MergedBody = components['schemas']['MergedBody'];
export type MergesBody = components['schemas']['MergesBody'];
export type Message = components['schemas']['Message'];
export type MessageKind = components['schemas']['MessageKind'];
export type MessagesBody = components['schemas']['MessagesBody'];
export type MethodBody = components['schemas']['MethodBody'];
export type ModelBody = components['schemas']['ModelBody'];
export type ModelInForceBody = components['schemas']['ModelInForceBody'];
export type ModelState = components['schemas']['ModelState'];
export type ModelStatusBody = components['schemas']['ModelStatusBody'];
export type ModelVersion = components['schemas']['ModelVersion'];
export type ModelsBody = components['schemas']['ModelsBody'];
export type Moment = components['schemas']['Moment'];
export type MomentKind = components['schemas']['MomentKind'];
export type Money = components['schemas']['Money'];
export type MoneyBody = components['schemas']['MoneyBody'];
export type Move = components['schemas']['Move'];
export type MovesColumn = components['schemas']['MovesColumn'];
export type NamedBy = components['schemas']['NamedBy'];
export type NamedIndexBody = components['schemas']['NamedIndexBody'];
export type NamedPerk = components['schemas']['NamedPerk'];
export type NativeEvent = components['schemas']['NativeEvent'];
export type NativeEvents = components['schemas']['NativeEvents'];
export type NativeMetrics = components['schemas']['NativeMetrics'];
export type NativeType = components['schemas']['NativeType'];
export type NewDeskTokenBody = components['schemas']['NewDeskTokenBody'];
export type NoChange = components['schemas']['NoChange'];
export type Nonce = components['schemas']['Nonce'];
export type Nothing = components['schemas']['Nothing'];
export type NumberChange = components['schemas']['NumberChange'];
export type NumberPlace = components['schemas']['NumberPlace'];
export type OfferBody = components['schemas']['OfferBody'];
export type OffersBody = components['schemas']['OffersBody'];
export type OpenClaimBody = components['schemas']['OpenClaimBody'];
export type OpenHours = components['schemas']['OpenHours'];
export type Origin = components['schemas']['Origin'];
export type OutputValue = components['schemas']['OutputValue'];
export type OverviewBody = components['schemas']['OverviewBody'];
export type Page = components['schemas']['Page'];
export type ParameterBody = components['schemas']['ParameterBody'];
export type Part = components['schemas']['Part'];
export type PartExplained = components['schemas']['PartExplained'];
export type PatchMemberBody = components['schemas']['PatchMemberBody'];
export type PatchSourceBody = components['schemas']['PatchSourceBody'];
export type PatchWebhookBody = components['schemas']['PatchWebhookBody'];
export type PendingPoints = components['schemas']['PendingPoints'];
export type PerkCodes = components['schemas']['PerkCodes'];
export type PerkDayBody = components['schemas']['PerkDayBody'];
export type PerkDrawnMessage = components['schemas']['PerkDrawnMessage'];
export type PerkExhaustedMessage = components['schemas']['PerkExhaustedMessage'];
export type PerkGroup = components['schemas']['PerkGroup'];
export type PerkId = components['schemas']['PerkId'];
export type PerkImpact = components['schemas']['PerkImpact'];
export type PerkKind = components['schemas']['PerkKind'];
export type PerkState = components['schemas']['PerkState'];
export type PerkStockBody = components['schemas']['PerkStockBody'];
export type PerksBody = components['schemas']['PerksBody'];
export type Places = components['schemas']['Places'];
export type Problem = components['schemas']['Problem'];
export type ProgramId = components['schemas']['ProgramId'];
export type ProgramLineBody = components['schemas']['ProgramLineBody'];
export type ProgramPreview = components['schemas']['ProgramPreview'];
export type ProgramPublishedMessage = components['schemas']['ProgramPublishedMessage'];
export type ProgramTiersBody = components['schemas']['ProgramTiersBody'];
export type ProgramWithdrawnMessage = components['schemas']['ProgramWithdrawnMessage'];
export type ProgramsBody = components['schemas']['ProgramsBody'];
export type ProgressBody = components['schemas']['ProgressBody'];
export type Proof = components['schemas']['Proof'];
export type ProviderBody = components['schemas']['ProviderBody'];
export type ProvidersBody = components['schemas']['ProvidersBody'];
export type PublishBody = components['schemas']['PublishBody'];
export type PurchasesBody = components['schemas']['PurchasesBody'];
export type PutMemberBody = components['schemas']['PutMemberBody'];
export type RankingBody = components['schemas']['RankingBody'];
export type Rate = components['schemas']['Rate'];
export type ReactionsBody = components['schemas']['ReactionsBody'];
export type Reactors = components['schemas']['Reactors'];
export type Reason = components['schemas']['Reason'];
export type Reasons = components['schemas']['Reasons'];
export type RedemptionBody = components['schemas']['RedemptionBody'];
export type Refusal = components['schemas']['Refusal'];
export type RefusedLine = components['schemas']['RefusedLine'];
export type RejectedCode = components['schemas']['RejectedCode'];
export type RejectedItem = components['schemas']['RejectedItem'];
export type RejectedLine = components['schemas']['RejectedLine'];
export type Relevance = components['schemas']['Relevance'];
export type ReliabilityBody = components['schemas']['ReliabilityBody'];
export type RenewedBody = components['schemas']['RenewedBody'];
export type ReplayBody = components['schemas']['ReplayBody'];
export type ReplayDeliveriesBody = components['schemas']['ReplayDeliveriesBody'];
export type ReplayedMessagesBody = components['schemas']['ReplayedMessagesBody'];
export type ReportBody = components['schemas']['ReportBody'];
export type ReportDayBody = components['schemas']['ReportDayBody'];
export type ReportFormat = components['schemas']['ReportFormat'];
export type RevokeBody = components['schemas']['RevokeBody'];
export type RevokedBody = components['schemas']['RevokedBody'];
export type Right = components['schemas']['Right'];
export type Role = components['schemas']['Role'];
export type RollbackBody = components['schemas']['RollbackBody'];
export type RotateBody = components['schemas']['RotateBody'];
export type RotateKeyBody = components['schemas']['RotateKeyBody'];
export type RotatedBody = components['schemas']['RotatedBody'];
export type Scope = components['schemas']['Scope'];
export type ScoreBody = components['schemas']['ScoreBody'];
export type ScoreChangeReason = components['schemas']['ScoreChangeReason'];
export type ScoreChangedMessage = components['schemas']['ScoreChangedMessage'];
export type ScoreMoves = components['schemas']['ScoreMoves'];
export type ScorerLagBody = components['schemas']['ScorerLagBody'];
export type ScoresBefore = components['schemas']['ScoresBefore'];
export type ScoringBody = components['schemas']['ScoringBody'];
export type Seen = components['schemas']['Seen'];
export type SelfCheckBody = components['schemas']['SelfCheckBody'];
export type SelfCheckReason = components['schemas']['SelfCheckReason'];
export type SelfCheckReportBody = components['schemas']['SelfCheckReportBody'];
export type SelfCheckState = components['schemas']['SelfCheckState'];
export type ServiceClock = components['schemas']['ServiceClock'];
export type ServiceLevel = components['schemas']['ServiceLevel'];
export type ServiceLevelBody = components['schemas']['ServiceLevelBody'];
export type SessionBody = components['schemas']['SessionBody'];
export type SessionKind = components['schemas']['SessionKind'];
export type SessionState = components['schemas']['SessionState'];
export type SessionsBody = components['schemas']['SessionsBody'];
export type Severity = components['schemas']['Severity'];
export type SignInBody = components['schemas']['SignInBody'];
export type SimulateBody = components['schemas']['SimulateBody'];
export type Simulation = components['schemas']['Simulation'];
export type SimulationLine = components['schemas']['SimulationLine'];
export type SnapshotBody = components['schemas']['SnapshotBody'];
export type Source = components['schemas']['Source'];
export type SourceBody = components['schemas']['SourceBody'];
export type SourceChangesBody = components['schemas']['SourceChangesBody'];
export type SourceState = components['schemas']['SourceState'];
export type SourcesBody = components['schemas']['SourcesBody'];
export type Split = components['schemas']['Split'];
export type Standing = components['schemas']['Standing'];
export type StandingBinBody = components['schemas']['StandingBinBody'];
export type StandingsBody = components['schemas']['StandingsBody'];
export type StateBody = components['schemas']['StateBody'];
export type StateKind = components['schemas']['StateKind'];
export type StateName = components['schemas']['StateName'];
export type StatusBody = components['schemas']['StatusBody'];
export type StoredAudienceBody = components['schemas']['StoredAudienceBody'];
export type TableReasons = components['schemas']['TableReasons'];
export type TableResult = components['schemas']['TableResult'];
export type TenMinutesBody = components['schemas']['TenMinutesBody'];
export type Test = components['schemas']['Test'];
export type TestMessage = components['schemas']['TestMessage'];
export type TestedBody = components['schemas']['TestedBody'];
export type TextLine = components['schemas']['TextLine'];
export type Threshold = components['schemas']['Threshold'];
export type ThresholdField = components['schemas']['ThresholdField'];
export type TierBody = components['schemas']['TierBody'];
export type TierChangeReason = components['schemas']['TierChangeReason'];
export type TierChangedMessage = components['schemas']['TierChangedMessage'];
export type TierCount = components['schemas']['TierCount'];
export type TierCountBody = components['schemas']['TierCountBody'];
export type TierDayBody = components['schemas']['TierDayBody'];
export type TierDaysBody = components['schemas']['TierDaysBody'];
export type TierEntryBody = components['schemas']['TierEntryBody'];
export type TierHistoryBody = components['schemas']['TierHistoryBody'];
export type TierId = components['schemas']['TierId'];
export type TierRetainedMessage = components['schemas']['TierRetainedMessage'];
export type TierTitleBody = components['schemas']['TierTitleBody'];
export type TierWillChangeMessage = components['schemas']['TierWillChangeMessage'];
export type TimeCountBody = components['schemas']['TimeCountBody'];
export type Timestamp = components['schemas']['Timestamp'];
export type Topic = components['schemas']['Topic'];
export type TopicBody = components['schemas']['TopicBody'];
export type TopicExplained = components['schemas']['TopicExplained'];
export type TopicListBody = components['schemas']['TopicListBody'];
export type TopicSign = components['schemas']['TopicSign'];
export type TopicsBody = components['schemas']['TopicsBody'];
export type TotalBody = components['schemas']['TotalBody'];
export type TypePoints = components['schemas']['TypePoints'];
export type UndoMergeBody = components['schemas']['UndoMergeBody'];
export type ValueExplained = components['schemas']['ValueExplained'];
export type ValueNamesBody = components['schemas']['ValueNamesBody'];
export type Verdict = components['schemas']['Verdict'];
export type VersionBody = components['schemas']['VersionBody'];
export type VersionWithLadderBody = components['schemas']['VersionWithLadderBody'];
export type VersionsBody = components['schemas']['VersionsBody'];
export type WaitBody = components['schemas']['WaitBody'];
export type WaitingBody = components['schemas']['WaitingBody'];
export type WaitingListBody = components['schemas']['WaitingListBody'];
export type WebhookBody = components['schemas']['WebhookBody'];
export type WebhookForm = components['schemas']['WebhookForm'];
export type WebhookSecret = components['schemas']['WebhookSecret'];
export type WebhooksBody = components['schemas']['WebhooksBody'];
export type WhatIf = components['schemas']['WhatIf'];
export type WillChangeBody = components['schemas']['WillChangeBody'];
export type HeaderETag = components['headers']['ETag'];
export type HeaderIdempotencyReplayed = components['headers']['IdempotencyReplayed'];
export type HeaderLink = components['headers']['Link'];
export type HeaderLocation = components['headers']['Location'];
export type HeaderRateLimit = components['headers']['RateLimit'];
export type HeaderRateLimitPolicy = components['headers']['RateLimitPolicy'];
export type HeaderRequestId = components['headers']['RequestId'];
export type HeaderRetryAfter = components['headers']['RetryAfter'];
export type HeaderWwwAuthenticate = components['headers']['WwwAuthenticate'];
export type $defs = Record<string, never>;
export interface operations {
    livez: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusBody"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service is ready. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusBody"];
                };
            };
        };
    };
    list_audiences: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The audiences. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AudiencesBody"];
                };
            };
        };
    };
    get_audience: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The audience's name. */
                audience: components["schemas"]["AudienceName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The audience. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AudienceBody"];
                };
            };
        };
    };
    put_audience: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if this is the present version. */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The audience's name, as in its file. */
                audience: components["schemas"]["AudienceName"];
            };
            cookie?: never;
        };
        /** @description The audience, in YAML or JSON. */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/yaml": string;
            };
        };
        responses: {
            /** @description Changed, or so already. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredAudienceBody"];
                };
            };
            /** @description Stored. */
            201: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredAudienceBody"];
                };
            };
        };
    };
    delete_audience: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if this is the present version. */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The audience's name. */
                audience: components["schemas"]["AudienceName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    count_audience: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The audience's name. */
                audience: components["schemas"]["AudienceName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The number. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AudienceCountBody"];
                };
            };
        };
    };
    export_audience: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The audience's name. */
                audience: components["schemas"]["AudienceName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The members. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
        };
    };
    list_audience_members: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The audience's name. */
                audience: components["schemas"]["AudienceName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AudienceMembersBody"];
                };
            };
        };
    };
    change_audience_members: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The audience's name. */
                audience: components["schemas"]["AudienceName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ListChangeBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListChangedBody"];
                };
            };
        };
    };
    add_audience_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The audience's name. */
                audience: components["schemas"]["AudienceName"];
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The member is on the list, now or before. */
            204: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    remove_audience_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The audience's name. */
                audience: components["schemas"]["AudienceName"];
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The member is not on the list, now or before. */
            204: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_claims: {
        parameters: {
            query?: {
                /** @description Only claims in this program. */
                program?: components["schemas"]["ProgramId"];
                /** @description Only claims on this perk. */
                perk?: components["schemas"]["PerkId"];
                /** @description Only claims of this member: our id, or any identity. */
                member?: components["schemas"]["IdentityText"];
                /** @description Only claims in this state. */
                state?: components["schemas"]["StateName"];
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimsBody"];
                };
            };
        };
    };
    hold_claim: {
        parameters: {
            query?: never;
            header: {
                /** @description A name for this request, such as a new UUID; send the same one when you try again. */
                "Idempotency-Key": components["schemas"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldBody"];
            };
        };
        responses: {
            /** @description Held; `Location` is the claim. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimBody"];
                };
            };
        };
    };
    get_claim: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The claim's id. */
                claim: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The claim. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimBody"];
                };
            };
        };
    };
    cancel_claim: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The claim's id. */
                claim: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelBody"];
            };
        };
        responses: {
            /** @description Cancelled. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimBody"];
                };
            };
        };
    };
    confirm_claim: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The claim's id. */
                claim: string;
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"] | null;
            };
        };
        responses: {
            /** @description Confirmed. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimBody"];
                };
            };
        };
    };
    redeem_claim: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The claim's id. */
                claim: string;
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"] | null;
            };
        };
        responses: {
            /** @description Redeemed. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimBody"];
                };
            };
        };
    };
    release_claim: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The claim's id. */
                claim: string;
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"] | null;
            };
        };
        responses: {
            /** @description Released. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimBody"];
                };
            };
        };
    };
    reverse_claim: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The claim's id. */
                claim: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelBody"];
            };
        };
        responses: {
            /** @description Reversed. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimBody"];
                };
            };
        };
    };
    list_decisions: {
        parameters: {
            query?: {
                /**
                 * @description Only decisions of this program. A key that is limited to a program only gets those of
                 *     that program.
                 */
                program?: components["schemas"]["ProgramId"];
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionListBody"];
                };
            };
        };
    };
    decide: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecideBody"];
            };
        };
        responses: {
            /** @description Decided, a dry run; or a batch. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecidedBody"];
                };
            };
            /** @description Decided and recorded. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionBody"];
                };
            };
        };
    };
    get_decision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The decision's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The decision. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionBody"];
                };
            };
        };
    };
    replay_decision: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The decision's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result of the replay. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayBody"];
                };
            };
        };
    };
    create_desk_token: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskTokenBody"];
            };
        };
        responses: {
            /** @description Created, with the token. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewDeskTokenBody"];
                };
            };
        };
    };
    get_entry: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The entry's id. */
                entry: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entry. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryBody"];
                };
            };
        };
    };
    withdraw_entry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The entry's id. */
                entry: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Withdrawn. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryBody"];
                };
            };
        };
    };
    send_events: {
        parameters: {
            query?: {
                /** @description For ActivityStreams: the source of the events; the host of each document's id if absent. */
                source?: components["schemas"]["Source"];
                /**
                 * @description For ActivityStreams: the network of the handles, `mastodon` if absent. For CloudEvents:
                 *     the network of events whose data names none.
                 */
                network?: string;
            };
            header?: {
                /** @description `handling=strict`: all or nothing (RFC 7240). */
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        /** @description One event, an array of events, one event a line, or what other systems send. */
        requestBody: {
            content: {
                "application/activity+json": components["schemas"]["ActivityDocument"];
                "application/cloudevents+json": components["schemas"]["CloudEvent"];
                "application/cloudevents-batch+json": components["schemas"]["CloudEvent"][];
                "application/json": components["schemas"]["NativeEvents"];
                "application/x-ndjson": components["schemas"]["NativeEvent"];
            };
        };
        responses: {
            /** @description Committed. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventsReport"];
                };
            };
        };
    };
    list_keys: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeysBody"];
                };
            };
        };
    };
    create_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKeyBody"];
            };
        };
        responses: {
            /** @description Created, with its secret; `Location` is the key. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyWithSecretBody"];
                };
            };
        };
    };
    get_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyBody"];
                };
            };
        };
    };
    revoke_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The key's id. */
                key: string;
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"] | null;
            };
        };
        responses: {
            /** @description Revoked. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyBody"];
                };
            };
        };
    };
    rotate_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The key's id. */
                key: string;
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateKeyBody"] | null;
            };
        };
        responses: {
            /** @description The key, with its new secret. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyWithSecretBody"];
                };
            };
        };
    };
    get_leaderboard: {
        parameters: {
            query?: {
                /**
                 * @description Rank by influence on this topic (slug, name or alias) instead of overall
                 *     influence.
                 */
                topic?: components["schemas"]["Topic"];
                /** @description Show each member's tier in this program. */
                program?: components["schemas"]["ProgramId"];
                /**
                 * @description The order, highest first: `lower`, by the lower end of the interval, which rules
                 *     test and which cannot be bought quickly, or `score`, by the influence itself;
                 *     `lower` if absent.
                 */
                by?: "lower" | "score";
                /** @description The most items on a page, from 1 to 200; 20 if absent. */
                limit?: number;
                /**
                 * @description The `next_cursor` of the previous page, which must be in the same order; absent
                 *     for the first page.
                 */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeaderboardBody"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: {
                /**
                 * @description Only members of whom the name has words that begin so, or any identity begins so, in any
                 *     case: `kev` finds `Kevin Ito` and `twitter:kevin`. For a field in which people type: it
                 *     stands alone, and there is no next page.
                 */
                q?: string;
                /**
                 * @description Only members with an identity that begins so: a whole network or kind, a colon, and
                 *     the first characters, such as `twitter:kev`, `loyalty:12` or `email:`.
                 */
                identity?: string;
                /**
                 * @description Only members whose name has words that begin so, in any order, whatever their case
                 *     and accents: `van zoe` finds `Zoë van Dyk`.
                 */
                name?: string;
                /** @description Only members with this tier in `program`. Those without another one have the floor. */
                tier?: components["schemas"]["TierId"];
                /** @description The program of `tier`. */
                program?: components["schemas"]["ProgramId"];
                /** @description Only members with a score on this topic. */
                topic?: string;
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
                /** @description Only members with these values of attributes, at most 16. A text also finds lists that have it, and a list those that have all of its texts: one parameter for each name, such as `attribute.country=US`. A number, `true`, `false`, a text in quotes and a list of texts are read as JSON; anything else is a text. */
                attribute?: {
                    [key: string]: boolean | number | string | string[];
                };
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MembersBody"];
                };
            };
        };
    };
    export_members: {
        parameters: {
            query?: {
                /** @description Only members with an identity that begins so. */
                identity?: string;
                /** @description Only members whose name has words that begin so. */
                name?: string;
                /** @description Only members with this tier in `program`. */
                tier?: components["schemas"]["TierId"];
                /** @description The program of `tier`. */
                program?: components["schemas"]["ProgramId"];
                /** @description Only members with a score on this topic. */
                topic?: string;
                /** @description Only members with these values of attributes, at most 16. A text also finds lists that have it, and a list those that have all of its texts: one parameter for each name, such as `attribute.country=US`. A number, `true`, `false`, a text in quotes and a list of texts are read as JSON; anything else is a text. */
                attribute?: {
                    [key: string]: boolean | number | string | string[];
                };
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The members. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["MemberLineBody"];
                    "text/csv": string;
                };
            };
        };
    };
    import_members: {
        parameters: {
            query?: {
                /** @description `true`: find out what each line would change, and write nothing. */
                dry_run?: boolean;
                /**
                 * @description The first line to import, such as the `next_line` of an import that broke off. The
                 *     header is read in any case.
                 */
                from_line?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The list. */
        requestBody: {
            content: {
                "application/x-ndjson": components["schemas"]["MemberLineBody"];
                "text/csv": string;
            };
        };
        responses: {
            /** @description The result for the lines of the list. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberImportBody"];
                    "application/x-ndjson": components["schemas"]["LineResultBody"];
                };
            };
        };
    };
    get_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The member. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberBody"];
                };
            };
        };
    };
    put_member: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if this is the present version. */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The member's id, or any of their identities: `twitter:kevin`, `email:a@b.c`, `loyalty:1234`. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutMemberBody"];
            };
        };
        responses: {
            /** @description Changed, or so already. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberBody"];
                };
            };
            /** @description Enrolled. */
            201: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberBody"];
                };
            };
        };
    };
    delete_member: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if this is the present version. */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The membership has ended, now or before. */
            204: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patch_member: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only if this is the present version. */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchMemberBody"];
                "application/merge-patch+json": components["schemas"]["PatchMemberBody"];
            };
        };
        responses: {
            /** @description Changed, or so already. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberBody"];
                };
            };
        };
    };
    list_claims_of_member: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimsBody"];
                };
            };
        };
    };
    list_decisions_of_member: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberDecisionsBody"];
                };
            };
        };
    };
    list_events_of_member: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberEventsBody"];
                };
            };
        };
    };
    list_grants_of_member: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberGrantsBody"];
                };
            };
        };
    };
    list_indices: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IndicesBody"];
                };
            };
        };
    };
    get_index: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
                /** @description Its name. */
                index: components["schemas"]["IndexName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The index. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedIndexBody"];
                };
            };
        };
    };
    put_index: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
                /** @description Its name, as programs use it: `klout` for `index("klout")`. */
                index: components["schemas"]["IndexName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportedIndexBody"];
            };
        };
        responses: {
            /** @description Stored. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedIndexBody"];
                };
            };
        };
    };
    delete_index: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
                /** @description Its name. */
                index: components["schemas"]["IndexName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    merge_members: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The id, or any identity, of the member that goes on. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeBody"];
            };
        };
        responses: {
            /** @description Merged. `Location` names the merge. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergedBody"];
                };
            };
        };
    };
    preview_merge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id, or any identity, of the member that would go on. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergePreviewBody"];
            };
        };
        responses: {
            /** @description What the merge would do. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergePreviewedBody"];
                };
            };
        };
    };
    list_merges_of_member: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergesBody"];
                };
            };
        };
    };
    list_messages_of_member: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberMessagesBody"];
                };
            };
        };
    };
    get_score: {
        parameters: {
            query?: {
                /**
                 * @description Compute the score from the events up to this time (RFC 3339), instead of
                 *     returning the score that was published last.
                 */
                as_of?: components["schemas"]["Timestamp"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The scores. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScoreBody"];
                };
            };
        };
    };
    explain_score: {
        parameters: {
            query?: {
                /**
                 * @description Compute the score from the events up to this time (RFC 3339), instead of
                 *     returning the score that was published last.
                 */
                as_of?: components["schemas"]["Timestamp"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The explanation. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
        };
    };
    get_score_history: {
        parameters: {
            query?: {
                /** @description The first day (`2026-11-01`, UTC), inclusive; no limit if absent. */
                from?: components["schemas"]["Day"];
                /** @description The last day (UTC), inclusive; today if absent. */
                to?: components["schemas"]["Day"];
                /** @description The most days on a page, from 1 to 200; 30 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryBody"];
                };
            };
        };
    };
    list_tiers_of_member: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberTiersBody"];
                };
            };
        };
    };
    get_topics: {
        parameters: {
            query?: {
                /**
                 * @description Compute the score from the events up to this time (RFC 3339), instead of
                 *     returning the score that was published last.
                 */
                as_of?: components["schemas"]["Timestamp"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The topics. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopicsBody"];
                };
            };
        };
    };
    get_merge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The merge's id. */
                merge: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The merge. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergedBody"];
                };
            };
        };
    };
    undo_merge: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The merge's id. */
                merge: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UndoMergeBody"];
            };
        };
        responses: {
            /** @description Undone. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergedBody"];
                };
            };
        };
    };
    list_messages: {
        parameters: {
            query?: {
                /** @description Only messages of these types, separated by commas; all types if absent. */
                types?: string;
                /**
                 * @description Only messages about this program. A key that is limited to a program only gets that
                 *     program's messages.
                 */
                program?: components["schemas"]["ProgramId"];
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagesBody"];
                };
            };
        };
    };
    get_model: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelBody"];
                };
            };
        };
    };
    put_model_in_force: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelInForceBody"];
            };
        };
        responses: {
            /** @description It is in force. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelsBody"];
                };
            };
        };
    };
    list_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The models. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelsBody"];
                };
            };
        };
    };
    get_overview: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The overview. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverviewBody"];
                };
            };
        };
    };
    list_programs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The programs. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgramsBody"];
                };
            };
        };
    };
    check_program: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The program, in YAML or JSON. */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/yaml": string;
            };
        };
        responses: {
            /** @description What the check found. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckBody"];
                };
            };
        };
    };
    compare_program: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CompareBody"] | null;
            };
        };
        responses: {
            /** @description The changes. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceChangesBody"];
                };
            };
        };
    };
    get_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The draft, with the findings of a check. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftBody"];
                };
            };
        };
    };
    put_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The program's short name, as in its file. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        /** @description The program, in YAML or JSON. */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/yaml": string;
            };
        };
        responses: {
            /** @description Stored, with what a check found. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckBody"];
                };
            };
        };
    };
    get_program_experiment: {
        parameters: {
            query?: {
                /**
                 * @description The days after a member's first exposure that count, and as many days
                 *     before it; from 1 to 365, 28 if absent.
                 */
                outcome_days?: number;
                /**
                 * @description The version of the program whose experiment is reported, such as an
                 *     earlier one if the version in force no longer has it; the version in force
                 *     if absent.
                 */
                version?: number;
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The two arms of the experiment, and the difference between them. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentBody"];
                };
            };
        };
    };
    list_experiments: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentsBody"];
                };
            };
        };
    };
    list_grants: {
        parameters: {
            query?: {
                /** @description Only grants to this member: our id, or any identity. */
                member?: components["schemas"]["IdentityText"];
                /** @description Only grants that were imported with this list. */
                list?: components["schemas"]["TextLine"];
                /** @description `true`: only grants in effect now. */
                active?: boolean;
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantsBody"];
                };
            };
        };
    };
    create_grant: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GrantBody"];
            };
        };
        responses: {
            /** @description Granted. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantedBody"];
                };
            };
        };
    };
    import_grants: {
        parameters: {
            query: {
                /**
                 * @description The list's name, such as `press-2026`. Importing again under the same name
                 *     adds what is new.
                 */
                list: components["schemas"]["TextLine"];
                /** @description The person that decided, in words. */
                author: components["schemas"]["TextLine"];
                /**
                 * @description `true`: enrol identities that are not members yet, which needs the scope
                 *     `admin`, without a limit to a program. Otherwise such lines are rejected.
                 */
                enrol?: boolean;
                /** @description `true`: revoke the grants that the list made before and no longer names. */
                replace?: boolean;
            };
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        /** @description The list. */
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            /** @description The result for each line. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportBody"];
                };
            };
        };
    };
    revoke_grant: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The grant's id. */
                grant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevokeBody"];
            };
        };
        responses: {
            /** @description Taken back, or was so before. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantedBody"];
                };
            };
        };
    };
    look_up_many: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LookUpManyBody"];
            };
        };
        responses: {
            /** @description The result for each identity, in order. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LookedUpBody"];
                };
            };
        };
    };
    get_offers: {
        parameters: {
            query?: {
                /** @description What you know of the occasion, as conditions read it under `request`: one parameter for each name, such as `request.party_size=3`. A number, `true`, `false`, a text in quotes and a list of texts are read as JSON; anything else is a text. */
                request?: {
                    [key: string]: boolean | number | string | string[];
                };
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The offers. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OffersBody"];
                };
            };
        };
    };
    get_service_level: {
        parameters: {
            query?: {
                /** @description What you know of the occasion, as conditions read it under `request`: one parameter for each name, such as `request.party_size=3`. A number, `true`, `false`, a text in quotes and a list of texts are read as JSON; anything else is a text. */
                request?: {
                    [key: string]: boolean | number | string | string[];
                };
                /** @description When the ticket was opened, from which the targets count; now if absent. */
                opened_at?: components["schemas"]["Timestamp"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service level. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceLevelBody"];
                };
            };
        };
    };
    get_tier: {
        parameters: {
            query?: {
                /** @description What you know of the occasion, as conditions read it under `request`: one parameter for each name, such as `request.party_size=3`. A number, `true`, `false`, a text in quotes and a list of texts are read as JSON; anything else is a text. */
                request?: {
                    [key: string]: boolean | number | string | string[];
                };
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The member's id, or any of their identities: `twitter:kevin`, `email:a@b.c`, `loyalty:1234`. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tier. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TierBody"];
                };
            };
        };
    };
    get_tier_history: {
        parameters: {
            query?: {
                /** @description The most entries on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The member's id, or any of their identities. */
                member: components["schemas"]["IdentityText"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TierHistoryBody"];
                };
            };
        };
    };
    list_perks: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The perks. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PerksBody"];
                };
            };
        };
    };
    count_codes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The perk's short name. */
                perk: components["schemas"]["PerkId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodesBody"];
                };
            };
        };
    };
    import_codes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The perk's short name. */
                perk: components["schemas"]["PerkId"];
            };
            cookie?: never;
        };
        /** @description The list: the header `code`, then one code in each line. */
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            /** @description The result for the lines of the list. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodesReport"];
                };
            };
        };
    };
    get_draw: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The perk's short name. */
                perk: components["schemas"]["PerkId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The draw. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrawDocument"];
                };
            };
        };
    };
    hold_draw: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The perk's short name. */
                perk: components["schemas"]["PerkId"];
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"] | null;
            };
        };
        responses: {
            /** @description Drawn. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldBody"];
                };
            };
        };
    };
    enter_draw: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The perk's short name. */
                perk: components["schemas"]["PerkId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnterBody"];
            };
        };
        responses: {
            /** @description The member had entered before. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryBody"];
                };
            };
            /** @description Entered; `Location` is the entry. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryBody"];
                };
            };
        };
    };
    get_perk_experiment: {
        parameters: {
            query?: {
                /**
                 * @description The days after a member's first exposure that count, and as many days
                 *     before it; from 1 to 365, 28 if absent.
                 */
                outcome_days?: number;
                /**
                 * @description The version of the program whose experiment is reported, such as an
                 *     earlier one if the version in force no longer has it; the version in force
                 *     if absent.
                 */
                version?: number;
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The perk's short name. */
                perk: components["schemas"]["PerkId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The two arms of the experiment, and the difference between them. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentBody"];
                };
            };
        };
    };
    invite: {
        parameters: {
            query?: never;
            header: {
                /** @description A name for this request, such as a new UUID; send the same one when you try again, or who has declined meanwhile is invited once more. */
                "Idempotency-Key": components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The perk's short name. */
                perk: components["schemas"]["PerkId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InviteBody"];
            };
        };
        responses: {
            /** @description The result for each member. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationsBody"];
                };
            };
        };
    };
    list_waiting: {
        parameters: {
            query?: {
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The perk's short name. */
                perk: components["schemas"]["PerkId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingListBody"];
                };
            };
        };
    };
    join_waiting_list: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The perk's short name. */
                perk: components["schemas"]["PerkId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WaitBody"];
            };
        };
        responses: {
            /** @description The member waits. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingBody"];
                };
            };
        };
    };
    publish_program: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PublishBody"] | null;
            };
        };
        responses: {
            /** @description Published: in force, or scheduled. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionBody"];
                };
            };
        };
    };
    get_report: {
        parameters: {
            query?: {
                /**
                 * @description The first day (`2026-11-01`), in the program's time zone; if absent, the
                 *     report covers the 30 days up to the last day.
                 */
                from?: components["schemas"]["Day"];
                /** @description The last day, inclusive; today if absent. At most 400 days. */
                to?: components["schemas"]["Day"];
                /** @description Only this perk; all perks if absent. */
                perk?: components["schemas"]["PerkId"];
                /**
                 * @description `csv` for CSV, like `Accept: text/csv`. If absent, `Accept` decides, and
                 *     JSON is the default.
                 */
                format?: components["schemas"]["ReportFormat"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportBody"];
                    "text/csv": string;
                };
            };
        };
    };
    roll_back_program: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RollbackBody"];
            };
        };
        responses: {
            /** @description In force. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionBody"];
                };
            };
        };
    };
    simulate_program: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SimulateBody"];
            };
        };
        responses: {
            /** @description The changes that the draft would make. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Simulation"];
                    "application/x-ndjson": components["schemas"]["SimulationLine"];
                };
            };
        };
    };
    get_standings: {
        parameters: {
            query?: {
                /**
                 * @description The number of equal parts in which the scale from 0 to 100 is counted, each of whole
                 *     points: 1, 2, 4, 5, 10, 20, 25, 50 or 100; 50 if absent.
                 */
                bins?: number;
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The standings. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StandingsBody"];
                };
            };
        };
    };
    get_tiers_by_day: {
        parameters: {
            query?: {
                /**
                 * @description The first day (`2026-11-01`), in the program's time zone; if absent, the 30 days up to
                 *     the last day are returned.
                 */
                from?: components["schemas"]["Day"];
                /** @description The last day, inclusive; today if absent. At most 400 days. */
                to?: components["schemas"]["Day"];
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The days. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TierDaysBody"];
                };
            };
        };
    };
    list_versions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionsBody"];
                };
            };
        };
    };
    get_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The version's number. */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionWithLadderBody"];
                };
            };
        };
    };
    withdraw_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The version's number. */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken back; it stays in the history. */
            204: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_changes: {
        parameters: {
            query?: {
                /** @description The number of the version to compare with; the previous version if absent. */
                from?: number;
            };
            header?: never;
            path: {
                /** @description The program's short name. */
                program: components["schemas"]["ProgramId"];
                /** @description The version's number. */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangesBody"];
                };
            };
        };
    };
    redeem_code: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RedemptionBody"];
            };
        };
        responses: {
            /** @description Redeemed. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimBody"];
                };
            };
        };
    };
    get_audience_schema: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schema. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/schema+json": unknown;
                };
            };
        };
    };
    get_program_schema: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schema. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/schema+json": unknown;
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallerBody"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInBody"];
            };
        };
        responses: {
            /** @description Signed in. `Set-Cookie` has the session. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallerBody"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_providers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The providers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProvidersBody"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: {
                /** @description Only those of this caller, the `caller` of a session; all that may be seen if absent. */
                caller?: string;
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsBody"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session's id. */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_sources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sources. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourcesBody"];
                };
            };
        };
    };
    patch_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, percent-encoded. */
                source: components["schemas"]["Source"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchSourceBody"];
            };
        };
        responses: {
            /** @description The changed source. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceBody"];
                };
            };
        };
    };
    stream: {
        parameters: {
            query?: {
                /** @description Only messages of these types, separated by commas; all types if absent. */
                types?: string;
                /**
                 * @description Only messages about this program. A key that is limited to a program only
                 *     gets that program's messages.
                 */
                program?: components["schemas"]["ProgramId"];
            };
            header?: {
                /** @description The position after which the stream continues. */
                "Last-Event-ID"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    list_topics: {
        parameters: {
            query?: {
                /**
                 * @description Only topics of which the slug or another name begins so, in any spelling: `Las Ve`
                 *     finds `las-vegas`.
                 */
                q?: string;
                /** @description The most topics, from 1 to 200; 20 if absent. */
                limit?: number;
            };
            header?: {
                /** @description The `ETag` of an earlier answer; 304 without a body if it still holds. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The topics. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopicListBody"];
                };
            };
        };
    };
    get_waiting: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The wait's id. */
                waiting: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The wait. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingBody"];
                };
            };
        };
    };
    leave_waiting_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The wait's id. */
                waiting: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The wait has ended. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingBody"];
                };
            };
        };
    };
    list_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhooks. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhooksBody"];
                };
            };
        };
    };
    create_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookBody"];
            };
        };
        responses: {
            /** @description Made, with its secret. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhookBody"];
                };
            };
        };
    };
    get_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The webhook's id. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookBody"];
                };
            };
        };
    };
    delete_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The webhook's id. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patch_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The webhook's id. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchWebhookBody"];
            };
        };
        responses: {
            /** @description The changed webhook. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookBody"];
                };
            };
        };
    };
    list_deliveries: {
        parameters: {
            query?: {
                /** @description Only deliveries in this state: `pending`, `delivered` or `failed`. */
                state?: "pending" | "delivered" | "failed";
                /** @description The most items on a page, from 1 to 200; 50 if absent. */
                limit?: number;
                /** @description The `next_cursor` of the previous page; absent for the first page. */
                cursor?: components["schemas"]["Cursor"];
            };
            header?: never;
            path: {
                /** @description The webhook's id. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. The `Link` header names the next one. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveriesBody"];
                };
            };
        };
    };
    replay_delivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The webhook's id. */
                webhook: string;
                /** @description The delivery's id, which is also the message's id. */
                delivery: string;
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"] | null;
            };
        };
        responses: {
            /** @description It is pending. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryBody"];
                };
            };
        };
    };
    replay_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The webhook's id. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayDeliveriesBody"];
            };
        };
        responses: {
            /** @description How much is sent. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedMessagesBody"];
                };
            };
        };
    };
    rotate_webhook_secret: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, such as a new UUID: sent again under it, the request is not carried out again and gets the same answer, for a day. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The webhook's id. */
                webhook: string;
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateBody"] | null;
            };
        };
        responses: {
            /** @description The new secret. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedBody"];
                };
            };
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The webhook's id. */
                webhook: string;
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"] | null;
            };
        };
        responses: {
            /** @description The result of the test. */
            200: {
                headers: {
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestedBody"];
                };
            };
        };
    };
    on_claim_cancelled: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_claim_confirmed: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_claim_expired: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_claim_held: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_claim_redeemed: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_claim_released: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_perk_drawn: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PerkDrawnMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_perk_exhausted: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PerkExhaustedMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_program_published: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgramPublishedMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_program_withdrawn: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgramWithdrawnMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_score_changed: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScoreChangedMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_tier_changed: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TierChangedMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_tier_retained: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TierRetainedMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_tier_will_change: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TierWillChangeMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    on_webhook_test: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the message. */
                "webhook-id": string;
                /** @description When it was sent, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the signature; several are separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": {
                 *         "message": "This tries your receiver out; nothing has happened."
                 *       },
                 *       "id": "0198c0de-0000-7000-8000-000000000000",
                 *       "timestamp": "2026-11-24T09:00:00.000000Z",
                 *       "type": "webhook.test"
                 *     }
                 */
                "application/json": components["schemas"]["TestMessage"];
            };
        };
        responses: {
            /** @description Nothing more is wanted: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message is sent again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
