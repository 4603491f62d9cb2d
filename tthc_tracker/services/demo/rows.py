"""Told stories as rows, and rows into the database in bulk."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from tthc_tracker.domain.dossiercode import CURRENT_PATTERN
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.receipttoken import receipt_token, token_hash
from tthc_tracker.models.apology import Lateness
from tthc_tracker.models.applicant import DossierRating
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent, DossierTransfer, Pause
from tthc_tracker.models.person import Person
from tthc_tracker.models.reception import CodeCounter, DossierComponent, ReceptionRound
from tthc_tracker.services import numbering, search
from tthc_tracker.services.demo.story import Story

# Series of systems that number by province and day, beside the desks' own; made up for the demo.
_SERIES = {
    "national-portal": "QG", "ministry-civil-status": "HT", "ministry-land": "DD", "ministry-business": "KD",
}  # fmt: skip
_PORTAL_FROM = 5000
"""The portal numbers by desk and day as well: from here on, so that it never meets a desk's own numbers."""


def _table(mapped: type[Base]) -> Table:
    table = mapped.__table__
    assert isinstance(table, Table)
    return table


def empty_row() -> dict[str, Any]:
    """A dossier's columns before anything is known."""
    return {
        column.key: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
        for column in _table(Dossier).columns
    }


@dataclass(frozen=True)
class Told:
    """A story with the people and papers that belong to it."""

    story: Story
    source_code: str
    applicant: dict[str, Any]
    owner: dict[str, Any] | None
    papers: tuple[dict[str, Any], ...]


@dataclass
class Writer:
    """Writes told stories, numbering them as the desks and systems would have."""

    session: Session
    now: dt.datetime
    secret: str
    _last: Counter[tuple[str, dt.date]] = field(default_factory=Counter)
    _own: Counter[tuple[int, dt.date]] = field(default_factory=Counter)

    def write(self, batch: Sequence[Told]) -> None:
        """Write a batch: a statement or two for each table."""
        people = self._people(batch)
        ids = self._ids(batch)
        codes = [self._code(told, dossier_id) for told, dossier_id in zip(batch, ids, strict=True)]
        dossiers = [
            self._dossier(told, code, pair) for told, code, pair in zip(batch, codes, people, strict=True)
        ]
        execute = self.session.execute
        # Tables, not mappings: an insert of mappings leaves NULLs out and falls apart into many statements.
        execute(insert(_table(Dossier)), dossiers)
        execute(insert(_table(DossierCode)), codes)
        execute(insert(_table(DossierEvent)), [
            row for told, key in zip(batch, ids, strict=True) for row in _events(told.story, key)
        ])  # fmt: skip
        for table, rows in (
            (ReceptionRound, [each | {"dossier_id": key} for told, key in zip(batch, ids, strict=True)
                              for each in told.story.rounds]),
            (Pause, [row for told, key in zip(batch, ids, strict=True) for row in _pauses(told.story, key)]),
            (DossierComponent, [each | {"dossier_id": key} for told, key in zip(batch, ids, strict=True)
                                for each in told.papers]),
            (DossierRating, [
                told.story.rating | {"dossier_id": row["id"], "agency_id": row["resolving_agency_id"]}
                for told, row in zip(batch, dossiers, strict=True) if told.story.rating
            ]),
            (Lateness, [
                told.story.cause | {"dossier_id": key}
                for told, key in zip(batch, ids, strict=True) if told.story.cause
            ]),
            (DossierTransfer, [row for told, key in zip(batch, ids, strict=True)
                               for row in _transfers(told.story, key)]),
        ):  # fmt: skip
            if rows:
                execute(insert(_table(table)), rows)
        search.index_dossiers(self.session, [
            (row["id"], [who["name_folded"] for who in (told.applicant, told.owner) if who],
             (row["receiving_agency_id"], row["resolving_agency_id"], row["returning_agency_id"]),
             row["code"])
            for told, row in zip(batch, dossiers, strict=True)
        ])  # fmt: skip

    def close_series(self) -> None:
        """Leave the counters where the last numbers given out have brought them."""
        rows = [
            {"agency_id": agency_id, "day": day, "series": "", "last": last}
            for (agency_id, day), last in sorted(self._own.items())
        ]
        if rows:
            self.session.execute(insert(_table(CodeCounter)), rows)

    def _people(self, batch: Sequence[Told]) -> list[tuple[int, int]]:
        """Applicant and owner of each; an applicant who is the owner is one person."""
        rows = [who for told in batch for who in (told.applicant, told.owner) if who]
        statement = insert(_table(Person)).returning(_table(Person).c.id, sort_by_parameter_order=True)
        ids = iter(self.session.execute(statement, rows).scalars().all())
        pairs = []
        for told in batch:
            applicant = next(ids)
            pairs.append((applicant, next(ids) if told.owner else applicant))
        return pairs

    def _ids(self, batch: Sequence[Told]) -> list[int]:
        years = [_known_at(told.story).year for told in batch]
        fresh = {
            year: iter(numbering.next_dossier_ids(self.session, year, amount))
            for year, amount in sorted(Counter(years).items())
        }
        return [next(fresh[year]) for year in years]

    def _code(self, told: Told, dossier_id: int) -> dict[str, Any]:
        story = told.story
        day = _known_at(story).date()
        code: dict[str, Any] = {
            "dossier_id": dossier_id, "kind": "primary", "source_id": story.source.id,
            "agency_id": None, "day": None, "seq": None,
        }  # fmt: skip
        if not story.mirror:
            desk = story.receiving
            self._own[desk.id, day] += 1
            number = self._own[desk.id, day]
            code |= {"agency_id": desk.id, "day": day, "seq": number}
            return code | {"code": CURRENT_PATTERN.format(desk.code, day, number)}
        series = _SERIES.get(told.source_code)
        agency = f"{story.filed_at.province}.{series}" if series else story.filed_at.code
        self._last[agency, day] += 1
        number = self._last[agency, day] + (0 if series else _PORTAL_FROM)
        return code | {"code": CURRENT_PATTERN.format(agency, day, number)}

    def _dossier(self, told: Told, code: dict[str, Any], people: tuple[int, int]) -> dict[str, Any]:
        story, row = told.story, told.story.row
        row |= {
            "id": code["dossier_id"], "code": code["code"], "version": len(story.happenings),
            "recorded_at": story.happenings[0].recorded_at,
            "source_id": story.source.id, "source_as_of": story.source.as_of if story.mirror else None,
            "procedure_id": story.service.procedure_id, "procedure_version_id": story.service.version_id,
            "sector_id": story.service.sector_id, "channel": story.channel,
            "applicant_id": people[0], "owner_id": people[1],
            "receiving_agency_id": story.receiving.id, "resolving_agency_id": story.resolving.id,
            "returning_agency_id": story.returning.id,
        }  # fmt: skip
        if row["returned_at"]:
            row["returned_to"] = told.applicant["full_name"]
        if not story.mirror:
            row["receipt_prints"] = 1
            row["receipt_token_hash"] = token_hash(receipt_token(self.secret, row["code"]))
        if row["closed_at"] is None:
            row["next_check_at"] = self.now  # the first scan looks at everything that is open
        return row


def _known_at(story: Story) -> dt.datetime:
    """The first moment by which a dossier is known and numbered."""
    if story.mirror:
        return story.first_at
    accepted_at: dt.datetime = story.row["accepted_at"]
    return accepted_at


def _events(story: Story, dossier_id: int) -> list[dict[str, Any]]:
    return [
        {
            "dossier_id": dossier_id, "seq": number, "kind": each.kind, "occurred_at": each.at,
            "recorded_at": each.recorded_at, "actor_id": each.actor.user_id, "actor_name": each.actor.name,
            "reason": each.reason, "facts": each.facts,
        }
        for number, each in enumerate(story.happenings, start=1)
    ]  # fmt: skip


def _transfers(story: Story, dossier_id: int) -> list[dict[str, Any]]:
    """A move at the merger is always one of the resolving agency (Story.move_on)."""
    return [
        {
            "dossier_id": dossier_id, "seq": number, "moved_on": each.at.date(),
            "from_agency_id": each.facts["from_agency_id"], "to_agency_id": each.facts["to_agency_id"],
        }
        for number, each in enumerate(story.happenings, start=1)
        if each.kind is EventKind.TRANSFERRED
    ]  # fmt: skip


def _pauses(story: Story, dossier_id: int) -> list[dict[str, Any]]:
    return [
        {
            "dossier_id": dossier_id, "policy": each.pause.policy, "reason": each.reason, "note": each.note,
            "basis": "", "started_at": each.pause.start, "ended_at": each.pause.end, "expires_at": None,
            "imported": False, "actor_id": each.actor.user_id,
        }
        for each in story.interruptions
    ]  # fmt: skip
