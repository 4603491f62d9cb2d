"""Looking at personal data: no number is shown, and nobody is looked for, without a reason on record."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.people import read_id
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.personaldata import SEARCHING, SHOWING, Ground, mark, tells_number
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.queries import personaldata
from tthc_tracker.queries.personaldata import Theirs
from tthc_tracker.services import audit
from tthc_tracker.services.acting import Person, agency_ids, permitted
from tthc_tracker.services.supplements import words

LONGEST = 200
SHORTEST_NUMBER = 8
NO_NUMBERS = "Đừng ghi số giấy tờ hay số điện thoại trong lý do: lý do nằm lại trong nhật ký."


@dataclass(frozen=True)
class ShowPersonal:
    """Show the masked numbers of one dossier. said: in words; asked for where the ground is another one."""

    code: str
    ground: Ground | None
    said: str = ""


@dataclass(frozen=True)
class FindPerson:
    """Look for a person's dossiers by the whole number of his identity paper."""

    number: str
    ground: Ground | None
    said: str = ""


def show(session: Session, command: ShowPersonal, *, person: Person, now: dt.datetime) -> None:
    """Note that somebody sees the numbers of a dossier's people in full, and why; the page shows them after.

    Raises:
        NotFound: none of this code in the person's scope. NotAllowed: he may not see them.
        InvalidInput: no ground, or no words for another one.
    """
    dossier = _dossier(session, command.code, person)
    if Permission.VIEW_PERSONAL not in permitted(session, person, dossier):
        raise NotAllowed(Permission.VIEW_PERSONAL)
    audit.note(
        session, "personal_shown", actor_id=person.user_id, now=now, object_type="dossier",
        object_id=dossier.code, agency_id=dossier.receiving_agency_id,
        facts=reasons(command.ground, command.said, SHOWING),
    )  # fmt: skip


def find(
    session: Session, command: FindPerson, *, person: Person, secret: str, now: dt.datetime
) -> tuple[Theirs, ...]:
    """A person's dossiers within the scope, the newest first; the search is noted whatever it finds.

    secret: what the mark of a number is made with: the number itself stands in no entry.

    Raises:
        InvalidInput: no whole number, no ground, or no words for another one.
    """
    number = checked_number(command.number)
    facts = reasons(command.ground, command.said, SEARCHING)
    found = personaldata.dossiers_of(session, number, person.scope)
    audit.note(
        session, "person_found", actor_id=person.user_id, now=now, object_type="citizen",
        object_id=mark(secret, number), facts=facts | {"dossiers": len(found)},
    )  # fmt: skip
    return found


def checked_number(typed: str) -> str:
    """A number as dossiers keep it.

    Raises:
        InvalidInput: too short to be one.
    """
    number = read_id(words("number", typed, 40)).number
    if sum(character.isdigit() for character in number) < SHORTEST_NUMBER:
        raise InvalidInput("number", "Hãy nhập đủ số định danh, số CMND hoặc mã số thuế.")
    return number


def reasons(ground: Ground | None, said: str, among: tuple[Ground, ...]) -> dict[str, str]:
    """Why, as the audit keeps it.

    Raises:
        InvalidInput: `ground` or `said`.
    """
    if ground not in among:
        raise InvalidInput("ground", "Hãy chọn lý do.")
    said = words("said", said, LONGEST)
    if ground is Ground.OTHER and not said:
        raise InvalidInput("said", "Hãy ghi rõ lý do.")
    if tells_number(said):
        raise InvalidInput("said", NO_NUMBERS)
    return {"ground": ground.value, "reason": said}


def _dossier(session: Session, code: str, person: Person) -> Dossier:
    if "\0" in code:  # PostgreSQL holds no such text
        raise NotFound(code)
    found = select(Dossier).join(DossierCode, DossierCode.dossier_id == Dossier.id)
    dossier = session.execute(found.where(DossierCode.code == code)).scalar_one_or_none()
    if dossier is None or not person.scope.sees(agency_ids(dossier)):
        raise NotFound(code)
    return dossier
