"""The list of open pauses: who stands on which tab, in whose eyes, and a page after a page."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests.services.test_pausing import ask, finish, hold, office, receive, resume
from tests.support.desk import Office
from tests.support.moments import at
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.queries import lists, pausedlist
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.queries.listing import Filters
from tthc_tracker.queries.pausedlist import Flag
from tthc_tracker.queries.scoping import scope_of

__all__ = ["office"]

NOW = at("Mon 2026-12-21 09:00")
ANY = Filters()


@pytest.fixture
def codes(office: Office, write: Session) -> dict[str, str]:
    """A dossier for each tab, and some that stand on none."""
    names = ("again", "last_day", "expired", "plain", "resumed", "finished")
    made = {name: receive(write, office) for name in names}
    ask(write, office, made["again"], at("Tue 2026-11-17 09:00"), reply_by=at("Mon 2027-02-01 00:00").date())
    resume(write, office, made["again"], at("Tue 2026-11-17 10:00"))
    later = at("Thu 2026-11-26 09:00")  # the limit had begun anew on the 17th: not late yet on the 20th
    ask(
        write, office, made["again"], at("Fri 2026-11-20 09:00"), again_because="còn thiếu",
        reply_by=at("Mon 2027-02-01 00:00").date(),
    )  # fmt: skip
    hold(write, office, made["last_day"], at("Thu 2026-11-19 08:00"), reply_by=later.date().replace(month=12))
    hold(write, office, made["expired"], at("Wed 2026-11-18 09:00"), reply_by=later.date())
    hold(write, office, made["plain"], at("Wed 2026-11-18 10:00"), PauseReason.OPINION,
         reply_by=at("Fri 2027-01-15 00:00").date())  # fmt: skip
    hold(write, office, made["resumed"], at("Tue 2026-11-17 09:00"))
    resume(write, office, made["resumed"], at("Tue 2026-11-17 10:00"))
    hold(write, office, made["finished"], at("Tue 2026-11-17 09:00"))
    finish(write, office, made["finished"], at("Wed 2026-11-18 10:00"))
    write.flush()
    return {name: dossier.code for name, dossier in made.items()}


def listed(session: Session, office: Office, flag: Flag | None, now: dt.datetime = NOW) -> list[str]:
    found = pausedlist.page(session, ANY, flag, office.controller.scope, now)
    assert pausedlist.count(session, ANY, flag, office.controller.scope, now).number == len(found.rows)
    return [row.code for row in found.rows]


def test_each_tab_lists_what_it_says(office: Office, write: Session, codes: dict[str, str]) -> None:
    held = [codes[name] for name in ("expired", "plain", "last_day", "again")]
    assert listed(write, office, None) == held  # the longest first
    assert listed(write, office, Flag.EXPIRED) == [codes["expired"]]
    assert listed(write, office, Flag.LAST_DAY) == held[2:]  # its new limit ended on the 20th
    assert listed(write, office, Flag.AGAIN) == [codes["again"]]
    assert listed(write, office, Flag.ASKED_LATE) == [codes["again"]]
    assert listed(write, office, Flag.LONG) == held
    assert listed(write, office, Flag.LONG, at("Fri 2026-12-18 10:30")) == held[:2]


def test_a_row_says_why_until_when_and_whether_its_clock_stands_still(
    office: Office, write: Session, codes: dict[str, str]
) -> None:
    rows = {row.code: row for row in pausedlist.page(write, ANY, None, office.controller.scope, NOW).rows}
    plain, expired = rows[codes["plain"]], rows[codes["expired"]]
    assert (plain.reason, plain.holds, plain.asked_of) == (PauseReason.OPINION, False, "Sở Tư pháp")
    assert (expired.holds, expired.by, expired.owner) == (True, office.officer.name, "Nguyễn V. A.")
    assert expired.flags(NOW) == (Flag.EXPIRED, Flag.LONG)


def test_pages_join_and_another_agency_sees_none(
    office: Office, write: Session, codes: dict[str, str]
) -> None:
    kept = lists.kept("paused")
    whole = Asked({}, office.controller.scope, NOW)
    first = kept.page(write, whole, "", 3)
    rest = kept.page(write, whole, first.after, 3)
    assert [len(first.rows), len(rest.rows), rest.after] == [3, 1, ""]
    assert kept.count(write, whole).number == 4
    elsewhere = Asked({"flag": "khong-co"}, scope_of(write, [office.other]), NOW)
    assert kept.count(write, elsewhere).number == 0
    narrowed = Asked({"agency": "H50.19001"}, office.controller.scope, NOW)
    assert kept.count(write, narrowed).number == 0
