"""A signed report: who signs it, that nothing changes it, that its difference to today is what changed."""

import datetime as dt
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.support.desk import Worker, hire
from tests.support.moments import at, on
from tests.support.statisticsdata import IDS, SECTORS, hand_on, plant
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.lifecycle import FinishClass, State
from tthc_tracker.domain.performance import StatutoryRow
from tthc_tracker.domain.periods import Period, PeriodKind, quarter
from tthc_tracker.domain.permissions import EVERYTHING, Role
from tthc_tracker.domain.signedreports import CELLS, WITHIN, behind, packed, row
from tthc_tracker.domain.statutorytable import Table
from tthc_tracker.extensions import Database
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.signedreport import ReportReopening, SignedMark, SignedReport
from tthc_tracker.printouts import form_table
from tthc_tracker.queries import signedreports as reads
from tthc_tracker.queries import statutorytables
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.statutorymarks import SIGNED
from tthc_tracker.services import signedreports
from tthc_tracker.services.catalogue import seed_reference
from tthc_tracker.services.signedreports import ReopenReport, SignReport
from tthc_tracker.spreadsheets import formsheet
from tthc_tracker.wording import statutoryforms

PERIOD = quarter(2026, 3)
AFTER = at("Tue 2026-09-15 08:00")
LATER = at("Thu 2026-10-15 09:00")


@pytest.fixture
def head(database: Database) -> Worker:
    """The head of the province of `plant`, over its dossiers of a quarter that has ended."""
    with database.transaction() as session:
        seed_reference(session, AFTER)
        plant(session, Random(17), 120, on("Fri 2026-05-01"), on("Mon 2026-09-14"), AFTER)
        return hire(session, "Nguyễn Thị Thủ Trưởng", Role.HEAD_OF_AGENCY, IDS["H50"])


def signed(session: Session, head: Worker, agency: str = "H50", period: Period = PERIOD) -> int:
    """The report as its head reads it and signs it."""
    found = reads.draft(session, agency, period, AFTER)
    command = SignReport(IDS[agency], period, found.edition, found.seen)
    return signedreports.sign(session, command, person=head, now=AFTER)


def papers(session: Session, report_id: int, by: str = "level") -> tuple[bytes, bytes, bytes]:
    """What a signed report is printed as."""
    report = reads.report(session, report_id, EVERYTHING)
    form = statutoryforms.form(report.tables[by], report.head)
    workbook, paper = formsheet.workbook(form), form_table.paper(form, report.brief.signed_at)
    return workbook, paper.content, reads.content(report.head, report.tables)


def test_it_keeps_the_figures_and_every_dossier_behind_them(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        report_id = signed(session, head)
    with database.reading() as session:
        report, marks = reads.report(session, report_id, EVERYTHING), reads.marks(session, report_id)
        for by in SIGNED:
            question = Question(PERIOD.start, PERIOD.end, by, EVERYTHING, "H50")
            assert report.tables[by.value] == statutorytables.table(session, question, AFTER)
        total = report.tables["level"].total
        assert {name: len(marks.get(f"cell/{name}", ())) for name in CELLS} == {
            name: getattr(total, name) for name in CELLS
        }
        assert report.brief.dossiers == total.received + total.no_due_date
        assert reads.is_whole(session, report_id)
        assert report.head.signer == head.name
        assert report.brief.sha256 in report.head.seal


def test_nothing_in_it_can_be_changed(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        report_id = signed(session, head)
        command = ReopenReport(report_id, "Sai sót ở nguồn")
        signedreports.reopen(session, command, person=head, now=LATER)
    for table, column in ((SignedReport, "sha256"), (SignedMark, "name"), (ReportReopening, "reason")):
        for statement in (update(table).values({column: "x"}), delete(table)):
            with pytest.raises(DatabaseError, match="append-only"), database.transaction() as one:
                one.execute(statement)


def test_a_report_that_was_touched_is_no_longer_whole(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        report_id = signed(session, head)
        slipped_in = {"report_id": report_id, "name": "cell/slipped_in", "number": 1, "ids": packed([1])}
        session.execute(insert(SignedMark), [slipped_in])
        assert not reads.is_whole(session, report_id)


def test_it_is_printed_with_the_name_that_the_agency_had(database: Database, head: Worker) -> None:
    """A renamed agency, form and signer change no byte of what was signed, and every byte of what is not."""
    with database.transaction() as session:
        report_id = signed(session, head)
    with database.reading() as session:
        before = papers(session, report_id, "agency")
        name = reads.report(session, report_id, EVERYTHING).head.agency
    with database.transaction() as session:
        session.execute(update(Agency).where(Agency.code.startswith("H50")).values(name="Cơ quan tên mới"))
        session.execute(update(User).where(User.id == head.user_id).values(full_name="Trần Thị Tên Mới"))
    with database.reading() as session:
        assert papers(session, report_id, "agency") == before
        report = reads.report(session, report_id, EVERYTHING)
        assert (report.head.agency, report.head.signer) == (name, head.name)
        assert {each.label for each in report.tables["agency"].groups[0].rows}.isdisjoint({"Cơ quan tên mới"})
        assert reads.head_of(session, "H50", PERIOD, LATER.date()).agency == "Cơ quan tên mới"
        assert reads.is_whole(session, report_id)


def _passed_on(session: Session) -> list[int]:
    """Two dossiers that ran through one heir to another within the quarter, a third only to the first."""
    running = select(Dossier.id).where(
        Dossier.resolving_agency_id == IDS["H50.01"], Dossier.closed_at.is_(None),
        Dossier.due_at.is_not(None), Dossier.accepted_on < dt.date(2026, 8, 3),
    )  # fmt: skip
    found = session.execute(running.order_by(Dossier.id).limit(3)).scalars().all()
    for place, one in enumerate(found):
        further = [(dt.date(2026, 9, 1), "H50.02")] if place < 2 else []
        hand_on(session, one, [(dt.date(2026, 8, 3), "H50.20"), *further])
    return list(found)


def test_what_was_transferred_is_kept_with_its_dossiers(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        moved = _passed_on(session)
        report_id = signed(session, head)
        further = IDS["H50.20"]
        stayed = select(Dossier.id).where(Dossier.id.in_(moved), Dossier.resolving_agency_id == further)
        hand_on(session, session.execute(stayed).scalar_one(), [(dt.date(2026, 9, 10), "H50.02")])
    with database.reading() as session:
        report = reads.report(session, report_id, EVERYTHING)
        rows = {each.key: each.row for each in report.tables["agency"].groups[0].rows}
        for key, out, into in (
            ("H50.01", moved, []),
            ("H50.20", moved[:2], moved),
            ("H50.02", [], moved[:2]),
        ):
            for name, wanted in (("transferred_out", out), ("transferred_in", into)):
                marks = reads.marks(session, report_id)
                assert sorted(behind(marks, name, [row("agency", key)])) == wanted
                assert getattr(rows[key], name) == len(wanted)
        assert report.tables["agency"].total.transferred_in == 5, "counted as often as it moved"
        restated = reads.restatement(session, report.brief, LATER)
        added = restated.of("transferred_out", [row("agency", "H50.20")])
        assert (added.added, added.removed) == ((moved[2],), ())
        question = {"report_id": str(report_id), "cell": "transferred_in", "way": "signed"}
        assert reads.count_changed(session, question, EVERYTHING, LATER).number == 3
        of_row = question | {"by": "agency", "key": "H50.02"}
        assert [one.id for one in reads.changed(session, of_row, EVERYTHING, LATER).rows] == moved[:2]
        assert reads.is_whole(session, report_id)


# --- the difference to today


def _finish_late(session: Session, dossier_id: int) -> None:
    when = at("Mon 2026-09-14 16:00")
    session.execute(
        update(Dossier)
        .where(Dossier.id == dossier_id, Dossier.closed_at.is_(None), Dossier.due_at.is_not(None))
        .values(closed_at=when, closed_on=when.date(), state=State.FINISHED, finish_class=FinishClass.LATE)
    )


def _cancel(session: Session, dossier_id: int) -> None:
    session.execute(update(Dossier).where(Dossier.id == dossier_id).values(state=State.CANCELLED))


def _other_sector(session: Session, dossier_id: int) -> None:
    session.execute(update(Dossier).where(Dossier.id == dossier_id).values(sector_id=SECTORS[1]))


def _told_too_late(session: Session, dossier_id: int) -> None:
    day = dt.date(2026, 6, 20)
    moved = {"accepted_on": day, "accepted_at": at("Sat 2026-06-20 08:00")}
    session.execute(
        update(Dossier).where(Dossier.id == dossier_id, Dossier.closed_at.is_(None)).values(moved)
    )


def _without_promise(session: Session, dossier_id: int) -> None:
    none = dict.fromkeys(("due_at", "due_on", "current_due_at", "late_from", "overdue_from", "finish_class"))
    session.execute(update(Dossier).where(Dossier.id == dossier_id).values(none))


def _handed_on(session: Session, dossier_id: int) -> None:
    hand_on(session, dossier_id, [(dt.date(2026, 9, 1), "H50.20")])


CORRECTIONS = (_finish_late, _cancel, _other_sector, _told_too_late, _without_promise, _handed_on)


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(st.tuples(st.sampled_from(CORRECTIONS), st.integers(1, 120)), max_size=12))
def test_whatever_is_corrected_it_stays_and_the_difference_is_exactly_the_restatement(
    database: Database, head: Worker, corrections: list[tuple[Callable[[Session, int], None], int]]
) -> None:
    with database.transaction() as session:
        unit = session.begin_nested()
        report_id = signed(session, head)
        before = papers(session, report_id)
        for correct, serial in corrections:
            correct(session, 2026 * 10**10 + serial)
        session.flush()
        session.expire_all()
        assert papers(session, report_id) == before
        report = reads.report(session, report_id, EVERYTHING)
        restated = reads.restatement(session, report.brief, LATER)
        _assert_difference(session, report, restated)
        unit.rollback()


def _rows(table: Table) -> dict[tuple[str, str], StatutoryRow]:
    return {(group.key, each.key): each.row for group in table.groups for each in group.rows}


def _assert_difference(session: Session, report: reads.Signed, restated: reads.Restatement) -> None:
    """Of every number of every row: today's, as the statistics have it, is the signed one as restated."""
    for by in SIGNED:
        question = Question(PERIOD.start, PERIOD.end, by, EVERYTHING, "H50")
        today = statutorytables.table(session, question, LATER)
        signed_rows, today_rows = _rows(report.tables[by]), _rows(today)
        for group, key in {*signed_rows, *today_rows}:
            rows = [row("level", group), row("sector", key)] if by is By.LEVEL else [row(by.value, key)]
            for name in (*WITHIN, *CELLS):
                was = getattr(signed_rows.get((group, key)), name, 0)
                assert getattr(today_rows.get((group, key)), name, 0) == was + restated.of(name, rows).by
        for name in (*WITHIN, *CELLS):
            was = getattr(report.tables[by].total, name)
            assert getattr(today.total, name) == was + restated.of(name).by


def test_what_was_corrected_is_listed_with_where_it_stood(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        report_id = signed(session, head)
        within = reads.marks(session, report_id)["cell/open_within"]
        running = select(Dossier.id).where(Dossier.id.in_(within), Dossier.closed_at.is_(None))
        late, gone = session.execute(running.order_by(Dossier.id).limit(2)).scalars()
        _finish_late(session, late)
        _cancel(session, gone)
    with database.reading() as session:
        every = reads.changed(session, {"report_id": str(report_id)}, EVERYTHING, LATER)
        assert {row.id: (row.then[1], row.now[1:2]) for row in every.rows} == {
            late: ("open_within", ("late",)), gone: ("open_within", ()),
        }  # fmt: skip
        number = {"report_id": str(report_id), "cell": "late", "way": "added"}
        assert [row.id for row in reads.changed(session, number, EVERYTHING, LATER).rows] == [late]
        left = number | {"cell": "open_within", "way": "removed"}
        assert reads.count_changed(session, left, EVERYTHING, LATER).number == 2


# --- who signs, and when


def test_only_the_head_of_the_agency_signs_and_only_what_has_ended(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        other = hire(session, "Lê Văn Nơi Khác", Role.HEAD_OF_AGENCY, IDS["H50.20"])
        clerk = hire(session, "Trần Thị Một Cửa", Role.CLERK, IDS["H50"])
        for person in (other, clerk):
            with pytest.raises(NotAllowed):
                signed(session, person)
        with pytest.raises(NotAllowed):
            signed(session, head, "H50.20")
        with pytest.raises(InvalidInput, match="chưa kết thúc"):
            signed(session, head, period=quarter(2026, 4))
        today = Period(PeriodKind.RANGE, AFTER.date(), AFTER.date())
        with pytest.raises(InvalidInput, match="chưa kết thúc"):
            signed(session, head, period=today)
        assert session.execute(select(func.count()).select_from(SignedReport)).scalar_one() == 0
        assert signed(session, other, "H50.20")


def test_it_is_signed_once_until_it_is_opened_with_a_reason(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        first = signed(session, head)
        with pytest.raises(StaleVersion):
            signed(session, head)
        for reason in ("", "   "):
            with pytest.raises(InvalidInput):
                signedreports.reopen(session, ReopenReport(first, reason), person=head, now=LATER)
        signedreports.reopen(session, ReopenReport(first, "Sót hồ sơ"), person=head, now=LATER)
        with pytest.raises(StaleVersion):
            signedreports.reopen(session, ReopenReport(first, "Sót hồ sơ"), person=head, now=LATER)
        with pytest.raises(NotFound):
            signedreports.reopen(session, ReopenReport(first + 100, "Sót"), person=head, now=LATER)
        second = signed(session, head)
        session.flush()
        found = [reads.report(session, one, EVERYTHING).brief for one in (first, second)]
        assert [(one.edition, one.holds) for one in found] == [(1, False), (2, True)]
        assert found[0].reopened is not None
        assert found[0].reopened.reason == "Sót hồ sơ"
        latest = reads.latest(session, "H50", PERIOD, EVERYTHING)
        assert latest is not None
        assert latest.id == second
        noted = session.execute(select(AuditEntry.action, AuditEntry.facts).order_by(AuditEntry.id)).all()
        actions = [action for action, _ in noted if action.startswith("report_")]
        assert actions == ["report_signed", "report_reopened", "report_signed"]
        assert found[1].sha256 in [facts.get("sha256") for _, facts in noted]


def test_what_changed_since_it_was_read_is_not_signed(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        found = reads.draft(session, "H50", PERIOD, AFTER)
        _cancel(session, found.marks["cell/late"][0])
        command = SignReport(IDS["H50"], PERIOD, found.edition, found.seen)
        with pytest.raises(StaleVersion):
            signedreports.sign(session, command, person=head, now=AFTER)


def test_what_does_not_balance_is_not_signed(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        found = reads.draft(session, "H50", PERIOD, AFTER)
        session.execute(
            update(Dossier).where(Dossier.id == found.marks["cell/late"][0]).values(finish_class=None)
        )
        with pytest.raises(InvalidInput, match="chưa cân đối"):
            signed(session, head)


def test_a_report_of_elsewhere_is_not_there(database: Database, head: Worker) -> None:
    with database.transaction() as session:
        report_id = signed(session, head)
        stranger = hire(session, "Lê Văn Nơi Khác", Role.HEAD_OF_AGENCY, IDS["H50.20"])
        with pytest.raises(NotFound):
            reads.report(session, report_id, stranger.scope)
        assert reads.page(session, stranger.scope) == []
        assert [one.id for one in reads.page(session, head.scope)] == [report_id]
