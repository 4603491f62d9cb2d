"""Erase one person at his own request: only what has ended, before its term is over only on a ground, and
only when a second person consents (services.personalrequests)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.personaldata import tells_number
from tthc_tracker.domain.retention import NEVER, ErasureCause, Hold
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import personaldata
from tthc_tracker.queries.personaldata import Theirs
from tthc_tracker.services import audit, erasure
from tthc_tracker.services.acting import Person, permitted
from tthc_tracker.services.erasure import Erased
from tthc_tracker.services.events import Actor
from tthc_tracker.services.personaldata import LONGEST, NO_NUMBERS
from tthc_tracker.services.supplements import words

BASIS = "Còn thời hạn lưu hoặc chưa đặt thời hạn: {codes}. Ghi căn cứ pháp lý nếu vẫn phải xoá."


@dataclass(frozen=True)
class ErasePerson:
    """Erase somebody on these of his dossiers. said: who asked, by which paper; basis: the legal ground."""

    number: str
    codes: tuple[str, ...]
    said: str
    basis: str = ""


@dataclass(frozen=True)
class ErasureRequest:
    """An erasure that may be done: its dossiers, held; who asked by which paper; the legal ground."""

    dossiers: tuple[Dossier, ...]
    said: str
    basis: str


def checked(session: Session, command: ErasePerson, *, person: Person, now: dt.datetime) -> ErasureRequest:
    """What is asked for, if it may be done: all of it or nothing.

    Raises:
        InvalidInput: `codes`: none chosen, one that is not his within the scope and the rights, or not ended;
            `basis`: a term that is not over without a ground; `said`: nothing.
    """
    said, basis = (
        _said("said", command.said, "Hãy ghi ai yêu cầu, văn bản nào."),
        _said("basis", command.basis),
    )
    if not command.codes:
        raise InvalidInput("codes", "Hãy chọn ít nhất một hồ sơ.")
    theirs = personaldata.dossiers_of(session, command.number, person.scope)
    chosen = tuple(one for one in theirs if one.code in command.codes)
    dossiers = held(session, [one.id for one in chosen])
    may = [one for one in dossiers if Permission.ERASE_PERSONAL in permitted(session, person, one)]
    if len(may) < len(set(command.codes)):
        raise InvalidInput("codes", "Có hồ sơ không thuộc quyền xoá của bạn. Hãy bỏ chọn rồi làm lại.")
    _refuse_what_is_held(session, chosen, basis, now.date())
    return ErasureRequest(tuple(may), said, basis)


def carry_out(
    session: Session, asked: ErasureRequest, *, mark: str, persons: Collection[int], asker: int,
    person: Person, now: dt.datetime,
) -> Erased:  # fmt: skip
    """Erase whoever bears the mark, all of it or nothing; whoever else is named on the dossiers stays named.

    persons: his rows; asker: who asked for it; person: who has consented, and acts by that.

    Raises:
        InvalidInput: `codes`, `basis`: what could be erased when it was asked for cannot be any more.
    """
    theirs = personaldata.these(session, [one.id for one in asked.dossiers], persons)
    _refuse_what_is_held(session, theirs, asked.basis, now.date())
    erased = erasure.erase_dossiers(
        session, asked.dossiers, ErasureCause.REQUEST, persons=persons, basis=asked.basis or asked.said,
        actor=Actor(person.user_id, person.name), now=now,
    )  # fmt: skip
    audit.note(
        session, "person_erased", actor_id=person.user_id, now=now, object_type="citizen", object_id=mark,
        facts={"reason": asked.said, "basis": asked.basis, "asked_by": asker, "dossiers": erased.dossiers,
               "papers": erased.papers, "lines": erased.lines},
    )  # fmt: skip
    return erased


def _said(field: str, typed: str, missing: str = "") -> str:
    said = words(field, typed, LONGEST, missing=missing)
    if tells_number(said):
        raise InvalidInput(field, NO_NUMBERS)
    return said


def held(session: Session, ids: Collection[int]) -> list[Dossier]:
    """These dossiers, locked for the transaction."""
    found = select(Dossier).where(Dossier.id.in_(ids)).order_by(Dossier.id).with_for_update(of=Dossier)
    return list(session.execute(found.execution_options(populate_existing=True)).scalars())


def _refuse_what_is_held(session: Session, chosen: tuple[Theirs, ...], basis: str, today: dt.date) -> None:
    holds = personaldata.holds(session, chosen, today)
    needed = [one.code for one in chosen if holds[one.id].hold in NEVER]
    if needed:
        told = ", ".join(needed)
        raise InvalidInput("codes", f"Chưa giải quyết xong hoặc chưa trả kết quả, không xoá được: {told}.")
    early = [one.code for one in chosen if holds[one.id].hold is not Hold.OVER]
    if early and not basis:
        raise InvalidInput("basis", BASIS.format(codes=", ".join(early)))
