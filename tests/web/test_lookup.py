"""The citizen's look-up through HTTP: what it shows, to whom, and what it never tells."""

import html
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tests.support.screens import counted
from tests.support.signedin import sign_in
from tests.support.visitor import SESSION_COOKIE
from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import ApplicantKind, State
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.receipttoken import receipt_token
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.account import Membership, RateBucket
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.person import Person
from tthc_tracker.queries import lookups
from tthc_tracker.queries.throttles import key_hash
from tthc_tracker.services import reception
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.web.assets import STATIC

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

NOW = at("Tue 2026-11-17 09:10")
RECEIVED = at("Mon 2026-11-16 09:00")
NAME, OWNER = "Kim Tự Canary", "Công ty Canary Lạ"
ID, PHONE, ABSTRACT = "044093001234", "0912345678", "trich yeu canary"
CODE = "H50.19000-261116-0001"
MINUTES_AGO = at("Tue 2026-11-17 09:08")
ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@dataclass
class Citizen:
    """Somebody at home, without an account; `address` is where he asks from."""

    app: "Flask"
    address: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)

    def asks(self, code: str = CODE, number: str = "", token: str = "") -> "TestResponse":
        return self.app.test_client().post(
            "/tra-cuu",
            data={"code": code, "number": number, "token": token},
            base_url="https://localhost",
            environ_base={"REMOTE_ADDR": self.address},
            headers=self.headers,
        )

    def opens(self) -> "TestResponse":
        return self.app.test_client().get("/tra-cuu", base_url="https://localhost")


@pytest.fixture
def office(app: "Flask") -> Office:
    with database.transaction() as session:
        return open_office(session)


def received(app: "Flask", office: Office, **person: Any) -> str:
    """The code of a dossier of somebody whose every word is a canary."""
    applicant = Party(NAME, id_number=person.get("id_number", ID), phone=person.get("phone", PHONE))
    owner = Party(OWNER, id_number="3200123456", kind=ApplicantKind.BUSINESS)
    facts = ReceptionFacts("1.004873", applicant, owner=owner, abstract=ABSTRACT)
    with database.transaction() as session:
        command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
        secret = app.config["SETTINGS"].secret_key
        return reception.receive(session, command, actor=office.clerk, now=RECEIVED, secret=secret).code


@pytest.fixture
def citizen(app: "Flask", office: Office) -> Citizen:
    assert received(app, office) == CODE
    return Citizen(app)


def token_of(citizen: Citizen, code: str = CODE) -> str:
    return receipt_token(citizen.app.config["SETTINGS"].secret_key, code)


def said(answer: "TestResponse") -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def counted_as(code: str) -> str:
    with database.reading() as session:
        return lookups.find(session, code).counted_as


def tried(scope: str, key: str, tries: int) -> None:
    """Somebody has tried so often two minutes ago."""
    row = {"scope": scope, "key_hash": key_hash(key), "window_start": MINUTES_AGO, "count": tries}
    with database.transaction() as session:
        session.execute(insert(RateBucket).values(row))


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("001234", id="the last six digits of the number"),
        pytest.param("0912 345 678", id="the phone"),
        pytest.param("123456", id="the last six digits of the owner's"),
    ],
)
def test_code_and_number_tell_how_far_it_is(citizen: Citizen, number: str) -> None:
    answer = citizen.asks(number=number)
    assert answer.status_code == 200
    words = said(answer)
    for piece in (CODE, "Đã tiếp nhận", "09 giờ 00 phút, ngày 19/11/2026", "Phường Đông Hà"):
        assert piece in words


def test_the_receipts_token_opens_too(citizen: Citizen) -> None:
    assert "Đã tiếp nhận" in said(citizen.asks(token=token_of(citizen)))
    assert citizen.asks(token=token_of(citizen, CODE[:-1] + "2")).status_code == 422


@ONE_ENGINE
@pytest.mark.parametrize("state", State)
def test_nobody_is_named_whatever_the_state(citizen: Citizen, state: State) -> None:
    with database.transaction() as session:
        session.execute(update(Dossier).values(state=state))
    answer = citizen.asks(number="001234")
    assert answer.status_code == 200
    personal = (NAME, "Canary", ID, ID[-6:], PHONE, PHONE[-6:], ABSTRACT, "3200123456", "Lê Thị Một Cửa")
    assert [piece for piece in personal if piece in html.unescape(answer.text)] == []
    assert "hôn nhân" not in answer.text, "what somebody asked for is nobody's business either"


def test_a_pause_is_told_in_plain_words(citizen: Citizen) -> None:
    with database.transaction() as session:
        session.execute(
            update(Dossier).values(state=State.AWAITING_SUPPLEMENT, paused_since=at("Mon 2026-11-16 10:00"))
        )
    words = said(citizen.asks(number="001234"))
    assert "Đang chờ bổ sung giấy tờ" in words
    assert "Tạm dừng từ ngày 16/11/2026: thời gian chờ không tính vào thời hạn giải quyết." in words


def test_a_dossier_of_another_system_says_whose_data_it_is(citizen: Citizen) -> None:
    with database.transaction() as session:
        session.execute(update(Dossier).values(source_id=2, source_as_of=at("Tue 2026-11-17 07:00")))
    assert "lúc 07:00 17/11/2026" in said(citizen.asks(number="001234"))


def test_a_dossier_without_numbers_opens_by_its_receipt_only(citizen: Citizen) -> None:
    with database.transaction() as session:
        session.execute(update(Person).values(id_number=None, phone=None))
    assert citizen.asks(number="001234").status_code == 422
    assert citizen.asks(number="0912345678").status_code == 422
    assert citizen.asks(token=token_of(citizen)).status_code == 200


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param({"number": "001235"}, id="a wrong number"),
        pytest.param({"number": "0912345679"}, id="a wrong phone"),
        pytest.param({"token": "a" * 26}, id="a wrong token"),
    ],
)
def test_an_unknown_code_and_a_wrong_proof_are_told_alike(
    app: "Flask", office: Office, shown: dict[str, str]
) -> None:
    def asked() -> tuple[int, str, list[tuple[str, str]], list[str]]:
        with counted() as statements:
            answer = Citizen(app).asks(**shown)
        body = re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", answer.text)
        headers = [pair for pair in answer.headers if pair[0] != "Set-Cookie"]
        return answer.status_code, body, headers, statements

    unknown = asked()
    assert received(app, office) == CODE
    wrong = asked()
    assert unknown == wrong
    assert wrong[0] == 422
    assert "Không tìm thấy hồ sơ, hoặc thông tin xác nhận không đúng." in html.unescape(wrong[1])
    assert len(wrong[3]) == (6 if "token" in shown else 9), (
        "look, count, ask for the archive, and nothing else"
    )


def test_what_is_told_alike_would_be_seen_if_it_were_not(citizen: Citizen) -> None:
    """Without this the test above could compare two pages that say nothing at all."""
    assert citizen.asks(number="001235").data != citizen.asks(number="001234").data


def test_a_right_look_up_asks_few_questions(citizen: Citizen) -> None:
    citizen.asks(number="001234")
    with counted() as statements:
        assert citizen.asks(number="001234").status_code == 200
    assert len(statements) <= 17


@pytest.mark.parametrize("code", [CODE, "H50.19000-261116-0777"], ids=["a code there is", "one there is not"])
def test_five_wrong_numbers_close_a_code_for_a_while(citizen: Citizen, code: str) -> None:
    for number in range(5):
        assert citizen.asks(code, f"99999{number}").status_code == 422
    answer = citizen.asks(code.lower(), "001234")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "960")
    assert "Hãy thử lại sau 16 phút" in said(answer)
    assert "Đã tiếp nhận" not in said(answer)


def test_another_spelling_and_another_code_of_it_open_no_more_tries(citizen: Citizen) -> None:
    with database.transaction() as session:
        held = select(DossierCode.dossier_id).where(DossierCode.code == CODE)
        dossier_id = session.execute(held).scalar_one()
        session.add(DossierCode(code="G22.99-000001", dossier_id=dossier_id, source_id=2))
    spelled = (CODE, CODE.lower(), CODE.replace("-", "–"), f" {CODE} ", "g22.99-000001")
    for number, code in enumerate(spelled):
        assert citizen.asks(code, f"99999{number}").status_code == 422
    assert citizen.asks("G22.99-000001", "001234").status_code == 429
    assert citizen.asks(number="001234").status_code == 429


def test_while_others_guess_who_types_right_the_first_time_is_told(citizen: Citizen) -> None:
    mistyped = Citizen(citizen.app, "127.0.7.9")
    assert mistyped.asks(number="001235").status_code == 422
    tried("lookup", "", 199)
    for _ in range(3):
        assert citizen.asks(number="001234").status_code == 200, "right ones are not counted"
    assert mistyped.asks(number="001234").status_code == 429
    assert mistyped.asks(token=token_of(citizen)).status_code == 200
    assert citizen.asks(number="001235").status_code == 422, "a first try is looked at"
    assert citizen.asks(number="001234").status_code == 429, "and no second one"
    with database.transaction() as session:
        session.execute(update(RateBucket).where(RateBucket.scope == "lookup").values(count=400))
    assert Citizen(citizen.app, "127.0.9.9").asks(number="001234").status_code == 429, (
        "the reserve is used up"
    )


def test_addresses_of_one_household_count_together(citizen: Citizen) -> None:
    assert Citizen(citizen.app, "2001:db8:1:2::1").asks(number="001235").status_code == 422
    tried("lookup", "", 200)
    assert Citizen(citizen.app, "2001:db8:1:2:ffff::9").asks(number="001234").status_code == 429
    assert Citizen(citizen.app, "2001:db8:1:3::1").asks(number="001234").status_code == 200


def test_nobodys_guesses_shut_out_the_holder_of_the_receipt(citizen: Citizen) -> None:
    tried("lookup-dossier", counted_as(CODE), 10)
    tried("lookup", "", 400)
    assert citizen.asks(number="001234").status_code == 429
    assert citizen.asks(token=token_of(citizen)).status_code == 200


def test_thirty_wrong_ones_a_minute_close_a_network(citizen: Citizen) -> None:
    with database.transaction() as session:
        tried_now = {"scope": "lookup-network", "key_hash": key_hash("127.0.7.0/24"), "count": 30}
        session.execute(insert(RateBucket).values(tried_now | {"window_start": NOW}))
    assert Citizen(citizen.app, "127.0.7.9").asks(number="001234").status_code == 429
    assert Citizen(citizen.app, "127.0.8.9").asks(number="001234").status_code == 200


def test_right_ones_are_not_counted(citizen: Citizen) -> None:
    for _ in range(7):
        assert citizen.asks(number="001234").status_code == 200
    with database.reading() as session:
        assert sum(session.execute(select(RateBucket.count)).scalars()) == 0


def test_a_refused_try_counts_for_nobody(citizen: Citizen) -> None:
    tried("lookup-dossier", counted_as(CODE), 10)
    citizen.asks(number="001234")
    with database.reading() as session:
        assert session.execute(select(RateBucket.count)).scalars().all() == [10]


@ONE_ENGINE
def test_a_forwarded_address_counts_from_a_named_proxy_only(citizen: Citizen) -> None:
    tried("lookup-network", "127.0.7.0/24", 300)
    liar = Citizen(citizen.app, "127.0.7.9", {"X-Forwarded-For": "198.51.100.7"})
    assert liar.asks(number="001234").status_code == 429
    tried("lookup-network", "198.51.100.0/24", 300)
    assert Citizen(citizen.app, "127.0.0.1", liar.headers).asks(number="001234").status_code == 200


@ONE_ENGINE
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"code": ""}, "Hãy nhập mã hồ sơ", id="no code"),
        pytest.param({"number": ""}, "Hãy nhập 6 số cuối", id="no proof"),
        pytest.param({"number": "12345"}, "Hãy nhập 6 số cuối", id="too short a proof"),
        pytest.param({"token": "javascript:alert(1)"}, "Hãy nhập 6 số cuối", id="a token that is none"),
        pytest.param({"code": "x" * 41, "number": "001234"}, "Dài nhất 40 ký tự", id="too long a code"),
        pytest.param({"code": "H50\u202e", "number": "001234"}, "Có ký tự lạ", id="a sign nobody types"),
    ],
)
def test_what_cannot_be_looked_up_says_what_to_do(
    citizen: Citizen, fields: dict[str, str], words: str
) -> None:
    answer = citizen.asks(**fields)
    assert answer.status_code == 422
    assert words in said(answer)


@ONE_ENGINE
def test_what_was_typed_stays_and_the_token_does_not(citizen: Citizen) -> None:
    answer = citizen.asks(number="001235", token=token_of(citizen))
    assert f'value="{CODE}"' in answer.text
    assert 'value="001235"' in answer.text
    assert token_of(citizen) not in answer.text


def test_nothing_is_kept_and_nothing_is_found_by_search_engines(citizen: Citizen) -> None:
    right, wrong, form = citizen.asks(number="001234"), citizen.asks(number="001235"), citizen.opens()
    for answer in (right, wrong, form):
        assert answer.headers["Cache-Control"] == "no-store"
    for answer in (right, wrong):
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    for answer in (right, form):
        assert answer.headers["Referrer-Policy"] == "same-origin", "over https the CSRF check asks for it"
    assert citizen.app.test_client().get(f"/tra-cuu/{CODE}").status_code == 404


@ONE_ENGINE
def test_the_form_is_taken_over_https_with_its_token(citizen: Citizen) -> None:
    citizen.app.config["WTF_CSRF_ENABLED"] = True
    client = citizen.app.test_client()
    page = client.get("/tra-cuu", base_url="https://localhost").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    data = {"code": CODE, "number": "001234", "csrf_token": found[1]}
    referrer = {"Referer": "https://localhost/tra-cuu"}
    assert client.post("/tra-cuu", data=data, base_url="https://localhost").status_code == 400
    taken = client.post("/tra-cuu", data=data, base_url="https://localhost", headers=referrer)
    assert taken.status_code == 200


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@ONE_ENGINE
def test_no_log_holds_what_was_asked(citizen: Citizen, logged: pytest.LogCaptureFixture) -> None:
    tried("lookup-network", "127.0.7.0/24", 300)
    citizen.asks(number="001234")
    citizen.asks(number="0912345679")
    citizen.asks(token=token_of(citizen))
    Citizen(citizen.app, "127.0.7.9").asks(number="001234")
    lines = "\n".join(f"{record.getMessage()} {vars(record)}" for record in logged.records)
    assert "look-up throttled" in lines
    for secret in (CODE, "001234", "0912345679", token_of(citizen), "127.0.7.9"):
        assert secret not in lines


@ONE_ENGINE
def test_the_whole_page_is_light(citizen: Citizen) -> None:
    """With everything it brings, unpacked, an error and its icon included."""
    for answer in (citizen.opens(), citizen.asks(number="1"), citizen.asks(number="001234")):
        files = set(re.findall(r'(?:href|src)="/static/([^?"#]+)', answer.text))
        weight = len(answer.data) + sum((STATIC / name).stat().st_size for name in files)
        assert weight <= 32_000, (weight, files)
        assert "bootstrap" not in answer.text


@ONE_ENGINE
def test_the_public_pages_lead_to_each_other(citizen: Citizen) -> None:
    client = citizen.app.test_client()
    assert 'href="/tra-cuu"' in client.get("/tong-hop/cong-khai", base_url="https://localhost").text
    assert 'href="/tong-hop/cong-khai"' in citizen.opens().text
    assert 'href="/tra-cuu"' in client.get("/dang-nhap", base_url="https://localhost").text
    lost = client.get("/khong-co", base_url="https://localhost")
    assert lost.status_code == 404
    assert 'href="/tra-cuu"' in lost.text
    assert "phạm vi của bạn" not in lost.text


def administrator(app: "Flask", office: Office) -> "Any":
    with database.transaction() as session:
        whose = Membership.user_id == office.controller.user_id
        session.execute(update(Membership).where(whose).values(role=Role.ADMINISTRATOR))
        token = sign_in(session, office.controller.user_id, NOW)
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.set_cookie(SESSION_COOKIE, token, secure=True)
    return client


def test_operators_see_how_much_is_guessed_and_nothing_else(
    citizen: Citizen, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = administrator(citizen.app, office)
    tried("lookup", "", 199)
    assert "dò mã hồ sơ" not in client.get("/van-hanh").text
    citizen.asks(number="001235")
    words = said(client.get("/van-hanh"))
    assert "200 lần tra cứu sai trong 10 phút, lúc 09:10 ngày 17/11/2026" in words
    assert "người gõ đúng ngay lần đầu vẫn xem được" in words
    assert CODE not in words
    monkeypatch.setattr(clock, "now", lambda: at("Tue 2026-11-17 09:25"))
    words = said(client.get("/van-hanh"))
    assert "200 lần tra cứu sai trong 10 phút, lúc 09:10" in words
    assert "Đã mở lại." in words
