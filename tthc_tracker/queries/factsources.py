"""What the daily facts are told of dossiers, and the text in which is kept what each has added."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import ApologyState
from tthc_tracker.domain.dailyfacts import MEASURES, Added, Hold, Told, Took, added_by
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.lifecycle import Channel, ResultKind, State
from tthc_tracker.domain.localtime import VIETNAM, local_date
from tthc_tracker.domain.performance import Closing, finish_class
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.archive import ArchivedFact
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fact import DossierFact
from tthc_tracker.models.history import DossierTransfer, Pause
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import statisticsportions as portions
from tthc_tracker.queries.among import Ids, among

TENTH = 48  # minutes: a tenth of a working day of eight hours
CHANNELS: Mapping[Channel, int] = {Channel.COUNTER: 1, Channel.ONLINE: 2, Channel.POST: 3}
"""KenhThucHien: numbers instead of words, as the other keys of a fact."""


class Keys(NamedTuple):
    """What tables are grouped by, beside the agency and the day; unit 0: nobody's yet."""

    procedure: int
    sector: int
    channel: int
    source: int
    unit: int


class Fact(NamedTuple):
    """Numbers of one day at one agency."""

    agency: int
    day: dt.date
    keys: Keys
    numbers: dict[int, int]  # by the place of the measure


class Length(NamedTuple):
    """One that finished on a day, and how long it took."""

    agency: int
    day: dt.date
    keys: Keys
    took: Took


_IDS = bindparam("ids", type_=Ids())
_TENTHS = (Dossier.worked_minutes + TENTH // 2) // TENTH
_DOSSIERS = (
    select(
        Dossier.id, Dossier.procedure_id, Dossier.sector_id, Dossier.channel, Dossier.source_id,
        func.coalesce(Dossier.holding_unit_id, 0).label("unit_id"),
        Dossier.state, Dossier.resolving_agency_id, Dossier.receiving_agency_id, Dossier.accepted_on,
        Dossier.due_at, Dossier.due_on, Dossier.current_due_at, Dossier.late_from, Dossier.overdue_from,
        Dossier.limit_amount, Dossier.limit_unit, Dossier.closed_at, Dossier.closed_on, Dossier.finish_class,
        case((Dossier.state.in_([State.FINISHED, State.RETURNED]), _TENTHS)).label("tenths"),
        case((portions.has_length_of_limit(), portions.limit_used()), else_=-1).label("used"),
        Dossier.result_kind, Dossier.fee_state, Dossier.fee_method, Dossier.fully_electronic,
        Dossier.components_digitised, Dossier.result_digitised, Dossier.reappointed_at,
    )
    .where(among(Dossier.id, _IDS))
    .order_by(Dossier.id)
)  # fmt: skip
_PAUSES = (
    select(Pause.dossier_id, Pause.started_at, Pause.ended_at, Pause.policy, Pause.imported)
    .where(among(Pause.dossier_id, _IDS))
    .order_by(Pause.dossier_id, Pause.started_at, Pause.id)
)
_MOVES = (
    select(DossierTransfer.dossier_id, DossierTransfer.moved_on, DossierTransfer.from_agency_id)
    .where(among(DossierTransfer.dossier_id, _IDS))
    .order_by(DossierTransfer.dossier_id, DossierTransfer.seq)
)
_ROUNDS = (
    select(
        ReceptionRound.dossier_id, ReceptionRound.due_at, ReceptionRound.late_from,
        ReceptionRound.answered_at,
    )
    .where(among(ReceptionRound.dossier_id, _IDS))
    .order_by(ReceptionRound.dossier_id, ReceptionRound.round)
)  # fmt: skip


_APOLOGIES = (
    select(Apology.dossier_id, Apology.decided_at, Apology.late)
    .where(among(Apology.dossier_id, _IDS), Apology.state == ApologyState.APPROVED)
    .order_by(Apology.dossier_id)
)
_KEPT = select(DossierFact.dossier_id, DossierFact.added).where(among(DossierFact.dossier_id, _IDS))

_ARCHIVED = select(ArchivedFact.dossier_id, ArchivedFact.added).where(among(ArchivedFact.dossier_id, _IDS))


Sourced = tuple[Keys, Added] | None
"""What a dossier adds, under its keys; None of one that was cancelled."""


def sourced(session: Session, ids: Sequence[int]) -> dict[int, Sourced]:
    """What each of these dossiers adds, as it is now. Five reads."""
    connection, asked = session.connection(), {"ids": ids}

    def by_dossier(statement: Executable) -> Mapping[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in connection.execute(statement, asked):
            found[row[0]].append(row)
        return found

    beside = [by_dossier(statement) for statement in (_PAUSES, _MOVES, _ROUNDS, _APOLOGIES)]
    found: dict[int, Sourced] = {}
    for row in connection.execute(_DOSSIERS, asked):
        dossier_id = row[0]
        found[dossier_id] = _sourced(row, *(rows.get(dossier_id, ()) for rows in beside))
    return found


_CLOSINGS = {State.WITHDRAWN: Closing.WITHDRAWN, State.STOPPED: Closing.STOPPED}


def _sourced(
    row: Any,
    pauses: Sequence[Any],
    moves: Sequence[Any],
    rounds: Sequence[Any],
    apologies: Sequence[Any],
) -> Sourced:
    # By place, in the order of `_DOSSIERS`: by name it takes as long again as all else.
    (
        _, procedure_id, sector_id, channel, source_id, unit_id, state, resolving_agency_id,
        receiving_agency_id, accepted_on, due_at, due_on, current_due_at, late_from, overdue_from,
        limit_amount, limit_unit, closed_at, closed_on, finished, tenths, used, result_kind, fee_state,
        fee_method, electronic, papers_digitised, result_digitised, reappointed_at,
    ) = row  # fmt: skip
    if state is State.CANCELLED:
        return None
    reappointed_on, second = None, None
    if None not in {reappointed_at, due_at, current_due_at} and current_due_at != due_at:
        reappointed_on = local_date(reappointed_at)
    if reappointed_on is not None and closed_at is not None:
        known = limit_amount is not None and limit_unit is not None
        hours = known and TimeLimit(limit_amount, limit_unit).is_hour_limit
        second = finish_class(current_due_at, closed_at, is_hour_limit=hours)
    closing = _CLOSINGS.get(state)
    if result_kind is ResultKind.REFUSED and state in _FINISHED:
        closing = Closing.REFUSED
    took = None
    if tenths is not None:
        took = took_of(tenths, limit_amount, limit_unit, used)
    told = Told(
        resolving_agency_id, receiving_agency_id, accepted_on, channel is Channel.ONLINE, due_on,
        late_from, overdue_from, closed_on, finished, second, closing, reappointed_on,
        fee_state in {"due", "paid"}, fee_state == "paid" and fee_method == "online", electronic,
        papers_digitised, result_digitised, took,
        next(((local_date(each.decided_at), each.late) for each in apologies), None),
        tuple(
            Hold(each.started_at, each.ended_at, each.policy is not PausePolicy.RUNS and not each.imported)
            for each in pauses
        ),
        tuple((each.moved_on, each.from_agency_id) for each in moves),
        tuple((local_date(each.due_at), _became(each, closed_at)) for each in rounds)
        if channel is Channel.ONLINE
        else (),
    )  # fmt: skip
    return Keys(procedure_id, sector_id, CHANNELS[channel], source_id, unit_id), added_by(told)


def took_of(tenths: int, limit_amount: Decimal | None, limit_unit: LimitUnit | None, used: int) -> Took:
    """How long a finished one took, from what its row says of it."""
    if limit_amount is None or limit_unit is None:
        return Took(int(tenths), used=used)
    return Took(int(tenths), int(limit_amount * 100), limit_unit.value, used)


_FINISHED = frozenset({State.FINISHED, State.RETURNED})


def _became(reception: Any, closed_at: dt.datetime | None) -> str:
    """What became of a round: the end of its measure's name. If one waits in time or late, the hour says."""
    answered, late = reception.answered_at, reception.late_from
    if answered is None:
        return "unanswered" if closed_at is None else "withdrawn"
    in_time = answered < late or (answered == late and late == reception.due_at)
    return "in_time" if in_time else "late"


# --- as it is kept

PLACES = {name: place for place, name in enumerate(MEASURES)}


def text_of(keys: Keys, added: Added) -> str:
    """Keys, days and numbers as a line of JSON, measures by their place; '' of nothing."""
    days = []
    for (agency, day), numbers in sorted(added.numbers.items()):
        told = sorted((PLACES[name], number) for name, number in numbers.items() if number)
        if told:
            days.append([agency, day.toordinal(), *chain.from_iterable(told)])
    lengths = [[agency, day.toordinal(), *took] for agency, day, took in added.lengths]
    return json.dumps([keys, days, lengths], separators=(",", ":")) if days or lengths else ""


def facts_in(keys: Keys, added: Added) -> tuple[list[Fact], list[Length]]:
    """What a dossier adds."""
    facts = [
        Fact(agency, day, keys, {PLACES[name]: number for name, number in numbers.items() if number})
        for (agency, day), numbers in added.numbers.items()
    ]
    return facts, [Length(agency, day, keys, took) for agency, day, took in added.lengths]


def facts_of(text: str) -> tuple[list[Fact], list[Length]]:
    """What a kept line says."""
    if not text:
        return [], []
    own, days, lengths = json.loads(text)
    keys = Keys(*own)
    facts = [
        Fact(agency, dt.date.fromordinal(day), keys, dict(zip(told[::2], told[1::2], strict=True)))
        for agency, day, *told in days
    ]
    return facts, [
        Length(agency, dt.date.fromordinal(day), keys, Took(*took)) for agency, day, *took in lengths
    ]


def next_ids(session: Session, after: int, limit: int, first: dt.date) -> list[int]:
    """The next dossiers by their number, but for those of which nothing happened from a day on."""
    midnight = dt.datetime.combine(first, dt.time(), VIETNAM)
    later = exists().where(ReceptionRound.dossier_id == Dossier.id, ReceptionRound.due_at >= midnight)
    happened = or_(Dossier.closed_on.is_(None), Dossier.closed_on >= first, later)
    statement = select(Dossier.id).where(Dossier.id > after, happened).order_by(Dossier.id).limit(limit)
    return list(session.execute(statement).scalars())


def kept_texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What these dossiers have added, where they have."""
    return {row.dossier_id: row.added for row in session.connection().execute(_KEPT, {"ids": ids})}


def archived_texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What these dossiers add that lie in an archive (decision 0090)."""
    return {row.dossier_id: row.added for row in session.connection().execute(_ARCHIVED, {"ids": ids})}


def next_archived(session: Session, after: int, limit: int) -> dict[int, str]:
    """What the next dossiers of archives add, by their number."""
    fact = ArchivedFact
    rows = select(fact.dossier_id, fact.added).where(fact.dossier_id > after).order_by(fact.dossier_id)
    return dict(session.execute(rows.limit(limit)).all())
