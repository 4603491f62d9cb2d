"""Letters to applicants: written with what happened, read and addressed when they leave, without a name."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tests.support.smtp import Fault, Mailbox
from tthc_tracker import clock
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.lifecycle import SourceKind, State
from tthc_tracker.domain.receipttoken import receipt_token
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.services import applicantmails, reception
from tthc_tracker.services.reception import ReceiveDossier

NOW = at("Mon 2026-11-16 09:00")
SECRET = "s" * 64
ADDRESS = "an.nguyen@nguoidan.test"


@pytest.fixture
def office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with database.transaction() as session:
        return open_office(session)


@pytest.fixture
def code(database: Database, office: Office) -> str:
    with database.transaction() as session:
        party = Party("Nguyễn Văn An", id_number="044093001234", phone="0912345678", email=ADDRESS)
        command = ReceiveDossier(new_key(), office.ward, ReceptionFacts("1.004873", party), NOW)
        return reception.receive(session, command, actor=office.clerk, now=NOW, secret=SECRET).code


@pytest.fixture
def work(tmp_path: Path, smtp: Mailbox) -> Work:
    return Work("https://tthc.test", "tthc@coquan.test", smtp.url, tmp_path, SECRET)


def tell(database: Database, code: str, letter: ApplicantLetter) -> bool:
    with database.transaction() as session:
        dossier = session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()
        return applicantmails.tell(session, dossier, letter, domain="coquan.test", now=NOW)


def deliver(work: Work) -> runner.Result:
    return runner.run(BY_NAME["deliver-mail"], work)


def row(database: Database) -> OutboxMessage:
    with database.reading() as session:
        return session.execute(select(OutboxMessage)).scalar_one()


def test_a_receipt_says_code_procedure_and_promise_and_names_nobody(
    database: Database, work: Work, smtp: Mailbox, code: str
) -> None:
    assert tell(database, code, ApplicantLetter.RECEIPT)
    assert deliver(work).counts["sent"] == 1
    (letter,) = smtp.letters
    assert letter.recipients == (ADDRESS,)
    assert letter.subject == f"Đã tiếp nhận hồ sơ {code}"
    for body in (letter.body(), letter.body("html")):
        assert "09 giờ 00 phút, ngày 19/11/2026" in body
        assert "Cấp Giấy xác nhận tình trạng hôn nhân" in body
        assert f"https://tthc.test/tra-cuu#t={receipt_token(SECRET, code)}&" in body
        assert not [word for word in ("Nguyễn Văn An", "044093001234", "0912345678") if word in body]


def test_the_row_holds_neither_address_nor_words(database: Database, code: str) -> None:
    tell(database, code, ApplicantLetter.RECEIPT)
    written = row(database)
    assert (written.to_address, written.user_id, list(written.context)) == ("", None, ["dossier_id"])


def test_the_same_event_is_told_once(database: Database, code: str) -> None:
    assert [tell(database, code, ApplicantLetter.RECEIPT) for _ in range(2)] == [True, False]


def test_without_the_tokens_key_the_letter_says_what_to_type(
    database: Database, smtp: Mailbox, tmp_path: Path, code: str
) -> None:
    tell(database, code, ApplicantLetter.RECEIPT)
    deliver(Work("https://tthc.test", "tthc@coquan.test", smtp.url, tmp_path, "another" * 9))
    assert "https://tthc.test/tra-cuu\n" in smtp.letters[0].body().replace("\r", "")
    assert "6 số cuối" in smtp.letters[0].body()


@pytest.mark.parametrize(
    ("letter", "state"),
    [
        (ApplicantLetter.RECEIPT, State.CANCELLED),
        (ApplicantLetter.SUPPLEMENT, State.REGISTERED),
        (ApplicantLetter.REFUSAL, State.CANCELLED),
        (ApplicantLetter.RESULT_READY, State.RETURNED),
    ],
)
def test_what_is_no_longer_true_is_not_sent(
    database: Database, work: Work, smtp: Mailbox, code: str, letter: ApplicantLetter, state: State
) -> None:
    tell(database, code, letter)
    with database.transaction() as session:
        session.execute(update(Dossier).values(state=state))
    assert deliver(work).counts["cancelled"] == 1
    assert smtp.letters == []


def test_a_result_that_is_ready_is_told_with_where_to_collect_it(
    database: Database, work: Work, smtp: Mailbox, code: str
) -> None:
    tell(database, code, ApplicantLetter.RESULT_READY)
    with database.transaction() as session:
        finished = NOW + dt.timedelta(hours=1)
        session.execute(
            update(Dossier).values(state=State.FINISHED, closed_at=finished, closed_on=finished.date())
        )
    deliver(work)
    assert smtp.letters[0].subject == f"Hồ sơ {code} đã có kết quả"
    assert "Nơi trả kết quả: Phường Đông Hà" in smtp.letters[0].body()


def test_an_address_corrected_meanwhile_is_the_one_written_to(
    database: Database, work: Work, smtp: Mailbox, code: str
) -> None:
    tell(database, code, ApplicantLetter.RECEIPT)
    with database.transaction() as session:
        session.execute(update(Person).values(email="dung@nguoidan.test"))
    deliver(work)
    assert smtp.letters[0].recipients == ("dung@nguoidan.test",)


def test_an_address_refused_is_not_kept_with_the_answer(
    database: Database, work: Work, smtp: Mailbox, code: str
) -> None:
    tell(database, code, ApplicantLetter.RECEIPT)
    smtp.unknown_recipients.add(ADDRESS)
    assert deliver(work).counts["never"] == 1
    dead = row(database)
    assert (dead.status, dead.last_code) == ("dead", 550)
    assert ADDRESS not in dead.last_error


def test_a_server_away_is_tried_again(database: Database, work: Work, smtp: Mailbox, code: str) -> None:
    tell(database, code, ApplicantLetter.RECEIPT)
    smtp.fault = Fault.TEMPORARY
    assert deliver(work).counts["later"] == 1
    assert (row(database).status, row(database).attempts) == ("pending", 1)


def test_nobody_is_told_without_an_address_or_of_what_another_system_answers(
    database: Database, code: str
) -> None:
    with database.transaction() as session:
        session.execute(update(Source).values(kind=SourceKind.MIRROR))
    assert not tell(database, code, ApplicantLetter.RECEIPT)
    with database.transaction() as session:
        session.execute(update(Source).values(kind=SourceKind.HOME))
        session.execute(update(Person).values(email=None))
    assert not tell(database, code, ApplicantLetter.RECEIPT)
