"""What is held on a person leaves or is erased only when another person consents (decision 0048)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow
from tthc_tracker.domain.permissions import permissions_of
from tthc_tracker.domain.personaldata import SEARCHING, Ground, mark, tells_number
from tthc_tracker.domain.personalrequests import (
    NEEDS,
    STANDS,
    RequestKind,
    RequestStanding,
    Verdict,
    may_decide,
    standing_of,
)
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person as Party
from tthc_tracker.models.personaldata import PersonalRequest, PersonalRequestDossier
from tthc_tracker.queries import accounts, personaldata, scoping
from tthc_tracker.services import audit, erasurerequests
from tthc_tracker.services.acting import Person, agency_ids, permitted
from tthc_tracker.services.erasure import Erased
from tthc_tracker.services.erasurerequests import ErasePerson, ErasureRequest
from tthc_tracker.services.personaldata import LONGEST, NO_NUMBERS, reasons
from tthc_tracker.services.supplements import words

FORMS = ("json", "print")
KEPT = dt.timedelta(days=30)
"""How long a request is kept; the audit says for good who asked, for what reason, and who consented."""

ALREADY = "Đã có yêu cầu như vậy đang chờ duyệt."
ASKER = (
    "Người yêu cầu nay không còn quyền xoá trên mọi hồ sơ này. Hãy không đồng ý; người có quyền yêu cầu lại."
)
CORRECTED = "Người này không còn đứng tên trên một hồ sơ của yêu cầu. Hãy không đồng ý và yêu cầu lại."
SETTLED = "Yêu cầu này đã được trả lời hoặc đã quá hạn chờ."


@dataclass(frozen=True)
class ExportPerson:
    """Ask to take along what is held on a person."""

    number: str
    ground: Ground | None
    said: str = ""


@dataclass(frozen=True)
class DecideRequest:
    """Consent to what another has asked for, or refuse it and say why."""

    request_id: int
    verdict: Verdict | None
    because: str = ""


@dataclass(frozen=True)
class Permitted:
    """What a person may take along: of which dossiers, and which rows are the person's."""

    dossier_ids: tuple[int, ...]
    person_ids: tuple[int, ...]


def ask_export(
    session: Session, command: ExportPerson, *, person: Person, secret: str, now: dt.datetime
) -> int:
    """Ask that what is held on a person leaves, of those of his dossiers that this person may export.

    Raises:
        InvalidInput: a field. NotFound: no dossier of his may be exported by this person.
    """
    facts = reasons(command.ground, command.said, SEARCHING)
    found = [one.id for one in personaldata.dossiers_of(session, command.number, person.scope)]
    may = [one for one in _dossiers(session, found) if _holds(session, person, one, RequestKind.EXPORT)]
    if not may:
        raise NotFound
    request = PersonalRequest(
        kind=RequestKind.EXPORT, mark=mark(secret, command.number), ground=facts["ground"],
        said=facts["reason"], asked_by_id=person.user_id, asked_at=now,
    )  # fmt: skip
    return _keep(session, request, may, facts)


def ask_erasure(
    session: Session, command: ErasePerson, *, person: Person, secret: str, now: dt.datetime
) -> int:
    """Ask that a person is erased on these of his dossiers.

    Raises:
        InvalidInput: as `erasurerequests.checked`; what cannot be erased is refused before anybody consents.
    """
    asked: ErasureRequest = erasurerequests.checked(session, command, person=person, now=now)
    request = PersonalRequest(
        kind=RequestKind.ERASURE, mark=mark(secret, command.number), said=asked.said, basis=asked.basis,
        asked_by_id=person.user_id, asked_at=now,
    )  # fmt: skip
    return _keep(session, request, asked.dossiers, {"reason": asked.said, "basis": asked.basis})


def _keep(
    session: Session, request: PersonalRequest, dossiers: Sequence[Dossier], facts: dict[str, str]
) -> int:
    same = (
        select(PersonalRequest.id)
        .join(PersonalRequestDossier, PersonalRequestDossier.request_id == PersonalRequest.id)
        .where(
            PersonalRequestDossier.dossier_id.in_([one.id for one in dossiers]),
            PersonalRequest.kind == request.kind,
            PersonalRequest.mark == request.mark,
            PersonalRequest.asked_by_id == request.asked_by_id,
            PersonalRequest.verdict.is_(None),
            PersonalRequest.asked_at > request.asked_at - STANDS,
        )
    )
    if session.execute(same).first() is not None:  # the button was pressed twice, or in two tabs
        raise InvalidInput("said", ALREADY)
    session.add(request)
    session.flush()
    session.add_all(PersonalRequestDossier(request_id=request.id, dossier_id=one.id) for one in dossiers)
    audit.note(
        session, f"person_{request.kind.value}_asked", actor_id=request.asked_by_id, now=request.asked_at,
        object_type="citizen", object_id=request.mark,
        facts=facts | {"request": request.id, "dossiers": len(dossiers)},
    )  # fmt: skip
    session.flush()
    return request.id


def decide(
    session: Session, command: DecideRequest, *, person: Person, secret: str, now: dt.datetime
) -> Erased | None:
    """Consent or refuse; an erasure is done with the consent, and what it took comes back.

    Raises:
        NotFound: no such request, or of dossiers that this person does not see.
        NotAllowed: he asked for it himself, or does not hold the permission.
        NotNow: it was answered, or has lapsed. InvalidInput: no answer, no reason of a refusal, or a dossier
            that cannot be erased any more, or not any more by who asked for it.
    """
    request, dossiers = _locked(session, command.request_id), _asked(session, command.request_id)
    if request is None or not all(person.scope.sees(agency_ids(one)) for one in dossiers):
        raise NotFound
    if not may_decide(
        request.kind, permissions_of(person.memberships), asker=request.asked_by_id, person=person.user_id
    ):
        raise NotAllowed(NEEDS[request.kind])
    if _standing(request, now) is not RequestStanding.WAITING:
        raise NotNow(SETTLED)
    because = _because(command)
    request.verdict, request.decided_by_id, request.decided_at = command.verdict, person.user_id, now
    request.because = because
    audit.note(
        session, f"person_{request.kind.value}_{request.verdict}", actor_id=person.user_id, now=now,
        object_type="citizen", object_id=request.mark,
        facts={"request": request.id, "asked_by": request.asked_by_id, "reason": because},
    )  # fmt: skip
    if request.kind is RequestKind.EXPORT or command.verdict is Verdict.REJECTED:
        return None
    return _erased(session, request, dossiers, person=person, secret=secret, now=now)


def _erased(
    session: Session, request: PersonalRequest, dossiers: list[Dossier], *, person: Person, secret: str,
    now: dt.datetime,
) -> Erased:  # fmt: skip
    """Both answer for an erasure, so that both may do it now: who asked may have left within the week."""
    asker = accounts.rights_of(session, request.asked_by_id, now.date()).memberships
    rights = (scoping.rights_on(session, asker, agency_ids(one)) for one in dossiers)
    if not all(NEEDS[request.kind] in held for held in rights):
        raise InvalidInput("codes", ASKER)
    asked = ErasureRequest(tuple(dossiers), request.said, request.basis)
    persons = _persons(session, dossiers, request.mark, secret)
    if any(persons.isdisjoint((one.owner_id, one.applicant_id)) for one in dossiers):
        raise InvalidInput("codes", CORRECTED)
    return erasurerequests.carry_out(
        session, asked, mark=request.mark, persons=persons, asker=request.asked_by_id, person=person, now=now
    )


def _because(command: DecideRequest) -> str:
    if command.verdict is None:
        raise InvalidInput("verdict", "Hãy chọn đồng ý hay không đồng ý.")
    missing = "Hãy ghi vì sao không đồng ý." if command.verdict is Verdict.REJECTED else ""
    because = words("because", command.because, LONGEST, missing=missing)
    if tells_number(because):
        raise InvalidInput("because", NO_NUMBERS)
    return because


def fetch(
    session: Session, request_id: int, form: str, *, person: Person, secret: str, now: dt.datetime
) -> Permitted:
    """Note that what is held on a person leaves, and say of which dossiers; for who asked, within a week.

    form: `json` for machines, `print` to be read.

    Raises:
        NotFound: no such request of this person, or nothing of it that he may export any more.
        NotNow: nobody has consented, or the week is over. InvalidInput: no such form.
    """
    request = _locked(session, request_id)
    if request is None or (request.kind, request.asked_by_id) != (RequestKind.EXPORT, person.user_id):
        raise NotFound
    if _standing(request, now) is not RequestStanding.READY:
        raise NotNow(SETTLED)
    if form not in FORMS:
        raise InvalidInput("form", "Hãy chọn dạng tệp.")
    may = [one for one in _asked(session, request_id) if _holds(session, person, one, RequestKind.EXPORT)]
    persons = _persons(session, may, request.mark, secret)
    theirs = [one.id for one in may if persons & {one.owner_id, one.applicant_id}]
    if not theirs:
        raise NotFound
    audit.note(
        session, "person_exported", actor_id=person.user_id, now=now, object_type="citizen",
        object_id=request.mark,
        facts={
            "ground": request.ground, "reason": request.said, "form": form, "dossiers": len(theirs),
            "request": request.id, "approved_by": request.decided_by_id,
        },
    )  # fmt: skip
    return Permitted(tuple(theirs), tuple(sorted(persons)))


def sweep(session: Session, now: dt.datetime) -> int:
    """Forget requests of more than a month ago; how many."""
    old = select(PersonalRequest.id).where(PersonalRequest.asked_at < now - KEPT)
    session.execute(delete(PersonalRequestDossier).where(PersonalRequestDossier.request_id.in_(old)))
    gone = delete(PersonalRequest).where(PersonalRequest.asked_at < now - KEPT)
    return len(session.execute(gone.returning(PersonalRequest.id)).all())


def _standing(request: PersonalRequest, now: dt.datetime) -> RequestStanding:
    return standing_of(request.kind, request.asked_at, request.verdict, request.decided_at, now)


def _locked(session: Session, request_id: int) -> PersonalRequest | None:
    found = select(PersonalRequest).where(PersonalRequest.id == request_id).with_for_update()
    return session.execute(found.execution_options(populate_existing=True)).scalar_one_or_none()


def _asked(session: Session, request_id: int) -> list[Dossier]:
    """The dossiers of a request, the newest first, held."""
    ids = select(PersonalRequestDossier.dossier_id).where(PersonalRequestDossier.request_id == request_id)
    return _dossiers(session, list(session.execute(ids).scalars()))


def _dossiers(session: Session, ids: Sequence[int]) -> list[Dossier]:
    return sorted(erasurerequests.held(session, ids), key=lambda one: -one.id)


def _holds(session: Session, person: Person, dossier: Dossier, kind: RequestKind) -> bool:
    return NEEDS[kind] in permitted(session, person, dossier)


def _persons(session: Session, dossiers: Sequence[Dossier], asked: str, secret: str) -> set[int]:
    """The rows on these dossiers that are still whom the request is about: a correction may have put
    somebody else there since."""
    named = {number for one in dossiers for number in (one.owner_id, one.applicant_id)}
    found = select(Party.id, Party.id_number).where(Party.id.in_(named), Party.id_number.is_not(None))
    return {row.id for row in session.execute(found) if mark(secret, row.id_number or "") == asked}
