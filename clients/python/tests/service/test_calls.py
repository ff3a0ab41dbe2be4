"""Everything else, against the real service."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from stage import KEVIN, PROGRAM, client, proxy, service, unique

from renown_client import DeadlineError, NoAnswerError, ProblemError, WebhookError, models, verify_webhook


def insider() -> str:
    """Enrols an insider of whom no other test knows."""
    member = unique("loyalty:in")
    with client() as renown:
        renown.put_member(member, {"attributes": {"stays": 9}})
    return member


def test_a_claim_whose_answer_is_lost_is_made_once() -> None:
    member = insider()
    with client() as renown:
        proxy.set("lose", times=2)
        claim = renown.claim(PROGRAM, "spa", member, confirm=True)
        assert claim["state"] == "confirmed"
        seen = proxy.seen()
        assert [request["status"] for request in seen] == [201, 201, 201]
        assert len({request["headers"]["idempotency-key"] for request in seen}) == 1
        assert [found["id"] for found in renown.claims(member=member)] == [claim["id"]]


def test_each_step_of_a_claim_is_taken_once_whatever_breaks() -> None:
    with client() as renown:
        claim = renown.claim(PROGRAM, "mug", insider())
        for fault, more in [("cut", {}), ("truncate", {}), ("lose", {}), ("status", {"status": 503})]:
            proxy.set(fault, **more, times=1)
            assert renown.confirm(claim["id"])["state"] == "confirmed"
            assert len(proxy.seen()) == 2
        code = renown.api.get_claim(claim["id"]).get("code")
        assert code
        proxy.set("lose", times=1)
        redeemed = renown.redeem_code(code, program=PROGRAM, perk="mug")
        assert (redeemed["id"], redeemed["state"]) == (claim["id"], "redeemed")
        with pytest.raises(ProblemError) as raised:
            renown.redeem(claim["id"])
        assert raised.value.status == 409
        other = renown.claim(PROGRAM, "spa", insider())
        assert renown.release(other["id"])["state"] == "released"


def test_calls_go_on_when_the_service_is_killed_and_started_again() -> None:
    member = insider()
    with client(deadline_ms=20_000, retries=20) as renown, ThreadPoolExecutor(20) as threads:
        asked = [threads.submit(renown.claim, PROGRAM, "spa", member) for _ in range(20)]
        service.kill()
        service.start()
        made = {claim.result()["id"] for claim in asked}
        assert len(made) == 20
        assert {claim["id"] for claim in renown.claims(member=member, limit=7)} == made


def test_a_frozen_service_is_waited_for_until_the_deadline() -> None:
    with client() as renown, ThreadPoolExecutor(1) as threads:
        service.freeze()
        try:
            with pytest.raises(DeadlineError):
                renown.with_deadline(200).score(KEVIN)
            asked = threads.submit(renown.score, KEVIN)
        finally:
            service.thaw()
        assert asked.result().get("member")


def test_a_dead_service_is_an_error_with_a_type() -> None:
    proxy.set("cut")
    with client(retries=1) as renown, pytest.raises(NoAnswerError):
        renown.score(KEVIN)
    assert len(proxy.seen()) == 2


def test_the_limit_of_the_service_is_respected() -> None:
    def redeem(deadline_ms: float) -> ProblemError:
        with pytest.raises(ProblemError) as raised:
            renown.with_deadline(deadline_ms).redeem_code("WRONG-CODE", program=PROGRAM)
        return raised.value

    with client() as renown:
        refused = redeem(500)
        for _ in range(5):
            if refused.status != 429:
                refused = redeem(500)
        assert (refused.status, refused.type) == (429, "urn:renown:problem:too-many-requests")
        assert refused.retry_after_ms and refused.retry_after_ms >= 1_000
        # With time to wait, it waits as long as it is asked to, and tries again.
        proxy.mend()
        assert redeem(20_000).status != 429
        assert 429 in [request["status"] for request in proxy.seen()]


def test_an_error_says_what_was_wrong_and_where() -> None:
    with client() as renown:
        with pytest.raises(ProblemError) as raised:
            renown.score("nonsense")
        assert (raised.value.status, raised.value.type) == (400, "urn:renown:problem:invalid-request")
        assert re.fullmatch("[0-9a-f-]{36}", raised.value.request_id or "")
        with pytest.raises(ProblemError) as raised:
            renown.claim(PROGRAM, "spa", "nonsense")
        assert raised.value.pointer == "/member"
        with pytest.raises(ProblemError) as raised:
            renown.claim(PROGRAM, "spa", "email:grace@example.com")
        assert (raised.value.status, raised.value.type) == (409, "urn:renown:problem:claim-refused")
        assert raised.value.problem["refusal"] == "condition"


def test_what_has_not_changed_is_not_sent_again() -> None:
    with client() as renown:
        claim = renown.claim(PROGRAM, "spa", insider())["id"]
        first = renown.api.get_claim(claim)
        assert renown.api.get_claim(claim) == first
        renown.confirm(claim)
        assert renown.api.get_claim(claim)["state"] == "confirmed"
    seen = [request["status"] for request in proxy.seen() if request["method"] == "GET"]
    assert seen == [200, 304, 200]


def test_lists_are_read_page_after_page() -> None:
    prefix = unique("page")
    names = [f"loyalty:{prefix}-{n}" for n in range(7)]
    with client() as renown:
        for name in names:
            renown.put_member(name, {})
        found = [
            identity
            for member in renown.members(identity=f"loyalty:{prefix}", limit=3)
            for identity in member["identities"]
        ]
        assert sorted(found) == names
        assert len([request for request in proxy.seen() if request["method"] == "GET"]) == 3
        assert next(renown.members(limit=1))
        assert isinstance(list(renown.leaderboard(by="score")), list)
        claims = renown.each(renown.api.list_claims_of_member, KEVIN, limit=1)
        assert {claim["perk"] for claim in claims} <= {"spa", "mug"}


def test_events_are_sent_in_batches_and_count_once() -> None:
    source = unique("collector")

    def events() -> Iterator[models.NativeEvent]:
        for n in range(2_500):
            time = "yesterday" if n == 2_100 else "2026-11-22T11:00:00Z"
            yield {
                "id": f"e{n}",
                "source": source,
                "type": "like",
                "time": time,
                "network": "twitter",
                "actor": f"a{n}",
                "target": "kevin",
                "object": "post/1",
            }

    with client() as renown:
        first = renown.send_events(events())
        assert (first["accepted"], first["duplicates"], first["rejected_count"]) == (2_499, 0, 1)
        assert [item["index"] for item in first["rejected"]] == [2_100]
        proxy.set("lose", times=1)
        second = renown.send_events(events(), batch=900)
        assert (second["accepted"], second["duplicates"]) == (0, 2_499)
        assert len(proxy.seen()) == 4


def test_many_people_are_looked_up_at_once_and_a_decision_has_its_reasons() -> None:
    with client() as renown:
        kevin, nonsense = renown.look_up(PROGRAM, [KEVIN, "nonsense"], request={"party_size": 2})["data"]
        tier, problem = kevin.get("tier"), nonsense.get("problem")
        assert tier and tier["tier"] == "insider"
        assert problem and problem["status"] == 400
        decision = renown.decide(PROGRAM, KEVIN, request={"party_size": 9}, dry=True)
        assert [reason["id"] for reason in decision["outcome"]["not_matched"]] == ["spa"]


def test_the_whole_contract_is_there_with_its_types() -> None:
    draft = unique("draft")
    source = (
        f"program: {draft}\ntitle: A draft\nstanding: {{ influence: 1 }}\n"
        "tiers: [{ id: guest, service_level: s }]\nservice_levels: [{ id: s, queue: q }]\n"
    )
    with client() as renown:
        assert PROGRAM in [program["program"] for program in renown.api.list_programs()["data"]]
        assert renown.api.put_draft(draft, source, content_type="application/yaml")["diagnostics"] == []
        table = f"identity,name\nloyalty:{draft},Zoë\n"
        imported = renown.api.import_members(table, content_type="text/csv")
        assert isinstance(imported, dict) and imported["created"] == 1
        assert "Zoë" in renown.api.export_members(identity=f"loyalty:{draft}", accept="text/csv")


class Receiver(BaseHTTPRequestHandler):
    """Keeps the messages that come."""

    received: list[tuple[bytes, dict[str, str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.received.append((body, dict(self.headers.items())))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_message_of_the_service_is_verified_also_while_the_secret_changes_and_as_a_cloud_event() -> None:
    Receiver.received = []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with client() as renown:
            url = f"http://127.0.0.1:{server.server_port}/"
            created = renown.api.create_webhook({"url": url, "types": ["tier.changed"]})
            renown.api.test_webhook(created["id"])
            rotated = renown.api.rotate_webhook_secret(created["id"])
            renown.api.patch_webhook(created["id"], {"format": "cloudevents"})
            renown.api.test_webhook(created["id"])
            renown.api.delete_webhook(created["id"])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    (plain, plain_headers), (event, event_headers) = Receiver.received
    old, new = created.get("secret"), rotated.get("secret")
    assert old and new
    assert verify_webhook(plain, plain_headers, old).type == "webhook.test"
    assert verify_webhook(event, event_headers, [new]).type == "webhook.test"
    assert verify_webhook(event, event_headers, [old]).type == "webhook.test"
    with pytest.raises(WebhookError, match="known secret"):
        verify_webhook(plain, plain_headers, new)
