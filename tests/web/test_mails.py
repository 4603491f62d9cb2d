"""How often one's mails come: the page, the link that needs no sign-in, what an administrator mends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.alarms import OVERDUE, Desk
from tests.support.desk import Office, hire, open_office
from tests.support.register import NOW
from tests.support.screens import HOST, Page, Screen, before, house
from tthc_tracker.channels.mailtext import Around, write_letter
from tthc_tracker.domain.mailrhythm import AlertMailKind, MailChoice, MailFrequency, fewer_token
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.throttles import Limit
from tthc_tracker.extensions import database
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries import alertmail, mailroutes
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alertmails, alerts, mailchoices, refusedaddresses

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass(frozen=True)
class Town:
    """The application and its office, with an administrator of the province."""

    app: Flask
    office: Office
    keeper: Screen

    @property
    def visitor(self) -> Screen:
        """Somebody who has not signed in."""
        return Screen(self.app.test_client())

    def link(self, kind: AlertMailKind = AlertMailKind.DIGEST) -> str:
        """The link in a mail to the head of the unit."""
        return f"/thu/{fewer_token(self.app.config['SETTINGS'].secret_key, self.office.head.user_id, kind)}"

    def choice(self) -> MailChoice | None:
        with database.reading() as session:
            return mailroutes.choice_of(session, self.office.head.user_id)


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with house("sqlite", tmp_path_factory.mktemp("mails")) as app:
        with database.transaction() as session:
            office = open_office(session)
            keeper = hire(session, "Bùi Văn Quản Trị", Role.ADMINISTRATOR, office.province)
        yield Town(app, office, before(app, keeper))


# --- the link


def test_opening_the_link_shows_what_it_would_do_and_changes_nothing(town: Town) -> None:
    town.app.config["WTF_CSRF_ENABLED"] = True
    shown = town.visitor.get(town.link())
    assert shown.status_code == 200
    page = Page.of(shown)
    page.check()
    assert "đầu tuần" in page.words
    assert "luôn được gửi chậm nhất sáng làm việc kế tiếp" in page.words
    assert town.choice() == MailChoice()


def test_one_click_lowers_the_frequency_without_sign_in_or_token_and_twice_is_once(town: Town) -> None:
    town.app.config["WTF_CSRF_ENABLED"] = True
    for _ in range(2):
        answer = town.visitor.post(town.link(), ONE_CLICK)
        assert answer.status_code == 200
        assert "Đã giảm thư" in answer.text
    assert town.choice() == MailChoice(MailFrequency.WEEKLY)
    with database.reading() as session:
        noted = select(AuditEntry.object_id).where(AuditEntry.action == "mails_lowered")
        assert list(session.execute(noted).scalars()) == [str(town.office.head.user_id)]


def test_each_mail_lowers_its_own_kind(town: Town) -> None:
    town.visitor.post(town.link(AlertMailKind.AT_ONCE), ONE_CLICK)
    assert town.choice() == MailChoice(MailFrequency.DAILY)
    town.visitor.post(town.link(AlertMailKind.WEEKLY), ONE_CLICK)
    assert town.choice() == MailChoice(MailFrequency.DAILY, summary=False)


@pytest.mark.parametrize("change", [("-digest-", "-weekly-"), ("/thu/", "/thu/1")])
def test_a_link_that_somebody_made_himself_leads_nowhere(town: Town, change: tuple[str, str]) -> None:
    made = town.link().replace(*change)
    assert town.visitor.get(made).status_code == 404
    assert town.visitor.post(made, ONE_CLICK).status_code == 404
    assert town.choice() == MailChoice()


def test_a_network_that_asks_too_often_waits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    window = mailchoices._BY_NETWORK[0].window
    monkeypatch.setattr(mailchoices, "_BY_NETWORK", (Limit(2, window),))
    answers = [town.visitor.post(town.link(), ONE_CLICK) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert town.visitor.get(town.link()).status_code == 200  # looking costs nothing


# --- one's own page


def test_everybody_sees_and_sets_how_often_his_mails_come(town: Town) -> None:
    screen = before(town.app, town.office.head)
    page = Page.of(screen.get("/tai-khoan/thu"))
    page.check()
    saved = screen.post("/tai-khoan/thu", {"frequency": "daily"})
    assert (saved.status_code, saved.location) == (303, "/tai-khoan/thu")
    assert town.choice() == MailChoice(MailFrequency.DAILY, summary=False)
    shown = screen.get("/tai-khoan/thu").text
    assert re.search(r'value="daily" checked', shown)
    wrong = screen.post("/tai-khoan/thu", {"frequency": "never"})
    assert wrong.status_code == 422
    assert "Hãy chọn một mức" in wrong.text
    assert town.choice() == MailChoice(MailFrequency.DAILY, summary=False)


# --- an address that is refused


def test_an_administrator_sees_whose_mail_comes_back_and_clears_it(town: Town) -> None:
    head, keeper = town.office.head.user_id, town.keeper
    with database.transaction() as session:
        address = session.get_one(User, head).email
        refusedaddresses.mark(session, address, reply="550 5.1.1 No such user", now=NOW, domain="tthc.test")
    assert "1 người có địa chỉ thư bị máy chủ từ chối" in keeper.get("/van-hanh").text
    listed = Page.of(keeper.get("/nguoi-dung?state=refused"))
    assert [link for link in listed.links if re.fullmatch(r"/nguoi-dung/\d+", link)] == [
        f"/nguoi-dung/{head}"
    ]
    assert "No such user" in keeper.get(f"/nguoi-dung/{head}").text
    keeper.post(f"/nguoi-dung/{head}/thu-nhan-duoc", {})
    assert "No such user" not in keeper.get(f"/nguoi-dung/{head}").text
    with database.reading() as session:
        assert mailroutes.destination(session, head) == mailroutes.Destination(address)


def test_another_address_ends_the_mark(town: Town) -> None:
    head = town.office.head.user_id
    with database.transaction() as session:
        address = session.get_one(User, head).email
        refusedaddresses.mark(session, address, reply="550", now=NOW, domain="tthc.test")
        refusedaddresses.mark(session, "nobody@example.invalid", reply="550", now=NOW, domain="tthc.test")
    form = Page.of(town.keeper.get(f"/nguoi-dung/{head}")).forms[f"/nguoi-dung/{head}"]
    town.keeper.post(f"/nguoi-dung/{head}", form | {"email": "moi@coquan.gov.vn"})
    with database.reading() as session:
        assert mailroutes.destination(session, head) == mailroutes.Destination("moi@coquan.gov.vn")


# --- when mails leave


def test_a_controller_sets_the_hour_of_the_morning_and_the_way_of_texts(town: Town) -> None:
    screen = before(town.app, town.office.controller)
    path = "/quy-tac-canh-bao/gio-thu/H50.19000"
    page = Page.of(screen.get(path))
    page.check()
    assert page.forms[path]["digest_time"] == "07:00"
    assert screen.post(path, {"digest_time": "6:45", "text_channel": "sms"}).status_code == 422
    saved = screen.post(path, {"digest_time": "06:45", "text_channel": "sms"})
    assert saved.status_code == 303
    kept = Page.of(screen.get(path)).forms[path]
    assert (kept["digest_time"], kept["text_channel"]) == ("06:45", "sms")
    assert screen.post(path, {"digest_time": "06:45", "text_channel": "fax"}).status_code == 422
    screen.post(path, {"inherit": "1"})
    assert Page.of(screen.get(path)).forms[path]["digest_time"] == "07:00"


# --- the links of a mail


def test_every_link_of_a_mail_asks_to_sign_in_and_opening_them_changes_nothing(town: Town) -> None:
    with database.transaction() as session:
        Desk(session, town.office).running()
        alerts.raise_due(session, Directory(session), now=OVERDUE)
        session.flush()
        alertmails.write_digests(session, since=None, now=NOW, domain="tthc.test")
        session.flush()
        bodies = []
        for mail in session.execute(select(OutboxMessage)).scalars():
            said = alertmail.content(
                session, mail.kind, mail.user_id or 0, mail.context, created_at=NOW, now=NOW
            )
            assert said is not None
            bodies.append(write_letter(said, Around(HOST, mail_id=mail.id)).html)
    links = {
        link.removeprefix(HOST).replace("&amp;", "&")
        for body in bodies
        for link in re.findall(r'href="([^"]+)"', body)
    }
    assert {re.sub(r"/[0-9]+$", "/…", link.partition("?")[0]) for link in links} == {
        "/canh-bao", "/canh-bao/…", "/ho-so/H50.19000-261109-0001", "/giam-sat/qua-han"
    }  # fmt: skip
    before_all = _everything()
    for link in links:
        asked = town.visitor.get(link)
        assert (asked.status_code, asked.location.partition("?")[0]) == (302, "/dang-nhap"), link
        assert before(town.app, town.office.controller).get(link).status_code == 200, link
    assert _everything() == before_all


def _everything() -> list[tuple[object, ...]]:
    """What an acknowledgement, a choice or an event would have changed."""
    from tthc_tracker.models.alert import Alert, AlertRecipient
    from tthc_tracker.models.history import DossierEvent

    asked = (
        select(Alert.id, Alert.acknowledged_at, Alert.closed_at).order_by(Alert.id),
        select(AlertRecipient.alert_id, AlertRecipient.user_id, AlertRecipient.open).order_by(
            AlertRecipient.alert_id, AlertRecipient.user_id
        ),
        select(User.id, User.mail_frequency).order_by(User.id),
        select(DossierEvent.dossier_id, DossierEvent.seq).order_by(DossierEvent.dossier_id, DossierEvent.seq),
        select(AuditEntry.id).order_by(AuditEntry.id),
    )
    with database.reading() as session:
        return [tuple(row) for one in asked for row in session.execute(one)]
