"""One box: code or its end, name without marks, last digits of id or phone; within the reader's scope."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tthc_tracker.domain.citizencard import parse_card
from tthc_tracker.domain.dossiercode import CodeTail, code_tail, parse_code, tidy_code
from tthc_tracker.domain.folding import clean_phone, digits, fold
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.people import listed_name, mask_id, mask_phone
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.person import Person
from tthc_tracker.queries import listing, names, searchindex, underway
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.listing import EVERYTHING, Filters
from tthc_tracker.queries.scoping import visible

MOST = 50
MOST_NARROWED = 5000  # of a name: filters look among so many of the newest
MOST_PEOPLE = 1000  # whose digits end alike; among more, more digits have to be typed
FEWEST_DIGITS = 4
LONGEST = 100

Narrowed = Sequence[ColumnElement[bool]]

_WORD = re.compile(r"[0-9a-z]+")
_RECEIPT_LINK = re.compile(r"\Ahttps?://[^/\s]+/tra-cuu#t=[A-Za-z0-9_-]{16,64}&c=(?P<code>[^&\s]{3,40})\Z")


class SearchKind(StrEnum):
    """What was understood of what was typed."""

    NOTHING = "nothing"
    CODE = "code"
    DIGITS = "digits"
    NAME = "name"


@dataclass(frozen=True)
class Found:
    """A line of the answer."""

    code: str
    version: int
    owner: str  # masked
    applicant: str  # masked; when somebody else than the owner filed it
    id_number: str  # masked, and for readers without the right to personal data empty
    phone: str  # likewise
    procedure_code: str
    procedure: str
    agency: str
    state: State
    quantity: int | None
    accepted_at: dt.datetime | None
    current_due_at: dt.datetime | None
    lawful_due_at: dt.datetime | None
    places: frozenset[int]  # its three organisations: who may see names in full goes by them


@dataclass(frozen=True)
class Answer:
    """What was understood, and what was found: the newest first, at most MOST."""

    kind: SearchKind
    rows: tuple[Found, ...]
    more: bool


def nobody(_places: frozenset[int]) -> bool:
    """No ends of numbers, wherever a dossier lies."""
    return False


def find(
    session: Session,
    typed: str,
    scope: Scope,
    filters: Filters = EVERYTHING,
    *,
    personal: Callable[[frozenset[int]], bool] = nobody,
    sort: str = "",
) -> Answer:
    """Look for what was typed or scanned (a code, a receipt's barcode or QR, a name, digits).

    Names are masked, as in every list (decision 0024). personal: whether the ends of a person's numbers stand
    beside, of a dossier of these organisations, so that whoever works there tells two of one name apart.
    sort: the order of what is found, `code`, `received` or `due`, each also with a minus before it; the
    newest are found, and stand first, unasked. At most seven queries.
    """
    narrowed = listing.conditions_within(filters, _RESOLVING, listing.agencies_of(session, filters))
    answer = _find(session, tidied(typed), scope, narrowed)
    rows = (row if personal(row.places) else _without_numbers(row) for row in answer.rows)
    return replace(answer, rows=_in_order(rows, sort))


_RESOLVING: Any = Dossier.resolving_agency_id
_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
_ORDERS: Mapping[str, Callable[[Found], Any]] = {
    "code": lambda row: row.code,
    "received": lambda row: row.accepted_at or _NEVER,
    "due": lambda row: row.current_due_at or _NEVER,
}


def _in_order(rows: Iterable[Found], sort: str) -> tuple[Found, ...]:
    """What was found, a page at most, in another order than that of finding."""
    order = _ORDERS.get(sort.removeprefix("-"))
    return tuple(rows) if order is None else tuple(sorted(rows, key=order, reverse=sort.startswith("-")))


def tidied(typed: str) -> str:
    """What is looked for: blanks made single, of a receipt's link its code, of a card its number."""
    text_ = " ".join(typed[:400].replace("\0", " ").split())
    link = _RECEIPT_LINK.match(text_)
    if card := parse_card(text_):
        return card.number
    return (link["code"] if link else text_)[:LONGEST]


def dossier_of(session: Session, typed: str, scope: Scope) -> str | None:
    """The code of the one dossier that was typed or scanned as a code; None for anything else."""
    wanted = tidied(typed)
    if not _like_a_code(wanted):
        return None
    asked = {"typed": wanted, "tidy": tidy_code(wanted)}
    codes = session.execute(_coded(scope), asked).scalars().all()
    if not codes and (tail := code_tail(wanted)) is not None:
        codes = [row.code for row in _by_end(session, tail, scope, ()).rows]
    return codes[0] if len(codes) == 1 else None


@lru_cache(maxsize=256)
def _coded(scope: Scope) -> Select[str]:
    """The dossiers in scope that have or had the code `typed`, or `tidy`: more than one is as bad as many."""
    exactly = select(DossierCode.dossier_id).where(
        DossierCode.code.in_((bindparam("typed", type_=String()), bindparam("tidy", type_=String())))
    )
    return select(Dossier.code).where(Dossier.id.in_(exactly), visible(scope)).order_by(Dossier.id).limit(2)


def is_code(typed: str) -> bool:
    """Whether what was typed has the form of a dossier's code."""
    return parse_code(tidied(typed)) is not None


def _like_a_code(text_: str) -> bool:
    return bool(parse_code(text_)) or "-" in tidy_code(text_)


def _without_numbers(row: Found) -> Found:
    return replace(row, id_number="", phone="")


def _find(session: Session, text_: str, scope: Scope, narrowed: Narrowed) -> Answer:
    if not text_:
        return Answer(SearchKind.NOTHING, (), more=False)
    if _like_a_code(text_):
        answer = _by_code(session, text_, scope, narrowed)
        if answer.rows:
            return answer
    only = digits(text_)
    if len(only) >= FEWEST_DIGITS and not _letters(text_):
        return _by_digits(session, text_, only, scope, narrowed)
    return _by_name(session, text_, scope, narrowed)


def _letters(typed: str) -> bool:
    return any(character.isalpha() for character in typed)


def _by_code(session: Session, typed: str, scope: Scope, narrowed: Narrowed) -> Answer:
    """The dossier of exactly this code; without one, those whose code ends so."""
    exactly = select(DossierCode.dossier_id).where(DossierCode.code.in_((typed, tidy_code(typed))))
    answer = _answer(session, SearchKind.CODE, and_(Dossier.id.in_(exactly), *narrowed), scope)
    if answer.rows or (tail := code_tail(typed)) is None:
        return answer
    return _by_end(session, tail, scope, narrowed)


def _by_end(session: Session, tail: CodeTail, scope: Scope, narrowed: Narrowed) -> Answer:
    """The dossiers whose code ends so."""
    ends, more = _ending(session, tail, scope, narrowed)
    answer = _answer(session, SearchKind.CODE, and_(ends, *narrowed), scope)
    return replace(answer, more=answer.more or more)


def _ending(session: Session, tail: CodeTail, scope: Scope, narrowed: Narrowed) -> tuple[Any, bool]:
    """That a dossier is one of the newest whose code ends so (the scope is part of the index), and whether
    there are more."""
    most = MOST if tail.told and not narrowed else MOST_NARROWED
    found = searchindex.newest(session, (), tail.words, scope, most + 1)
    if not found:
        return false(), False
    ending = select(DossierCode.dossier_id).where(
        DossierCode.dossier_id.in_(found[:most]), DossierCode.code.endswith(tail.text, autoescape=True)
    )
    # Not as a part of the condition: beside people in an OR PostgreSQL would read every dossier for it.
    ids = session.execute(ending.order_by(DossierCode.dossier_id)).scalars().all()
    return Dossier.id.in_(dict.fromkeys(ids)), len(found) > most


def _by_digits(session: Session, typed: str, only: str, scope: Scope, narrowed: Narrowed) -> Answer:
    """Dossiers of people whose id or phone ends so (index ranges over the reversed numbers), and those whose
    code does."""
    ends = sorted({only[::-1], (clean_phone(typed) or only)[::-1]})
    ranges = [_begins(column, end) for end in ends for column in (Person.id_reversed, Person.phone_reversed)]
    people = select(Person.id).where(or_(*ranges)).order_by(Person.id.desc()).limit(MOST_PEOPLE + 1)
    underway.begin(session, people, {})
    tail = code_tail(only)
    coded, more = _ending(session, tail, scope, narrowed) if tail else (false(), False)
    ids = underway.answer(session, people, {}).scalars().all()
    theirs = or_(
        Dossier.owner_id.in_(ids[:MOST_PEOPLE]), Dossier.applicant_id.in_(ids[:MOST_PEOPLE]),
        coded,
    )  # fmt: skip
    answer = _answer(session, SearchKind.DIGITS, and_(theirs, *narrowed), scope)
    return replace(answer, more=answer.more or more or len(ids) > MOST_PEOPLE)


def _begins(column: InstrumentedAttribute[str | None], digits_: str) -> ColumnElement[bool]:
    """That a column of digits begins so; both ends are digits, which every collation sorts alike."""
    head = digits_.rstrip("9")
    if not head:
        return column >= digits_
    return and_(column >= digits_, column < head[:-1] + str(int(head[-1]) + 1))


def _answer(session: Session, kind: SearchKind, found: ColumnElement[bool], scope: Scope) -> Answer:
    ids = select(Dossier.id).where(found, visible(scope)).order_by(Dossier.id.desc()).limit(MOST + 1)
    return _lines(session, kind, session.execute(ids).scalars().all(), scope)


def _by_name(session: Session, typed: str, scope: Scope, narrowed: Narrowed) -> Answer:
    """Every word of the name, the last one perhaps unfinished. The scope is part of the index."""
    words = _WORD.findall(fold(typed))
    if not words:
        return Answer(SearchKind.NAME, (), more=False)
    most = MOST_NARROWED if narrowed else MOST
    ids = searchindex.newest(session, words, (), scope, most + 1)
    if not narrowed:
        return _lines(session, SearchKind.NAME, ids, scope)
    answer = _answer(session, SearchKind.NAME, and_(Dossier.id.in_(ids[:most]), *narrowed), scope)
    return replace(answer, more=answer.more or len(ids) > most)


def _lines(session: Session, kind: SearchKind, ids: Sequence[int], scope: Scope) -> Answer:
    rows = session.execute(_details(scope), {"ids": ids}).all() if ids else ()
    return Answer(kind, _named(session, rows[:MOST]), len(rows) > MOST)


def _named(session: Session, rows: Sequence[Any]) -> tuple[Found, ...]:
    codes = names.procedures.of(session, (row.procedure_id for row in rows))
    versions = names.versions.of(session, (row.procedure_version_id for row in rows))
    agencies = names.agencies.of(session, (row.resolving_agency_id for row in rows))
    return tuple(
        _found(
            row, codes[row.procedure_id], versions[row.procedure_version_id],
            agencies[row.resolving_agency_id].name,
        )
        for row in rows
    )  # fmt: skip


@lru_cache(maxsize=256)
def _details(scope: Scope) -> Select[*tuple[Any, ...]]:
    """What a line shows, of the dossiers `ids` that are in scope, the newest first."""
    owner, applicant = aliased(Person), aliased(Person)
    return (
        select(
            Dossier.code, Dossier.version, owner.full_name.label("owner"), owner.kind.label("owner_kind"),
            applicant.full_name.label("applicant"), applicant.kind.label("applicant_kind"),
            owner.id_number, owner.phone, Dossier.procedure_id, Dossier.procedure_version_id,
            Dossier.state, Dossier.quantity, Dossier.accepted_at, Dossier.current_due_at, Dossier.due_at,
            Dossier.receiving_agency_id, Dossier.resolving_agency_id, Dossier.returning_agency_id,
        )
        .join(owner, owner.id == Dossier.owner_id)
        .join(applicant, applicant.id == Dossier.applicant_id)
        .where(among(Dossier.id, bindparam("ids", type_=Ids())), visible(scope))
        .order_by(Dossier.id.desc())
    )  # fmt: skip


def _found(row: Any, procedure_code: str, procedure: str, agency: str) -> Found:
    return Found(
        code=row.code, version=row.version, owner=listed_name(row.owner, row.owner_kind),
        applicant=listed_name(row.applicant, row.applicant_kind) if row.applicant != row.owner else "",
        id_number=mask_id(row.id_number or ""), phone=mask_phone(row.phone or ""),
        procedure_code=procedure_code, procedure=procedure,
        agency=agency, state=row.state,
        quantity=row.quantity, accepted_at=row.accepted_at, current_due_at=row.current_due_at,
        lawful_due_at=row.due_at,
        places=frozenset((row.receiving_agency_id, row.resolving_agency_id, row.returning_agency_id)),
    )  # fmt: skip
