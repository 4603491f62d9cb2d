"""Dossiers as a file of the exchange vocabulary: what left is what comes in again."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import config
from tests.support.databases import migrated
from tests.support.desk import SAMPLES, Office, new_key, open_office
from tests.support.moments import at
from tests.support.servers import environment
from tthc_tracker.app import create_app
from tthc_tracker.domain.exchangerow import ExchangeRow, read_row
from tthc_tracker.domain.lifecycle import Channel, ResultKind, ReturnMethod, State
from tthc_tracker.domain.receptionfacts import Fee, Paper, Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry, DossierEvent
from tthc_tracker.models.person import Person
from tthc_tracker.services import answering, catalogue, reception, receptionchanges, registration, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.answering import RefuseDossier, Sender
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.receptionchanges import CancelReception
from tthc_tracker.services.registration import RegisterDossier
from tthc_tracker.services.release import FinishDossier, ReturnResult, WithdrawDossier
from tthc_tracker.spreadsheets.exchangefile import open_export

MANY = 120
SOURCE = "provincial-portal"
RECEIVED = at("Mon 2026-11-16 09:00")
SENDER = Sender("one.test", "s" * 64)
NUMBER, PHONE = "044093001234", "0912345678"


def flask(app: Flask, *args: str) -> str:
    result = app.test_cli_runner().invoke(args=list(args))
    assert result.exit_code == 0, result.output
    return result.output


def read(path: Path) -> dict[str, ExchangeRow]:
    """What another installation reads of a file, by code."""
    with open_export(path) as export:
        return {row.code: row for row in (read_row(raw) for _, raw in export.rows)}


@pytest.fixture
def office(app: Flask) -> Office:
    with database.transaction() as session:
        return open_office(session)


def received(office: Office, name: str, post: str = "", **more: Any) -> str:
    party = Party(name, id_number=NUMBER, phone=PHONE, email="an@nguoidan.test", post_address=post)
    facts = ReceptionFacts("1.004873", party, **more)
    command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
    with database.transaction() as session:
        return reception.receive(session, command, actor=office.clerk, now=RECEIVED).code


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_left_is_read_again_as_it_is_known_here(
    app: Flask, office: Office, tmp_path: Path, form: str
) -> None:
    online = received(office, "Nguyễn Văn An", by_portal=True, abstract='cấp "bản sao", 2 bản')
    papers = (Paper("Tờ khai", 1, 0, 0, digitised=True),)
    posted = received(office, "Trần Thị Bé", post="12 Lê Lợi", papers=papers, fee=Fee(8000, "paid", "online"))
    wrong = received(office, "Lê Nhập Nhầm")
    with database.transaction() as session:
        done = FinishDossier(Target(posted, None), ResultKind.GRANTED, digitised=True)
        release.finish(session, done, person=office.clerk, now=at("Tue 2026-11-17 10:00"))
        gone = CancelReception(Target(wrong, None), "nhầm")
        receptionchanges.cancel(session, gone, actor=office.clerk, now=RECEIVED)
    path = tmp_path / "ho-so"
    path.write_text("lay open before", encoding="utf-8")
    path.chmod(0o644)
    assert "2 hồ sơ" in flask(app, "exports", "dossiers", str(path), "--format", form)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = read(path)
    assert set(rows) == {online, posted}
    one, other = rows[online], rows[posted]
    assert (one.owner_name, one.owner_id, one.owner_phone) == ("Nguyễn Văn An", NUMBER, PHONE)
    due = at("Thu 2026-11-19 09:00")
    assert (one.accepted_at, one.due_at, one.state) == (RECEIVED, due, State.RECEIVED)
    assert (one.receiving, one.resolving) == ("H50.19000", "H50.19000")
    assert (one.abstract, one.kept.asks_for_portal) == ('cấp "bản sao", 2 bản', True)
    assert (other.state, other.closed_at) == (State.FINISHED, at("Tue 2026-11-17 10:00"))
    assert (other.kept.asks_for_post, other.kept.digitised, other.kept.paid_online) == (True, "1", "1")
    assert (one.kept.says_digitised, other.kept.says_digitised) == (None, True)
    assert one.warnings == other.warnings == ()
    with database.reading() as session:
        entry = session.execute(
            select(AuditEntry).where(AuditEntry.action == "dossiers_exported")
        ).scalar_one()
    assert entry.facts == {"source": "desk", "agency": "", "form": form, "from": "", "to": ""}


Told = tuple[Any, ...]


def told() -> dict[str, Told]:
    """What a register knows of each dossier, as far as the vocabulary has words for it."""
    columns = (
        Dossier.state, Dossier.channel, Dossier.submitted_at, Dossier.accepted_at, Dossier.due_at,
        Dossier.closed_at, Dossier.finish_class, Dossier.result_kind, Dossier.returned_at,
        Dossier.return_method, Dossier.by_post, Person.full_name, Person.id_number,
    )  # fmt: skip
    statement = select(Dossier.code, *columns).join(Person, Person.id == Dossier.owner_id)
    with database.reading() as session:
        return {code: tuple(known) for code, *known in session.execute(statement.order_by(Dossier.code))}


def arrived(office: Office, name: str, channel: Channel) -> str:
    facts = ReceptionFacts("1.004873", Party(name, id_number=NUMBER), channel=channel, arrived_at=RECEIVED)
    command = RegisterDossier(new_key(), office.ward, facts)
    with database.transaction() as session:
        return registration.register(session, command, person=office.clerk, now=RECEIVED).code


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_another_installation_takes_in_all_that_the_desk_received(
    app: Flask, office: Office, tmp_path: Path
) -> None:
    received(office, "Nguyễn Văn An")
    posted, online = (arrived(office, "Trần Thị Bé", one) for one in (Channel.POST, Channel.ONLINE))
    refused, stopped = received(office, "Lê Văn Cả", post="12 Lê Lợi"), received(office, "Lê Thị Dung")
    later = at("Tue 2026-11-17 10:00")
    refusal = FinishDossier(Target(refused, None), ResultKind.REFUSED, reason="không đủ điều kiện")
    given = ReturnResult(Target(refused, None), "Lê Văn Cả", ReturnMethod.POST, paper_number="RB123")
    with database.transaction() as session:
        strays = RefuseDossier(Target(online, None), "trái tuyến")
        answering.refuse(session, strays, person=office.clerk, sender=SENDER, now=later)
        release.finish(session, refusal, person=office.clerk, now=later)
        release.return_result(session, given, person=office.clerk, now=later)
        leaves = WithdrawDossier(Target(stopped, None), "xin rút")
        release.withdraw(session, leaves, person=office.clerk, now=later)
    known, path = told(), tmp_path / "ho-so.csv"
    assert known[posted][2] is None  # nobody knows when it was handed to the post
    known[posted] = (*known[posted][:2], RECEIVED, *known[posted][3:])
    flask(app, "exports", "dossiers", str(path))
    database.dispose()
    (var := tmp_path / "other").mkdir()
    with migrated("sqlite", var) as url:
        other = create_app(config.from_environment(environment(url, var, url="https://other.test")))
        with database.transaction() as session:
            open_office(session)
        run = ("imports", "run", "--source", SOURCE, "--format", "json", str(path))
        taken = json.loads(flask(other, *run))
        assert (taken["accepted"], taken["refused"], told()) == (5, 0, known)
        again = json.loads(flask(other, *run))
        assert (again["accepted"], again["unchanged"]) == (0, 5)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_a_source_sent_goes_round_and_changes_nothing(app: Flask, tmp_path: Path, form: str) -> None:
    with database.transaction() as session:
        catalogue.seed_reference(session, RECEIVED)
        for kind, name in (("agencies", "agencies_vinhphuc.csv"), ("procedures", "procedures.csv")):
            text = (SAMPLES / name).read_text(encoding="utf-8-sig")
            catalogue.LOADERS[kind](session, text, actor_id=None, now=RECEIVED)
    sample, path, back = tmp_path / "vao.csv", tmp_path / "ra", tmp_path / "ra-lai"
    lines = (SAMPLES / "portal_export_vinhphuc.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    sample.write_text("".join(lines[: MANY + 1]), encoding="utf-8")
    taken = ("imports", "run", "--source", SOURCE, "--format", "json", "--errors", str(tmp_path / "loi.csv"))
    leave = ("exports", "dossiers", "--source", SOURCE, "--format", form)
    assert json.loads(flask(app, *taken, str(sample)))["accepted"] == MANY
    flask(app, *leave, str(path))
    again = json.loads(flask(app, *taken, str(path)))
    assert (again["rows"], again["accepted"], again["refused"]) == (MANY, 0, 0)
    with database.reading() as session:  # it is written otherwise, and says nothing new
        assert session.execute(select(func.count()).select_from(DossierEvent)).scalar_one() == MANY
    flask(app, *leave, str(back))
    assert back.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_is_not_whole_never_stands_under_the_name_of_the_file(
    app: Flask, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received(office, "Nguyễn Văn An")
    folder = tmp_path / "ra"
    folder.mkdir()
    path = folder / "ho-so"
    path.write_text("that of yesterday", encoding="utf-8")

    def ended(form: str, dossiers: object) -> Iterator[str]:
        yield "half a li"
        raise KeyboardInterrupt

    monkeypatch.setattr("tthc_tracker.spreadsheets.exchangelines.lines", ended)
    assert app.test_cli_runner().invoke(args=["exports", "dossiers", str(path)]).exit_code == 1
    left = [(one, one.read_text(encoding="utf-8")) for one in folder.iterdir()]
    assert left == [(path, "that of yesterday")]
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    assert "tệp thường" in app.test_cli_runner().invoke(args=["exports", "dossiers", str(pipe)]).output


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_it_is_narrowed_by_agency_and_days_and_says_what_there_is_not(
    app: Flask, office: Office, tmp_path: Path
) -> None:
    received(office, "Nguyễn Văn An")
    asked = ("exports", "dossiers", str(tmp_path / "ra.csv"))
    for more, count in (
        (("--agency", "H50.19000", "--from", "2026-11-16", "--to", "2026-11-16"), 1),
        (("--agency", "H50.19001"), 0),
        (("--from", "2026-11-17"), 0),
        (("--to", "2026-11-15"), 0),
    ):
        assert f"{count} hồ sơ" in flask(app, *asked, *more)
    for wrong in (("--agency", "H99"), ("--source", "khong-co")):
        result = app.test_cli_runner().invoke(args=[*asked, *wrong])
        assert (result.exit_code, "Không có" in result.output) == (1, True)
