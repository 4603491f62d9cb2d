"""`flask deadlines reckon`: cases as JSON lines in, answers as JSON lines out, and nothing stops the rest."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import office
from tthc_tracker.cli.reckoning import Reckoning, answer_case, answer_lines
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.workcalendar import WorkCalendar

ROOT = Path(__file__).parents[2]
DAY = ["07:30-11:30", "13:30-17:00"]
CALENDAR = {
    "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY),
    "days": {"2026-11-24": [], "2026-08-22": ["07:30-11:30"], "2026-08-31": []},
    "years": [2025, 2026],
}
CASE = {
    "id": "a",
    "start": "2026-11-23T14:00:00+07:00",
    "amount": 3,
    "unit": "working_day",
    "calendar": CALENDAR,
}
PAUSE = {"from": "2026-11-25T09:00:00+07:00", "to": "2026-11-25T10:00:00+07:00", "policy": "resume"}
SECOND = {"approved_at": "2026-11-25T09:00:00+07:00", "due_at": "2026-12-01T09:00:00+07:00"}


def no_calendar() -> WorkCalendar:
    raise NotFound


def case(**changes: object) -> dict[str, Any]:
    return {**CASE, **changes}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in CASE.items() if name not in names}


def calendar(**changes: object) -> dict[str, Any]:
    return {**CALENDAR, **changes}


def answer(asked: object, factory: Callable[[], WorkCalendar] = no_calendar) -> dict[str, Any]:
    return answer_case(asked, factory)


def answers(text: str | bytes, **options: bool) -> list[dict[str, Any]]:
    raw = text.encode() if isinstance(text, str) else text
    return [json.loads(line) for line in answer_lines(raw.splitlines(keepends=True), no_calendar, **options)]


def test_a_case_is_answered_with_its_dates_and_its_working() -> None:
    assert answer(CASE) == {
        "id": "a",
        "due_at": "2026-11-27T14:00:00+07:00",
        "overdue_from": "2026-11-28T00:00:00+07:00",
        "first_due_at": "2026-11-27T14:00:00+07:00",
        "original_due_at": "2026-11-27T14:00:00+07:00",
        "current_due_at": "2026-11-27T14:00:00+07:00",
        "late_from": "2026-11-28T00:00:00+07:00",
        "projected": False,
        "provisional": False,
        "steps": [
            {
                "from": "2026-11-23T14:00:00+07:00",
                "to": "2026-11-24T00:00:00+07:00",
                "counted": 0,
                "skipped": 0,
                "unit": "working_day",
                "reason": "start_day",
            },
            {
                "from": "2026-11-24T00:00:00+07:00",
                "to": "2026-11-25T00:00:00+07:00",
                "counted": 0,
                "skipped": 1,
                "unit": "working_day",
                "reason": "holiday",
            },
            {
                "from": "2026-11-25T00:00:00+07:00",
                "to": "2026-11-27T14:00:00+07:00",
                "counted": 3,
                "skipped": 0,
                "unit": "working_day",
                "reason": "ordinary_days",
            },
        ],
    }


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        pytest.param(case(start="2026-11-23T07:00:00Z"), "2026-11-27T14:00:00+07:00", id="another offset"),
        pytest.param(case(amount=Decimal("0.5")), "2026-11-25T08:15:00+07:00", id="half a day"),
        pytest.param(case(amount=0), "2026-11-23T17:00:00+07:00", id="the same day"),
        pytest.param(case(amount=0, cutoff="13:59"), "2026-11-25T17:00:00+07:00", id="a cutoff of its own"),
        pytest.param(case(amount=4, unit="working_hour"), "2026-11-25T08:30:00+07:00", id="hours"),
        pytest.param(case(amount=1, unit="calendar_day"), "2026-11-25T14:00:00+07:00", id="a calendar day"),
        pytest.param(case(amount=1, unit="month"), "2026-12-23T14:00:00+07:00", id="a month"),
        pytest.param(case(rounding="end_of_day"), "2026-11-27T17:00:00+07:00", id="the end of the day"),
        pytest.param(case(pauses=[PAUSE]), "2026-11-27T15:00:00+07:00", id="a pause"),
        pytest.param(case(pauses=None), "2026-11-27T14:00:00+07:00", id="no pauses said as null"),
        pytest.param(
            case(reappointment=SECOND), "2026-11-27T14:00:00+07:00", id="a second date leaves the lawful one"
        ),
        pytest.param(case(colour="red"), "2026-11-27T14:00:00+07:00", id="more than was asked"),
    ],
)
def test_a_case_may_say_more(asked: dict[str, Any], due: str) -> None:
    assert answer(asked)["due_at"] == due


def test_an_open_pause_is_projected_from_the_moment_given() -> None:
    open_pause = {"from": PAUSE["from"], "policy": "resume"}
    projected = answer(case(pauses=[open_pause], as_of="2026-11-25T10:00:00+07:00"))
    assert (projected["due_at"], projected["projected"]) == ("2026-11-27T15:00:00+07:00", True)


def test_a_second_date_moves_what_is_overdue() -> None:
    second = answer(case(reappointment=SECOND))
    assert second["current_due_at"] == "2026-12-01T09:00:00+07:00"
    assert second["overdue_from"] == "2026-12-02T00:00:00+07:00"
    assert second["steps"][-1]["reason"] == "reappointed"
    assert second["steps"][-1]["due_at"] == "2026-12-01T09:00:00+07:00"


def test_a_provisional_year_is_known_and_marked() -> None:
    leaning = case(start="2026-12-30T14:00:00+07:00", calendar=calendar(provisional=[2027]))
    assert answer(leaning)["provisional"] is True


HORIZON = [
    pytest.param(case(start="2026-12-30T14:00:00+07:00"), id="the next year"),
    pytest.param(case(start="1970-01-01T09:00:00+07:00"), id="long ago"),
    pytest.param(case(amount=100_000), id="a long limit"),
    pytest.param(case(amount=10**12, unit="calendar_day"), id="beyond any date"),
    pytest.param(case(amount=10**12, unit="month"), id="beyond any month"),
    pytest.param(case(calendar=calendar(years=[])), id="no year known"),
    pytest.param(case(calendar={"week": {}}), id="no year said"),
    pytest.param(case(calendar=calendar(week={})), id="never open"),
    pytest.param(without("calendar"), id="no stored calendar"),
    pytest.param(case(calendar=None), id="a calendar said as null"),
]


@pytest.mark.parametrize("asked", HORIZON)
def test_looking_at_an_unknown_year_is_the_horizon(asked: dict[str, Any]) -> None:
    error = answer(asked)["error"]
    assert error["kind"] == "horizon"
    assert "lịch làm việc" in error["message"]


def test_the_horizon_says_which_day() -> None:
    message = answer(case(start="2026-12-30T14:00:00+07:00"))["error"]["message"]
    assert (
        message == "Phải xét đến ngày 01/01/2027 nhưng chưa có lịch làm việc năm 2027; hãy bổ sung năm này."
    )


INVALID = [
    pytest.param(without("start"), "start", id="no start"),
    pytest.param(case(start="2026-11-23T14:00:00"), "start", id="a start without offset"),
    pytest.param(case(start="2026-11-23"), "start", id="a start without time"),
    pytest.param(case(start="yesterday"), "start", id="a start that is no moment"),
    pytest.param(case(start=1795424400), "start", id="a start as a number"),
    pytest.param(case(start="0001-01-01T00:00:00+14:00"), "start", id="a start before all days"),
    pytest.param(case(start="2026-11-2\ud800"), "start", id="half a character"),
    pytest.param(without("amount"), "amount", id="no amount"),
    pytest.param(case(amount="3"), "amount", id="an amount as text"),
    pytest.param(case(amount=True), "amount", id="an amount as truth"),
    pytest.param(case(amount=-1), "amount", id="less than nothing"),
    pytest.param(case(amount=float("nan")), "amount", id="not a number"),
    pytest.param(case(amount=float("inf")), "amount", id="without end"),
    pytest.param(case(amount=Decimal("1E+999999999")), "amount", id="a very large number"),
    pytest.param(case(amount=Decimal("1E-999999999")), "amount", id="a very small number"),
    pytest.param(case(amount=10**4000), "amount", id="four thousand digits"),
    pytest.param(case(amount=Decimal("0.125")), "amount", id="three decimals"),
    pytest.param(case(amount=Decimal("1.5"), unit="month"), "amount", id="a month and a half"),
    pytest.param(case(amount=0, unit="calendar_day"), "amount", id="no calendar day"),
    pytest.param(case(amount=[3]), "amount", id="an amount in a list"),
    pytest.param(without("unit"), "unit", id="no unit"),
    pytest.param(case(unit="fortnight"), "unit", id="an unknown unit"),
    pytest.param(case(unit=["working_day"]), "unit", id="a unit in a list"),
    pytest.param(case(rounding="up"), "rounding", id="an unknown rounding"),
    pytest.param(case(rounding=None), "rounding", id="a rounding of null"),
    pytest.param(case(cutoff="25:00"), "cutoff", id="an hour that is none"),
    pytest.param(case(cutoff="15:00\n"), "cutoff", id="an hour with a line end"),
    pytest.param(case(cutoff=15), "cutoff", id="an hour as a number"),
    pytest.param(case(as_of="now"), "as_of", id="a moment that is none"),
    pytest.param(case(calendar=[]), "calendar", id="a calendar as a list"),
    pytest.param(case(calendar={}), "week", id="a calendar without a week"),
    pytest.param(case(calendar=calendar(week={"monday": DAY})), "week", id="a weekday misspelt"),
    pytest.param(case(calendar=calendar(week={"mon": "07:30-11:30"})), "HH:MM", id="windows not in a list"),
    pytest.param(case(calendar=calendar(week={"mon": ["7:30-11:30"]})), "HH:MM", id="an hour of one digit"),
    pytest.param(case(calendar=calendar(week={"mon": [730]})), "HH:MM", id="a window as a number"),
    pytest.param(case(calendar=calendar(week={"mon": ["11:30-07:30"]})), "HH:MM", id="a window backwards"),
    pytest.param(
        case(calendar=calendar(week={"mon": ["07:30-11:30", "11:00-12:00"]})),
        "HH:MM",
        id="windows that overlap",
    ),
    pytest.param(case(calendar=calendar(days=[])), "days", id="days as a list"),
    pytest.param(case(calendar=calendar(days={"24/11/2026": []})), "days", id="a day written otherwise"),
    pytest.param(case(calendar=calendar(days={"2026-11-24": None})), "HH:MM", id="a day without windows"),
    pytest.param(case(calendar=calendar(years=2026)), "years", id="years not in a list"),
    pytest.param(case(calendar=calendar(years=["2026"])), "years", id="a year as text"),
    pytest.param(case(calendar=calendar(years=[True])), "years", id="a year as truth"),
    pytest.param(case(calendar=calendar(years=[1900])), "years", id="a year too far back"),
    pytest.param(case(pauses={}), "pauses", id="pauses not in a list"),
    pytest.param(case(pauses=["x"]), "pauses", id="a pause as text"),
    pytest.param(case(pauses=[{**PAUSE, "policy": "stop"}]), "policy", id="an unknown policy"),
    pytest.param(case(pauses=[{**PAUSE, "from": None}]), "from", id="a pause without a start"),
    pytest.param(case(pauses=[{**PAUSE, "to": "later"}]), "to", id="a pause to no moment"),
    pytest.param(case(pauses=[{**PAUSE, "to": None}]), "as_of", id="an open pause without a now"),
    pytest.param(case(pauses=[PAUSE, PAUSE]), "chồng nhau", id="pauses that overlap"),
    pytest.param(case(reappointment="soon"), "reappointment", id="a second date as text"),
    pytest.param(
        case(reappointment={**SECOND, "due_at": CASE["start"]}), "reappointment", id="a second date too soon"
    ),
    pytest.param(case(id=["a"]), "id", id="an id as a list"),
    pytest.param(case(id=True), "id", id="an id as truth"),
    pytest.param([CASE], "JSON", id="a list of cases"),
    pytest.param("case", "JSON", id="a text"),
    pytest.param(None, "JSON", id="null"),
]


@pytest.mark.parametrize(("asked", "named"), INVALID)
def test_what_makes_no_case_is_invalid_and_says_what_is_wrong(asked: object, named: str) -> None:
    error = answer(asked)["error"]
    assert error["kind"] == "invalid"
    assert named in error["message"]


def test_an_id_is_given_back_as_it_came() -> None:
    names = ["a", 'q"\\', "hồ sơ", 7, 1.5, None, 10**300]
    lines = "\n".join(json.dumps(case(id=name)) for name in names)
    assert [given["id"] for given in answers(lines)] == names
    assert "id" in answers(json.dumps(without("id")))[0]


def test_an_id_that_no_float_holds_is_given_back_as_text() -> None:
    assert answers(json.dumps(case()).replace('"a"', "1e999"))[0]["id"] == "1E+999"


def test_a_wrong_case_keeps_its_id() -> None:
    assert answers('{"id": "x", "amount": NaN, "start": "2026-11-23T14:00:00Z"}')[0]["id"] == "x"


def test_one_bad_line_never_stops_the_rest_and_the_order_is_kept() -> None:
    good = json.dumps(CASE).encode()
    deep = b"[" * 100_000
    lines = [
        b"\xef\xbb\xbf" + good,
        b"nonsense",
        b"",
        b"   \t",
        b'{"id": "\xff"}',
        deep,
        b'{"id": 1, "calendar": '
        + b'{"week":' * 900
        + b"1"
        + b"}" * 900
        + b', "start": "2026-11-23T14:00:00Z",'
        b' "amount": 1, "unit": "month"}',
        b"9" * 5000,
        b'{"id": "\\ud800"}',
        good,
    ]
    found = answers(b"\n".join(lines))
    assert len(found) == len(lines) - 2
    assert [line.get("due_at") for line in (found[0], found[-1])] == ["2026-11-27T14:00:00+07:00"] * 2
    assert [line["error"]["kind"] for line in found[1:-1]] == ["invalid"] * 6


def test_a_calendar_nested_without_end_is_invalid() -> None:
    nested: list[object] = []
    for _ in range(5000):
        nested = [nested]
    assert answer(case(calendar=nested))["error"]["kind"] == "invalid"


def test_the_working_can_be_left_out() -> None:
    assert "steps" not in answers(json.dumps(CASE), with_steps=False)[0]


def test_answers_come_as_the_cases_do() -> None:
    def cases() -> Any:
        yield json.dumps(CASE).encode()
        raise AssertionError("the second case was read before the first was answered")

    assert json.loads(next(answer_lines(cases(), no_calendar)))["id"] == "a"


def test_the_stored_calendar_is_asked_for_once_and_only_when_needed() -> None:
    asked = []

    def stored() -> WorkCalendar:
        asked.append(1)
        return office()

    reckoning = Reckoning(stored)
    reckoning.answer_case(CASE)
    assert not asked
    for _ in range(3):
        assert reckoning.answer_case(without("calendar"))["due_at"] == "2026-11-27T14:00:00+07:00"
    assert len(asked) == 1


def test_many_calendars_do_not_pile_up() -> None:
    reckoning = Reckoning(no_calendar)
    for number in range(250):
        days = {"2026-11-24": [], "2026-12-25": [f"07:{number % 60:02}-1{number // 60}:30"]}
        assert "due_at" in reckoning.answer_case(case(calendar=calendar(days=days)))
    assert len(reckoning._brought) <= 100


any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False)
    | st.text()
    | st.just(float("nan")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
top = ("id", "start", "amount", "unit", "rounding", "cutoff", "as_of", "reappointment", "pauses", "calendar")
inside = [("week",), ("days",), ("years",), ("week", "mon"), ("days", "2026-11-24")]
paths = st.sampled_from([*((name,) for name in top), *(("calendar", *path) for path in inside)])


@given(st.lists(st.tuples(paths, any_json), min_size=1, max_size=3))
def test_whatever_a_case_holds_it_is_answered(changes: list[tuple[tuple[str, ...], object]]) -> None:
    asked: Any = json.loads(json.dumps(CASE))
    for path, value in changes:
        inner = asked
        for name in path[:-1]:
            inner = inner[name] if isinstance(inner.get(name), dict) else inner
        inner[path[-1]] = value
    given_answer = answer(asked)
    assert ("due_at" in given_answer) != ("error" in given_answer)
    assert json.loads(json.dumps(given_answer))


@given(st.binary(max_size=60))
def test_whatever_a_line_holds_it_is_answered(line: bytes) -> None:
    assert all("error" in json.loads(given_answer) for given_answer in answer_lines([line], no_calendar))


def run_command(var: Path, *cases: dict[str, Any]) -> list[dict[str, Any]]:
    run = subprocess.run(
        [sys.executable, "-m", "flask", "deadlines", "reckon", "--no-steps"],
        input="\n".join(json.dumps(asked, ensure_ascii=False) for asked in cases).encode(),
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "TTHC_VAR": str(var), "LC_ALL": "C"},
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_the_command_needs_no_database_when_every_case_brings_its_calendar(tmp_path: Path) -> None:
    first, second = run_command(tmp_path, CASE, case(id="hồ sơ"))
    assert first["due_at"] == second["due_at"] == "2026-11-27T14:00:00+07:00"
    assert "steps" not in first
    assert second["id"] == "hồ sơ"
    assert not list(tmp_path.glob("*.sqlite*"))


def test_the_command_says_when_there_is_no_stored_calendar(tmp_path: Path) -> None:
    stored, brought = run_command(tmp_path, without("calendar"), CASE)
    assert stored["error"]["kind"] == "horizon"
    assert "due_at" in brought
