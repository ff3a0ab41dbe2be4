# Generated from the contract of the service by scripts/operations.py: run clients/generate. Do not edit.

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, cast

from .._blocking import Blocking, blocking
from . import models


class Caller(Protocol):
    """Sends what an operation asks for, and returns the body of the answer."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        places: Mapping[str, object] = ...,
        query: Mapping[str, object] = ...,
        headers: Mapping[str, str | None] = ...,
        body: object = ...,
        content_type: str | None = ...,
        accept: str | None = ...,
    ) -> Any: ...


class AsyncOperations:
    """Every operation of the contract."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def livez(
        self,
    ) -> models.StatusBody:
        """Answers if the process runs."""
        return cast(
            "models.StatusBody",
            await self._caller.call(
                "GET",
                "/livez",
            ),
        )

    async def metrics(
        self,
    ) -> str:
        """Returns counters and gauges in the text format of Prometheus.

        Gauges that are counted in the database are up to 10 seconds old, or older while it
        does not answer. A key that could read the metrics in the last ten minutes can read
        them while the database does not answer.
        """
        return cast(
            "str",
            await self._caller.call(
                "GET",
                "/metrics",
                accept="text/plain",
            ),
        )

    async def readyz(
        self,
    ) -> models.StatusBody:
        """Answers if the service is ready.

        It is if the database can be reached, its clock and that of the machine differ by at
        most 10 seconds, changes made by other replicas are received, and no job fails for
        longer than configured. Otherwise `reasons` has a sentence for each that is wrong.
        """
        return cast(
            "models.StatusBody",
            await self._caller.call(
                "GET",
                "/readyz",
            ),
        )

    async def list_audiences(
        self,
        *,
        if_none_match: str | None = None,
    ) -> models.AudiencesBody:
        """Lists all audiences."""
        return cast(
            "models.AudiencesBody",
            await self._caller.call(
                "GET",
                "/v1/audiences",
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def delete_audience(
        self,
        audience: str,
        *,
        if_match: str | None = None,
    ) -> None:
        """Deletes an audience, and its list."""
        await self._caller.call(
            "DELETE",
            "/v1/audiences/{audience}",
            places={"audience": audience},
            headers={"If-Match": if_match},
        )

    async def get_audience(
        self,
        audience: str,
    ) -> models.AudienceBody:
        """Returns an audience."""
        return cast(
            "models.AudienceBody",
            await self._caller.call(
                "GET",
                "/v1/audiences/{audience}",
                places={"audience": audience},
            ),
        )

    async def put_audience(
        self,
        audience: str,
        body: dict[str, Any] | str | bytes,
        *,
        if_match: str | None = None,
        content_type: str = "application/json",
    ) -> models.StoredAudienceBody:
        """Stores an audience, in the place of the one with this name if there is one.

        The body is the audience's file: `when`, a condition in the language of programs, or
        `list: true`. If the meaning of an audience changes, each program that refers to it gets a
        new version with the same source. A list that is replaced by a condition loses its members.
        """
        return cast(
            "models.StoredAudienceBody",
            await self._caller.call(
                "PUT",
                "/v1/audiences/{audience}",
                places={"audience": audience},
                headers={"If-Match": if_match},
                body=body,
                content_type=content_type,
            ),
        )

    async def count_audience(
        self,
        audience: str,
    ) -> models.AudienceCountBody:
        """Counts the members of an audience.

        A condition is evaluated on all members, which takes a while if there are many. A member
        who changes meanwhile may be counted as before or as after. Outside of a program,
        `standing` is influence alone.
        """
        return cast(
            "models.AudienceCountBody",
            await self._caller.call(
                "GET",
                "/v1/audiences/{audience}/count",
                places={"audience": audience},
            ),
        )

    async def export_audience(
        self,
        audience: str,
        *,
        accept: str = "application/x-ndjson",
    ) -> str:
        """Exports the members of an audience.

        NDJSON has a member a line, as the list of members has them; CSV (with
        `Accept: text/csv`) their id, name and identities. The answer is streamed: if it breaks
        off, it is not whole.
        """
        return cast(
            "str",
            await self._caller.call(
                "GET",
                "/v1/audiences/{audience}/export",
                places={"audience": audience},
                accept=accept,
            ),
        )

    async def list_audience_members(
        self,
        audience: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.AudienceMembersBody:
        """Lists the members of an audience.

        A page of an audience with a condition may have fewer members than `limit`, and even none:
        go on as long as there is a `next_cursor`.
        """
        return cast(
            "models.AudienceMembersBody",
            await self._caller.call(
                "GET",
                "/v1/audiences/{audience}/members",
                places={"audience": audience},
                query={"limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def change_audience_members(
        self,
        audience: str,
        body: models.ListChangeBody,
    ) -> models.ListChangedBody:
        """Adds members to a list, and removes others.

        What is so already stays so: the same request can be sent again.
        """
        return cast(
            "models.ListChangedBody",
            await self._caller.call(
                "POST",
                "/v1/audiences/{audience}/members",
                places={"audience": audience},
                body=body,
            ),
        )

    async def remove_audience_member(
        self,
        audience: str,
        member: str,
    ) -> None:
        """Removes a member from a list."""
        await self._caller.call(
            "DELETE",
            "/v1/audiences/{audience}/members/{member}",
            places={"audience": audience, "member": member},
        )

    async def add_audience_member(
        self,
        audience: str,
        member: str,
    ) -> None:
        """Adds a member to a list."""
        await self._caller.call(
            "PUT",
            "/v1/audiences/{audience}/members/{member}",
            places={"audience": audience, "member": member},
        )

    async def list_claims(
        self,
        *,
        program: str | None = None,
        perk: str | None = None,
        member: str | None = None,
        state: (
            Literal[
                "held",
                "confirmed",
                "redeemed",
                "released",
                "expired",
                "cancelled",
                "reversed",
            ]
            | None
        ) = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.ClaimsBody:
        """Lists claims, latest first."""
        return cast(
            "models.ClaimsBody",
            await self._caller.call(
                "GET",
                "/v1/claims",
                query={
                    "program": program,
                    "perk": perk,
                    "member": member,
                    "state": state,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def hold_claim(
        self,
        body: models.HoldBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.ClaimBody:
        """Holds a unit of a perk for a member, if the program gives it to them now.

        The same compiled rules decide as in the offers lookup.
        """
        return cast(
            "models.ClaimBody",
            await self._caller.call(
                "POST",
                "/v1/claims",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def get_claim(
        self,
        claim: str,
        *,
        if_none_match: str | None = None,
    ) -> models.ClaimBody:
        """Returns a claim."""
        return cast(
            "models.ClaimBody",
            await self._caller.call(
                "GET",
                "/v1/claims/{claim}",
                places={"claim": claim},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def cancel_claim(
        self,
        claim: str,
        body: models.CancelBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.ClaimBody:
        """Cancels a claim that was not redeemed: the business takes the unit back and
        gives a reason."""
        return cast(
            "models.ClaimBody",
            await self._caller.call(
                "POST",
                "/v1/claims/{claim}/cancel",
                places={"claim": claim},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def confirm_claim(
        self,
        claim: str,
        *,
        idempotency_key: str | None = None,
        body: models.Nothing | None = None,
    ) -> models.ClaimBody:
        """Confirms a claim that is held: the member accepts the unit.

        Confirming it again changes nothing.
        """
        return cast(
            "models.ClaimBody",
            await self._caller.call(
                "POST",
                "/v1/claims/{claim}/confirm",
                places={"claim": claim},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def redeem_claim(
        self,
        claim: str,
        *,
        idempotency_key: str | None = None,
        body: models.Nothing | None = None,
    ) -> models.ClaimBody:
        """Redeems a confirmed claim: the unit is handed over.

        A claim is redeemed only once. A second attempt is refused, unless it is the
        same request sent again under its `Idempotency-Key`.
        """
        return cast(
            "models.ClaimBody",
            await self._caller.call(
                "POST",
                "/v1/claims/{claim}/redeem",
                places={"claim": claim},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def release_claim(
        self,
        claim: str,
        *,
        idempotency_key: str | None = None,
        body: models.Nothing | None = None,
    ) -> models.ClaimBody:
        """Releases a claim: the member does not want the unit.

        The unit goes to the first member on the waiting list, or else back to the
        stock.
        """
        return cast(
            "models.ClaimBody",
            await self._caller.call(
                "POST",
                "/v1/claims/{claim}/release",
                places={"claim": claim},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def reverse_claim(
        self,
        claim: str,
        body: models.CancelBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.ClaimBody:
        """Reverses a redemption that was a mistake: the unit was not handed over after
        all.

        It goes to the first member on the waiting list, or else back to the stock, and
        the limits no longer count it. That is possible until `claims.reversal_seconds`
        of the configuration after the redemption. Reversing it again changes nothing.
        """
        return cast(
            "models.ClaimBody",
            await self._caller.call(
                "POST",
                "/v1/claims/{claim}/reverse",
                places={"claim": claim},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def list_decisions(
        self,
        *,
        program: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.DecisionListBody:
        """Lists the recorded decisions, latest first."""
        return cast(
            "models.DecisionListBody",
            await self._caller.call(
                "GET",
                "/v1/decisions",
                query={"program": program, "limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def decide(
        self,
        body: models.DecideBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.DecidedBody | models.DecisionBody:
        """Decides what a member gets, with all reasons, and records it.

        The answer lists every tier and perk with its condition as written, what was
        found, what was required, and what would change it (a change that was
        evaluated and found to pass, or the reason why there is none).

        A batch has up to 1,000 decisions (100 under an `Idempotency-Key`). Each is
        answered on its own, with its decision or its problem. All that are not dry
        runs are recorded in one transaction before the answer.
        """
        return cast(
            "models.DecidedBody | models.DecisionBody",
            await self._caller.call(
                "POST",
                "/v1/decisions",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def get_decision(
        self,
        id: str,
    ) -> models.DecisionBody:
        """Returns a recorded decision as it was made."""
        return cast(
            "models.DecisionBody",
            await self._caller.call(
                "GET",
                "/v1/decisions/{id}",
                places={"id": id},
            ),
        )

    async def replay_decision(
        self,
        id: str,
        *,
        if_none_match: str | None = None,
    ) -> models.ReplayBody:
        """Evaluates a recorded decision again, from its recorded inputs.

        The version of the program is the one that gave the outcome, whether it is in
        force or not. Nothing else is read, and nothing is recorded.
        """
        return cast(
            "models.ReplayBody",
            await self._caller.call(
                "GET",
                "/v1/decisions/{id}/replay",
                places={"id": id},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def create_desk_token(
        self,
        body: models.DeskTokenBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.NewDeskTokenBody:
        """Makes a token for a desk in a frame of another site, such as the page of a booking system.

        The backend of that page asks for it with its API key, and the browser never sees the key.
        The token allows what its desk needs, in its program alone, and ends with the key.
        """
        return cast(
            "models.NewDeskTokenBody",
            await self._caller.call(
                "POST",
                "/v1/desk-tokens",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def withdraw_entry(
        self,
        entry: str,
    ) -> models.EntryBody:
        """Withdraws an entry before the draw.

        Withdrawing it again changes nothing.
        """
        return cast(
            "models.EntryBody",
            await self._caller.call(
                "DELETE",
                "/v1/entries/{entry}",
                places={"entry": entry},
            ),
        )

    async def get_entry(
        self,
        entry: str,
        *,
        if_none_match: str | None = None,
    ) -> models.EntryBody:
        """Returns an entry and its outcome."""
        return cast(
            "models.EntryBody",
            await self._caller.call(
                "GET",
                "/v1/entries/{entry}",
                places={"entry": entry},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def send_events(
        self,
        body: (
            models.ActivityDocument
            | models.CloudEvent
            | list[models.CloudEvent]
            | models.NativeEvents
            | Sequence[models.NativeEvents]
            | str
            | bytes
        ),
        *,
        source: str | None = None,
        network: str | None = None,
        prefer: str | None = None,
        content_type: str = "application/json",
    ) -> models.EventsReport:
        """Stores events.

        Send one object or an array (`application/json`), or a stream with one object
        per line (`application/x-ndjson`), optionally compressed with gzip or zstd
        (`Content-Encoding`).

        Valid items are stored even if others are not, and the answer says what became
        of each. Sending the same events again is harmless. A stream may be of any
        length up to the configured limit. If it breaks off, does not arrive in time or
        has too many wrong items, what came before is stored, and the problem, if you
        can still receive it, has the same counts. With `Prefer: handling=strict`, an object or array is stored
        completely or not at all.

        CloudEvents 1.0 are taken too, as JSON (`application/cloudevents+json`,
        `application/cloudevents-batch+json`) or in binary mode (headers `ce-…`), and so are documents
        of ActivityStreams 2.0 (`application/activity+json`, or `application/ld+json` with its
        profile), each of which may be a collection of others. An item that means nothing that is
        counted is ignored, with a reason, and is no mistake.

        A key that is bound to sources may send only as these: an event of another source is
        rejected. An undo names an event of its own source.
        """
        return cast(
            "models.EventsReport",
            await self._caller.call(
                "POST",
                "/v1/events",
                query={"source": source, "network": network},
                headers={"Prefer": prefer},
                body=body,
                content_type=content_type,
            ),
        )

    async def list_keys(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.KeysBody:
        """Lists all API keys, latest first, without their secrets."""
        return cast(
            "models.KeysBody",
            await self._caller.call(
                "GET",
                "/v1/keys",
                query={"limit": limit, "cursor": cursor},
            ),
        )

    async def create_key(
        self,
        body: models.CreateKeyBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.KeyWithSecretBody:
        """Creates an API key."""
        return cast(
            "models.KeyWithSecretBody",
            await self._caller.call(
                "POST",
                "/v1/keys",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def get_key(
        self,
        key: str,
    ) -> models.KeyBody:
        """Returns an API key, without its secret."""
        return cast(
            "models.KeyBody",
            await self._caller.call(
                "GET",
                "/v1/keys/{key}",
                places={"key": key},
            ),
        )

    async def revoke_key(
        self,
        key: str,
        *,
        idempotency_key: str | None = None,
        body: models.Nothing | None = None,
    ) -> models.KeyBody:
        """Revokes a key: from now on it allows nothing, on every replica. It stays in the list.

        Revoking it again changes nothing.
        """
        return cast(
            "models.KeyBody",
            await self._caller.call(
                "POST",
                "/v1/keys/{key}/revoke",
                places={"key": key},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def rotate_key(
        self,
        key: str,
        *,
        idempotency_key: str | None = None,
        body: models.RotateKeyBody | None = None,
    ) -> models.KeyWithSecretBody:
        """Replaces a key's secret.

        The present secret works too for a while, so that its holder has time to change over.
        At most two secrets work: one that was replaced before ends now.
        """
        return cast(
            "models.KeyWithSecretBody",
            await self._caller.call(
                "POST",
                "/v1/keys/{key}/rotate",
                places={"key": key},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def get_leaderboard(
        self,
        *,
        topic: str | None = None,
        program: str | None = None,
        by: Literal["lower", "score"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.LeaderboardBody:
        """Lists members by influence, overall or on a topic.

        The order is that of the lower ends unless `by=score` asks for that of the scores.
        Members that opted out and people that are not enrolled do not appear.
        """
        return cast(
            "models.LeaderboardBody",
            await self._caller.call(
                "GET",
                "/v1/leaderboard",
                query={
                    "topic": topic,
                    "program": program,
                    "by": by,
                    "limit": limit,
                    "cursor": cursor,
                },
            ),
        )

    async def list_members(
        self,
        *,
        q: str | None = None,
        identity: str | None = None,
        name: str | None = None,
        tier: str | None = None,
        program: str | None = None,
        topic: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        attribute: Mapping[str, object] | None = None,
        if_none_match: str | None = None,
    ) -> models.MembersBody:
        """Lists members, or finds some of them.

        The latest enrolment is first. With `identity`, or else `name`, the order is that of the
        identities or words that were found. All conditions hold. Members who enrol or change
        while pages are read move no other member to another page.

        If many members meet each of several conditions and few meet all, a page may have fewer
        members than `limit`, or none, and still a `next_cursor`: the search goes on there.
        """
        return cast(
            "models.MembersBody",
            await self._caller.call(
                "GET",
                "/v1/members",
                query={
                    "q": q,
                    "identity": identity,
                    "name": name,
                    "tier": tier,
                    "program": program,
                    "topic": topic,
                    "limit": limit,
                    "cursor": cursor,
                    "attribute": attribute,
                },
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def export_members(
        self,
        *,
        identity: str | None = None,
        name: str | None = None,
        tier: str | None = None,
        program: str | None = None,
        topic: str | None = None,
        attribute: Mapping[str, object] | None = None,
        accept: str = "application/x-ndjson",
    ) -> str:
        """Exports members as a list.

        The conditions and the order are those of the list of members. The answer is one JSON
        object a line (NDJSON), or with `Accept: text/csv` a table. It is written while it is read,
        and the import of members reads it back as it is. A list that breaks off is incomplete.
        """
        return cast(
            "str",
            await self._caller.call(
                "GET",
                "/v1/members/export",
                query={
                    "identity": identity,
                    "name": name,
                    "tier": tier,
                    "program": program,
                    "topic": topic,
                    "attribute": attribute,
                },
                accept=accept,
            ),
        )

    async def import_members(
        self,
        body: str | bytes,
        *,
        dry_run: bool | None = None,
        from_line: int | None = None,
        content_type: str = "application/x-ndjson",
        accept: str = "application/json",
    ) -> models.MemberImportBody | str:
        """Imports a list of members.

        The list is CSV with a header, or one JSON object a line (NDJSON), optionally compressed
        with gzip or zstd. A line enrols a member, or changes what it says of a known one, as
        `PATCH` would; the identities of a line are added, and none is removed. Consent (`scoring`)
        changes only if a line names it. Lines are written a few thousand at a time. A wrong line
        changes nothing, and the others are written. Sending the same list again changes nothing.

        With `Accept: application/x-ndjson`, the answer is a stream with the result of each line,
        after its commit, while you send: `line`, `result` (`created`, `changed`, `unchanged` or
        `refused`), `member`, `columns`, or `column` and `detail`. Read it while you send. The last
        line is an object with the counts as `summary`, or with a `problem`.
        """
        return cast(
            "models.MemberImportBody | str",
            await self._caller.call(
                "POST",
                "/v1/members/import",
                query={"dry_run": dry_run, "from_line": from_line},
                body=body,
                content_type=content_type,
                accept=accept,
            ),
        )

    async def delete_member(
        self,
        member: str,
        *,
        if_match: str | None = None,
    ) -> None:
        """Ends a membership.

        The identities are unlinked; the scores, tiers, indices and what you sent about the member
        are deleted. Held units are released, and waits and entries of open draws end. Claims,
        grants, decisions and messages stay as records, and confirmed units stay the member's.
        Events stay without a name. The next `PUT` of an identity enrols a new member.

        Sent again with the member's id, it is answered 204 again. No identity leads to the member
        any more.
        """
        await self._caller.call(
            "DELETE",
            "/v1/members/{member}",
            places={"member": member},
            headers={"If-Match": if_match},
        )

    async def get_member(
        self,
        member: str,
    ) -> models.MemberBody:
        """Returns an enrolled member."""
        return cast(
            "models.MemberBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}",
                places={"member": member},
            ),
        )

    async def patch_member(
        self,
        member: str,
        body: models.PatchMemberBody,
        *,
        if_match: str | None = None,
        content_type: str = "application/json",
    ) -> models.MemberBody:
        """Changes some of what is known of a member, as a JSON merge patch (RFC 7396).

        What the body does not name stays as it is. Two changes at once do not overwrite each
        other, unless they name the same; with `If-Match`, the second is refused.
        """
        return cast(
            "models.MemberBody",
            await self._caller.call(
                "PATCH",
                "/v1/members/{member}",
                places={"member": member},
                headers={"If-Match": if_match},
                body=body,
                content_type=content_type,
            ),
        )

    async def put_member(
        self,
        member: str,
        body: models.PutMemberBody,
        *,
        if_match: str | None = None,
    ) -> models.MemberBody:
        """Enrols a member, or replaces what is known of one.

        Of a known member it replaces `name`, `attributes` and `interests`, also if they are
        absent. It replaces `identities` and `scoring` only if they are named, and leaves
        `enrolled_at`, the indices, and everything that was computed or given. `PATCH` changes
        only what it names.

        Late enrolment loses nothing: events about the member's accounts that were
        received before the enrolment count from now on.
        """
        return cast(
            "models.MemberBody",
            await self._caller.call(
                "PUT",
                "/v1/members/{member}",
                places={"member": member},
                headers={"If-Match": if_match},
                body=body,
            ),
        )

    async def list_claims_of_member(
        self,
        member: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.ClaimsBody:
        """Lists a member's claims, latest first."""
        return cast(
            "models.ClaimsBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/claims",
                places={"member": member},
                query={"limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_decisions_of_member(
        self,
        member: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.MemberDecisionsBody:
        """Lists the decisions about a member, latest first."""
        return cast(
            "models.MemberDecisionsBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/decisions",
                places={"member": member},
                query={"limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_events_of_member(
        self,
        member: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.MemberEventsBody:
        """Lists the events about a member's accounts, those first that were received last.

        What the log keeps of texts are their topics. A membership that has ended has no accounts,
        and so no events.
        """
        return cast(
            "models.MemberEventsBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/events",
                places={"member": member},
                query={"limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_grants_of_member(
        self,
        member: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.MemberGrantsBody:
        """Lists a member's grants in all programs, latest first."""
        return cast(
            "models.MemberGrantsBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/grants",
                places={"member": member},
                query={"limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_indices(
        self,
        member: str,
        *,
        if_none_match: str | None = None,
    ) -> models.IndicesBody:
        """Lists a member's indices from other systems."""
        return cast(
            "models.IndicesBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/indices",
                places={"member": member},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def delete_index(
        self,
        member: str,
        index: str,
    ) -> None:
        """Deletes an index from another system."""
        await self._caller.call(
            "DELETE",
            "/v1/members/{member}/indices/{index}",
            places={"member": member, "index": index},
        )

    async def get_index(
        self,
        member: str,
        index: str,
        *,
        if_none_match: str | None = None,
    ) -> models.ImportedIndexBody:
        """Returns an index from another system."""
        return cast(
            "models.ImportedIndexBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/indices/{index}",
                places={"member": member, "index": index},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def put_index(
        self,
        member: str,
        index: str,
        body: models.ImportedIndexBody,
    ) -> models.ImportedIndexBody:
        """Stores an index from another system.

        It is a score that another system computed, with its origin and its time. A member
        has at most 64 of them.
        """
        return cast(
            "models.ImportedIndexBody",
            await self._caller.call(
                "PUT",
                "/v1/members/{member}/indices/{index}",
                places={"member": member, "index": index},
                body=body,
            ),
        )

    async def merge_members(
        self,
        member: str,
        body: models.MergeBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.MergedBody:
        """Merges another member into the one in the path.

        Identities, accounts, claims, grants, waits and entries of draws of the absorbed member
        are the surviving one's from then on, and events of all accounts count together. Of values
        that both have, the survivor's stay. If one of the two has opted out, the joined member
        has. Limits count the claims of both; nobody loses what they have. The id of the absorbed
        member leads to the surviving one.
        """
        return cast(
            "models.MergedBody",
            await self._caller.call(
                "POST",
                "/v1/members/{member}/merge",
                places={"member": member},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def preview_merge(
        self,
        member: str,
        body: models.MergePreviewBody,
    ) -> models.MergePreviewedBody:
        """Works out what a merge would do, and changes nothing.

        The joined member is scored by the scorer and evaluated by the rules, from what is stored
        of both.
        """
        return cast(
            "models.MergePreviewedBody",
            await self._caller.call(
                "POST",
                "/v1/members/{member}/merge/preview",
                places={"member": member},
                body=body,
            ),
        )

    async def list_merges_of_member(
        self,
        member: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.MergesBody:
        """Lists the merges of a member, latest first."""
        return cast(
            "models.MergesBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/merges",
                places={"member": member},
                query={"limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_messages_of_member(
        self,
        member: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.MemberMessagesBody:
        """Lists the messages about a member that are kept, latest first."""
        return cast(
            "models.MemberMessagesBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/messages",
                places={"member": member},
                query={"limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def get_score(
        self,
        member: str,
        *,
        as_of: str | datetime | None = None,
        if_none_match: str | None = None,
    ) -> models.ScoreBody:
        """Returns a member's scores.

        There is always an answer. A member about whom nothing is known is `unknown`,
        which is not a low score.
        """
        return cast(
            "models.ScoreBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/score",
                places={"member": member},
                query={"as_of": as_of},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def explain_score(
        self,
        member: str,
        *,
        as_of: str | datetime | None = None,
        if_none_match: str | None = None,
    ) -> models.Explanation:
        """Explains how a member's score comes about.

        The answer has the parts of influence, and within each part the types of
        reaction and the contents that earned most. The points add up to the score.
        Reactors appear as counts, never by name.
        """
        return cast(
            "models.Explanation",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/score/explanation",
                places={"member": member},
                query={"as_of": as_of},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def get_score_history(
        self,
        member: str,
        *,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.HistoryBody:
        """Returns a member's score history: the last score of each day, latest first.

        Opting out deletes the history. A day without an entry is a day on which no
        score was published.
        """
        return cast(
            "models.HistoryBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/score/history",
                places={"member": member},
                query={"from": from_, "to": to, "limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_tiers_of_member(
        self,
        member: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.MemberTiersBody:
        """Lists a member's tiers in all programs."""
        return cast(
            "models.MemberTiersBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/tiers",
                places={"member": member},
                query={"limit": limit, "cursor": cursor},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def get_topics(
        self,
        member: str,
        *,
        as_of: str | datetime | None = None,
        if_none_match: str | None = None,
    ) -> models.TopicsBody:
        """Returns a member's topics with influence, confidence and interest on each."""
        return cast(
            "models.TopicsBody",
            await self._caller.call(
                "GET",
                "/v1/members/{member}/topics",
                places={"member": member},
                query={"as_of": as_of},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def get_merge(
        self,
        merge: str,
    ) -> models.MergedBody:
        """Returns a merge."""
        return cast(
            "models.MergedBody",
            await self._caller.call(
                "GET",
                "/v1/merges/{merge}",
                places={"merge": merge},
            ),
        )

    async def undo_merge(
        self,
        merge: str,
        body: models.UndoMergeBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.MergedBody:
        """Undoes a merge.

        What came with the merge goes back, unless it has changed hands since; what was claimed
        since stays with the survivor. Both are scored again. A merge is undone once, and before
        `undo_until`. Of several merges of a member, the latest is undone first.
        """
        return cast(
            "models.MergedBody",
            await self._caller.call(
                "POST",
                "/v1/merges/{merge}/undo",
                places={"merge": merge},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def list_messages(
        self,
        *,
        types: str | None = None,
        program: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> models.MessagesBody:
        """Lists the messages that are kept, latest first.

        If few messages are of the types or of the program, a page may have fewer than `limit`, or
        none, and still a `next_cursor`: the list goes on there.
        """
        return cast(
            "models.MessagesBody",
            await self._caller.call(
                "GET",
                "/v1/messages",
                query={
                    "types": types,
                    "program": program,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def get_model(
        self,
        *,
        if_none_match: str | None = None,
    ) -> models.ModelBody:
        """Returns the scoring model in force.

        It has what the model's numbers claim, the rank snapshot that scores are computed with,
        and the latest check: once a day the last part of the log is held out, scores are worked
        out from what came before, and compared with what came after.
        """
        return cast(
            "models.ModelBody",
            await self._caller.call(
                "GET",
                "/v1/model",
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def put_model_in_force(
        self,
        body: models.ModelInForceBody,
    ) -> models.ModelsBody:
        """Puts a scoring model that is ready in force.

        From now on its scores are answered and tested by rules, on every replica. All members
        are judged by it at once; tiers that it lowers are kept and noticed as their programs
        say. The model before it is no longer computed; it is built anew if it is configured
        again. Putting the model in force that is in force changes nothing.
        """
        return cast(
            "models.ModelsBody",
            await self._caller.call(
                "PUT",
                "/v1/model",
                body=body,
            ),
        )

    async def list_models(
        self,
    ) -> models.ModelsBody:
        """Lists the scoring models: the one in force, and the one that is built beside it.

        A process that is configured with another model than the one in force has it built. Its
        scores are compared with the present ones before an administrator puts it in force.
        """
        return cast(
            "models.ModelsBody",
            await self._caller.call(
                "GET",
                "/v1/models",
            ),
        )

    async def get_overview(
        self,
        *,
        if_none_match: str | None = None,
    ) -> models.OverviewBody:
        """Returns the overview of the deployment: its members, what happened in the last 24 hours,
        and what needs attention.

        Counts are measured in the background about once a minute. What needs attention, the stock
        of perks, and how far the scorer is are as of now.
        """
        return cast(
            "models.OverviewBody",
            await self._caller.call(
                "GET",
                "/v1/overview",
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_programs(
        self,
    ) -> models.ProgramsBody:
        """Lists the programs in force that the key reaches."""
        return cast(
            "models.ProgramsBody",
            await self._caller.call(
                "GET",
                "/v1/programs",
            ),
        )

    async def check_program(
        self,
        body: dict[str, Any] | str | bytes,
        *,
        content_type: str = "application/json",
    ) -> models.CheckBody:
        """Checks a program without storing anything.

        The names in it are compared with those that the data has.
        """
        return cast(
            "models.CheckBody",
            await self._caller.call(
                "POST",
                "/v1/programs/check",
                body=body,
                content_type=content_type,
            ),
        )

    async def compare_program(
        self,
        program: str,
        *,
        body: models.CompareBody | None = None,
    ) -> models.SourceChangesBody:
        """Returns in words what the draft, or a program in the request, would change in the version
        in force. Nothing is stored."""
        return cast(
            "models.SourceChangesBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/changes",
                places={"program": program},
                body=body,
            ),
        )

    async def get_draft(
        self,
        program: str,
    ) -> models.DraftBody:
        """Returns the draft as it was stored."""
        return cast(
            "models.DraftBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/draft",
                places={"program": program},
            ),
        )

    async def put_draft(
        self,
        program: str,
        body: dict[str, Any] | str | bytes,
        *,
        content_type: str = "application/json",
    ) -> models.CheckBody:
        """Stores a draft, even with mistakes.

        A program has at most 262,144 bytes; a longer one is refused and not stored.
        The answer lists the mistakes.
        """
        return cast(
            "models.CheckBody",
            await self._caller.call(
                "PUT",
                "/v1/programs/{program}/draft",
                places={"program": program},
                body=body,
                content_type=content_type,
            ),
        )

    async def get_program_experiment(
        self,
        program: str,
        *,
        outcome_days: int | None = None,
        version: int | None = None,
        if_none_match: str | None = None,
    ) -> models.ExperimentBody:
        """Reports whether the program's experiment shows an effect of its perks.

        Every member with an exposure counts in their arm, whether or not they used
        the perks.
        """
        return cast(
            "models.ExperimentBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/experiment",
                places={"program": program},
                query={"outcome_days": outcome_days, "version": version},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_experiments(
        self,
        program: str,
        *,
        if_none_match: str | None = None,
    ) -> models.ExperimentsBody:
        """Lists the experiments of the program in force, with the number of members
        exposed in each arm."""
        return cast(
            "models.ExperimentsBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/experiments",
                places={"program": program},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_grants(
        self,
        program: str,
        *,
        member: str | None = None,
        list: str | None = None,
        active: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.GrantsBody:
        """Lists every grant that was ever made in a program, latest first.

        The list is the audit of grants.
        """
        return cast(
            "models.GrantsBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/grants",
                places={"program": program},
                query={
                    "member": member,
                    "list": list,
                    "active": active,
                    "limit": limit,
                    "cursor": cursor,
                },
            ),
        )

    async def create_grant(
        self,
        program: str,
        body: models.GrantBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.GrantedBody:
        """Grants a tier or a perk to a member, by a person's decision.

        A grant takes precedence over the rules and cannot take anything away.
        """
        return cast(
            "models.GrantedBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/grants",
                places={"program": program},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def import_grants(
        self,
        program: str,
        body: str | bytes,
        *,
        list: str,
        author: str,
        enrol: bool | None = None,
        replace: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.ImportBody:
        """Imports a list of grants, such as a press list or a VIP list.

        The list is CSV with a header. Its columns are `member`, `tier` or `perk`, and
        `reason`, `from` and `until`.
        """
        return cast(
            "models.ImportBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/grants/import",
                places={"program": program},
                query={
                    "list": list,
                    "author": author,
                    "enrol": enrol,
                    "replace": replace,
                },
                headers={"Idempotency-Key": idempotency_key},
                body=body,
                content_type="text/csv",
            ),
        )

    async def revoke_grant(
        self,
        program: str,
        grant: str,
        body: models.RevokeBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.GrantedBody:
        """Revokes a grant. It stays in the audit."""
        return cast(
            "models.GrantedBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/grants/{grant}/revoke",
                places={"program": program, "grant": grant},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def look_up_many(
        self,
        program: str,
        body: models.LookUpManyBody,
    ) -> models.LookedUpBody:
        """Looks up tier, service level and offers of many members at once.

        Made for a nightly list of the next day's arrivals. All are answered with the
        same version of the program and as of the same moment. Each has the body of
        the single lookup. An identity under which no member is enrolled gets the
        floor.
        """
        return cast(
            "models.LookedUpBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/lookups",
                places={"program": program},
                body=body,
            ),
        )

    async def get_offers(
        self,
        program: str,
        member: str,
        *,
        request: Mapping[str, object] | None = None,
        if_none_match: str | None = None,
    ) -> models.OffersBody:
        """Returns the perks that a member may have, and those that they may not have and
        why."""
        return cast(
            "models.OffersBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/members/{member}/offers",
                places={"program": program, "member": member},
                query={"request": request},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def get_service_level(
        self,
        program: str,
        member: str,
        *,
        request: Mapping[str, object] | None = None,
        opened_at: str | datetime | None = None,
        if_none_match: str | None = None,
    ) -> models.ServiceLevelBody:
        """Returns a member's service level in a program.

        There is always an answer.
        """
        return cast(
            "models.ServiceLevelBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/members/{member}/service-level",
                places={"program": program, "member": member},
                query={"request": request, "opened_at": opened_at},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def get_tier(
        self,
        program: str,
        member: str,
        *,
        request: Mapping[str, object] | None = None,
        if_none_match: str | None = None,
    ) -> models.TierBody:
        """Returns a member's amenity tier in a program.

        There is always an answer: at least the floor, which is for everyone.
        """
        return cast(
            "models.TierBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/members/{member}/tier",
                places={"program": program, "member": member},
                query={"request": request},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def get_tier_history(
        self,
        program: str,
        member: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.TierHistoryBody:
        """Lists the changes of a member's tier in a program, latest first."""
        return cast(
            "models.TierHistoryBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/members/{member}/tier/history",
                places={"program": program, "member": member},
                query={"limit": limit, "cursor": cursor},
            ),
        )

    async def list_perks(
        self,
        program: str,
        *,
        if_none_match: str | None = None,
    ) -> models.PerksBody:
        """Lists the perks of a program with their stock, their claims, and when they run out at the
        present pace."""
        return cast(
            "models.PerksBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/perks",
                places={"program": program},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def count_codes(
        self,
        program: str,
        perk: str,
        *,
        if_none_match: str | None = None,
    ) -> models.CodesBody:
        """Counts a perk's codes: free, assigned, redeemed and void."""
        return cast(
            "models.CodesBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/perks/{perk}/codes",
                places={"program": program, "perk": perk},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def import_codes(
        self,
        program: str,
        perk: str,
        body: str | bytes,
    ) -> models.CodesReport:
        """Imports a partner's codes for a perk with codes: imported.

        The list is CSV with one column, `code`, optionally compressed with gzip or
        zstd. Each code has 4 to 100 visible characters. The list may be of any length
        up to the configured limit; it is read as a stream and stored a few thousand
        lines at a time. Sending the same list again adds nothing.
        """
        return cast(
            "models.CodesReport",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/perks/{perk}/codes/import",
                places={"program": program, "perk": perk},
                body=body,
                content_type="text/csv",
            ),
        )

    async def get_draw(
        self,
        program: str,
        perk: str,
        *,
        if_none_match: str | None = None,
    ) -> models.DrawDocument:
        """Returns the public record of a draw.

        From the beginning it has the commitment to a secret seed. Once the draw is
        held it also has the seed, every entry by its public id, and the outcome of
        each entry. `renown draw verify` checks it; anyone can do the same.
        """
        return cast(
            "models.DrawDocument",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/perks/{perk}/draw",
                places={"program": program, "perk": perk},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def hold_draw(
        self,
        program: str,
        perk: str,
        *,
        idempotency_key: str | None = None,
        body: models.Nothing | None = None,
    ) -> models.HeldBody:
        """Holds a draw whose perk sets no time for it.

        No member can enter any more, and the seed determines the order of the
        entries. Right after this answer the first entries get the units, as claims
        that are held for the members. A draw is held only once.
        """
        return cast(
            "models.HeldBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/perks/{perk}/draw",
                places={"program": program, "perk": perk},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def enter_draw(
        self,
        program: str,
        perk: str,
        body: models.EnterBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.EntryBody:
        """Enters a member in a perk's draw, if the program would give them the perk.

        A member that has already entered stays entered, with the nonce of the first
        time.
        """
        return cast(
            "models.EntryBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/perks/{perk}/entries",
                places={"program": program, "perk": perk},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def get_perk_experiment(
        self,
        program: str,
        perk: str,
        *,
        outcome_days: int | None = None,
        version: int | None = None,
        if_none_match: str | None = None,
    ) -> models.ExperimentBody:
        """Reports whether a perk has an effect.

        The report uses the perk's own experiment or, if it has none, the part of the
        program's experiment about this perk.
        """
        return cast(
            "models.ExperimentBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/perks/{perk}/experiment",
                places={"program": program, "perk": perk},
                query={"outcome_days": outcome_days, "version": version},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def invite(
        self,
        program: str,
        perk: str,
        body: models.InviteBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.InvitationsBody:
        """Invites members to a perk, in the order given.

        While units are left that no member waits for, each member gets a claim that
        is held for them. To accept is to confirm the claim; to decline is to release
        it. The other members wait. A unit that is declined, expires or is added goes
        to the member that is first in line.
        """
        return cast(
            "models.InvitationsBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/perks/{perk}/invitations",
                places={"program": program, "perk": perk},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def list_waiting(
        self,
        program: str,
        perk: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.WaitingListBody:
        """Lists a perk's waiting list in order, including waits that are over."""
        return cast(
            "models.WaitingListBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/perks/{perk}/waiting",
                places={"program": program, "perk": perk},
                query={"limit": limit, "cursor": cursor},
            ),
        )

    async def join_waiting_list(
        self,
        program: str,
        perk: str,
        body: models.WaitBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.WaitingBody:
        """Puts a member on the waiting list of a perk whose units are all taken.

        When a unit is released or added, the first member on the list gets a claim
        that is held for them. A member that already waits keeps the place.
        """
        return cast(
            "models.WaitingBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/perks/{perk}/waiting",
                places={"program": program, "perk": perk},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def publish_program(
        self,
        program: str,
        *,
        idempotency_key: str | None = None,
        body: models.PublishBody | None = None,
    ) -> models.VersionBody:
        """Publishes the draft, or a program in the request, as the next version, at once or from a
        later time.

        A program with mistakes is not published. A program in the request leaves the draft as it
        is.
        """
        return cast(
            "models.VersionBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/publish",
                places={"program": program},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def get_report(
        self,
        program: str,
        *,
        from_: str | None = None,
        to: str | None = None,
        perk: str | None = None,
        format: Literal["json", "csv"] | None = None,
        if_none_match: str | None = None,
        accept: str = "application/json",
    ) -> models.ReportBody | str:
        """Returns the use of a program's perks, day by day.

        For each day and perk it has the number of members that were eligible, the
        number that were offered the perk, the units held, confirmed, redeemed and
        given back, and their cost. With `Accept: text/csv` or `?format=csv` the
        answer is a CSV table: one row for each day and perk, and one more row for
        each additional currency.
        """
        return cast(
            "models.ReportBody | str",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/report",
                places={"program": program},
                query={"from": from_, "to": to, "perk": perk, "format": format},
                headers={"If-None-Match": if_none_match},
                accept=accept,
            ),
        )

    async def roll_back_program(
        self,
        program: str,
        body: models.RollbackBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.VersionBody:
        """Restores an earlier version: its source becomes the next version and is in
        force at once."""
        return cast(
            "models.VersionBody",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/rollback",
                places={"program": program},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def simulate_program(
        self,
        program: str,
        body: models.SimulateBody,
        *,
        accept: str = "application/json",
    ) -> models.Simulation | str:
        """Simulates what the draft, or a program in the request, would change if
        published.

        The result shows how many members change their tier, what the perks cost and
        when they run out, and the effect on groups of members. Nothing is written.

        The answer is a stream of lines: progress about twice a second, then the
        result. With `Accept: application/json` the answer is only the result. One
        simulation runs at a time; it stops when the caller disconnects.
        """
        return cast(
            "models.Simulation | str",
            await self._caller.call(
                "POST",
                "/v1/programs/{program}/simulate",
                places={"program": program},
                body=body,
                accept=accept,
            ),
        )

    async def get_standings(
        self,
        program: str,
        *,
        bins: int | None = None,
        if_none_match: str | None = None,
    ) -> models.StandingsBody:
        """Returns how many members stand where in a program, and how many have each tier.

        The figures are measured in the background about once a minute, the standings of at most
        10,000 members, spread evenly by a hash of the id. Members who opted out are not counted.
        """
        return cast(
            "models.StandingsBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/standings",
                places={"program": program},
                query={"bins": bins},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def get_tiers_by_day(
        self,
        program: str,
        *,
        from_: str | None = None,
        to: str | None = None,
        if_none_match: str | None = None,
    ) -> models.TierDaysBody:
        """Returns how many members had each tier of a program, day by day.

        The days before the figures were first measured are worked out from the history of tiers,
        of those who are members now.
        """
        return cast(
            "models.TierDaysBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/tiers",
                places={"program": program},
                query={"from": from_, "to": to},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def list_versions(
        self,
        program: str,
    ) -> models.VersionsBody:
        """Lists every version that was ever published, latest first."""
        return cast(
            "models.VersionsBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/versions",
                places={"program": program},
            ),
        )

    async def withdraw_version(
        self,
        program: str,
        version: int,
    ) -> None:
        """Withdraws a version that is not in force yet."""
        await self._caller.call(
            "DELETE",
            "/v1/programs/{program}/versions/{version}",
            places={"program": program, "version": version},
        )

    async def get_version(
        self,
        program: str,
        version: int,
    ) -> models.VersionWithLadderBody:
        """Returns a version with its source as it was written, and the ladder of its tiers."""
        return cast(
            "models.VersionWithLadderBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/versions/{version}",
                places={"program": program, "version": version},
            ),
        )

    async def get_changes(
        self,
        program: str,
        version: int,
        *,
        from_: int | None = None,
    ) -> models.ChangesBody:
        """Returns what a version changes, in words."""
        return cast(
            "models.ChangesBody",
            await self._caller.call(
                "GET",
                "/v1/programs/{program}/versions/{version}/changes",
                places={"program": program, "version": version},
                query={"from": from_},
            ),
        )

    async def redeem_code(
        self,
        body: models.RedemptionBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.ClaimBody:
        """Redeems the confirmed claim that a code belongs to: the unit is handed over.

        A claim is redeemed only once. A second attempt is refused, wherever the code
        is shown, unless it is the same request sent again under its
        `Idempotency-Key`.

        A key may try a few wrong codes, and after that it may only try codes slowly.
        Right codes are not counted.
        """
        return cast(
            "models.ClaimBody",
            await self._caller.call(
                "POST",
                "/v1/redemptions",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def get_audience_schema(
        self,
        *,
        if_none_match: str | None = None,
    ) -> dict[str, Any]:
        """Returns the JSON Schema (draft 2020-12) of audience files."""
        return cast(
            "dict[str, Any]",
            await self._caller.call(
                "GET",
                "/v1/schemas/audience.json",
                headers={"If-None-Match": if_none_match},
                accept="application/schema+json",
            ),
        )

    async def get_program_schema(
        self,
        *,
        if_none_match: str | None = None,
    ) -> dict[str, Any]:
        """Returns the JSON Schema (draft 2020-12) of program files.

        Editors use it to complete and check programs. It describes the form of a
        program; whether its parts fit together is checked when a draft is stored.
        """
        return cast(
            "dict[str, Any]",
            await self._caller.call(
                "GET",
                "/v1/schemas/program.json",
                headers={"If-None-Match": if_none_match},
                accept="application/schema+json",
            ),
        )

    async def sign_out(
        self,
    ) -> None:
        """Signs out: ends the session on every replica, and removes the cookie."""
        await self._caller.call(
            "DELETE",
            "/v1/session",
        )

    async def get_session(
        self,
    ) -> models.CallerBody:
        """Returns who sends the request: with the cookie of a session, or with a bearer token."""
        return cast(
            "models.CallerBody",
            await self._caller.call(
                "GET",
                "/v1/session",
            ),
        )

    async def sign_in(
        self,
        body: models.SignInBody,
    ) -> models.CallerBody:
        """Signs in with an API key: the answer sets a cookie.

        The session may do what the key may, and ends with it. If this browser had a session
        before, that one ends. A key that does not work takes a while, and after a few of them
        their sender waits longer. Requests that change something by the cookie need the header
        `Renown-Request: page`.
        """
        return cast(
            "models.CallerBody",
            await self._caller.call(
                "POST",
                "/v1/session",
                body=body,
            ),
        )

    async def list_providers(
        self,
    ) -> models.ProvidersBody:
        """Lists the providers by which people can sign in."""
        return cast(
            "models.ProvidersBody",
            await self._caller.call(
                "GET",
                "/v1/session/providers",
            ),
        )

    async def list_sessions(
        self,
        *,
        caller: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.SessionsBody:
        """Lists sessions, latest first: all of them for an administrator, else the caller's own."""
        return cast(
            "models.SessionsBody",
            await self._caller.call(
                "GET",
                "/v1/sessions",
                query={"caller": caller, "limit": limit, "cursor": cursor},
            ),
        )

    async def end_session(
        self,
        session: str,
    ) -> None:
        """Ends a session on every replica: any for an administrator, else one of the caller's own.

        Ending it again changes nothing.
        """
        await self._caller.call(
            "DELETE",
            "/v1/sessions/{session}",
            places={"session": session},
        )

    async def list_sources(
        self,
    ) -> models.SourcesBody:
        """Lists the sources of events.

        For each source it shows when an event was last received and whether the
        source is silent, that is, whether nothing has arrived for longer than is
        usual for it.
        """
        return cast(
            "models.SourcesBody",
            await self._caller.call(
                "GET",
                "/v1/sources",
            ),
        )

    async def patch_source(
        self,
        source: str,
        body: models.PatchSourceBody,
    ) -> models.SourceBody:
        """Marks a source as finished, or as not finished."""
        return cast(
            "models.SourceBody",
            await self._caller.call(
                "PATCH",
                "/v1/sources/{source}",
                places={"source": source},
                body=body,
            ),
        )

    async def list_topics(
        self,
        *,
        q: str | None = None,
        limit: int | None = None,
        if_none_match: str | None = None,
    ) -> models.TopicListBody:
        """Lists topics, those with the most members first, or finds some by the beginning of a name."""
        return cast(
            "models.TopicListBody",
            await self._caller.call(
                "GET",
                "/v1/topics",
                query={"q": q, "limit": limit},
                headers={"If-None-Match": if_none_match},
            ),
        )

    async def leave_waiting_list(
        self,
        waiting: str,
    ) -> models.WaitingBody:
        """Takes a member off a waiting list.

        If the wait is already over, nothing changes.
        """
        return cast(
            "models.WaitingBody",
            await self._caller.call(
                "DELETE",
                "/v1/waiting/{waiting}",
                places={"waiting": waiting},
            ),
        )

    async def get_waiting(
        self,
        waiting: str,
    ) -> models.WaitingBody:
        """Returns a wait and the number of members ahead."""
        return cast(
            "models.WaitingBody",
            await self._caller.call(
                "GET",
                "/v1/waiting/{waiting}",
                places={"waiting": waiting},
            ),
        )

    async def list_webhooks(
        self,
    ) -> models.WebhooksBody:
        """Lists the webhooks that the key reaches."""
        return cast(
            "models.WebhooksBody",
            await self._caller.call(
                "GET",
                "/v1/webhooks",
            ),
        )

    async def create_webhook(
        self,
        body: models.CreateWebhookBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.CreatedWebhookBody:
        """Creates a webhook.

        From now on its messages are sent to the URL, signed as in Standard Webhooks.
        """
        return cast(
            "models.CreatedWebhookBody",
            await self._caller.call(
                "POST",
                "/v1/webhooks",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def delete_webhook(
        self,
        webhook: str,
    ) -> None:
        """Deletes a webhook with its secrets and its log. Pending deliveries are
        dropped."""
        await self._caller.call(
            "DELETE",
            "/v1/webhooks/{webhook}",
            places={"webhook": webhook},
        )

    async def get_webhook(
        self,
        webhook: str,
    ) -> models.WebhookBody:
        """Returns a webhook."""
        return cast(
            "models.WebhookBody",
            await self._caller.call(
                "GET",
                "/v1/webhooks/{webhook}",
                places={"webhook": webhook},
            ),
        )

    async def patch_webhook(
        self,
        webhook: str,
        body: models.PatchWebhookBody,
    ) -> models.WebhookBody:
        """Changes a webhook, disables it, or enables it again."""
        return cast(
            "models.WebhookBody",
            await self._caller.call(
                "PATCH",
                "/v1/webhooks/{webhook}",
                places={"webhook": webhook},
                body=body,
            ),
        )

    async def list_deliveries(
        self,
        webhook: str,
        *,
        state: Literal["pending", "delivered", "failed"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.DeliveriesBody:
        """Lists the deliveries of a webhook, sent or still to be sent, latest first."""
        return cast(
            "models.DeliveriesBody",
            await self._caller.call(
                "GET",
                "/v1/webhooks/{webhook}/deliveries",
                places={"webhook": webhook},
                query={"state": state, "limit": limit, "cursor": cursor},
            ),
        )

    async def replay_delivery(
        self,
        webhook: str,
        delivery: str,
        *,
        idempotency_key: str | None = None,
        body: models.Nothing | None = None,
    ) -> models.DeliveryBody:
        """Sends one message again at once.

        The message may be delivered, given up, or waiting for its next attempt. Later
        messages about the same member wait for it.
        """
        return cast(
            "models.DeliveryBody",
            await self._caller.call(
                "POST",
                "/v1/webhooks/{webhook}/deliveries/{delivery}/replay",
                places={"webhook": webhook, "delivery": delivery},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def replay_webhook(
        self,
        webhook: str,
        body: models.ReplayDeliveriesBody,
        *,
        idempotency_key: str | None = None,
    ) -> models.ReplayedMessagesBody:
        """Sends again all messages that match a webhook, in order, from a given time or
        position.

        This includes messages from before the webhook was created, as far back as
        messages are kept.
        """
        return cast(
            "models.ReplayedMessagesBody",
            await self._caller.call(
                "POST",
                "/v1/webhooks/{webhook}/replay",
                places={"webhook": webhook},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def rotate_webhook_secret(
        self,
        webhook: str,
        *,
        idempotency_key: str | None = None,
        body: models.RotateBody | None = None,
    ) -> models.RotatedBody:
        """Replaces a webhook's secret.

        The previous secret signs too for 24 hours, so that the receiver has time to
        change over.
        """
        return cast(
            "models.RotatedBody",
            await self._caller.call(
                "POST",
                "/v1/webhooks/{webhook}/rotate-secret",
                places={"webhook": webhook},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    async def test_webhook(
        self,
        webhook: str,
        *,
        body: models.Nothing | None = None,
    ) -> models.TestedBody:
        """Sends a webhook.test message to test a receiver.

        It is sent at once, whether the webhook is enabled or not. It is not in the
        log and is not retried.
        """
        return cast(
            "models.TestedBody",
            await self._caller.call(
                "POST",
                "/v1/webhooks/{webhook}/test",
                places={"webhook": webhook},
                body=body,
            ),
        )


class Operations(Blocking[AsyncOperations]):
    """Every operation of the contract, each of which waits for its answer."""

    livez = blocking(AsyncOperations.livez)
    metrics = blocking(AsyncOperations.metrics)
    readyz = blocking(AsyncOperations.readyz)
    list_audiences = blocking(AsyncOperations.list_audiences)
    delete_audience = blocking(AsyncOperations.delete_audience)
    get_audience = blocking(AsyncOperations.get_audience)
    put_audience = blocking(AsyncOperations.put_audience)
    count_audience = blocking(AsyncOperations.count_audience)
    export_audience = blocking(AsyncOperations.export_audience)
    list_audience_members = blocking(AsyncOperations.list_audience_members)
    change_audience_members = blocking(AsyncOperations.change_audience_members)
    remove_audience_member = blocking(AsyncOperations.remove_audience_member)
    add_audience_member = blocking(AsyncOperations.add_audience_member)
    list_claims = blocking(AsyncOperations.list_claims)
    hold_claim = blocking(AsyncOperations.hold_claim)
    get_claim = blocking(AsyncOperations.get_claim)
    cancel_claim = blocking(AsyncOperations.cancel_claim)
    confirm_claim = blocking(AsyncOperations.confirm_claim)
    redeem_claim = blocking(AsyncOperations.redeem_claim)
    release_claim = blocking(AsyncOperations.release_claim)
    reverse_claim = blocking(AsyncOperations.reverse_claim)
    list_decisions = blocking(AsyncOperations.list_decisions)
    decide = blocking(AsyncOperations.decide)
    get_decision = blocking(AsyncOperations.get_decision)
    replay_decision = blocking(AsyncOperations.replay_decision)
    create_desk_token = blocking(AsyncOperations.create_desk_token)
    withdraw_entry = blocking(AsyncOperations.withdraw_entry)
    get_entry = blocking(AsyncOperations.get_entry)
    send_events = blocking(AsyncOperations.send_events)
    list_keys = blocking(AsyncOperations.list_keys)
    create_key = blocking(AsyncOperations.create_key)
    get_key = blocking(AsyncOperations.get_key)
    revoke_key = blocking(AsyncOperations.revoke_key)
    rotate_key = blocking(AsyncOperations.rotate_key)
    get_leaderboard = blocking(AsyncOperations.get_leaderboard)
    list_members = blocking(AsyncOperations.list_members)
    export_members = blocking(AsyncOperations.export_members)
    import_members = blocking(AsyncOperations.import_members)
    delete_member = blocking(AsyncOperations.delete_member)
    get_member = blocking(AsyncOperations.get_member)
    patch_member = blocking(AsyncOperations.patch_member)
    put_member = blocking(AsyncOperations.put_member)
    list_claims_of_member = blocking(AsyncOperations.list_claims_of_member)
    list_decisions_of_member = blocking(AsyncOperations.list_decisions_of_member)
    list_events_of_member = blocking(AsyncOperations.list_events_of_member)
    list_grants_of_member = blocking(AsyncOperations.list_grants_of_member)
    list_indices = blocking(AsyncOperations.list_indices)
    delete_index = blocking(AsyncOperations.delete_index)
    get_index = blocking(AsyncOperations.get_index)
    put_index = blocking(AsyncOperations.put_index)
    merge_members = blocking(AsyncOperations.merge_members)
    preview_merge = blocking(AsyncOperations.preview_merge)
    list_merges_of_member = blocking(AsyncOperations.list_merges_of_member)
    list_messages_of_member = blocking(AsyncOperations.list_messages_of_member)
    get_score = blocking(AsyncOperations.get_score)
    explain_score = blocking(AsyncOperations.explain_score)
    get_score_history = blocking(AsyncOperations.get_score_history)
    list_tiers_of_member = blocking(AsyncOperations.list_tiers_of_member)
    get_topics = blocking(AsyncOperations.get_topics)
    get_merge = blocking(AsyncOperations.get_merge)
    undo_merge = blocking(AsyncOperations.undo_merge)
    list_messages = blocking(AsyncOperations.list_messages)
    get_model = blocking(AsyncOperations.get_model)
    put_model_in_force = blocking(AsyncOperations.put_model_in_force)
    list_models = blocking(AsyncOperations.list_models)
    get_overview = blocking(AsyncOperations.get_overview)
    list_programs = blocking(AsyncOperations.list_programs)
    check_program = blocking(AsyncOperations.check_program)
    compare_program = blocking(AsyncOperations.compare_program)
    get_draft = blocking(AsyncOperations.get_draft)
    put_draft = blocking(AsyncOperations.put_draft)
    get_program_experiment = blocking(AsyncOperations.get_program_experiment)
    list_experiments = blocking(AsyncOperations.list_experiments)
    list_grants = blocking(AsyncOperations.list_grants)
    create_grant = blocking(AsyncOperations.create_grant)
    import_grants = blocking(AsyncOperations.import_grants)
    revoke_grant = blocking(AsyncOperations.revoke_grant)
    look_up_many = blocking(AsyncOperations.look_up_many)
    get_offers = blocking(AsyncOperations.get_offers)
    get_service_level = blocking(AsyncOperations.get_service_level)
    get_tier = blocking(AsyncOperations.get_tier)
    get_tier_history = blocking(AsyncOperations.get_tier_history)
    list_perks = blocking(AsyncOperations.list_perks)
    count_codes = blocking(AsyncOperations.count_codes)
    import_codes = blocking(AsyncOperations.import_codes)
    get_draw = blocking(AsyncOperations.get_draw)
    hold_draw = blocking(AsyncOperations.hold_draw)
    enter_draw = blocking(AsyncOperations.enter_draw)
    get_perk_experiment = blocking(AsyncOperations.get_perk_experiment)
    invite = blocking(AsyncOperations.invite)
    list_waiting = blocking(AsyncOperations.list_waiting)
    join_waiting_list = blocking(AsyncOperations.join_waiting_list)
    publish_program = blocking(AsyncOperations.publish_program)
    get_report = blocking(AsyncOperations.get_report)
    roll_back_program = blocking(AsyncOperations.roll_back_program)
    simulate_program = blocking(AsyncOperations.simulate_program)
    get_standings = blocking(AsyncOperations.get_standings)
    get_tiers_by_day = blocking(AsyncOperations.get_tiers_by_day)
    list_versions = blocking(AsyncOperations.list_versions)
    withdraw_version = blocking(AsyncOperations.withdraw_version)
    get_version = blocking(AsyncOperations.get_version)
    get_changes = blocking(AsyncOperations.get_changes)
    redeem_code = blocking(AsyncOperations.redeem_code)
    get_audience_schema = blocking(AsyncOperations.get_audience_schema)
    get_program_schema = blocking(AsyncOperations.get_program_schema)
    sign_out = blocking(AsyncOperations.sign_out)
    get_session = blocking(AsyncOperations.get_session)
    sign_in = blocking(AsyncOperations.sign_in)
    list_providers = blocking(AsyncOperations.list_providers)
    list_sessions = blocking(AsyncOperations.list_sessions)
    end_session = blocking(AsyncOperations.end_session)
    list_sources = blocking(AsyncOperations.list_sources)
    patch_source = blocking(AsyncOperations.patch_source)
    list_topics = blocking(AsyncOperations.list_topics)
    leave_waiting_list = blocking(AsyncOperations.leave_waiting_list)
    get_waiting = blocking(AsyncOperations.get_waiting)
    list_webhooks = blocking(AsyncOperations.list_webhooks)
    create_webhook = blocking(AsyncOperations.create_webhook)
    delete_webhook = blocking(AsyncOperations.delete_webhook)
    get_webhook = blocking(AsyncOperations.get_webhook)
    patch_webhook = blocking(AsyncOperations.patch_webhook)
    list_deliveries = blocking(AsyncOperations.list_deliveries)
    replay_delivery = blocking(AsyncOperations.replay_delivery)
    replay_webhook = blocking(AsyncOperations.replay_webhook)
    rotate_webhook_secret = blocking(AsyncOperations.rotate_webhook_secret)
    test_webhook = blocking(AsyncOperations.test_webhook)
