"""Fill an empty database with the demo: accounts, some 20,000 dossiers, the session's own figures."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import AT_WORK, Channel, ReturnMethod, State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.milestones import due_soon_from, handover_due, very_overdue_from
from tthc_tracker.queries.calendars import national_calendar
from tthc_tracker.services import catalogue as shipped
from tthc_tracker.services.demo import alertrules, indicators
from tthc_tracker.services.demo.arrivals import FIRST_DAY, RUSH, Arrival, Arrivals
from tthc_tracker.services.demo.catalogue import DESK, Catalogue, KnownSource, Place, Service, read_catalogue
from tthc_tracker.services.demo.fieldreports import report_some
from tthc_tracker.services.demo.handing import hand_some_over
from tthc_tracker.services.demo.outages import note_some
from tthc_tracker.services.demo.processes import make_processes, run_some
from tthc_tracker.services.demo.queue import SIZE, fill_queue
from tthc_tracker.services.demo.reception import receive
from tthc_tracker.services.demo.resolution import resolve
from tthc_tracker.services.demo.rows import Told, Writer, empty_row
from tthc_tracker.services.demo.signing import sign_last_quarter
from tthc_tracker.services.demo.sources import count_rows, open_sources, remember_rows
from tthc_tracker.services.demo.staffing import Personnel, staff_agencies
from tthc_tracker.services.demo.story import Story
from tthc_tracker.services.demo.words import Words

DOSSIERS = 20_000
SEED = 2024
BATCH = 1_000

_POSTED = 0.12
"""The share of results that go by post."""

_FEES = (8_000, 15_000, 20_000, 50_000, 100_000, 120_000)


def fill(
    session: Session,
    *,
    now: dt.datetime,
    secret: str,
    dossiers: int = DOSSIERS,
    seed: int = SEED,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Load the shipped catalogue and make dossiers until `now`; the same `now` and seed make the same ones.

    For a database without accounts and dossiers. `secret`: what receipt tokens are derived from. `progress`
    is told of each batch how many dossiers it had.
    """
    now = now.astimezone(VIETNAM).replace(second=0, microsecond=0)
    shipped.load_shipped(session, now)
    session.flush()
    rng, words = Random(seed), Words()
    catalogue = read_catalogue(session, seed, words, open_sources(session, now))
    since = dt.datetime.combine(FIRST_DAY, dt.time(7), VIETNAM)
    staff_agencies(Personnel(session, Random(f"{seed}:people"), words, since), catalogue, now.date())
    writer = Writer(session, now, secret)
    calendar = national_calendar(session)
    # A promise near the end of the known calendar could not be reckoned.
    known = dt.datetime.combine(dt.date(calendar.years[-1], 7, 1), dt.time(), VIETNAM)
    arrivals = Arrivals(rng, calendar, min(now, known)).draw(max(dossiers - SIZE, 0))
    author = _Author(rng, words, catalogue, now)
    stories = (author.write(arrival) for arrival in arrivals)
    for batch in _batches(stories):
        writer.write(batch)
        progress(len(batch))
    writer.close_series()
    session.flush()
    count_rows(session)
    remember_rows(session)
    make_processes(session, words, now=now)
    run_some(session)
    hand_some_over(session, now=now)
    _fill_beside(session, words, seed, now)
    alertrules.set_own(session, now.date())
    if dossiers >= SIZE and now < known:
        fill_queue(session, Random(f"{seed}:queue"), words, catalogue, now=now, secret=secret)
    session.flush()
    sign_last_quarter(session, now=now)


def _fill_beside(session: Session, words: Words, seed: int, now: dt.datetime) -> None:
    """What stands beside the dossiers: outages, the board of the session, reports from the field."""
    note_some(session, now=now)
    indicators.keep_board(session, words, now=now)
    report_some(session, words, seed=seed, now=now)


def _batches(stories: Iterable[Told]) -> Iterator[list[Told]]:
    iterator = iter(stories)
    while batch := list(islice(iterator, BATCH)):
        yield batch


@dataclass
class _Author:
    """Makes one dossier after the other from one generator."""

    rng: Random
    words: Words
    catalogue: Catalogue
    now: dt.datetime
    _blank: dict[str, Any] = field(default_factory=empty_row)
    _seen: list[dict[str, Any]] = field(default_factory=list)

    def write(self, arrival: Arrival) -> Told:
        """A dossier that came at this moment, with all that has become of it."""
        rng, day = self.rng, arrival.at.date()
        level = self.catalogue.draw_level(rng, day)
        service = self.catalogue.draw_service(rng, level, slow=3.5 if self._in_rush(arrival) else 1.0)
        receiving, resolving = self.catalogue.draw_places(rng, level, service, day)
        channel = self._channel(arrival)
        code = self._source(service, channel, arrival.at)
        source = self.catalogue.sources[code]
        story = Story(
            rng=rng, words=self.words, service=service, source=source, channel=channel,
            receiving=receiving, resolving=resolving, returning=receiving, filed_at=receiving,
            first_at=arrival.at, until=source.as_of, row=dict(self._blank),
        )  # fmt: skip
        story.row["fully_electronic"] = None if channel is Channel.ONLINE else False
        papers = self._papers(service, source)
        story.row["components_digitised"] = all(paper["digitised"] for paper in papers) if papers else None
        if receive(story):
            resolve(story)
        self._pay(story)
        _bring_to_present(story)
        _note_handover(story)
        applicant, owner = self._people(receiving, day)
        if _goes_by_post(story):
            story.row["by_post"] = True
            applicant = applicant | {"post_address": applicant["address"]}
        return Told(story, code, applicant, owner, papers)

    def _in_rush(self, arrival: Arrival) -> bool:
        """At the year's end land certificates and building permits are sought."""
        return arrival.at > self.now - RUSH

    def _channel(self, arrival: Arrival) -> Channel:
        if arrival.online:
            return Channel.ONLINE
        by_post = arrival.at.hour < 16 and arrival.at.weekday() < 5 and self.rng.random() < 0.05
        return Channel.POST if by_post else Channel.COUNTER

    def _source(self, service: Service, channel: Channel, at: dt.datetime) -> str:
        """Which system it came by; one that has been silent since gets no newer ones."""
        draw, ministry = self.rng.random(), service.ministry
        if channel is Channel.POST:
            return DESK
        if ministry and at < self.catalogue.sources[ministry].as_of and draw < 0.22:
            return ministry
        if channel is Channel.COUNTER:
            return DESK
        return "national-portal" if draw > 0.78 else "provincial-portal"

    def _papers(self, service: Service, source: KnownSource) -> tuple[dict[str, Any], ...]:
        """What was handed in, noted for a part of the desk's own."""
        if source.mirror or self.rng.random() > 0.4:
            return ()
        digitised = self.rng.random() < 0.7
        return tuple(
            {"position": position, "name": name, "originals": 1, "certified": 0, "copies": 0,
             "digitised": digitised or self.rng.random() < 0.5}
            for position, name in enumerate(service.papers, start=1)
        )  # fmt: skip

    def _pay(self, story: Story) -> None:
        draw = self.rng.random()
        if draw < 0.45:
            return
        online = story.channel is Channel.ONLINE
        amount = self.rng.choice(_FEES)
        if draw < 0.52:
            story.row |= {"fee_due": amount, "fee_state": "exempt"}
        elif draw < 0.56 and story.row["closed_at"] is None:
            story.row |= {"fee_due": amount, "fee_state": "due"}
        else:
            methods, shares = (
                ("online", "transfer", "cash"),
                (0.8, 0.15, 0.05) if online else (0.12, 0.2, 0.68),
            )
            method = self.rng.choices(methods, shares)[0]
            story.row |= {"fee_due": amount, "fee_state": "paid", "fee_method": method}

    def _people(self, receiving: Place, day: dt.date) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Applicant and owner (None: the same). Some come again; some file for a company or for kin."""
        rng = self.rng
        home = receiving
        if receiving.level is Level.TINH:
            home = self.catalogue.draw_commune(rng, receiving.province, day)
        place = home.name.removeprefix(self.words.phrases["committee"][0])
        if self._seen and rng.random() < 0.08:
            return rng.choice(self._seen), None
        applicant = self.words.person(rng, province=receiving.province, place=place, on=day)
        self._seen.append(applicant)
        draw = rng.random()
        if draw < 0.05 or (draw < 0.3 and receiving.level is Level.TINH):
            return applicant, self.words.business(rng, place=place)
        if draw > 0.94:
            return applicant, self.words.person(rng, province=receiving.province, place=place, on=day)
        return applicant, None


def _goes_by_post(story: Story) -> bool:
    """Whether the result was asked for by post: what went so, and a few of those that nobody has yet.

    By a die of its own, so that no other story changes.
    """
    row = story.row
    if story.mirror or row["accepted_at"] is None:
        return False
    if row["returned_at"] is not None:
        return row["return_method"] is ReturnMethod.POST
    waits = row["state"] in AT_WORK or row["state"] is State.FINISHED
    on_paper = waits and not row["fully_electronic"] and not story.service.limit(story.channel).is_same_day
    return on_paper and Random(int(story.first_at.timestamp())).random() < _POSTED


def _bring_to_present(story: Story) -> None:
    """What is still open lies with the heir by now, and has its milestones."""
    row = story.row
    if row["closed_at"] is not None:
        return
    story.move_on(story.until)
    if row["accepted_at"] is None or row["due_at"] is None:
        return
    calendar = story.resolving.calendar
    limit = None if story.mirror else story.service.limit(story.channel)
    row["due_soon_from"] = due_soon_from(row["accepted_at"], row["due_at"], limit, calendar)
    row["very_overdue_from"] = very_overdue_from(row["overdue_from"], limit, calendar)


def _note_handover(story: Story) -> None:
    """The hand-over clock of what was received for another agency, which has it once work has begun."""
    row = story.row
    if story.mirror or row["accepted_at"] is None or story.receiving.id == story.resolving.id:
        return
    row["handover_due_at"] = handover_due(row["accepted_at"], story.receiving.calendar)
    if row["state"] is not State.RECEIVED:
        row["handover_confirmed_at"] = row["held_since"] or row["closed_at"]
