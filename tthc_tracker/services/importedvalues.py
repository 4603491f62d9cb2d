"""What a new row of an import writes, as the driver takes it: numbers given out are put in later.

No SQLAlchemy may be reached from here (services.importreading).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.exchangerow import LONGEST_NAME, ExchangeRow, day_of
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import (
    WAITING,
    ApplicantKind,
    Channel,
    FinishClass,
    ResultKind,
    ReturnMethod,
    State,
)
from tthc_tracker.domain.localtime import utc_text
from tthc_tracker.services.clockvalues import Place, imported_reception, imported_resolution

WAITS = {State.AWAITING_SUPPLEMENT: "supplement", State.AWAITING_PAYMENT: "payment"}

PERSON = (
    "kind", "full_name", "name_folded", "id_number", "id_reversed", "phone", "phone_reversed", "email",
)  # fmt: skip
DOSSIER = (
    "code", "state", "channel", "abstract", "submitted_at", "held_since", "returned_at", "result_kind",
    "return_method", "reception_round", "reception_due_at", "reception_due_on", "reception_late_from",
    "reception_answered_at", "accepted_at", "accepted_on", "due_given", "due_on_day_off", "due_version",
    "first_due_at", "due_at", "due_on", "current_due_at", "late_from", "overdue_from", "due_soon_from",
    "very_overdue_from", "closed_at", "closed_on", "finish_class", "worked_minutes", "next_check_at",
)  # fmt: skip
ROUND = ("round", "started_at", "due_at", "late_from", "answered_at", "answer")
PAUSE = ("policy", "reason", "started_at", "imported", "note", "basis")

_of_person, _of_dossier = itemgetter(*PERSON), itemgetter(*DOSSIER)
_of_round, _of_pause = itemgetter(*ROUND), itemgetter(*PAUSE)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the rows of a file are made ready by. `as_of`: the moment its data speaks of; `now`: for which
    the next look at a dossier is reckoned; `offset`: what the database wants written behind a moment in UTC.
    `places`: the agencies, by their codes, that count otherwise than the nation.
    """

    nation: Place
    as_of: dt.datetime
    now: dt.datetime
    offset: str
    places: Mapping[str, Place] = field(default_factory=dict)

    def place(self, code: str) -> Place:
        """By what an agency counts."""
        return self.places.get(code, self.nation)

    def text(self, moment: dt.datetime) -> str:
        """A moment as the driver takes it."""
        return utc_text(moment) + self.offset


class Made(NamedTuple):
    """A new row as the driver takes it, table by table, by the names above.

    `occurred`: by when its event is dated, in UTC; None: when it is written.
    """

    year: int
    folded: str
    state: str
    occurred: str | None
    person: tuple[Any, ...]
    dossier: tuple[Any, ...]
    round: tuple[Any, ...] | None
    pause: tuple[Any, ...] | None
    beyond_calendar: bool  # it has a reception clock that no calendar reaches


def made(row: ExchangeRow, terms: Terms) -> Made:
    """What a row writes if it is new."""
    folded = fold(row.owner_name)
    values = dossier_values(row, terms)
    first = row.accepted_at or row.submitted_at
    return Made(
        day_of(first or terms.as_of).year,
        folded,
        row.state.value,
        utc_text(first) if first else None,
        _as_driven(_of_person(person_values(row, folded)), terms),
        _as_driven(_of_dossier(values), terms),
        _as_driven(_of_round(round_values(values)), terms) if values["reception_due_at"] else None,
        _as_driven(_of_pause(pause_values(row.state, row.accepted_at)), terms)
        if row.accepted_at and row.state in WAITING
        else None,
        _has_reception_clock(row) and values["reception_due_at"] is None,
    )


def person_values(row: ExchangeRow, folded: str) -> dict[str, Any]:
    """The owner, by column."""
    return {
        "kind": row.owner_kind, "full_name": row.owner_name, "name_folded": folded[:LONGEST_NAME],
        "id_number": row.owner_id, "id_reversed": row.owner_id[::-1] if row.owner_id else None,
        "phone": row.owner_phone, "phone_reversed": row.owner_phone[::-1] if row.owner_phone else None,
        "email": row.owner_email,
    }  # fmt: skip


def dossier_values(row: ExchangeRow, terms: Terms) -> dict[str, Any]:
    """What the row itself says of its dossier, and its clocks, by column."""
    values = {
        "id": 0, "code": row.code, "state": row.state, "channel": row.channel, "abstract": row.abstract,
        "submitted_at": row.submitted_at, "held_since": row.accepted_at, "returned_at": row.returned_at,
        "result_kind": result_of(row), "return_method": _way_of(row) if row.returned_at else None,
    }  # fmt: skip
    values |= imported_reception(terms.place(row.receiving), row, terms.as_of)
    calendar = terms.place(row.resolving).calendar
    values |= imported_resolution(calendar, row, values, as_of=terms.as_of, now=terms.now)
    return values


def round_values(dossier: Mapping[str, Any]) -> dict[str, Any]:
    """The round of a reception clock, by column."""
    answered = dossier["reception_answered_at"]
    return {
        "round": 1, "started_at": dossier["submitted_at"], "due_at": dossier["reception_due_at"],
        "late_from": dossier["reception_late_from"], "answered_at": answered,
        "answer": answer_of(answered, dossier["accepted_at"], dossier["state"]),
    }  # fmt: skip


def pause_values(state: State, since: dt.datetime) -> dict[str, Any]:
    """A pause without dates of its own: it stands from the last moment known and moves no date."""
    return {
        "policy": PausePolicy.RESUME, "reason": WAITS[state], "started_at": since, "imported": True,
        "note": "", "basis": "",
    }  # fmt: skip


def result_of(row: ExchangeRow) -> ResultKind | None:
    """What a row says came out of a dossier, if it is finished."""
    if row.state not in {State.FINISHED, State.RETURNED}:
        return None
    return ResultKind.REFUSED if row.result_refused else ResultKind.GRANTED


def _way_of(row: ExchangeRow) -> ReturnMethod:
    return way(by_post=row.kept.asks_for_post, by_portal=row.kept.asks_for_portal)


def way(*, by_post: bool, by_portal: bool) -> ReturnMethod:
    """The way a result went of which a source says no more than which was asked for."""
    return ReturnMethod.POST if by_post else ReturnMethod.ONLINE if by_portal else ReturnMethod.COUNTER


def answer_of(answered_at: dt.datetime | None, accepted_at: dt.datetime | None, state: State) -> str | None:
    """How a round of reception was answered."""
    if answered_at is None:
        return None
    return "receipt" if accepted_at else "supplement" if state in WAITING else "refusal"


def _has_reception_clock(row: ExchangeRow) -> bool:
    return row.channel is Channel.ONLINE and row.submitted_at is not None


# --- as the driver takes it

_DAY = lru_cache(maxsize=8192)(dt.date.isoformat)
_KINDS = (ApplicantKind, Channel, FinishClass, PausePolicy, ResultKind, ReturnMethod, State)


@cache
def _texts(offset: str) -> dict[type, Callable[[Any], str]]:
    """How values of a type are written; those of other types are taken as they are."""
    moment = lru_cache(maxsize=4096)(lambda value: utc_text(value) + offset)  # a row has each several times
    texts: dict[type, Callable[[Any], str]] = {kind: attrgetter("_value_") for kind in _KINDS}
    return texts | {dt.datetime: moment, dt.date: _DAY}


def _as_driven(values: tuple[Any, ...], terms: Terms) -> tuple[Any, ...]:
    """Moments and days as text, the members of an enum as their values, all else as it is."""
    text_of = _texts(terms.offset).get
    return tuple([text(value) if (text := text_of(type(value))) else value for value in values])
