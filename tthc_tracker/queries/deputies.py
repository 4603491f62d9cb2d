"""Who stands in for whom: for alerts, for new work, for rights; and the list of it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, select, true
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.deputies import HEADS, SignatureForm, Stretch
from tthc_tracker.domain.permissions import Membership, Scope
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.models.deputy import Deputyship
from tthc_tracker.queries.revisions import Remembered

SHOWN = dt.timedelta(days=90)
MOST = 200


@dataclass(frozen=True)
class StandIn:
    """That one person stands in for another, from one day to another."""

    id: int
    user_id: int
    deputy_id: int
    from_day: dt.date
    to_day: dt.date
    form: SignatureForm | None
    user: str
    deputy: str


_standing: Remembered[list[StandIn]] = Remembered("deputies")


def standing(session: Session, on: dt.date) -> list[StandIn]:
    """Who stands in on a day. What has not been ended is remembered by the process."""
    found = _standing.get(session, "all", lambda: _not_ended(session))
    return [one for one in found if one.from_day <= on <= one.to_day]


def _not_ended(session: Session) -> list[StandIn]:
    user, deputy = aliased(User), aliased(User)
    row = Deputyship
    statement = (
        select(
            row.id, row.user_id, row.deputy_id, row.from_day, row.to_day, row.form, user.full_name,
            deputy.full_name,
        )
        .join(user, user.id == row.user_id)
        .join(deputy, deputy.id == row.deputy_id)
        .where(row.ended_at.is_(None))
        .order_by(row.id)
    )  # fmt: skip
    return [StandIn(*one) for one in session.execute(statement)]


def deputies(session: Session, on: dt.date) -> dict[int, int]:
    """For everybody who is away on a day, who stands in."""
    return {one.user_id: one.deputy_id for one in standing(session, on)}


def in_place_of(session: Session, user_id: int, on: dt.date) -> StandIn | None:
    """Who stands in for a person on a day."""
    return next((one for one in standing(session, on) if one.user_id == user_id), None)


def concerning(session: Session, user_id: int, on: dt.date) -> list[StandIn]:
    """In which a person stands in, or is away, on a day."""
    return [one for one in standing(session, on) if user_id in {one.user_id, one.deputy_id}]


def readers(session: Session, on: dt.date) -> dict[int, int]:
    """For everybody who is away on a day, who reads his mail.

    As with alerts (queries.recipients), whoever's deputy may not sign in reads his own.
    """
    return _able(session, {one.user_id: one.deputy_id for one in standing(session, on)})


def read_by(session: Session, user_id: int, on: dt.date) -> list[int]:
    """Whose mail a person reads on a day: his own, unless he is away, and that of whom he stands in for."""
    read = _able(session, {one.user_id: one.deputy_id for one in concerning(session, user_id, on)})
    mine = {user for user, deputy in read.items() if deputy == user_id}
    return sorted(mine if user_id in read else mine | {user_id})


def _able(session: Session, pairs: dict[int, int]) -> dict[int, int]:
    """Of these, the ones whose deputy may sign in."""
    if not pairs:
        return {}
    active = select(User.id).where(User.id.in_(sorted(set(pairs.values()))), User.active)
    able = set(session.execute(active).scalars())
    return {user: deputy for user, deputy in pairs.items() if deputy in able}


def held_for_heads(session: Session, user_id: int, on: dt.date) -> tuple[Membership, ...]:
    """The roles of heads that a person holds in their place on a day."""
    signing = {one.user_id: one.id for one in standing(session, on) if one.deputy_id == user_id and one.form}
    if not signing:
        return ()
    row = MembershipRow
    statement = (
        select(row.role, row.agency_id, row.unit_id, row.user_id)
        .join(User, User.id == row.user_id)
        .where(row.user_id.in_(sorted(signing)), row.role.in_(HEADS), User.active)
        .order_by(row.id)
    )
    return tuple(
        Membership(role, agency_id, unit_id, signing[head])
        for role, agency_id, unit_id, head in session.execute(statement)
    )


def is_away(user_id: ColumnElement[int] | object, on: dt.date) -> ColumnElement[bool]:
    """The condition that somebody stands in for a person on a day."""
    row = Deputyship
    runs = and_(row.ended_at.is_(None), row.from_day <= on, row.to_day >= on)
    return exists().where(row.user_id == user_id, runs)


# --- the list


@dataclass(frozen=True)
class Listed:
    """A line of the list. holds: now; over: ended, or its last day has passed."""

    id: int
    user_id: int
    user: str
    deputy_id: int
    deputy: str
    stretch: Stretch
    form: SignatureForm | None
    basis: str
    entered_by: str
    holds: bool
    over: bool


def listed(session: Session, scope: Scope, now: dt.datetime) -> list[Listed]:
    """Who is, will be or lately was away at the agencies in scope; who comes back last stands first."""
    user, deputy, by, row = aliased(User), aliased(User), aliased(User), Deputyship
    works = exists().where(MembershipRow.user_id == row.user_id, _within(scope))
    statement = (
        select(row, user.full_name, deputy.full_name, by.full_name)
        .join(user, user.id == row.user_id)
        .join(deputy, deputy.id == row.deputy_id)
        .join(by, by.id == row.entered_by_id)
        .where(row.to_day >= now.date() - SHOWN, works)
        .order_by(row.to_day.desc(), row.id.desc())
        .limit(MOST)
    )
    return [_line(*one, now) for one in session.execute(statement)]


def _within(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.all else MembershipRow.agency_id.in_(sorted(scope.agency_ids))


def _line(row: Deputyship, user: str, deputy: str, by: str, now: dt.datetime) -> Listed:
    stretch = Stretch(row.from_day, row.to_day, row.ended_at)
    over = row.ended_at is not None or row.to_day < now.date()
    return Listed(
        row.id, row.user_id, user, row.deputy_id, deputy, stretch, row.form, row.basis, by,
        stretch.holds(now), over,
    )  # fmt: skip


@dataclass(frozen=True)
class Colleague:
    """Somebody who may be away or stand in."""

    id: int
    name: str
    title: str
    head: bool


def colleagues(session: Session, agency_ids: Sequence[int]) -> list[Colleague]:
    """The people of these agencies, by name."""
    row = MembershipRow
    heads = exists().where(row.user_id == User.id, row.role.in_(HEADS))
    there = exists().where(row.user_id == User.id, row.agency_id.in_(agency_ids)) if agency_ids else false()
    statement = select(User.id, User.full_name, User.title, heads).where(User.active, there)
    return [Colleague(*one) for one in session.execute(statement.order_by(User.name_folded, User.id))]


def roles_of(session: Session, user_ids: Sequence[int]) -> dict[int, list[Membership]]:
    """The roles of these people, by person."""
    row = MembershipRow
    statement = select(row.user_id, row.role, row.agency_id, row.unit_id).where(row.user_id.in_(user_ids))
    found: dict[int, list[Membership]] = {}
    for user_id, role, agency_id, unit_id in session.execute(statement.order_by(row.id)):
        found.setdefault(user_id, []).append(Membership(role, agency_id, unit_id))
    return found


def overlapping(session: Session, user_ids: Sequence[int], first: dt.date, last: dt.date) -> list[StandIn]:
    """What stands in the way of one more: those that concern these people on a day of the stretch."""
    found = _not_ended(session)
    return [
        one
        for one in found
        if Stretch(one.from_day, one.to_day).meets(Stretch(first, last))
        and {one.user_id, one.deputy_id} & set(user_ids)
    ]
