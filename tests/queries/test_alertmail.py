"""Every number of alerts in a mail leads to exactly these alerts."""

import datetime as dt
import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from tests.support.alarms import OVERDUE, VERY_OVERDUE, Desk
from tests.support.desk import Worker, hire, open_office
from tests.support.moments import at
from tthc_tracker.channels.mailtext import Around, Letter, write_letter
from tthc_tracker.channels.texts import write_text
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.mailrhythm import MailFrequency
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.queries import alertmail, lists
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alertmails, alerts, backlogs

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

HOST = "https://tthc.test"
MORNING = at("Thu 2026-11-26 07:00")
KINDS = ["text", "html"]


@pytest.fixture
def desk(write: "Session") -> Desk:
    return Desk(write, open_office(write))


@pytest.fixture
def chief(write: "Session", desk: Desk) -> Worker:
    return hire(write, "Hoàng Văn Chủ Tịch", Role.HEAD_OF_AGENCY, desk.office.ward)


def scan(session: "Session", now: dt.datetime) -> None:
    directory = Directory(session, now.date())
    alerts.raise_due(session, directory, now=now)
    backlogs.count(session, directory, backlogs.loads(session, now), now=now)
    session.flush()
    alertmails.announce(session, now=now, domain="tthc.test")
    session.flush()


def digests(session: "Session", now: dt.datetime) -> None:
    alertmails.write_digests(session, since=None, now=now, domain="tthc.test")
    session.flush()


def mail_of(session: "Session", kind: str, person: Worker) -> OutboxMessage:
    asked = select(OutboxMessage).where(OutboxMessage.kind == kind, OutboxMessage.user_id == person.user_id)
    return session.execute(asked.order_by(OutboxMessage.id.desc()).limit(1)).scalar_one()


def said(session: "Session", mail: OutboxMessage) -> alertmail.AlertMail:
    found = alertmail.content(
        session, mail.kind, mail.user_id or 0, mail.context, created_at=mail.created_at, now=MORNING
    )
    assert found is not None
    return found


def links(letter: Letter, kind: str) -> list[dict[str, str]]:
    """What each link to the list of alerts asks for, without those that ask for no more than the mail."""
    urls = re.findall(rf"{HOST}/canh-bao\?[^\s\"<]+", unescape(getattr(letter, kind)))
    asked = [dict(parse_qsl(urlsplit(url).query)) for url in urls]
    return [one for one in asked if len(one) > 1]


def listed(session: "Session", question: dict[str, str], person: Worker) -> int:
    """How many rows a reader finds behind such a link."""
    kept = lists.kept("alerts")
    assert kept.question(question) == question, "the list reads all that the link asks"
    asked = Asked(question, person.scope, MORNING, person.user_id, person.memberships)
    many = kept.count(session, asked).number
    assert len(kept.page(session, asked, "", 100).rows) == many
    return many


@pytest.mark.parametrize("kind", KINDS)
def test_the_numbers_of_a_morning_lead_to_exactly_its_alerts(
    write: "Session", desk: Desk, chief: Worker, kind: str
) -> None:
    for number in range(11):  # a backlog too
        desk.running(overdue_from=OVERDUE - dt.timedelta(days=number), very_overdue_from=VERY_OVERDUE)
    scan(write, OVERDUE)
    digests(write, OVERDUE + dt.timedelta(hours=7))
    desk.running(very_overdue_from=None)
    scan(write, VERY_OVERDUE)  # those that are very overdue are not also overdue in the mail
    digests(write, MORNING)
    for person in (desk.office.head, chief):
        mail = mail_of(write, "digest", person)
        content = said(write, mail)
        letter = write_letter(content, Around(HOST, mail_id=mail.id))
        by_rule = [one for one in links(letter, kind) if "rule" in one]
        found = {Rule(one["rule"]): listed(write, one, person) for one in by_rule}
        assert found == content.counts
        parts = {one["part"]: listed(write, one, person) for one in links(letter, kind) if "part" in one}
        old = content.total - content.new_total
        assert parts == {name: many for name, many in (("new", content.new_total), ("before", old)) if many}
        assert listed(write, {"mail": str(mail.id)}, person) == content.total
    assert content.counts[Rule.BACKLOG] == 1
    assert f"{HOST}/giam-sat/qua-han?unit={desk.office.land_unit}" in unescape(getattr(letter, kind))


@pytest.mark.parametrize("kind", KINDS)
def test_the_number_of_a_mail_at_once_leads_to_what_it_tells_of_alone(
    write: "Session", desk: Desk, chief: Worker, kind: str
) -> None:
    desk.running()
    scan(write, VERY_OVERDUE)
    desk.running()
    desk.running()
    scan(write, VERY_OVERDUE + dt.timedelta(hours=2))
    mail = mail_of(write, "at_once", chief)
    letter = write_letter(said(write, mail), Around(HOST, mail_id=mail.id))
    (asked,) = links(letter, kind)
    assert asked == {"mail": str(mail.id), "rule": "very_overdue"}
    assert listed(write, asked, chief) == 2
    assert listed(write, {"tab": "mine"}, chief) > 2
    text = write_text(said(write, mail), channel="sms", around=Around(HOST, mail_id=mail.id))
    assert text == f"TTHC: 2 ho so qua han lau. Xem {HOST}/canh-bao?mail={mail.id}"


def test_what_is_told_whatever_one_has_chosen_leads_to_that_alone(write: "Session", desk: Desk) -> None:
    head = desk.office.head
    write.get_one(User, head.user_id).mail_frequency = MailFrequency.WEEKLY
    desk.running(very_overdue_from=None, due_soon_from=None)
    desk.running(overdue_from=None, very_overdue_from=None, due_soon_from=None)  # without a date: no order
    scan(write, VERY_OVERDUE)
    digests(write, MORNING)
    mail = mail_of(write, "digest", head)
    content = said(write, mail)
    assert (content.only_statutory, content.counts) == (True, {Rule.OVERDUE: 1})
    (asked,) = [
        one for one in links(write_letter(content, Around(HOST, mail_id=mail.id)), "text") if "rule" in one
    ]
    assert listed(write, {"mail": str(mail.id)}, head) == listed(write, asked, head) == 1
    assert listed(write, {"tab": "mine"}, head) > 1


def test_a_mail_lists_nothing_for_anybody_else_and_who_reads_it_in_his_place_has_no_such_link(
    write: "Session", desk: Desk, chief: Worker
) -> None:
    desk.running()
    scan(write, VERY_OVERDUE)
    digests(write, MORNING)
    mail = mail_of(write, "digest", desk.office.head)
    assert listed(write, {"mail": str(mail.id)}, desk.office.head) == 1
    assert listed(write, {"mail": str(mail.id)}, chief) == 0
    assert listed(write, {"mail": "999999"}, chief) == 0
    read_by_another = write_letter(said(write, mail), Around(HOST, "Phạm Thị Trưởng", mail_id=mail.id))
    for kind in KINDS:
        assert links(read_by_another, kind) == []
        assert f"{HOST}/canh-bao" in getattr(read_by_another, kind)
