"""Indicators: defined, given targets, entered with evidence; nothing overwritten; what is owed is told."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.desk import Office, hire, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.alerting import OF_SESSIONS, Rule
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.indicators import Direction, Entry, Measure, Outcome, Trend
from tthc_tracker.domain.periods import Period, PeriodKind, month, quarter
from tthc_tracker.domain.permissions import EVERYTHING, Role
from tthc_tracker.extensions import Database
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.indicator import IndicatorValue
from tthc_tracker.queries import indicators as reads
from tthc_tracker.queries import publishedfigures as published
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.queries.indicatorfigures import Reckoned
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import indicators, publishedfigures, sessionalerts
from tthc_tracker.services.alertpreview import preview
from tthc_tracker.services.indicators import AddIndicator, Definition, EditIndicator, EnterValue, SetTarget
from tthc_tracker.services.publishedfigures import NotePublished

pytestmark = pytest.mark.usefixtures("office")

THIRD = quarter(2026, 3)  # ends Mon 14/9/2026
ENDED = at("Tue 2026-09-15 09:00")
NETWORK = "network_environment"

TRAINED = Definition(
    "Cán bộ được bồi dưỡng", "", Measure.PERCENT, "", Direction.HIGHER, (), "H50", "Văn phòng", 5
)


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def added(write: Session, office: Office, definition: Definition = TRAINED) -> str:
    command = AddIndicator(new_key(), office.province, quarter(2026, 2).start, definition)
    return indicators.add(write, command, person=office.controller, now=ENDED)


def value(
    code: str, text: str | None = None, *, num: int | None = None, den: int | None = None
) -> EnterValue:
    return EnterValue(
        new_key(), code, THIRD, "", "", num, den, Decimal(text) if text else None, "Báo cáo số 12/BC"
    )


def board(write: Session, now: dt.datetime = ENDED, period: Period = THIRD) -> reads.Board:
    return reads.board(write, EVERYTHING, period, now, Reckoned(write, EVERYTHING, now))


def row_of(write: Session, code: str, now: dt.datetime = ENDED, period: Period = THIRD) -> reads.BoardRow:
    return next(row for row in board(write, now, period).rows if row.indicator.code == code)


def test_the_shipped_indicators_stand_on_every_board_without_data(office: Office, write: Session) -> None:
    rows = board(write).rows
    assert len(rows) == 12
    network = row_of(write, NETWORK)
    assert [one.part for one in network.readings] == ["tinh", "xa"]  # without districts
    assert {one.outcome for one in network.readings} == {Outcome.NO_DATA}
    assert network.entry is Entry.NOT_ASKED, "nobody has taken it on"
    assert len(row_of(write, NETWORK, period=quarter(2024, 1)).readings) == 3
    assert reads.listed(write, office.head.scope) == reads.listed(write, EVERYTHING)


def test_a_figure_is_entered_with_its_parts_and_stands_to_its_target(office: Office, write: Session) -> None:
    code = added(write, office)
    assert code == "can_bo_duoc_boi_duong"
    target = SetTarget(new_key(), code, "", quarter(2026, 2), Decimal(95), "Kế hoạch 1/KH")
    indicators.set_target(write, target, person=office.controller, now=ENDED)
    indicators.enter(write, value(code, num=488, den=500), person=office.controller, now=ENDED)
    (reading,) = row_of(write, code).readings
    assert reading.figure is not None
    assert (reading.figure.value, reading.target) == (Decimal("97.60"), Decimal(95))
    assert reading.outcome is Outcome.EXCEEDED
    assert reading.trend is Trend.UNKNOWN
    assert reading.kept is not None
    assert (reading.kept.evidence, reading.kept.entered_by) == ("Báo cáo số 12/BC", "Đỗ Thị Kiểm Soát")


def test_a_correction_says_why_and_leaves_the_old_figure(office: Office, write: Session) -> None:
    code = added(write, office)
    indicators.enter(write, value(code, "90"), person=office.controller, now=ENDED)
    with pytest.raises(InvalidInput, match="vì sao sửa"):
        indicators.enter(write, value(code, "91"), person=office.controller, now=ENDED)
    later = ENDED + dt.timedelta(hours=1)
    again = replace(value(code, "91"), reason="Nhầm đơn vị")
    for _ in range(2):  # the same form sent twice is one correction
        indicators.enter(write, again, person=office.controller, now=later)
    view = reads.find(write, code, EVERYTHING)
    found = reads.history(write, view, EVERYTHING, THIRD, Reckoned(write, EVERYTHING, later))
    assert [(one.figure.value, one.replaced_at, one.reason) for one in found.entered] == [
        (Decimal(91), None, "Nhầm đơn vị"),
        (Decimal(90), later, ""),
    ]
    noted = select(AuditEntry.action).where(AuditEntry.object_id == code).order_by(AuditEntry.id)
    assert list(write.execute(noted).scalars()) == [
        "indicator_added", "indicator_entered", "indicator_corrected",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"num": 5, "den": 4}, "Tử số phải từ 0", id="more than all"),
        pytest.param({"num": 0, "den": 0}, "Tử số phải từ 0", id="of nothing"),
        pytest.param({"num": 5}, "cả tử số và mẫu số", id="half a share"),
        pytest.param({"text": "100.01"}, "từ 0 đến 100", id="more than a hundred per cent"),
        pytest.param({"text": "1.234"}, "hai chữ số", id="three decimals"),
        pytest.param({}, "từ 0 đến 100", id="nothing"),
        pytest.param({"text": "90", "num": 1, "den": 2}, "khác tỷ lệ đã ghi", id="parts of another rate"),
    ],
)
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_numbers_that_make_no_figure_are_refused(
    office: Office, write: Session, given: dict[str, Any], said: str
) -> None:
    code = added(write, office)
    with pytest.raises(InvalidInput, match=said):
        indicators.enter(write, value(code, **given), person=office.controller, now=ENDED)
    assert write.execute(select(IndicatorValue.id)).all() == []


def test_only_whose_it_is_enters_and_sets(office: Office, write: Session) -> None:
    code, ward_head = added(write, office), hire(write, "Trưởng Xã", Role.HEAD_OF_AGENCY, office.ward)
    with pytest.raises(NotAllowed):
        indicators.enter(write, value(code, "90"), person=ward_head, now=ENDED)
    own = replace(value(code, "90"), agency="H50.19000")
    indicators.enter(write, own, person=ward_head, now=ENDED)  # of his own agency
    with pytest.raises(NotAllowed):
        indicators.enter(
            write, replace(own, submission_key=new_key(), agency="H50.19001"), person=ward_head, now=ENDED
        )
    with pytest.raises(NotAllowed):
        indicators.edit(write, EditIndicator(code, 1, TRAINED), person=ward_head, now=ENDED)
    with pytest.raises(NotAllowed):  # a shipped one is taken on by who is on top
        indicators.edit(write, EditIndicator(NETWORK, 1, TRAINED), person=ward_head, now=ENDED)
    view = reads.find(write, code, EVERYTHING)
    reckoned = Reckoned(write, EVERYTHING, ENDED)
    (one,) = reads.history(write, view, EVERYTHING, THIRD, reckoned).of_agencies
    assert (one.name, one.figure.value) == ("Phường Đông Hà", Decimal(90))
    assert reads.history(write, view, office.stranger.scope, THIRD, reckoned).of_agencies == ()


def test_an_indicator_of_a_commune_is_seen_there_and_above(office: Office, write: Session) -> None:
    head = hire(write, "Trưởng Xã", Role.HEAD_OF_AGENCY, office.ward)
    own = AddIndicator(new_key(), office.ward, THIRD.start, replace(TRAINED, owner="H50.19000"))
    code = indicators.add(write, own, person=head, now=ENDED)
    assert reads.find(write, code, office.clerk.scope).owner == "Phường Đông Hà"
    assert reads.find(write, code, office.controller.scope).code == code
    with pytest.raises(NotFound):
        reads.find(write, code, office.stranger.scope)


def test_a_stale_form_and_a_computed_indicator_are_refused(office: Office, write: Session) -> None:
    code = added(write, office)
    indicators.edit(
        write, EditIndicator(code, 1, replace(TRAINED, due_days=7)), person=office.controller, now=ENDED
    )
    assert reads.find(write, code, EVERYTHING).due_days == 7
    with pytest.raises(StaleVersion):
        indicators.edit(write, EditIndicator(code, 1, TRAINED), person=office.controller, now=ENDED)
    indicators.edit(write, EditIndicator("online", 1, TRAINED), person=office.controller, now=ENDED)
    online = reads.find(write, "online", EVERYTHING)
    assert (online.name, online.duty) == ("Hồ sơ nộp trực tuyến", "Văn phòng"), "its measure stays"
    with pytest.raises(InvalidInput, match="không nhập tay"):
        indicators.enter(write, value("online", "90"), person=office.controller, now=ENDED)


def test_a_target_holds_until_the_next_and_a_levels_own_comes_first(office: Office, write: Session) -> None:
    shared = replace(TRAINED, levels=(Level.TINH, Level.XA))
    code = added(write, office, shared)
    for part, period, goal in (("", 2, 80), ("xa", 2, 60), ("", 3, 85)):
        command = SetTarget(new_key(), code, part, quarter(2026, period), Decimal(goal), "Kế hoạch")
        indicators.set_target(write, command, person=office.controller, now=ENDED)

    def targets(period: Period) -> dict[str, Decimal | None]:
        return {one.part: one.target for one in row_of(write, code, period=period).readings}

    assert targets(quarter(2026, 2)) == {"tinh": Decimal(80), "xa": Decimal(60)}
    assert targets(THIRD) == {"tinh": Decimal(85), "xa": Decimal(60)}


def standing(write: Session) -> list[tuple[str, int]]:
    statement = select(Alert.rule, Alert.version).where(
        Alert.rule.in_(sorted(OF_SESSIONS)), Alert.closed_at.is_(None)
    )
    return [(rule.value, version) for rule, version in write.execute(statement.order_by(Alert.id))]


def test_entering_is_told_when_it_is_due_soon_and_late_until_it_is_done(
    office: Office, write: Session
) -> None:
    code = added(write, office, replace(TRAINED, owner="H50"))
    settled = EnterValue(new_key(), code, quarter(2026, 2), "", "", None, None, Decimal(90), "Báo cáo")
    indicators.enter(write, settled, person=office.controller, now=ENDED)  # the quarter before is done

    def scan(moment: str) -> None:
        now = at(moment)
        sessionalerts.settle(write, Directory(write, now.date()), now=now)

    def previewed(moment: str) -> list[tuple[str, int, bool]]:
        found = preview(write, at(moment))
        return [(one.rule.value, one.version, one.new) for one in found if one.rule in OF_SESSIONS]

    scan("Tue 2026-09-15 10:00")
    assert standing(write) == []
    assert previewed("Thu 2026-09-17 10:00") == [("indicator_due_soon", 20263, True)]
    for _ in range(2):
        scan("Thu 2026-09-17 10:00")
    assert standing(write) == [("indicator_due_soon", 20263)]
    assert previewed("Thu 2026-09-17 10:00") == [("indicator_due_soon", 20263, False)]
    scan("Tue 2026-09-22 10:00")
    assert standing(write) == [("indicator_overdue", 20263)]
    told = select(AlertRecipient.user_id).join(Alert, Alert.id == AlertRecipient.alert_id)
    assert set(write.execute(told.where(Alert.rule == Rule.INDICATOR_OVERDUE)).scalars()) == {
        office.controller.user_id
    }
    assert row_of(write, code, at("Tue 2026-09-22 10:00")).entry is Entry.OVERDUE
    indicators.enter(write, value(code, "90"), person=office.controller, now=at("Tue 2026-09-22 11:00"))
    scan("Tue 2026-09-22 12:00")
    assert standing(write) == []


def test_what_a_portal_publishes_is_explained_by_the_nearest_rule(office: Office, write: Session) -> None:
    command = NotePublished(
        new_key(),
        "H50",
        THIRD,
        "Cổng Dịch vụ công quốc gia",
        None,
        None,
        Decimal("98.5"),
        ENDED.date(),
        "ảnh",
    )
    publishedfigures.note(write, command, person=office.controller, now=ENDED)
    newer = replace(command, submission_key=new_key(), value=Decimal("98.7"))
    publishedfigures.note(write, newer, person=office.controller, now=ENDED)
    (one,) = published.of_period(write, EVERYTHING, THIRD, ENDED)
    assert (one.value, one.agency, one.entered_by) == (
        Decimal("98.7"),
        "Uỷ ban nhân dân tỉnh",
        "Đỗ Thị Kiểm Soát",
    )
    assert [(rule.second, rule.without) for rule in one.ours] == [
        (False, False), (False, True), (True, False), (True, True),
    ]  # fmt: skip
    assert one.nearest is None, "no dossier was resolved"
    assert published.of_period(write, office.stranger.scope, THIRD, ENDED) == ()
    ahead = replace(command, submission_key=new_key(), seen_on=ENDED.date() + dt.timedelta(days=1))
    with pytest.raises(InvalidInput, match="ở tương lai"):
        publishedfigures.note(write, ahead, person=office.controller, now=ENDED)


def test_an_indicator_is_told_of_periods_of_its_rhythm(office: Office, write: Session) -> None:
    august = month(2026, 8)
    code = added(write, office, replace(TRAINED, rhythm=PeriodKind.MONTH))
    assert reads.find(write, code, EVERYTHING).since == dt.date(2026, 3, 1), (
        "the month of the quarter's first day"
    )
    target = SetTarget(new_key(), code, "", month(2026, 7), Decimal(95), "Kế hoạch 1/KH")
    indicators.set_target(write, target, person=office.controller, now=ENDED)
    entered = replace(value(code, "96"), period=august)
    indicators.enter(write, entered, person=office.controller, now=ENDED)
    (reading,) = row_of(write, code, period=august).readings
    assert (reading.outcome, reading.target) == (Outcome.EXCEEDED, Decimal(95))
    assert code not in {row.indicator.code for row in board(write).rows}, "no quarter's board shows a month's"
    half = added(write, office, replace(TRAINED, name="Nửa năm", rhythm=PeriodKind.HALF_YEAR))
    for asked, wanted in (
        (quarter(2026, 2), {"2026-03": [code], "2026-04": [code], "2026-05": [code], "2026-H1": [half]}),
        (THIRD, {"2026-06": [code], "2026-07": [code], "2026-08": [code]}),
    ):
        ended = reads.ended_within(write, EVERYTHING, asked, ENDED, Reckoned(write, EVERYTHING, ENDED))
        told = {one.period.key: [row.indicator.code for row in one.rows] for one in ended}
        assert told == wanted, "the session hears of what ended in its quarter"
    computed = {row.indicator.code for row in board(write, period=august).rows} - {code, half}
    assert computed == {one.code for one in reads.listed(write, EVERYTHING) if one.computed}
    for verb, command in (
        (indicators.enter, value(code, "90")),
        (indicators.set_target, replace(target, submission_key=new_key(), period=THIRD)),
    ):
        with pytest.raises(InvalidInput, match="theo kỳ khác"):
            verb(write, command, person=office.controller, now=ENDED)
    yearly = EditIndicator(code, 1, replace(TRAINED, rhythm=PeriodKind.YEAR))
    with pytest.raises(InvalidInput, match="không đổi kỳ được"):
        indicators.edit(write, yearly, person=office.controller, now=ENDED)
    found = reads.history(
        write, reads.find(write, code, EVERYTHING), EVERYTHING, august, Reckoned(write, EVERYTHING, ENDED)
    )
    assert [one.key for one, _ in found.rows][:2] == ["2026-08", "2026-07"]


def test_what_is_owed_of_months_is_told_month_by_month_and_of_a_year_once(
    office: Office, write: Session
) -> None:
    monthly = added(write, office, replace(TRAINED, rhythm=PeriodKind.MONTH, owner="H50.19000"))
    added(write, office, replace(TRAINED, name="Của năm", rhythm=PeriodKind.YEAR, owner="H50.19000"))
    now = at("Wed 2026-12-16 09:00")
    entered = replace(value(monthly, "96"), period=month(2026, 10))
    indicators.enter(write, entered, person=office.controller, now=now)
    owed = reads.owed(write, now.date(), Terms(write, now.date()))
    assert {period.key: entry for (_, period), (entry, _) in owed.items()} == {
        "2026": Entry.OPEN, "2026-11": Entry.OVERDUE, "2026-09": Entry.OVERDUE, "2026-08": Entry.OVERDUE,
        "2026-07": Entry.OVERDUE, "2026-06": Entry.OVERDUE, "2026-05": Entry.OVERDUE,
        "2026-04": Entry.OVERDUE, "2026-03": Entry.OVERDUE,
    }  # fmt: skip
