"""The session's board in the demo: the figures of Q1/2024 and since, conclusions, a portal's rate."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.indicators import Figure, count, parts_owed
from tthc_tracker.domain.periods import Period, PeriodKind, period_of, previous, quarter
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.conclusion import Conclusion
from tthc_tracker.models.indicator import Indicator, IndicatorTarget, IndicatorValue, PublishedFigure
from tthc_tracker.queries import publishedfigures
from tthc_tracker.queries.indicators import NETWORK_ENVIRONMENT
from tthc_tracker.services.demo.words import Words

PROVINCE = "H50"
FIRST = quarter(2024, 1)

# What the session reported of Q1/2024; entered, not reckoned (docs/law.md).
_REPORTED: dict[tuple[str, str], Figure] = {
    (NETWORK_ENVIRONMENT, "tinh"): Figure(Decimal(96)),
    (NETWORK_ENVIRONMENT, "huyen"): Figure(Decimal(90)),
    (NETWORK_ENVIRONMENT, "xa"): Figure(Decimal(76)),
    ("health_citizen_card", ""): Figure(Decimal(100), 185, 185),
    ("health_certificates", ""): Figure(Decimal(100), 8, 8),
    ("officials_trained", ""): Figure(Decimal("97.6")),
    ("data_network", ""): count(180),
}
# By how much each of them moves in a quarter since: an illustration, which says so.
_MOVES = {
    (NETWORK_ENVIRONMENT, "tinh"): Decimal("0.3"),
    (NETWORK_ENVIRONMENT, "huyen"): Decimal("0.4"),
    (NETWORK_ENVIRONMENT, "xa"): Decimal("1.4"),
    ("officials_trained", ""): Decimal("0.2"),
    ("data_network", ""): Decimal(0),
    ("health_citizen_card", ""): Decimal(0),
    ("health_certificates", ""): Decimal(0),
}
_TARGETS = {
    (NETWORK_ENVIRONMENT, "tinh"): 95,
    (NETWORK_ENVIRONMENT, "huyen"): 90,
    (NETWORK_ENVIRONMENT, "xa"): 80,
    ("electronic", ""): 60,
    ("health_citizen_card", ""): 100,
    ("health_certificates", ""): 100,
    ("officials_trained", ""): 95,
    ("data_network", ""): 180,
    ("online", ""): 50,
    ("online_payment", ""): 40,
    ("components", ""): 70,
    ("citizen_card", ""): 90,
}
_HELD_AFTER = dt.timedelta(days=10)  # a session is held so long after its quarter
_DAY = dt.timedelta(days=1)


def keep_board(session: Session, words: Words, *, now: dt.datetime) -> None:
    """Let the province take the shipped indicators on, with figures, targets, conclusions."""
    province = session.execute(select(Agency.id).where(Agency.code == PROVINCE)).scalar_one()
    enters = session.execute(select(User.id).where(User.username == "kiemsoat")).scalar_one()
    known = {one.code: one for one in session.execute(select(Indicator).order_by(Indicator.id)).scalars()}
    for one in known.values():
        one.agency_id = one.owner_id = province
        one.duty = words.phrases["duty"][0]
    _figures(session, known, words, enters, now)
    basis = words.phrases["target_basis"][0]
    session.add_all(
        IndicatorTarget(
            indicator_id=known[code].id, part=part, since=FIRST.start, value=Decimal(value), basis=basis,
            set_at=_entered_at(FIRST), set_by_id=enters,
        )
        for (code, part), value in _TARGETS.items()
    )  # fmt: skip
    _conclude(session, words, province, enters, now)
    _publish(session, words, province, enters, now)
    session.flush()


def _last(now: dt.datetime) -> Period:
    return previous(period_of(PeriodKind.QUARTER, now.date()))


def _entered_at(period: Period) -> dt.datetime:
    return dt.datetime.combine(period.end, dt.time(16), dt.timezone(dt.timedelta(hours=7))) + 3 * _DAY


def _figures(
    session: Session, known: dict[str, Indicator], words: Words, enters: int, now: dt.datetime
) -> None:
    """Those of the session; then of each quarter but the last that ended, which is still to be entered."""
    for (code, part), figure in _REPORTED.items():
        session.add(_value(known[code], part, FIRST, figure, words.phrases["evidence"][0], enters))
    periods, last = [FIRST], _last(now)
    while (period := period_of(PeriodKind.QUARTER, periods[-1].end + _DAY)).end < last.start:
        periods.append(period)
    told = words.phrases["illustration"][0]
    for number, period in enumerate(periods[1:], 1):
        for code, part in _MOVES:
            if part in parts_owed([Level(one) for one in known[code].levels], period):
                session.add(_value(known[code], part, period, _moved(code, part, number), told, enters))


def _moved(code: str, part: str, quarters: int) -> Figure:
    """What a figure has come to by then."""
    first, value = _REPORTED[code, part], _REPORTED[code, part].value + quarters * _MOVES[code, part]
    if first.den is not None:
        return first
    return count(int(value)) if first.num is not None else Figure(min(value, Decimal("99.4")))


def _value(
    of: Indicator, part: str, period: Period, figure: Figure, evidence: str, enters: int
) -> IndicatorValue:
    return IndicatorValue(
        indicator_id=of.id, part=part, period_start=period.start, period_end=period.end, value=figure.value,
        num=figure.num, den=figure.den, evidence=evidence, entered_at=_entered_at(period),
        entered_by_id=enters,
    )  # fmt: skip


def _conclude(session: Session, words: Words, province: int, enters: int, now: dt.datetime) -> None:
    """Two of the session of Q1/2024, which were carried out; three of the last one, as they stand now."""
    clerk = select(Membership.agency_id).join(User, User.id == Membership.user_id)
    commune = session.execute(clerk.where(User.username == "motcua")).scalar_one()
    said, results, today, last = (
        words.phrases["conclusions"],
        words.phrases["results"],
        now.date(),
        _last(now),
    )
    held = FIRST.end + _HELD_AFTER
    rows = [
        (FIRST, held, said[0], province, held + 75 * _DAY, held + 70 * _DAY),
        (FIRST, held, said[1], province, held + 60 * _DAY, held + 82 * _DAY),
        (last, held_now := min(last.end + _HELD_AFTER, today - _DAY), said[2], province, today, today - _DAY),
        (last, held_now, said[3], commune, max(today - 6 * _DAY, held_now + _DAY), None),
        (last, held_now, said[4], province, today + 2 * _DAY, None),
    ]
    for number, (period, held_on, told, owner, due_on, done_on) in enumerate(rows):
        session.add(
            Conclusion(
                agency_id=province, period_key=period.key, held_on=held_on, words=told, owner_id=owner,
                duty=words.phrases["duty"][0] if owner == province else "", first_due_on=due_on,
                due_on=due_on,
                noted_at=min(now, _entered_at(period) + _HELD_AFTER), noted_by_id=enters, done_on=done_on,
                done_note=results[number % 2] if done_on else "", done_by_id=enters if done_on else None,
            )
        )  # fmt: skip


def _publish(session: Session, words: Words, province: int, enters: int, now: dt.datetime) -> None:
    """A portal that leaves withdrawn and stopped ones out: its rate differs from ours by that rule."""
    period = _last(now)
    session.flush()
    theirs = publishedfigures.rules(session, EVERYTHING, PROVINCE, period, now)[1].rate
    if theirs.percent is None:
        return
    session.add(
        PublishedFigure(
            agency_id=province, period_start=period.start, period_end=period.end,
            publisher=words.phrases["publisher"][0], value=theirs.percent, num=theirs.num, den=theirs.den,
            seen_on=now.date(), evidence=words.phrases["illustration"][0], entered_at=now,
            entered_by_id=enters,
        )
    )  # fmt: skip
