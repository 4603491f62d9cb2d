"""What printed forms are called: put in by file from a day on, and printed on the papers of those days."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.moments import at, on
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries.formtitles import titles
from tthc_tracker.queries.printouts import Heading, heading_on
from tthc_tracker.services.catalogue import seed_reference
from tthc_tracker.services.formtitles import load_titles
from tthc_tracker.services.tablerows import BadRows, Outcome

NOW = at("Mon 2026-11-16 09:00")
HEAD = "form_key,title,number,basis,valid_from\n"
NEXT = HEAD + "receipt,Giấy tiếp nhận,Mẫu số 01,Thông tư số 9/2026,2027-01-01\n"


@pytest.fixture(autouse=True)
def shipped(write: Session) -> None:
    seed_reference(write, NOW)


def load(session: Session, text: str) -> Outcome:
    return load_titles(session, text, actor_id=None, now=NOW)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_title_holds_from_its_day_and_the_one_before_until_then(write: Session) -> None:
    before = heading_on(write, "receipt", on("Thu 2026-12-31"))
    assert load(write, NEXT) == Outcome(added=1)
    assert heading_on(write, "receipt", on("Thu 2026-12-31")) == before
    confirmed = Heading("Giấy tiếp nhận", "Mẫu số 01", "Thông tư số 9/2026")
    assert heading_on(write, "receipt", on("Fri 2027-01-01")) == confirmed
    ends = [one.valid_to for one in titles(write) if one.form_key == "receipt"]
    assert ends == [None, on("Thu 2026-12-31"), on("Mon 2025-06-30")]
    assert load(write, NEXT) == Outcome(unchanged=1)
    between = HEAD + "receipt,Giấy tạm,,,2026-12-01\n"
    assert load(write, between) == Outcome(added=1)
    assert heading_on(write, "receipt", on("Tue 2026-12-01")).title == "Giấy tạm"
    assert heading_on(write, "receipt", on("Fri 2027-01-01")) == confirmed
    seed_reference(write, NOW)  # a later version of the program changes nothing of it
    assert heading_on(write, "receipt", on("Fri 2027-01-01")) == confirmed
    noted = select(AuditEntry.facts).where(AuditEntry.action == "form_titles_loaded")
    assert [facts["forms"] for facts in write.execute(noted).scalars()] == [["receipt"]] * 2


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("lạ,Tên,,,2028-01-01", "form_key", "không có mẫu lạ"),
        ("receipt,,,,2028-01-01", "title", "còn trống"),
        ("receipt,Tên,,,", "valid_from", "còn trống"),
        ("receipt,Tên,,,31/12/2026", "valid_from", "không phải ngày"),
        ("receipt,Tên,Mẫu số 01,,2028-01-01", "basis", "chỉ in cùng văn bản"),
    ],
)
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_bad_row_stops_the_file(write: Session, row: str, column: str, said: str) -> None:
    before = titles(write)
    with pytest.raises(BadRows) as refused:
        load(write, NEXT + row + "\n")
    (fault,) = refused.value.faults
    assert (fault.row, fault.column, said in fault.message) == (3, column, True)
    assert titles(write) == before
