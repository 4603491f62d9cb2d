"""Every number of every table of a small office opens what it counts; what opens nothing is no count."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import insert, select, update

from tests.support.moments import on
from tests.support.statisticsdata import IDS, hand_on, plant
from tests.web.test_reports import AFTER, QUARTER, enter

if TYPE_CHECKING:
    from flask import Flask

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

CELL = re.compile(r'<td class="cell-num" data-label="([^"]*)"[^>]*><div>(.*?)</div></td>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)">([\d.]+)</a>')
NAMED = re.compile(r'<a href="([^"]+)" aria-label="[^"]*">([\d.]+)</a>')
COUNTED = re.compile(r"^[\d.]+$")
NO_COUNT = re.compile(r"STT|ngày|P[589]0|Hạng|\(CS\d\)|tối đa")
"""How long, in which place, how many points: what has no list."""
LISTS = {
    "/tong-hop/ho-so": "counted",
    "/tong-hop/thu-tuc": "procedures",
    "/tong-hop/dieu-chinh": "restated",
    "/tong-hop/danh-gia": "rated",
    "/giam-sat/ly-do-tre/ho-so": "late_causes",
}
OF_TABLES = [f"/tong-hop?{QUARTER}&by={by}" for by in ("level", "agency", "sector", "unit", "month")]
BY_SECOND = [f"/tong-hop?{QUARTER}&by={by}&date=reappointed" for by in ("level", "agency")]
OF_FORMS = [f"/tong-hop/bieu-06?{QUARTER}&by={by}" for by in ("level", "agency", "procedure", "source")]
OF_PLACES = [
    f"/tong-hop/don-vi/H50.01?{QUARTER}", f"/tong-hop/don-vi/H50.20/P1?{QUARTER}",
    f"/tong-hop/xep-hang?{QUARTER}",
]  # fmt: skip

OF_INDICATORS = [f"/chi-tieu/{code}?period=2026-Q3" for code in ("components", "results")]


@pytest.fixture
def planted(app: "Flask") -> "Flask":
    """Dossiers of every kind that a table tells apart, some of them transferred, explained, rated, held."""
    from tthc_tracker.domain.apologies import LatenessCause
    from tthc_tracker.domain.lifecycle import FinishClass
    from tthc_tracker.domain.ratings import RatedAt, Rating
    from tthc_tracker.extensions import database
    from tthc_tracker.models.apology import Lateness
    from tthc_tracker.models.applicant import DossierRating
    from tthc_tracker.models.dossier import Dossier
    from tthc_tracker.models.procedure import ProcedureVersion
    from tthc_tracker.services.catalogue import seed_reference

    with database.transaction() as session:
        seed_reference(session, AFTER)
        plant(session, Random(11), 90, on("Fri 2026-05-01"), on("Mon 2026-09-14"), AFTER)
        every = session.execute(select(Dossier.id).order_by(Dossier.id)).scalars().all()
        for place, one in enumerate(every):
            facts = {"procedure_version_id": 9001 + place % 2}
            session.execute(update(Dossier).where(Dossier.id == one).values(facts))
        session.execute(
            update(ProcedureVersion).where(ProcedureVersion.id == 9002).values(service_level="toan_trinh")
        )
        late = select(Dossier.id, Dossier.resolving_agency_id).where(Dossier.finish_class == FinishClass.LATE)
        for place, (one, agency) in enumerate(session.execute(late.order_by(Dossier.id)).all()):
            if place % 2:
                said = {"dossier_id": one, "note": "", "given_at": AFTER, "given_by_id": None}
                session.execute(insert(Lateness), [said | {"cause": list(LatenessCause)[place % 8]}])
                session.execute(
                    insert(DossierRating),
                    [{"dossier_id": one, "agency_id": agency, "rating": Rating.SATISFIED,
                      "rated_at": RatedAt.DESK, "given_on": AFTER.date()}],
                )  # fmt: skip
        # To an heir and from there to another, so that one has gone through the province twice.
        open_there = select(Dossier.id).where(
            Dossier.resolving_agency_id == IDS["H50.01"], Dossier.closed_at.is_(None),
            Dossier.due_at.is_not(None), Dossier.accepted_on < dt.date(2026, 8, 3),
        )  # fmt: skip
        for one in session.execute(open_there.order_by(Dossier.id).limit(3)).scalars().all():
            hand_on(session, one, [(dt.date(2026, 8, 3), "H50.20"), (dt.date(2026, 9, 1), "H50.02")])
    enter(app, "H50.20", "officer")
    with database.transaction() as session:
        officer = select(_user().id).where(_user().username == "officer.h50.20").scalar_subquery()
        mine = Dossier.resolving_agency_id == IDS["H50.20"]
        session.execute(update(Dossier).where(mine).values(officer_id=officer))
    return app


def _user() -> "type":
    from tthc_tracker.models.account import User

    return User


def _opened(app: "Flask", address: str) -> int:
    """How many lines the list of an address has, for the controller of the province."""
    from tthc_tracker import clock
    from tthc_tracker.domain.permissions import Membership, Role
    from tthc_tracker.extensions import database
    from tthc_tracker.queries import lists
    from tthc_tracker.queries.keptlist import Asked
    from tthc_tracker.queries.scoping import scope_of

    parts = urlsplit(address)
    kept = lists.kept(LISTS[parts.path])
    with database.reading() as session:
        held = (Membership(Role.CONTROLLER, IDS["H50"]),)
        question, scope = kept.question(dict(parse_qsl(parts.query))), scope_of(session, [IDS["H50"]])
        return kept.count(session, Asked(question, scope, clock.now(), 0, held)).number


def _walk(app: "Flask", address: str, role: str = "controller") -> Iterator[tuple[str, str]]:
    """The numbers of a page's tables with their addresses; a count without one is a fault."""
    answer = enter(app, "H50", role).get(address)
    assert answer.status_code == 200, address
    text = html.unescape(answer.text)
    assert "<table" in text
    for label, shown in CELL.findall(text):
        words = re.sub(r"<[^>]+>", "", shown).strip()
        if COUNTED.match(words) and words != "0" and not NO_COUNT.search(label):
            assert LINK.search(shown), f"{address}: {label} {words} opens nothing"
        yield from LINK.findall(shown)


def _assert_opens_what_it_counts(app: "Flask", address: str) -> int:
    numbers = sorted(set(_walk(app, address)))
    wrong = [(url, number, found) for url, number in numbers
             if (found := _opened(app, url)) != int(number.replace(".", ""))]  # fmt: skip
    assert not wrong, wrong
    return len(numbers)


def test_every_number_of_the_summary_and_of_the_form_opens_what_it_counts(planted: "Flask") -> None:
    for address in (*OF_TABLES, *OF_FORMS, *OF_PLACES):
        assert _assert_opens_what_it_counts(planted, address) > 5, address


def test_both_numbers_of_an_agency_behind_a_computed_indicator_open_what_they_count(
    planted: "Flask",
) -> None:
    for address in OF_INDICATORS:
        text = html.unescape(enter(planted, "H50").get(address).text)
        numbers = {(url, number) for url, number in NAMED.findall(text) if "cell=" in url}
        assert len(numbers) > 5, address
        assert {(url, str(_opened(planted, url))) for url, _ in numbers} == numbers


def test_by_the_second_date_every_number_opens_what_it_counts_by_that_date(planted: "Flask") -> None:
    for address in BY_SECOND:
        assert _assert_opens_what_it_counts(planted, address) > 5, address
    lawful, second = ({*_late(planted, address)} for address in (OF_TABLES[0], BY_SECOND[0]))
    assert {number for _, number in lawful} != {number for _, number in second}, "the dates differ here"
    assert "theo ngày hẹn lại" in enter(planted, "H50").get(min(second)[0]).text


def _late(app: "Flask", address: str) -> Iterator[tuple[str, str]]:
    return (found for found in _walk(app, address) if "cell=late" in found[0].split("&"))


def test_every_number_of_every_working_table_opens_what_it_counts(planted: "Flask") -> None:
    from tthc_tracker.wording.workingforms import Working

    for which in Working:
        address = f"/tong-hop/bang?bang={which.value}&{QUARTER}"
        assert _assert_opens_what_it_counts(planted, address), which
