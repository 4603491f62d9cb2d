"""The demo's accounts: one a role to sign in with, and people of the busiest agencies to mail to."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.services import accounts
from tthc_tracker.services.demo.catalogue import Catalogue, Place, Staff, desk_unit
from tthc_tracker.services.demo.words import SEXES, Words
from tthc_tracker.services.events import Actor
from tthc_tracker.wording.labels import label

STAFFED = 30
"""How many of today's agencies have people with accounts."""

_COMMUNE = "phuong dong hoi"
_PROVINCE = "H50"
_WORKING_UNITS = ("VP", "KT", "VHXH", "CA", "CM", "DK")
_OFFICERS_UNIT = "KT"
_DEPARTMENTS = ("03", "06", "10", "11", "16", "90")

# Those one signs in with: name, role, whether at the commune, and which of its units.
_SHOWN = (
    ("motcua", Role.CLERK, True, "TTHCC"),
    ("chuyenvien", Role.OFFICER, True, _OFFICERS_UNIT),
    ("truongphong", Role.HEAD_OF_UNIT, True, _OFFICERS_UNIT),
    ("lanhdao", Role.HEAD_OF_AGENCY, True, None),
    ("kiemsoat", Role.CONTROLLER, False, None),
    ("quantri", Role.ADMINISTRATOR, False, None),
    ("kiemtra", Role.AUDITOR, False, None),
)


@dataclass
class Personnel:
    """Makes accounts; `since`: when they are said to have been made."""

    session: Session
    rng: Random
    words: Words
    since: dt.datetime

    def hire(self, username: str, role: Role, place: Place, unit_id: int | None, *, shown: bool) -> Actor:
        """An account with one role. Only those that are shown on the sign-in page can sign in."""
        command = accounts.InvitePerson(
            email=f"{username}@demo.invalid",
            full_name=self.words.name(self.rng, self.rng.choice(SEXES)),
            memberships=(Membership(role, place.id, unit_id),),
            username=username,
            title=label(role),
        )
        password = accounts.DEMO_PASSWORD if shown else None
        user = accounts.create(self.session, command, now=self.since, password=password, demo=shown)
        return Actor(user.id, user.full_name)

    def staff(self, place: Place, known: dict[tuple[Role, int | None], Actor]) -> Staff:
        """The people of an agency; `known` are there already."""
        desk, _ = desk_unit(place)

        def somebody(role: Role, unit_id: int | None, suffix: str) -> Actor:
            if (role, unit_id) not in known:
                name = f"{role.value}.{place.code}{suffix}".lower()
                known[role, unit_id] = self.hire(name, role, place, unit_id, shown=False)
            return known[role, unit_id]

        somebody(Role.HEAD_OF_AGENCY, None, "")
        clerk = somebody(Role.CLERK, desk, "")
        somebody(Role.HEAD_OF_UNIT, desk, ".desk")
        officers: dict[int | None, Actor] = {desk: clerk, None: clerk}
        for code in _WORKING_UNITS:
            if code in place.units:
                unit_id, _ = place.units[code]
                somebody(Role.HEAD_OF_UNIT, unit_id, f".{code}")
                officers[unit_id] = somebody(Role.OFFICER, unit_id, f".{code}")
        return Staff(clerk, officers)


def staff_agencies(personnel: Personnel, catalogue: Catalogue, today: dt.date) -> None:
    """Give the busiest agencies their people; the demo's commune is made one of the busiest."""
    places = [place for place in catalogue.places if place.is_open(today)]
    commune = _commune(places)
    commune.weight, commune.trouble = 9.0, 2.2
    province = next(place for place in places if place.code == _PROVINCE)
    known: dict[tuple[Role, int | None], Actor] = {}
    for username, role, local, unit in _SHOWN:
        place = commune if local else province
        unit_id = place.units[unit][0] if unit and unit in place.units else None
        actor = personnel.hire(username, role, place, unit_id, shown=True)
        if local:
            known[role, unit_id] = actor
    # The commune comes first; its people are partly there.
    commune.staff = personnel.staff(commune, known)
    departments = [place for place in places if place.level is Level.TINH and place.code[4:] in _DEPARTMENTS]
    communes = [place for place in places if place.level is Level.XA and place is not commune]
    busiest = sorted(communes, key=lambda place: (-place.weight * place.trouble, place.code))
    for place in [*departments, *busiest][: STAFFED - 1]:
        place.staff = personnel.staff(place, {})


def _commune(places: list[Place]) -> Place:
    communes = [place for place in places if place.level is Level.XA]
    named = [place for place in communes if fold(place.name).endswith(_COMMUNE)]
    return named[0] if named else max(communes, key=lambda place: (place.weight, place.code))
