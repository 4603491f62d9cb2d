"""Letters that urge: what stands on them, how they are numbered, kept and answered."""

import datetime as dt
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from tests.support.alarms import Desk
from tests.support.desk import Office, Worker, hire, open_office
from tests.support.moments import at
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.deputies import SignatureForm
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.handovers import Place
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.apology import Lateness
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.urging import UrgingLetter
from tthc_tracker.printouts import urging_letter as paper
from tthc_tracker.queries import urging as reads
from tthc_tracker.services import deputies, urging
from tthc_tracker.services.acting import Target
from tthc_tracker.services.deputies import NameDeputy
from tthc_tracker.services.urging import ExplainRow, Issued, IssueLetter

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOW = at("Wed 2026-11-25 09:00")
ANSWER_BY, PROMISED = dt.date(2026, 11, 30), dt.date(2026, 12, 4)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


@pytest.fixture
def boss(write: "Session", office: Office) -> Worker:
    """The head of the province's agency, who signs."""
    return hire(write, "Lê Văn Chủ Tịch", Role.HEAD_OF_AGENCY, office.province)


def issued(session: "Session", office: Office, boss: Worker, codes: list[str], **more: Any) -> Issued:
    facts: dict[str, Any] = {
        "agency_id": office.province, "to": Place(office.ward, office.land_unit),
        "targets": tuple(Target(code, None) for code in codes), "symbol": "UBND-KSTT",
        "answer_by": ANSWER_BY, "signer": (boss.user_id, None),
    }  # fmt: skip
    command = IssueLetter(**(facts | more))
    return urging.issue(session, command, person=office.controller, now=NOW)


def test_a_letter_is_numbered_in_its_year_and_leaves_an_event_on_each_dossier(
    write: "Session", office: Office, boss: Worker
) -> None:
    desk = Desk(write, office)
    late = [desk.running().code for _ in range(2)]
    first, second = issued(write, office, boss, late), issued(write, office, boss, late[:1])
    numbers = select(UrgingLetter).order_by(UrgingLetter.id)
    assert [reads.number_words(one) for one in write.execute(numbers).scalars()] == [
        "1/UBND-KSTT", "2/UBND-KSTT",
    ]  # fmt: skip
    assert [one.done for one in (*first.outcomes, *second.outcomes)] == [True, True, True]
    events = write.execute(select(DossierEvent).order_by(DossierEvent.dossier_id, DossierEvent.seq)).scalars()
    told = [(event.kind, event.facts["letter"]) for event in events]
    assert told == [
        (EventKind.URGED, "1/UBND-KSTT"), (EventKind.URGED, "2/UBND-KSTT"), (EventKind.URGED, "1/UBND-KSTT"),
    ]  # fmt: skip
    counted = write.execute(select(reads.times_urged()).select_from(Dossier).order_by(Dossier.id))
    assert list(counted.scalars()) == [2, 1]


def test_what_is_not_late_or_lies_elsewhere_stands_on_no_letter_and_uses_no_number_up(
    write: "Session", office: Office, boss: Worker
) -> None:
    desk = Desk(write, office)
    soon = desk.running(late_from=at("Mon 2026-11-30 00:00"), overdue_from=at("Mon 2026-11-30 00:00"))
    away = desk.running(holding_unit_id=office.civil_unit)
    none = issued(write, office, boss, [soon.code, away.code])
    assert none.letter_id is None
    assert ["không trễ hạn" in none.outcomes[0].message, "nơi khác" in none.outcomes[1].message] == [
        True,
        True,
    ]
    assert write.execute(select(DossierEvent)).first() is None
    assert issued(write, office, boss, [desk.running().code]).letter_id is not None
    assert write.execute(select(UrgingLetter.number)).scalars().all() == [1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"symbol": " / "}, "symbol", id="no symbol"),
        pytest.param({"answer_by": NOW.date()}, "answer_by", id="to be answered today"),
        pytest.param({"answer_by": dt.date(2027, 6, 1)}, "answer_by", id="to be answered next summer"),
        pytest.param({"signer": (1, None)}, "signer", id="signed by somebody who heads nothing"),
    ],
)
def test_a_letter_needs_symbol_day_and_signer(
    write: "Session", office: Office, boss: Worker, changes: dict[str, Any], field: str
) -> None:
    code = Desk(write, office).running().code
    with pytest.raises(InvalidInput) as refused:
        issued(write, office, boss, [code], **changes)
    assert refused.value.field == field


def test_nobody_urges_in_the_name_of_another_agency(write: "Session", office: Office, boss: Worker) -> None:
    with pytest.raises(NotAllowed):
        issued(write, office, boss, [], agency_id=office.ward)


def test_the_paper_says_who_is_urged_about_what_by_whom_and_word_reads_it(
    write: "Session", office: Office, boss: Worker
) -> None:
    deputy = hire(write, "Trần Thị Phó", Role.OFFICER, office.province)
    named = NameDeputy(
        boss.user_id, deputy.user_id, NOW.date(), NOW.date(), SignatureForm.KT, "Chủ tịch", "Phó Chủ tịch"
    )
    one = deputies.name(write, named, person=boss, now=NOW)
    desk = Desk(write, office)
    codes = [desk.running().code for _ in range(3)]
    letter = issued(write, office, boss, codes, signer=(deputy.user_id, one)).letter_id
    assert letter is not None
    made = paper.paper(reads.letter_sheet(write, letter))
    said = made.data
    assert said["signed_as"] == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert (said["signer"], said["number"]) == ("Trần Thị Phó", "1/UBND-KSTT")
    assert [row[1] for row in said["rows"]] == codes
    assert "Nguyễn Văn An" not in made.content.decode(), "nobody's name but the officer's"
    again = paper.again(made.content, NOW)
    assert again.typeset() == made.typeset()
    file = paper.document(made.content, NOW)
    assert file == paper.document(made.content, NOW), "the same words give the same bytes"
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        for name in book.namelist():
            ET.fromstring(book.read(name))
        body = ET.fromstring(book.read("word/document.xml"))
    texts = {node.text for node in body.iter(f"{_W}t")}
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 1/UBND-KSTT", "KT. CHỦ TỊCH", codes[2]):
        assert words in texts
    assert len(list(body.iter(f"{_W}tr"))) == 3 + 1 + 3


def explained(session: "Session", letter_id: int, code: str, person: Worker, **more: Any) -> None:
    facts: dict[str, Any] = {
        "cause": LatenessCause.STAFF, "note": "Nguyễn Văn An nộp thiếu, phải đo lại", "promised_on": PROMISED,
    }  # fmt: skip
    command = ExplainRow(letter_id, Target(code, None), **(facts | more))
    urging.explain(session, command, person=person, now=NOW)


def test_the_unit_explains_each_dossier_and_the_letter_counts_as_answered(
    write: "Session", office: Office, boss: Worker
) -> None:
    desk = Desk(write, office)
    late = [desk.running() for _ in range(2)]
    letter = issued(write, office, boss, [one.code for one in late]).letter_id
    assert letter is not None
    explained(write, letter, late[0].code, office.officer)
    write.flush()
    (line,) = reads.letters(write, office.controller.scope)
    assert (line.rows, line.answered, line.owed) == (2, 1, 1)
    page = reads.letter(write, letter, office.officer.scope, office.officer.memberships)
    row = page.rows[0]
    assert (page.may_answer, row.promised_on, row.answered_by) == (True, PROMISED, "Trần Văn Thụ Lý")
    assert row.words == "… nộp thiếu, phải đo lại", "without the people it is of"
    assert write.get_one(Lateness, late[0].id).cause is LatenessCause.STAFF
    late[1].closed_at, late[1].closed_on = NOW, NOW.date()
    write.flush()
    (line,) = reads.letters(write, office.controller.scope)
    assert line.owed == 0, "what has ended owes no explanation"
    assert reads.letters(write, office.stranger.scope) == []


def test_only_where_the_letter_went_may_anybody_explain_and_with_a_day_to_come(
    write: "Session", office: Office, boss: Worker
) -> None:
    code = Desk(write, office).running().code
    letter = issued(write, office, boss, [code]).letter_id
    assert letter is not None
    with pytest.raises(NotAllowed):
        explained(write, letter, code, office.controller)
    with pytest.raises(InvalidInput, match="từ hôm nay"):
        explained(write, letter, code, office.officer, promised_on=dt.date(2026, 11, 24))
    with pytest.raises(NotFound):
        explained(write, letter + 1, code, office.officer)


def test_kept_words_are_what_is_set_again() -> None:
    content = json.dumps({"rows": []}).encode()
    assert paper.again(content, NOW).data == {"rows": []}
