"""Somebody is away: whom alerts and new work reach meanwhile, who signs, and what comes back."""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests.services.test_pausing import receive
from tests.support.alarms import OVERDUE, Desk
from tests.support.desk import Office, Worker, hire, open_office
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.deputies import SignatureForm
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import Permission, Role, permissions_of
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, AlertRecipient, OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry, DossierEvent
from tthc_tracker.printouts import apology as printed
from tthc_tracker.queries import alertmail, dossiers
from tthc_tracker.queries import deputies as reads
from tthc_tracker.queries.apologyslips import apology_sheet
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import (
    alertclimbing,
    alertmails,
    alerts,
    apologies,
    deputies,
    processing,
    reminders,
)
from tthc_tracker.services.acting import Target
from tthc_tracker.services.apologies import ApproveApology, WriteApology
from tthc_tracker.services.deputies import NameDeputy
from tthc_tracker.services.processing import AssignDossier
from tthc_tracker.services.reminders import RemindHolder
from tthc_tracker.wording.histories import entries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FIRST, LAST = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
BEFORE, BACK = at("Thu 2026-11-19 08:00"), at("Tue 2026-11-24 07:00")
DURING = at("Fri 2026-11-20 08:00")


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def away(session: "Session", user: Worker, deputy: Worker, by: Worker | None = None, **more: Any) -> int:
    command = NameDeputy(user.user_id, deputy.user_id, FIRST, LAST)
    return deputies.name(session, replace(command, **more), person=by or user, now=BEFORE)


def scan(session: "Session", now: dt.datetime) -> None:
    """As the job does it, with who is away on the day."""
    while deputies.take_effect(session, Directory(session, now.date()), now=now):
        session.flush()
    session.flush()
    directory = Directory(session, now.date())
    alerts.raise_due(session, directory, now=now)
    alerts.settle_standing(session, directory, now=now)
    session.expire_all()


def told(session: "Session", rule: Rule = Rule.OVERDUE) -> set[int]:
    """Whose bells ring for a rule."""
    mine = select(AlertRecipient.user_id).join(Alert, Alert.id == AlertRecipient.alert_id)
    return set(session.execute(mine.where(Alert.rule == rule, AlertRecipient.open)).scalars())


def rights(worker: Worker, session: "Session", on: dt.date) -> Worker:
    """A person with what he holds in others' places on a day."""
    return replace(worker, memberships=worker.memberships + reads.held_for_heads(session, worker.user_id, on))


def test_alerts_go_to_the_deputy_while_he_stands_in_and_come_back_by_state(
    write: "Session", office: Office
) -> None:
    Desk(write, office).running()
    away(write, office.officer, office.clerk)
    scan(write, OVERDUE)
    assert told(write) == {office.clerk.user_id, office.head.user_id}
    scan(write, BACK)  # nothing ran in between
    assert told(write) == {office.officer.user_id, office.head.user_id}


def test_a_scan_that_missed_the_whole_absence_changes_nothing(write: "Session", office: Office) -> None:
    Desk(write, office).running()
    away(write, office.officer, office.clerk)
    scan(write, BACK)
    assert told(write) == {office.officer.user_id, office.head.user_id}


def test_whoever_comes_back_sooner_has_his_alerts_with_the_next_scan(
    write: "Session", office: Office
) -> None:
    Desk(write, office).running()
    one = away(write, office.officer, office.clerk)
    scan(write, OVERDUE)
    deputies.end(write, one, person=office.head, now=DURING)
    scan(write, DURING)
    assert told(write) == {office.officer.user_id, office.head.user_id}
    quiet = write.execute(select(Dossier.next_check_at)).scalar_one()
    scan(write, DURING + dt.timedelta(minutes=5))
    assert write.execute(select(Dossier.next_check_at)).scalar_one() == quiet, (
        "and nothing is looked at again"
    )


def test_a_head_who_is_away_is_reached_through_his_deputy_by_ladder_mail_and_reminder(
    write: "Session", office: Office
) -> None:
    desk = Desk(write, office)
    dossier, unassigned = desk.running(), desk.running(officer_id=None)
    boss = hire(write, "Lê Văn Chủ Tịch", Role.HEAD_OF_AGENCY, office.ward)
    signs: dict[str, Any] = {
        "form": SignatureForm.KT,
        "user_title": "Chủ tịch",
        "deputy_title": "Phó Chủ tịch",
    }
    away(write, boss, office.clerk, **signs)
    scan(write, OVERDUE)
    write.execute(update(Alert).values(climbs_at=DURING))
    alertclimbing.climb(write, Directory(write, DURING.date()), now=DURING)
    assert office.clerk.user_id in told(write)
    assert boss.user_id not in told(write)
    mailed = alertmails.heads(write, DURING.date())
    assert mailed[office.clerk.user_id] == office.ward
    assert office.clerk.user_id not in alertmails.heads(write, BACK.date())
    away(write, office.head, office.officer, by=boss, **signs)
    command = RemindHolder(Target(unassigned.code, None), "", "k")
    reminders.remind(write, command, person=office.controller, domain="tthc.test", now=DURING)
    event = write.execute(select(DossierEvent).where(DossierEvent.dossier_id == unassigned.id)).scalar_one()
    assert event.facts["reminded"] == ["", "Trần Văn Thụ Lý"]
    assert dossier.officer_id == office.officer.user_id, "what he holds stays his"


def test_the_table_by_unit_goes_to_whoever_stands_in_for_its_leader(write: "Session", office: Office) -> None:
    Desk(write, office).running()
    boss = hire(write, "Lê Văn Chủ Tịch", Role.HEAD_OF_AGENCY, office.ward)
    away(write, boss, office.clerk, form=SignatureForm.KT, user_title="Chủ tịch", deputy_title="Phó")
    controller = office.controller.user_id
    assert _with_table(write, DURING + dt.timedelta(days=3)) == {office.clerk.user_id, controller}
    assert _with_table(write, BACK + dt.timedelta(days=1)) == {boss.user_id, controller}


def _with_table(session: "Session", now: dt.datetime) -> set[int]:
    """Whose digests of a morning have a table by unit."""
    alertmails.write_digests(session, since=None, now=now, domain="tthc.test")
    written = select(OutboxMessage).where(OutboxMessage.kind == "digest", OutboxMessage.created_at == now)
    found = set()
    for one in session.execute(written).scalars():
        said = alertmail.content(
            session, "digest", one.user_id or 0, one.context, created_at=one.created_at, now=now
        )
        if said is not None and said.overview is not None:
            found.add(one.user_id or 0)
    return found


def test_what_is_assigned_to_one_who_is_away_goes_to_his_deputy_and_back_when_he_returns(
    write: "Session", office: Office
) -> None:
    dossier, other = receive(write, office), receive(write, office)
    away(write, office.officer, office.clerk)
    scan(write, DURING)
    for one in (dossier, other):
        command = AssignDossier(Target(one.code, None), None, office.officer.user_id)
        processing.assign(write, command, person=office.clerk, now=DURING)
        assert one.officer_id == office.clerk.user_id
    command = AssignDossier(Target(other.code, None), None, office.head.user_id)
    processing.assign(write, command, person=office.clerk, now=DURING)
    scan(write, BACK)
    assert dossier.officer_id == office.officer.user_id
    assert other.officer_id == office.head.user_id, "what the deputy has passed on stays there"
    events = select(DossierEvent).where(DossierEvent.dossier_id == dossier.id).order_by(DossierEvent.seq)
    given, back = list(write.execute(events).scalars())[-2:]
    assert (given.facts["meant_for"], back.kind) == ("Trần Văn Thụ Lý", EventKind.ASSIGNED)
    assert back.facts["officer"] == ["Lê Thị Một Cửa", "Trần Văn Thụ Lý"]
    assert back.actor_id is None


def test_a_deputy_signs_in_the_heads_place_and_everything_says_for_whom(
    write: "Session", office: Office
) -> None:
    dossier = receive(write, office)
    command = NameDeputy(
        office.head.user_id, office.officer.user_id, BEFORE.date(), LAST, form=SignatureForm.KT,
        user_title="Trưởng phòng", deputy_title="Phó Trưởng phòng",
    )  # fmt: skip
    early = at("Tue 2026-11-17 08:00")
    deputies.name(write, replace(command, from_day=early.date()), person=office.head, now=early)
    deputy = rights(office.officer, write, early.date())
    assert Permission.DECIDE_APOLOGIES in permissions_of(deputy.memberships)
    draft = WriteApology(Target(dossier.code, None), LatenessCause.STAFF, "thiếu người")
    apologies.draft(write, draft, person=deputy, now=early)
    approve = ApproveApology(Target(dossier.code, None))
    with pytest.raises(NotAllowed):
        apologies.approve(write, approve, person=office.officer, now=early)
    row = apologies.approve(write, approve, person=deputy, now=early)
    assert row is not None
    kinds = {
        event.kind: event
        for event in write.execute(
            select(DossierEvent).where(DossierEvent.dossier_id == dossier.id).order_by(DossierEvent.seq)
        ).scalars()
    }
    signed, drafted = kinds[EventKind.REAPPOINTED], kinds[EventKind.APOLOGY_DRAFTED]
    assert (signed.actor_name, signed.facts["on_behalf"]) == ("Trần Văn Thụ Lý", "Phạm Thị Trưởng")
    assert "on_behalf" not in drafted.facts, "to draft is his own right"
    write.flush()
    data = printed.apology_data(apology_sheet(write, dossier.code, office.clerk.scope))
    assert data["signed_as"] == ["KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"]
    assert data["signer"] == "Trần Văn Thụ Lý"


def test_a_deputys_rights_begin_and_end_with_the_days_and_reach_nobodys_personal_data(
    write: "Session", office: Office
) -> None:
    boss = hire(write, "Lê Văn Chủ Tịch", Role.HEAD_OF_AGENCY, office.ward)
    signs: dict[str, Any] = {
        "form": SignatureForm.TUQ,
        "user_title": "Chủ tịch",
        "deputy_title": "Trưởng phòng",
        "basis": "GUQ 12/GUQ-UBND",
    }
    away(write, boss, office.head, **signs)
    assert reads.held_for_heads(write, office.head.user_id, BEFORE.date()) == ()
    (held,) = reads.held_for_heads(write, office.head.user_id, LAST)
    assert (held.role, held.agency_id) == (Role.HEAD_OF_AGENCY, office.ward)
    assert Permission.ERASE_PERSONAL not in held.permissions
    assert reads.held_for_heads(write, office.head.user_id, BACK.date()) == ()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        pytest.param({"to_day": dt.date(2026, 11, 19)}, "to_day", "từ ngày đầu", id="it ends too early"),
        pytest.param({"from_day": dt.date(2026, 11, 18)}, "from_day", "trước hôm nay", id="it has begun"),
        pytest.param({"to_day": dt.date(2028, 1, 1)}, "to_day", "một năm", id="it takes years"),
        pytest.param({"deputy": "stranger"}, "deputy_id", "cùng cơ quan", id="the deputy works elsewhere"),
        pytest.param({"deputy": "officer"}, "deputy_id", "một người khác", id="his own deputy"),
        pytest.param({"user": "head"}, "form", "ký theo cách nào", id="a head's deputy signs somehow"),
        pytest.param(
            {"user": "head", "form": SignatureForm.TUQ, "user_title": "Trưởng phòng", "deputy_title": "Phó"},
            "basis", "phải có văn bản", id="TUQ without its paper",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(
    write: "Session", office: Office, changes: dict[str, Any], field: str, said: str
) -> None:
    people = {"user": "officer", "deputy": "clerk"} | changes
    user, deputy = (getattr(office, people.pop(name)) for name in ("user", "deputy"))
    with pytest.raises(InvalidInput, match=said) as refused:
        away(write, user, deputy, **people)
    assert refused.value.field == field


def test_absences_that_meet_and_a_deputy_who_is_away_too_are_refused_with_whom_and_when(
    write: "Session", office: Office
) -> None:
    away(write, office.officer, office.clerk)
    with pytest.raises(InvalidInput, match="đã được ghi vắng từ 20/11/2026"):
        away(write, office.officer, office.head, from_day=LAST, to_day=LAST)
    signs: dict[str, Any] = {"form": SignatureForm.KT, "user_title": "Trưởng phòng", "deputy_title": "Phó"}
    with pytest.raises(InvalidInput, match="cũng vắng từ 20/11/2026 đến 23/11/2026"):
        away(write, office.head, office.officer, **signs)
    with pytest.raises(InvalidInput, match="Lê Thị Một Cửa đang thay Trần Văn Thụ Lý"):
        away(write, office.clerk, office.head)
    after = dt.date(2026, 11, 24)
    assert away(write, office.officer, office.head, from_day=after, to_day=after)


def test_it_is_entered_by_whoever_is_away_or_his_head_and_noted(write: "Session", office: Office) -> None:
    with pytest.raises(NotAllowed):
        away(write, office.officer, office.clerk, by=office.clerk)
    with pytest.raises(NotAllowed):
        away(write, office.officer, office.clerk, by=office.controller)
    one = away(write, office.officer, office.clerk, by=office.head)
    with pytest.raises(NotFound):
        deputies.end(write, one, person=office.stranger, now=DURING)
    deputies.end(write, one, person=office.officer, now=DURING)
    noted = write.execute(select(AuditEntry.action, AuditEntry.object_id).order_by(AuditEntry.id)).all()
    assert [tuple(row) for row in noted][-2:] == [
        ("deputy_named", str(office.officer.user_id)), ("deputy_ended", str(office.officer.user_id)),
    ]  # fmt: skip
    (line,) = reads.listed(write, office.officer.scope, DURING)
    assert (line.user, line.deputy, line.over) == ("Trần Văn Thụ Lý", "Lê Thị Một Cửa", True)
    assert reads.listed(write, office.stranger.scope, DURING) == []


def test_a_deputy_whose_account_is_closed_stands_in_for_nobody(write: "Session", office: Office) -> None:
    Desk(write, office).running()
    away(write, office.officer, office.clerk)
    write.execute(update(User).where(User.id == office.clerk.user_id).values(active=False))
    scan(write, OVERDUE)
    assert told(write) == {office.officer.user_id, office.head.user_id}


def test_the_history_says_in_whose_place(write: "Session", office: Office) -> None:
    dossier = receive(write, office)
    away(write, office.officer, office.clerk)
    command = AssignDossier(Target(dossier.code, None), None, office.officer.user_id)
    processing.assign(write, command, person=office.head, now=DURING)
    shown = entries(dossiers.history(write, dossier.id, with_private=True))[0]
    assert "thay cho Trần Văn Thụ Lý đang vắng" in shown["note"]
