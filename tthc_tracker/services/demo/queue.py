"""What waits for the demo's clerk this morning: submitted online or by post, by the verbs that he has too."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.people import Sex
from tthc_tracker.domain.permissions import Membership, Scope
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.services import answering, registration
from tthc_tracker.services.acting import Target
from tthc_tracker.services.answering import NoteResubmission, Sender
from tthc_tracker.services.demo.catalogue import Catalogue
from tthc_tracker.services.demo.words import Words
from tthc_tracker.services.registration import RegisterDossier
from tthc_tracker.services.supplements import AskSupplement

CLERK = "motcua"

# How long ago each came, in working minutes, and how: late, due within the hour, in time.
_WAITING = (
    (1100, Channel.ONLINE), (620, Channel.ONLINE), (430, Channel.ONLINE), (200, Channel.POST),
    (45, Channel.ONLINE),
)  # fmt: skip
_ASKED, _COMPLETED = 700, 900
SIZE = len(_WAITING) + 2
_WAIT_DAYS = 14


@dataclass(frozen=True)
class _Clerk:
    user_id: int
    name: str
    memberships: tuple[Membership, ...]
    scope: Scope


def fill_queue(
    session: Session, rng: Random, words: Words, catalogue: Catalogue, *, now: dt.datetime, secret: str
) -> None:
    """Make `SIZE` dossiers of the clerk's own desk: one waits for its applicant, one has been completed."""
    desk = _Desk(session, rng, words, catalogue, _clerk(session), now, secret)
    calendar = work_calendar(session, desk.agency_id)
    for minutes, channel in _WAITING:
        desk.register(calendar.back(now, minutes), channel, at=now)
    asked_at = calendar.back(now, _ASKED - 240)
    desk.ask(desk.register(calendar.back(now, _ASKED), Channel.ONLINE, at=asked_at), at=asked_at)
    asked_at = calendar.back(now, _COMPLETED - 240)
    code = desk.register(calendar.back(now, _COMPLETED), Channel.ONLINE, at=asked_at)
    desk.ask(code, at=asked_at)
    completed = NoteResubmission(Target(code, None), calendar.back(now, 30))
    answering.note_resubmission(session, completed, person=desk.clerk, now=now)


@dataclass(frozen=True)
class _Desk:
    session: Session
    rng: Random
    words: Words
    catalogue: Catalogue
    clerk: _Clerk
    now: dt.datetime
    secret: str

    @property
    def agency_id(self) -> int:
        return self.clerk.memberships[0].agency_id

    def register(self, moment: dt.datetime, channel: Channel, *, at: dt.datetime) -> str:
        service = self.catalogue.draw_service(self.rng, Level.XA, slow=1.0)
        facts = ReceptionFacts(service.code, self._party(), channel=channel, arrived_at=moment)
        key = f"{self.rng.getrandbits(128):032x}"
        command = RegisterDossier(key, self.agency_id, facts)
        made = registration.register(self.session, command, person=self.clerk, now=at, secret=self.secret)
        return made.code

    def ask(self, code: str, *, at: dt.datetime) -> None:
        said = self.words.phrase(self.rng, "supplement")
        command = AskSupplement(
            Target(code, None), (), said, said, "Thành phần hồ sơ đã công bố của thủ tục",
            at.date() + dt.timedelta(days=_WAIT_DAYS),
        )  # fmt: skip
        sender = Sender("demo.invalid", self.secret)
        answering.ask_supplement(self.session, command, person=self.clerk, sender=sender, now=at)

    def _party(self) -> Party:
        place = self.catalogue.places[0].province
        row = self.words.person(self.rng, province=place, place="Đồng Hới", on=self.now.date())
        return Party(
            row["full_name"], id_number=row["id_number"], phone=row["phone"], address=row["address"],
            birth_on=row["birth_on"], sex=Sex(row["sex"]),
        )  # fmt: skip


def _clerk(session: Session) -> _Clerk:
    user = session.execute(select(User).where(User.username == CLERK)).scalar_one()
    rows = session.execute(select(MembershipRow).where(MembershipRow.user_id == user.id)).scalars()
    held = tuple(Membership(row.role, row.agency_id, row.unit_id) for row in rows)
    return _Clerk(user.id, user.full_name, held, scope_of(session, [one.agency_id for one in held]))
