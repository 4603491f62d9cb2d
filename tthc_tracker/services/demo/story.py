"""What has happened to one made dossier so far, as it is being told."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tthc_tracker.domain.deadlines import Pause
from tthc_tracker.domain.lifecycle import Channel, EventKind, State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.services.demo.catalogue import MERGER, KnownSource, Place, Service, desk_unit
from tthc_tracker.services.demo.words import Words
from tthc_tracker.services.events import Actor

MOVING_DAY = dt.datetime.combine(MERGER, dt.time(7), VIETNAM)


@dataclass(frozen=True)
class Happening:
    """An event before it has its number."""

    kind: EventKind
    at: dt.datetime
    recorded_at: dt.datetime
    actor: Actor
    reason: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Interruption:
    """A pause with its reason; `reason` as in services: supplement or payment."""

    pause: Pause
    reason: str
    note: str
    actor: Actor


@dataclass
class Story:
    """A dossier while it is told. `row`: its columns; `until`: up to when its source knows."""

    rng: Random
    words: Words
    service: Service
    source: KnownSource
    channel: Channel
    receiving: Place
    resolving: Place
    returning: Place
    filed_at: Place
    first_at: dt.datetime
    until: dt.datetime
    row: dict[str, Any]
    happenings: list[Happening] = field(default_factory=list)
    rating: dict[str, Any] | None = None  # what its applicant said once it was returned
    cause: dict[str, Any] | None = None  # why it is late, as its officer said
    rounds: list[dict[str, Any]] = field(default_factory=list)
    interruptions: list[Interruption] = field(default_factory=list)

    @property
    def mirror(self) -> bool:
        """Whether another system's facts are told."""
        return self.source.mirror

    def chance(self, probability: float) -> bool:
        """Whether something that happens so often happens now."""
        return self.rng.random() < probability

    def later(self, moment: dt.datetime, minutes: float) -> dt.datetime:
        """So many working minutes after a moment."""
        return self.resolving.calendar.add(moment, max(1, int(minutes)))

    def tell(
        self,
        kind: EventKind,
        at: dt.datetime,
        actor: Actor,
        *,
        reason: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Add an event; at a closed agency its heir has taken over before."""
        self.move_on(at)
        recorded_at = at
        if self.mirror:  # a file brings it some minutes later, never before what it brought earlier
            synced_at = min(at + dt.timedelta(minutes=self.rng.randrange(2, 10)), self.until)
            recorded_at = max([synced_at, *(each.recorded_at for each in self.happenings[-1:])])
        self.happenings.append(Happening(kind, at, recorded_at, actor, reason, dict(facts or {})))

    def step(
        self,
        kind: EventKind,
        at: dt.datetime,
        state: State,
        actor: Actor,
        *,
        reason: str = "",
        facts: Mapping[str, Any] | None = None,
        said: Mapping[str, list[Any]] | None = None,
    ) -> None:
        """Change state. Of a mirrored dossier its source tells that, with what it `said` besides."""
        if self.mirror:
            changes: dict[str, Any] = {"state": [str(self.row["state"]), str(state)], **(said or {})}
            self.tell(EventKind.SOURCE_UPDATED, at, Actor(None, self.source.name), facts=changes)
        else:
            self.tell(kind, at, actor, reason=reason, facts=facts)
        self.row["state"] = state

    def move_on(self, at: dt.datetime) -> None:
        """At the merger a running dossier moves to the heir; code, promise and clock stay."""
        running = self.row["closed_at"] is None
        if not running or self.resolving.is_open(at.date()) or not self.resolving.heirs:
            return
        old, new = self.resolving, self.rng.choice(self.resolving.heirs)
        same = self.returning is old
        self.resolving = new
        self.returning = new if same or not self.returning.heirs else self.returning.heirs[0]
        if self.row["accepted_at"] is None:
            self.receiving = self.returning
        self.hold(min(at, MOVING_DAY), assigned=self.row["accepted_at"] is not None)
        facts = {"from_agency_id": old.id, "to_agency_id": new.id, "agency": [old.name, new.name]}
        self.happenings.append(
            Happening(
                EventKind.TRANSFERRED, min(at, MOVING_DAY), min(at, MOVING_DAY),
                Actor(None, self.words.phrase(self.rng, "system")),
                self.words.phrase(self.rng, "transfer"), facts,
            )
        )  # fmt: skip

    def hold(self, at: dt.datetime, *, assigned: bool) -> tuple[str, Actor]:
        """Let the unit that does the work, or the desk, hold it from a moment on; gives unit and officer."""
        place = self.resolving if assigned else self.receiving
        unit_id, unit = place.unit(self.service.units) if assigned else desk_unit(place)
        officer = place.staff.officer(unit_id)
        self.row |= {
            "holding_unit_id": unit_id, "held_since": at, "officer_id": officer.user_id if assigned else None,
        }  # fmt: skip
        return unit, officer
