"""What is sent, and how often, with a service that the test plays."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from playing import Play, Service, broken, json_answer, never, problem, text_answer

from renown_client import DeadlineError, NoAnswerError, ProblemError, Renown


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: low)


def test_a_write_is_sent_again_under_the_same_key_and_each_write_has_its_own() -> None:
    service = Service(broken, problem(503, "unavailable"), json_answer({"id": "c1"}))
    with service.client() as renown:
        renown.claim("p", "spa", "twitter:kevin")
        renown.claim("p", "spa", "twitter:kevin")
    keys = service.header("idempotency-key")
    assert keys[0] and keys[:3] == [keys[0]] * 3
    assert keys[3] not in (None, keys[0])
    bodies = {request.content for request in service.requests}
    assert bodies == {b'{"program": "p", "perk": "spa", "member": "twitter:kevin"}'}


def test_a_key_of_the_caller_is_kept() -> None:
    service = Service(json_answer({"id": "c1"}))
    with service.client() as renown:
        renown.claim("p", "spa", "twitter:kevin", idempotency_key="room-12")
        renown.redeem("c1", idempotency_key="room-13")
    assert service.header("idempotency-key") == ["room-12", "room-13"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 413, 422])
def test_an_answer_that_is_not_asked_for_again(status: int) -> None:
    service = Service(problem(status, "conflict"))
    with service.client() as renown, pytest.raises(ProblemError) as raised:
        renown.score("twitter:kevin")
    error = raised.value
    assert (error.status, error.type, error.title) == (status, "urn:renown:problem:conflict", "T")
    assert (error.detail, error.pointer, error.request_id) == ("D", "/x", "r1")
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(problem(408, "body-timeout"), id="408"),
        pytest.param(problem(429, "too-many-requests"), id="429"),
        pytest.param(problem(500, "internal"), id="500"),
        pytest.param(text_answer("<h1>Bad gateway</h1>", "text/html", 502), id="502"),
        pytest.param(problem(503, "unavailable"), id="503"),
        pytest.param(problem(409, "request-in-progress"), id="request-in-progress"),
        pytest.param(broken, id="a broken connection"),
        pytest.param(text_answer('{"id": "c', "application/json"), id="half an answer"),
        pytest.param(text_answer("<h1>Wi-Fi</h1>", "text/html"), id="a page of the network"),
    ],
)
def test_after_it_the_request_is_sent_again(answer: Play) -> None:
    service = Service(answer, json_answer({"id": "c1"}))
    with service.client() as renown:
        assert dict(renown.redeem("c1")) == {"id": "c1"}
    assert len(service.requests) == 2


def test_it_gives_up_after_so_many_tries_with_the_last_error() -> None:
    service = Service(problem(503, "unavailable"))
    with service.client(retries=2) as renown, pytest.raises(ProblemError, match="T: D"):
        renown.score("twitter:kevin")
    assert len(service.requests) == 3


def test_a_conditional_write_is_sent_once_because_a_second_one_could_meet_the_first() -> None:
    service = Service(broken)
    with service.client() as renown, pytest.raises(NoAnswerError):
        renown.api.put_member("twitter:kevin", {}, if_match='"v1"')
    assert len(service.requests) == 1


def test_a_wait_that_is_longer_than_the_deadline_is_not_begun() -> None:
    service = Service(problem(429, "too-many-requests", retry_after="3600"))
    with service.client() as renown, pytest.raises(ProblemError) as raised:
        renown.score("twitter:kevin")
    assert (raised.value.status, raised.value.retry_after_ms) == (429, 3_600_000)
    assert len(service.requests) == 1


def test_retry_after_may_be_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    service = Service(problem(503, "unavailable", retry_after=date))
    with service.client() as renown, pytest.raises(ProblemError) as raised:
        renown.score("twitter:kevin")
    assert raised.value.retry_after_ms and raised.value.retry_after_ms > 3_590_000


def test_the_deadline_ends_a_call() -> None:
    with Service(never).client(deadline_ms=30) as renown, pytest.raises(DeadlineError):
        renown.score("twitter:kevin")


def test_an_answer_that_still_holds_is_not_sent_again() -> None:
    service = Service(
        json_answer({"id": "a"}, etag='"1"', x_request_id="r1"),
        lambda: httpx.Response(304, headers={"x-request-id": "r2"}),
        json_answer({"id": "b"}, etag='"2"'),
    )
    with service.client() as renown:
        answers = [dict(renown.score("m")) for _ in range(3)]
        assert answers == [{"id": "a"}, {"id": "a"}, {"id": "b"}]
        assert service.header("if-none-match") == [None, '"1"', '"1"']
        renown.score("n")
    assert service.header("if-none-match")[3] is None


def test_so_many_answers_are_kept_and_none_under_another_key() -> None:
    service = Service(json_answer({}, etag='"1"'))
    with service.client(answers_kept=1) as renown:
        for member in ["a", "b", "a", "a"]:
            renown.score(member)
        renown.set_key("rk_2")
        renown.score("a")
    assert service.header("if-none-match") == [None, None, None, '"1"', None]
    assert service.header("authorization")[3:] == ["Bearer rk_1", "Bearer rk_2"]


def test_a_long_answer_is_not_kept() -> None:
    service = Service(json_answer({"text": "x" * 70_000}, etag='"1"'))
    with service.client() as renown:
        renown.score("a")
        renown.score("a")
    assert service.header("if-none-match") == [None, None]


def test_what_a_person_is_called_cannot_lead_to_another_route() -> None:
    service = Service(json_answer({}))
    with service.client() as renown:
        renown.score("a/b?c#d%2e")
        for member in ["", ".", ".."]:
            with pytest.raises(Exception, match="member cannot be"):
                renown.score(member)
    paths = [request.url.raw_path for request in service.requests]
    assert paths == [b"/v1/members/a%2Fb%3Fc%23d%252e/score"]


def test_the_occasion_is_written_so_that_texts_stay_texts() -> None:
    service = Service(json_answer({}))
    with service.client() as renown:
        renown.offers("p", "m", request={"party_size": 3, "channel": "12", "vip": True, "tags": ["a", "b"]})
    assert dict(parse_qsl(service.requests[0].url.query.decode())) == {
        "request.party_size": "3",
        "request.channel": '"12"',
        "request.vip": "true",
        "request.tags": '["a", "b"]',
    }


def test_no_cookie_of_an_answer_is_kept() -> None:
    service = Service(json_answer({}, set_cookie="session=1"))
    with service.client() as renown:
        renown.score("m")
        renown.score("m")
    assert service.header("cookie") == [None, None]


@pytest.mark.parametrize(
    "options",
    [
        {"url": "renown.example.com"},
        {"key": ""},
        {"deadline_ms": float("nan")},
        {"retries": -1},
    ],
)
def test_a_client_that_could_not_work_is_not_made(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Renown(**{"url": "http://renown.test", "key": "k", **options})
