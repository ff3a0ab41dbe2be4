"""The failure contract, with a service that the test plays."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from playing import Play, Service, broken, json_answer, never, problem, text_answer

from renown_client import DeadlineError, ProblemError

INSIDER = json_answer({"tier": "insider", "amenities": ["welcome-drink"]}, x_request_id="r1")


class Clocks:
    """The two clocks, which the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.steady = time.time(), time.monotonic()
        monkeypatch.setattr("renown_client._lookups.time.time", lambda: self.wall)
        monkeypatch.setattr("renown_client._lookups.time.monotonic", lambda: self.steady)

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


def test_the_service_answers() -> None:
    with Service(INSIDER).client() as renown:
        result = renown.tier("p", "twitter:kevin", fallback="guest")
    assert (result.tier, result.source, result.age_ms, result.request_id) == ("insider", "service", 0.0, "r1")
    assert result.answer and dict(result.answer) == {"tier": "insider", "amenities": ["welcome-drink"]}
    assert result.reason is None and result.error is None


def something_else() -> Any:
    return 7


def failing() -> httpx.Response:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(broken, id="a broken connection"),
        pytest.param(lambda: httpx.Response(200), id="an answer of nothing"),
        pytest.param(json_answer({"tier": 7}), id="an answer without a tier"),
        pytest.param(json_answer(None), id="null"),
        pytest.param(text_answer('{"tier": "ins', "application/json"), id="half an answer"),
        pytest.param(text_answer("<h1>Wi-Fi</h1>", "text/html"), id="a page of the network"),
        pytest.param(lambda: httpx.Response(599), id="a status that is none"),
        pytest.param(something_else, id="something that is no answer"),
        pytest.param(failing, id="a mistake in the transport"),
        pytest.param(problem(401, "unauthorized"), id="a refusal"),
        pytest.param(never, id="nothing at all"),
    ],
)
def test_after_it_there_is_the_floor_with_the_reason(answer: Play) -> None:
    with Service(answer).client(retries=0) as renown:
        result = renown.tier("p", "m", fallback="guest", within_ms=50)
    assert (result.tier, result.source, result.answer, result.age_ms) == ("guest", "floor", None, None)
    assert result.reason and result.error


def test_the_last_known_answer_is_that_to_the_same_question() -> None:
    service = Service(INSIDER)
    with service.client(retries=0) as renown:
        renown.tier("p", "twitter:kevin", fallback="guest", request={"party_size": 2})
        service.then(broken)
        same = renown.tier("p", "twitter:kevin", fallback="guest", request={"party_size": 2})
        assert (same.tier, same.source) == ("insider", "last_known")
        assert same.answer and same.answer["amenities"] == ["welcome-drink"]
        others: list[tuple[str, str, dict[str, int]]] = [
            ("p", "twitter:kevi", {}),
            ("p", "twitter:kevin", {}),
            ("p", "twitter:kevin", {"party_size": 3}),
            ("q", "twitter:kevin", {"party_size": 2}),
            ('p", "twitter', "kevin", {"party_size": 2}),
        ]
        for program, member, request in others:
            other = renown.tier(program, member, fallback="guest", request=request)
            assert (other.tier, other.source) == ("guest", "floor")
        level = renown.service_level("p", "twitter:kevin", fallback="standard", request={"party_size": 2})
        assert (level.service_level, level.source) == ("standard", "floor")


def test_what_the_caller_does_with_an_answer_does_not_change_what_is_remembered() -> None:
    service = Service(INSIDER)
    with service.client(retries=0) as renown:
        first = renown.tier("p", "m", fallback="guest")
        assert first.answer
        first.answer["amenities"].append("presidential-suite")
        service.then(broken)
        second = renown.tier("p", "m", fallback="guest")
        assert second.answer and second.answer["amenities"] == ["welcome-drink"]


def test_an_answer_is_remembered_for_so_long_also_if_a_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    service = Service(INSIDER)
    with service.client(retries=0, last_known_max_age_ms=60_000) as renown:
        renown.tier("p", "m", fallback="guest")
        service.then(broken)
        clocks.pass_by(59)
        known = renown.tier("p", "m", fallback="guest")
        assert known.source == "last_known" and known.age_ms == pytest.approx(59_000)
        clocks.wall -= 3_600
        clocks.pass_by(2)
        assert renown.tier("p", "m", fallback="guest").source == "floor"


def test_so_many_answers_are_remembered() -> None:
    service = Service(INSIDER)
    with service.client(retries=0, last_known_kept=2) as renown:
        for member in ["a", "b", "a", "c"]:
            renown.tier("p", member, fallback="guest")
        service.then(broken)
        sources = [renown.tier("p", member, fallback="guest").source for member in ["a", "b", "c"]]
    assert sources == ["last_known", "floor", "last_known"]


def test_a_refusal_is_an_answer_and_what_was_known_before_does_not_hold_any_more() -> None:
    service = Service(INSIDER)
    with service.client(retries=0) as renown:
        renown.tier("p", "m", fallback="guest")
        service.then(problem(404, "not-found"))
        refused = renown.tier("p", "m", fallback="guest")
        assert (refused.source, refused.request_id) == ("floor", "r1")
        assert isinstance(refused.error, ProblemError) and refused.error.status == 404
        service.then(broken)
        assert renown.tier("p", "m", fallback="guest").source == "floor"


def test_after_429_and_5xx_the_last_known_answer_holds() -> None:
    service = Service(INSIDER)
    with service.client(retries=0) as renown:
        renown.tier("p", "m", fallback="guest")
        for status in [408, 429, 500, 503]:
            service.then(json_answer({}, status))
            assert renown.tier("p", "m", fallback="guest").source == "last_known"


def test_under_another_key_nothing_is_known() -> None:
    service = Service(INSIDER)
    with service.client(retries=0) as renown:
        renown.tier("p", "m", fallback="guest")
        renown.set_key("k2")
        service.then(broken)
        assert renown.tier("p", "m", fallback="guest").source == "floor"


def test_what_was_asked_under_the_key_before_is_not_remembered_under_the_next_one() -> None:
    asked, go_on = threading.Event(), threading.Event()

    async def slow() -> httpx.Response:
        asked.set()
        await asyncio.to_thread(go_on.wait)
        answer = INSIDER()
        assert isinstance(answer, httpx.Response)
        return answer

    service = Service(slow)
    with service.client(retries=0) as renown, ThreadPoolExecutor(1) as threads:
        first = threads.submit(renown.tier, "p", "m", fallback="guest", within_ms=10_000)
        asked.wait()
        renown.set_key("k2")
        go_on.set()
        assert first.result().source == "service"
        service.then(broken)
        assert renown.tier("p", "m", fallback="guest").source == "floor"


def test_the_last_known_service_level_does_not_count_from_a_time_that_is_over() -> None:
    service = Service(
        json_answer({"service_level": {"id": "vip", "queue": "q"}, "service_clock": {"open_now": True}}),
    )
    with service.client(retries=0) as renown:
        now = renown.service_level("p", "m", fallback="standard")
        assert (now.service_level, now.source) == ("vip", "service")
        assert now.answer and now.answer.get("service_clock")
        service.then(broken)
        then = renown.service_level("p", "m", fallback="standard")
        assert (then.service_level, then.source) == ("vip", "last_known")
        assert then.answer and then.answer.get("service_clock") is None


def test_whatever_is_typed_at_a_desk_there_is_an_answer() -> None:
    with Service(INSIDER).client(retries=0) as renown:
        for member in ["", ".", "..", "\ud800", "a/b", "💥" * 10_000]:
            assert renown.tier("p", member, fallback="guest").source in ("service", "floor")
        circular: dict[str, Any] = {}
        circular["itself"] = circular
        assert renown.tier("p", "m", fallback="guest", request=circular).source == "floor"


@pytest.mark.parametrize("within_ms", [0, -1, float("nan")])
def test_there_is_no_time_in_so_many_ms(within_ms: float) -> None:
    with Service(never).client() as renown:
        result = renown.tier("p", "m", fallback="guest", within_ms=within_ms)
    assert isinstance(result.error, DeadlineError)


def test_a_fallback_that_is_not_named_is_a_mistake_of_the_program() -> None:
    with Service(INSIDER).client() as renown:
        with pytest.raises(TypeError):
            renown.tier("p", "m")  # type: ignore[call-arg]
        with pytest.raises(ValueError, match="name a fallback"):
            renown.service_level("p", "m", fallback="")
