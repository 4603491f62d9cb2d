"""What the things are called that a dossier points to: kept in this process, read again when one is renamed.

A page of dossiers names its agencies, units, officers, procedures and sources. To join nine small catalogues
to a page of rows takes longer than to look fifty names up (decision 0045). They hardly ever change, and the
database itself says when: triggers raise the number that memory goes by.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import URL, Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Sector, Source
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.revisions import revision

Name = TypeVar("Name")

REVISION = "names"


class NamedAgency(NamedTuple):
    """An agency as a page names it."""

    id: int
    code: str
    name: str


class NamedSource(NamedTuple):
    """A source as a page names it."""

    name: str
    kind: SourceKind


class Names(Generic[Name]):
    """The names of one catalogue by id.

    A unit that reads takes them from memory while nothing has been renamed since; what was added since is
    asked for by its id. A unit that writes asks the database for each: it sees what it has written itself,
    and memory never holds what may yet be undone.
    """

    def __init__(
        self, key: InstrumentedAttribute[int], columns: Select[*tuple[Any, ...]], named: Callable[..., Name]
    ) -> None:
        self._all = columns.add_columns(key)
        self._some = self._all.where(among(key, bindparam("ids", type_=Ids())))
        self._named = named
        self._lock = Lock()
        self._kept: dict[URL, tuple[int, Mapping[int | None, Name]]] = {}

    def of(self, session: Session, ids: Iterable[int | None]) -> Mapping[int | None, Name]:
        """The names of at least these; nobody is called anything."""
        wanted = {one for one in ids if one is not None}
        if not wanted:
            return {}
        if not session.get_bind().get_execution_options().get("readonly"):
            return self._read(session, wanted)
        number = revision(session, REVISION)
        known = self._known(session, number)
        if missing := wanted - known.keys():
            known = {**known, **self._read(session, missing)}
            self._keep(session, number, known)
        return known

    def one(self, session: Session, its_id: int) -> Name:
        """The name of this one."""
        return self.of(session, (its_id,))[its_id]

    def _known(self, session: Session, number: int) -> Mapping[int | None, Name]:
        kept = self._kept.get(session.get_bind().engine.url)
        if kept is not None and kept[0] == number:
            return kept[1]
        known = self._by_id(session.execute(self._all))
        self._keep(session, number, known)
        return known

    def _keep(self, session: Session, number: int, known: Mapping[int | None, Name]) -> None:
        """Keep them for this database and the one asked before it: a standby may be behind."""
        url = session.get_bind().engine.url
        with self._lock:
            self._kept = {**dict(list(self._kept.items())[-1:]), url: (number, known)}

    def _read(self, session: Session, ids: Collection[int]) -> Mapping[int | None, Name]:
        return self._by_id(session.execute(self._some, {"ids": sorted(ids)}))

    def _by_id(self, rows: Iterable[Any]) -> Mapping[int | None, Name]:
        return {row[-1]: self._named(*row[:-1]) for row in rows}


agencies = Names(Agency.id, select(Agency.id.label("its"), Agency.code, Agency.name), NamedAgency)
units = Names(Unit.id, select(Unit.name), str)
officers = Names(User.id, select(User.full_name), str)
versions = Names(ProcedureVersion.id, select(ProcedureVersion.name), str)
procedures = Names(Procedure.id, select(Procedure.code), str)
sectors = Names(Sector.id, select(Sector.name), str)
sources = Names(Source.id, select(Source.name, Source.kind), NamedSource)


@dataclass(frozen=True, slots=True)
class Called:
    """The names that the rows of a list need, by the ids in its columns."""

    agencies: Mapping[int | None, NamedAgency]
    units: Mapping[int | None, str]
    officers: Mapping[int | None, str]
    procedures: Mapping[int | None, str]
    versions: Mapping[int | None, str]
    sources: Mapping[int | None, NamedSource]


def called(session: Session, rows: Collection[Any]) -> Called:
    """What these rows name: each has `agency_id`, `holding_unit_id`, `officer_id`, `procedure_id`,
    `procedure_version_id` and `source_id`."""
    return Called(
        agencies.of(session, (row.agency_id for row in rows)),
        units.of(session, (row.holding_unit_id for row in rows)),
        officers.of(session, (row.officer_id for row in rows)),
        procedures.of(session, (row.procedure_id for row in rows)),
        versions.of(session, (row.procedure_version_id for row in rows)),
        sources.of(session, (row.source_id for row in rows)),
    )
