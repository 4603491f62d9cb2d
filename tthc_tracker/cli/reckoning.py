"""Cases of due dates as JSON lines in, answers as JSON lines out; no database unless a case asks for one."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from tthc_tracker.domain.deadlines import CUTOFF, Deadline, Reappointment, Rounding, reckon
from tthc_tracker.domain.errors import (
    CalendarHorizonError,
    DomainError,
    InvalidCalendar,
    InvalidLimit,
    InvalidMoment,
    InvalidPause,
    InvalidReappointment,
    NotFound,
)
from tthc_tracker.domain.ledger import Step
from tthc_tracker.domain.pauses import Pause, PausePolicy
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import DayWindows, SpecialDay, WeeklyHours, Window, WorkCalendar
from tthc_tracker.wording import reckoning as words
from tthc_tracker.wording.law import PAUSE_FAULTS

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"
_TIME = re.compile(_CLOCK)
_WINDOW = re.compile(f"{_CLOCK}-{_CLOCK}")
_REMEMBERED_CALENDARS = 100

Chosen = TypeVar("Chosen", bound=StrEnum)
CalendarFactory = Callable[[], WorkCalendar]


class UnreadableCaseError(Exception):
    """A case that says something the contract does not know; `message` is for people."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class Reckoning:
    """Answers cases one after the other; remembers the calendars that they bring again and again."""

    def __init__(self, default_calendar: CalendarFactory, *, with_steps: bool = True) -> None:
        self._default_calendar = default_calendar
        self._with_steps = with_steps
        self._stored: WorkCalendar | NotFound | None = None
        self._brought: dict[str, WorkCalendar] = {}

    def answer_line(self, line: bytes) -> dict[str, Any]:
        """The answer to one line of JSON."""
        try:
            case = json.loads(line.decode("utf-8"), parse_float=Decimal, parse_constant=float)
        except UnicodeDecodeError:
            return _refusal(None, "invalid", words.NOT_UTF8)
        except (ValueError, RecursionError):
            return _refusal(None, "invalid", words.NOT_JSON)
        return self.answer_case(case)

    def answer_case(self, case: object) -> dict[str, Any]:
        """The answer to one case, floats given as Decimal; never an exception for what the case holds."""
        if not isinstance(case, dict):
            return _refusal(None, "invalid", words.NOT_A_CASE)
        name: Any = None
        try:
            name = _name(case.get("id"))
            return _answer(name, self._reckon(case), with_steps=self._with_steps)
        except UnreadableCaseError as error:
            return _refusal(name, "invalid", error.message)
        except NotFound:
            return _refusal(name, "horizon", words.NO_STORED_CALENDAR)
        except CalendarHorizonError as error:
            return _refusal(name, "horizon", words.horizon(error.looked_at, error.year))
        except DomainError as error:
            return _refusal(name, "invalid", _why(error))

    def _reckon(self, case: dict[str, Any]) -> Deadline:
        start = _moment(case.get("start"), words.BAD_START)
        limit = _limit(case.get("amount"), case.get("unit"))
        rounding = _choice(Rounding, case.get("rounding", Rounding.SAME_HOUR), words.BAD_ROUNDING)
        cutoff = _cutoff(case["cutoff"]) if "cutoff" in case else CUTOFF
        pauses = _pauses(case.get("pauses"))
        as_of = None if case.get("as_of") is None else _moment(case["as_of"], words.BAD_AS_OF)
        return reckon(
            start,
            limit,
            self._calendar(case.get("calendar")),
            pauses=pauses,
            reappointment=_reappointment(case.get("reappointment")),
            rounding=rounding,
            cutoff=cutoff,
            as_of=as_of,
            with_steps=self._with_steps,
        )

    def _calendar(self, brought: object) -> WorkCalendar:
        if brought is None:
            return self._stored_calendar()
        try:
            key = json.dumps(brought, default=str)
        except RecursionError:
            raise UnreadableCaseError(words.BAD_CALENDAR) from None
        calendar = self._brought.get(key)
        if calendar is None:
            calendar = _calendar(brought)
            if len(self._brought) >= _REMEMBERED_CALENDARS:
                self._brought.clear()
            self._brought[key] = calendar
        return calendar

    def _stored_calendar(self) -> WorkCalendar:
        if self._stored is None:
            try:
                self._stored = self._default_calendar()
            except NotFound as error:
                self._stored = error
        if isinstance(self._stored, NotFound):
            raise self._stored
        return self._stored


def answer_case(
    case: object, default_calendar: CalendarFactory, *, with_steps: bool = True
) -> dict[str, Any]:
    """The answer to one case: the dates, or an error that says what is wrong."""
    return Reckoning(default_calendar, with_steps=with_steps).answer_case(case)


def answer_lines(
    lines: Iterable[bytes], default_calendar_factory: CalendarFactory, *, with_steps: bool = True
) -> Iterator[str]:
    """One line of JSON for each line that is not blank, in their order, as they come.

    The factory is asked at most once, and only when a case brings no calendar; it may raise NotFound.
    """
    reckoning = Reckoning(default_calendar_factory, with_steps=with_steps)
    for number, line in enumerate(lines):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        if text.strip():
            yield _json(reckoning.answer_line(text))


# --- what a case says


def _name(value: object) -> str | int | float | None:
    if isinstance(value, Decimal):
        return float(value) if abs(value.adjusted()) < 300 else str(value)
    if isinstance(value, bool) or not (value is None or isinstance(value, str | int)):
        raise UnreadableCaseError(words.BAD_ID)
    return value


def _moment(value: object, complaint: str) -> dt.datetime:
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            raise UnreadableCaseError(complaint) from None
        if moment.tzinfo is not None:
            return moment
    raise UnreadableCaseError(complaint)


def _choice(kind: type[Chosen], value: object, complaint: str) -> Chosen:
    if isinstance(value, str) and value in set(kind):
        return kind(value)
    raise UnreadableCaseError(complaint)


def _limit(amount: object, unit: object) -> TimeLimit:
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise UnreadableCaseError(words.BAD_AMOUNT)
    return TimeLimit(Decimal(amount), _choice(LimitUnit, unit, words.BAD_UNIT))


def _cutoff(value: object) -> dt.time:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise UnreadableCaseError(words.BAD_CUTOFF)
    return dt.time(int(found[1]), int(found[2]))


def _pauses(value: object) -> list[Pause]:
    rows = [] if value is None else value
    if not isinstance(rows, list):
        raise UnreadableCaseError(words.BAD_PAUSES)
    return [_pause(row) for row in rows]


def _pause(row: object) -> Pause:
    if not isinstance(row, dict):
        raise UnreadableCaseError(words.BAD_PAUSES)
    end = row.get("to")
    return Pause(
        _moment(row.get("from"), words.BAD_PAUSE_MOMENT),
        None if end is None else _moment(end, words.BAD_PAUSE_MOMENT),
        _choice(PausePolicy, row.get("policy"), words.BAD_PAUSES),
    )


def _reappointment(value: object) -> Reappointment | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise UnreadableCaseError(words.BAD_REAPPOINTMENT)
    return Reappointment(
        _moment(value.get("approved_at"), words.BAD_REAPPOINTMENT),
        _moment(value.get("due_at"), words.BAD_REAPPOINTMENT),
    )


def _calendar(value: object) -> WorkCalendar:
    if not isinstance(value, dict):
        raise UnreadableCaseError(words.BAD_CALENDAR)
    week, days = value.get("week"), value.get("days", {})
    if not isinstance(week, dict) or not set(week) <= set(WEEKDAYS):
        raise UnreadableCaseError(words.BAD_WEEK)
    if not isinstance(days, dict):
        raise UnreadableCaseError(words.BAD_DAYS)
    hours = WeeklyHours(tuple(_windows(week.get(weekday, [])) for weekday in WEEKDAYS))
    special = {_date(on): SpecialDay(_windows(windows)) for on, windows in days.items()}
    return WorkCalendar([hours], special, _years(value.get("years")), _years(value.get("provisional")))


def _windows(value: object) -> DayWindows:
    if not isinstance(value, list):
        raise UnreadableCaseError(words.BAD_WINDOWS)
    return tuple(_window(window) for window in value)


def _window(value: object) -> Window:
    found = _WINDOW.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise UnreadableCaseError(words.BAD_WINDOWS)
    return Window(int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4]))


def _date(value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise UnreadableCaseError(words.BAD_DAYS) from None


def _years(value: object) -> list[int]:
    years = [] if value is None else value
    if not isinstance(years, list) or not all(type(year) is int and 1976 <= year <= 2999 for year in years):
        raise UnreadableCaseError(words.BAD_YEARS)
    return years


# --- what an answer says


_COMPLAINTS: dict[type[DomainError], str] = {
    InvalidLimit: words.BAD_AMOUNT,
    InvalidCalendar: words.BAD_WINDOWS,
    InvalidMoment: words.BAD_START,
    InvalidReappointment: words.BAD_REAPPOINTMENT,
}


def _why(error: DomainError) -> str:
    if isinstance(error, InvalidPause):
        return PAUSE_FAULTS[error.fault]
    return _COMPLAINTS.get(type(error), words.BAD_CASE)


def _refusal(name: object, kind: str, message: str) -> dict[str, Any]:
    return {"id": name, "error": {"kind": kind, "message": message}}


def _answer(name: object, deadline: Deadline, *, with_steps: bool) -> dict[str, Any]:
    answer = {
        "id": name,
        "due_at": _iso(deadline.due_at),
        "overdue_from": _iso(deadline.overdue_from),
        "first_due_at": _iso(deadline.first_due_at),
        "original_due_at": _iso(deadline.due_at),
        "current_due_at": _iso(deadline.current_due_at),
        "late_from": _iso(deadline.late_from),
        "projected": deadline.projected,
        "provisional": deadline.provisional,
    }
    if with_steps:
        answer["steps"] = [_step(step) for step in deadline.steps]
    return answer


def _step(step: Step) -> dict[str, Any]:
    line = {
        "from": _iso(step.from_at),
        "to": _iso(step.to_at),
        "counted": step.counted,
        "skipped": step.skipped,
        "unit": step.unit,
        "reason": step.reason,
    }
    if step.due_at is not None:
        line["due_at"] = _iso(step.due_at)
    return line


def _iso(moment: dt.datetime) -> str:
    # The law counts by +07:00 throughout; the zone's own history before 1976 is not asked.
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}+07:00"


def _json(answer: dict[str, Any]) -> str:
    text = json.dumps(answer, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(answer)
