"""The stored catalogue as the demo draws from it: agencies of each era, procedures, who does what."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.models.agency import Agency, AgencySuccession, Unit
from tthc_tracker.models.procedure import (
    Procedure,
    ProcedureComponent,
    ProcedureLimit,
    ProcedureVersion,
    Sector,
)
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.services.demo.words import PROVINCES, Words
from tthc_tracker.services.events import Actor

MERGER = dt.date(2025, 7, 1)
"""The first day without districts and with Quảng Bình's agencies closed."""

DESK = "desk"

# How often a procedure is asked for; those not named: 1.
_WEIGHTS = {
    "2.000815": 12, "1.001193": 6, "2.000635": 6, "1.000894": 3, "1.000656": 3, "1.004873": 6, "1.004222": 5,
    "1.004194": 4, "2.000884": 3, "1.013831": 14, "1.012784": 5, "1.012783": 5, "1.011441": 9, "1.011443": 7,
    "1.001612": 5, "2.000720": 3, "1.009994": 7, "1.001776": 5, "1.004859": 3, "1.012785": 4, "1.012753": 3,
    "1.012812": 3, "1.012789": 2, "1.012805": 1.5, "1.012766": 1.5, "1.012818": 0.3, "1.012817": 0.5,
}  # fmt: skip

# By the first word of a folded sector: which units of an agency do the work, the first that it has.
_UNITS = {
    "ho": ("TP", "VP", "CM"),  # hộ tịch
    "chung": ("TP", "VP", "CM"),  # chứng thực
    "dat": ("DK", "TNMT", "KT", "CM"),  # đất đai
    "dang": ("DK", "TNMT", "CA", "KT", "CM"),  # đăng ký biện pháp bảo đảm, cư trú
    "thanh": ("TCKH", "KT"),  # hộ kinh doanh
    "hoat": ("KTHT", "KT", "CM"),  # xây dựng
    "bao": ("LDTBXH", "VHXH", "CM"),  # bảo trợ xã hội
}
_DESKS = ("TTHCC", "MC")
_RESIDENCE = "cu tru"

# Which departments do a sector's work at the province, by the last part of their code.
_DEPARTMENTS = {"ho": ("03",), "chung": ("03", "10", "11", "02"), "dat": ("16",), "dang": ("16",)}
_OF_DEPARTMENT_ITSELF = {"1.012805": ("06", "21"), "1.012756": ("06", "21")}
_PROVINCIAL_DESK = "90"

_MINISTRY = {
    "ho": "ministry-civil-status", "dat": "ministry-land", "dang": "ministry-land",
    "thanh": "ministry-business",
}  # fmt: skip


@dataclass(frozen=True)
class Staff:
    """Who acts for an agency, as its history names them: a clerk, an officer for each unit (None: all)."""

    clerk: Actor
    officers: dict[int | None, Actor]

    def officer(self, unit_id: int | None) -> Actor:
        """Who handles what a unit holds."""
        return self.officers.get(unit_id) or self.officers[None]


@dataclass
class Place:
    """An agency with what the demo supposes of it. `trouble`: how often it is late, 1 being usual."""

    id: int
    code: str
    name: str
    level: Level
    opens: dt.date
    closes: dt.date
    calendar: WorkCalendar
    weight: float
    trouble: float
    staff: Staff
    units: dict[str, tuple[int, str]] = field(default_factory=dict)
    heirs: list["Place"] = field(default_factory=list)

    @property
    def province(self) -> str:
        """H46 or H50."""
        return self.code[:3]

    def is_open(self, day: dt.date) -> bool:
        """Whether the agency exists on a day."""
        return self.opens <= day <= self.closes

    def unit(self, codes: Sequence[str]) -> tuple[int, str] | tuple[None, str]:
        """The first of these units that the agency has, and its name."""
        return next((self.units[code] for code in codes if code in self.units), (None, ""))


@dataclass(frozen=True)
class Service:
    """A procedure in one version."""

    procedure_id: int
    version_id: int
    sector_id: int
    code: str
    sector: str
    levels: frozenset[Level]
    weight: float
    limits: dict[Channel | None, TimeLimit]
    papers: tuple[str, ...]

    def limit(self, channel: Channel) -> TimeLimit:
        """The promised limit of a channel."""
        return self.limits.get(channel) or self.limits[None]

    @property
    def _key(self) -> str:
        return self.sector.split()[0]

    @property
    def is_slow(self) -> bool:
        """Whether it takes two weeks and more."""
        limit = self.limits[None]
        return limit.amount >= 10 or limit.unit is LimitUnit.MONTH

    @property
    def ministry(self) -> str | None:
        """The ministry system that handles it, by the code of its source."""
        return None if _RESIDENCE in self.sector else _MINISTRY.get(self._key)

    @property
    def units(self) -> tuple[str, ...]:
        """The units that may do the work, best first."""
        return ("CA", "VP", "CM") if _RESIDENCE in self.sector else _UNITS.get(self._key, ("VP", "CM"))

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments of the province that may do it."""
        return _OF_DEPARTMENT_ITSELF.get(self.code) or _DEPARTMENTS.get(self._key, ("01",))


@dataclass(frozen=True)
class KnownSource:
    """A source of dossiers, and up to when its data goes."""

    id: int
    name: str
    mirror: bool
    as_of: dt.datetime
    batch_id: int | None


@dataclass(frozen=True)
class Catalogue:
    """All that a dossier of the demo can be made of."""

    places: tuple[Place, ...]
    services: tuple[Service, ...]
    sources: dict[str, KnownSource]

    _open: dict[tuple[Level, bool], list[Place]] = field(default_factory=dict)

    def _places(self, level: Level, day: dt.date) -> list[Place]:
        """The agencies of a level that exist on a day; they change with the merger only."""
        era = (level, day >= MERGER)
        if era not in self._open:
            self._open[era] = [place for place in self.places if place.level is level and place.is_open(day)]
        return self._open[era]

    def draw_service(self, rng: Random, level: Level, *, slow: float) -> Service:
        """A procedure of a level, common ones more often; those with long limits `slow` times as often."""
        fit = [service for service in self.services if level in service.levels]
        weights = [service.weight * (slow if service.is_slow else 1.0) for service in fit]
        return rng.choices(fit, weights)[0]

    def draw_places(self, rng: Random, level: Level, service: Service, day: dt.date) -> tuple[Place, Place]:
        """Receiving and resolving agency on a day."""
        fit = self._places(level, day)
        if level is not Level.TINH:
            place = _drawn(rng, fit)
            return place, place
        numbers = service.departments
        resolving = _drawn(rng, [place for place in fit if place.code[4:] in numbers])
        return self._desk_for(rng, resolving, day), resolving

    def _desk_for(self, rng: Random, resolving: Place, day: dt.date) -> Place:
        """The province's centre; today land dossiers mostly come in at a commune's centre."""
        if resolving.code.endswith(".16") and day >= MERGER and rng.random() < 0.7:
            return _drawn(rng, self._places(Level.XA, day))
        centre = f"{resolving.province}.{_PROVINCIAL_DESK}"
        desks = [place for place in self._places(Level.TINH, day) if place.code == centre]
        return desks[0] if desks else resolving

    def draw_commune(self, rng: Random, province: str, day: dt.date) -> Place:
        """Where somebody of a province lives."""
        return rng.choice([place for place in self._places(Level.XA, day) if place.province == province])

    def draw_level(self, rng: Random, day: dt.date) -> Level:
        """Province, district (until 30/6/2025) or commune."""
        if day < MERGER:
            return rng.choices((Level.TINH, Level.HUYEN, Level.XA), (0.22, 0.33, 0.45))[0]
        return rng.choices((Level.TINH, Level.XA), (0.27, 0.73))[0]


def _drawn(rng: Random, places: list[Place]) -> Place:
    return rng.choices(places, [place.weight for place in places])[0]


def desk_unit(place: Place) -> tuple[int, str] | tuple[None, str]:
    """The one-stop desk of an agency."""
    return place.unit(_DESKS)


def read_catalogue(session: Session, seed: int, words: Words, sources: dict[str, KnownSource]) -> Catalogue:
    """The catalogue as it is stored."""
    return Catalogue(_places(session, seed, words), _services(session), sources)


def _places(session: Session, seed: int, words: Words) -> tuple[Place, ...]:
    found: dict[int, Place] = {}
    for agency in session.execute(select(Agency).order_by(Agency.code)).scalars():
        if agency.code[:3] in PROVINCES:
            found[agency.id] = _place(session, agency, seed, words)
    for unit in session.execute(
        select(Unit).where(Unit.active).order_by(Unit.agency_id, Unit.code)
    ).scalars():
        if unit.agency_id in found:
            found[unit.agency_id].units[unit.code] = (unit.id, unit.name)
    rows = select(AgencySuccession).order_by(AgencySuccession.predecessor_id, AgencySuccession.successor_id)
    for row in session.execute(rows).scalars():
        if row.predecessor_id in found and row.successor_id in found:
            found[row.predecessor_id].heirs.append(found[row.successor_id])
    return tuple(found.values())


def _place(session: Session, agency: Agency, seed: int, words: Words) -> Place:
    # Each agency has a generator of its own, so that one more agency changes nothing about the others.
    rng = Random(f"{seed}:{agency.code}")
    troubled = rng.random() < 0.2
    names = [words.name(rng, rng.choice(("male", "female"))) for _ in range(2)]
    return Place(
        id=agency.id,
        code=agency.code,
        name=agency.name,
        level=agency.level,
        opens=agency.active_from or dt.date.min,
        closes=agency.active_to or dt.date.max,
        calendar=work_calendar(session, agency.id),
        weight=_weight(agency, rng),
        trouble=rng.uniform(2.5, 4.5) if troubled else rng.uniform(0.1, 0.5),
        staff=Staff(Actor(None, names[0]), {None: Actor(None, names[1])}),
    )


def _weight(agency: Agency, rng: Random) -> float:
    if agency.code.endswith(".16"):
        return 4.0
    if agency.code.endswith(f".{_PROVINCIAL_DESK}"):
        return 30.0
    town = 2.5 if {"phuong", "pho", "thi"} & set(agency.name_folded.split()) else 1.0
    return town * rng.paretovariate(1.6)


def _services(session: Session) -> tuple[Service, ...]:
    limits: dict[int, dict[Channel | None, TimeLimit]] = defaultdict(dict)
    for limit in session.execute(select(ProcedureLimit).order_by(ProcedureLimit.id)).scalars():
        if not limit.case_code:
            limits[limit.version_id].setdefault(limit.channel, TimeLimit(limit.promised_amount, limit.unit))
    papers: dict[int, list[str]] = defaultdict(list)
    rows = select(ProcedureComponent).order_by(ProcedureComponent.version_id, ProcedureComponent.position)
    for paper in session.execute(rows).scalars():
        papers[paper.version_id].append(paper.name)
    versions = (
        select(Procedure.code, ProcedureVersion, Sector.name_folded)
        .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
        .join(Sector, Sector.id == ProcedureVersion.sector_id)
        .where(ProcedureVersion.valid_to.is_(None))
        .order_by(Procedure.code)
    )
    return tuple(
        Service(
            procedure_id=version.procedure_id,
            version_id=version.id,
            sector_id=version.sector_id,
            code=code,
            sector=sector,
            levels=frozenset(Level(level) for level in version.levels.split(";") if level),
            weight=_WEIGHTS.get(code, 1.0),
            limits=limits[version.id],
            papers=tuple(papers[version.id]),
        )
        for code, version, sector in session.execute(versions)
        if None in limits[version.id]
    )
