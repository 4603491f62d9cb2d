"""Who wants fewer mails gets fewer, and never less than the next morning's of what is statutory."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.services.test_alertmails import mails, said, scan
from tests.support.alarms import OVERDUE, VERY_OVERDUE, Desk
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.alertrules import SHIPPED, Delivery, as_json
from tthc_tracker.domain.mailrhythm import AlertMailKind, MailChoice, MailFrequency
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.setting import Setting
from tthc_tracker.services.alertmails import write_digests
from tthc_tracker.services.mailchoices import ChooseMails, choose, lower
from tthc_tracker.services.mailhours import SetMailHours, set_hours
from tthc_tracker.services.revisions import raise_revision

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FRIDAY, MONDAY, THURSDAY = at("Fri 2026-11-20 07:00"), at("Mon 2026-11-23 07:00"), at("Thu 2026-11-26 07:00")


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def wants(session: "Session", user_id: int, frequency: MailFrequency) -> None:
    session.execute(update(User).where(User.id == user_id).values(mail_frequency=frequency))


def test_who_wants_no_more_than_the_morning_hears_of_it_then(write: "Session", desk: Desk) -> None:
    desk.running()
    wants(write, desk.office.controller.user_id, MailFrequency.DAILY)
    assert scan(write, VERY_OVERDUE) == 0
    write_digests(write, since=None, now=THURSDAY, domain="tthc.test")
    mail = next(one for one in mails(write, "digest") if one.user_id == desk.office.controller.user_id)
    content = said(write, mail, THURSDAY)
    assert content is not None
    assert content.counts == {Rule.VERY_OVERDUE: 1}


def test_who_wants_one_a_week_gets_all_of_it_on_its_first_morning(write: "Session", desk: Desk) -> None:
    head = desk.office.head.user_id
    wants(write, head, MailFrequency.WEEKLY)
    desk.running(officer_id=None)
    desk.running(officer_id=None, overdue_from=VERY_OVERDUE, very_overdue_from=None)  # due soon: its head's
    scan(write, OVERDUE)
    mornings = {}
    for now in (FRIDAY, MONDAY, THURSDAY):
        write_digests(write, since=None, now=now, domain="tthc.test")
        mail = next((one for one in mails(write, "digest")[::-1] if one.user_id == head), None)
        content = said(write, mail, now) if mail and mail.created_at == now else None
        mornings[now] = content.counts if content else None
    # On Friday the overdue one alone, for it is statutory and new; on Thursday nothing is new.
    assert mornings == {
        FRIDAY: {Rule.OVERDUE: 1}, MONDAY: {Rule.OVERDUE: 1, Rule.DUE_SOON: 1}, THURSDAY: None
    }  # fmt: skip


def test_what_somebody_chooses_is_kept_and_noted_once(write: "Session", desk: Desk) -> None:
    head = desk.office.head
    wanted = MailChoice(MailFrequency.DAILY, summary=False)
    for _ in range(2):
        choose(write, ChooseMails(wanted), person=head, now=FRIDAY)
    user = write.get_one(User, head.user_id)
    assert (user.mail_frequency, user.summary_mail) == (MailFrequency.DAILY, False)
    write.flush()
    noted = select(AuditEntry.actor_id).where(AuditEntry.action == "mails_chosen")
    assert list(write.execute(noted).scalars()) == [head.user_id]


def test_a_link_lowers_and_a_closed_account_is_none(write: "Session", desk: Desk) -> None:
    head = desk.office.head.user_id
    assert lower(write, head, AlertMailKind.DIGEST, now=FRIDAY) == MailChoice(MailFrequency.WEEKLY)
    assert lower(write, head, AlertMailKind.AT_ONCE, now=FRIDAY) == MailChoice(MailFrequency.WEEKLY)
    write.get_one(User, head).active = False
    assert lower(write, head, AlertMailKind.WEEKLY, now=FRIDAY) is None


def _by_text(session: "Session", office: Office, channel: str) -> None:
    """The province has very overdue dossiers told by text as well."""
    terms = as_json(SHIPPED[Rule.VERY_OVERDUE]) | {"delivery": Delivery.TEXT.value}
    day = OVERDUE.date()
    session.add(Setting(name="alert.very_overdue", valid_from=day, value=terms))
    raise_revision(session, "settings")
    set_hours(session, SetMailHours("H50", "06:30", channel), person=office.controller, now=OVERDUE)
    phone = update(User).where(User.id == office.controller.user_id).values(phone="0912345678")
    session.execute(phone)


@pytest.mark.parametrize(("channel", "texts"), [("sms", 1), ("", 0)])
def test_a_text_goes_beside_the_mail_where_rule_agency_and_phone_say_so(
    write: "Session", desk: Desk, channel: str, texts: int
) -> None:
    _by_text(write, desk.office, channel)
    desk.running()
    assert scan(write, VERY_OVERDUE) == 1 + texts
    sent = write.execute(select(OutboxMessage.kind, OutboxMessage.channel).order_by(OutboxMessage.id)).all()
    assert [tuple(row) for row in sent] == [("at_once", "email"), ("text", "sms")][: 1 + texts]
    assert scan(write, VERY_OVERDUE) == 0


def test_an_agency_sets_the_hour_of_its_mails(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    set_hours(write, SetMailHours("H50", "06:30", ""), person=desk.office.controller, now=OVERDUE)
    early = write_digests(
        write, since=at("Mon 2026-11-23 06:25"), now=at("Mon 2026-11-23 06:30"), domain="tthc.test"
    )
    assert early.written == 2
    set_hours(write, SetMailHours("H50", None, None), person=desk.office.controller, now=OVERDUE)
    later = write_digests(
        write, since=at("Wed 2026-11-25 06:25"), now=at("Wed 2026-11-25 06:30"), domain="tthc.test"
    )
    assert later.due == 0
