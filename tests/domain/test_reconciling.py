"""A list that somebody sends: read strictly, and set against the register."""

import pytest

from tests.support.moments import at
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.reconciling import (
    MOST,
    Claim,
    Difference,
    Fault,
    ListFaultError,
    Unread,
    differences,
    read,
)

DUE = at("Fri 2026-11-27 14:00")


def test_codes_a_line_are_taken_in_their_order_and_empty_lines_passed_over() -> None:
    text = "\ufeffH50.1-261120-0001\n\n  H50.1-261120-0002 \n"
    assert read(text) == (Claim(1, "H50.1-261120-0001"), Claim(3, "H50.1-261120-0002"))


def test_of_a_line_copied_from_a_sheet_the_code_is_found() -> None:
    assert read("1\tH50.1-261120-0001\tNguyễn Văn An") == (Claim(1, "H50.1-261120-0001"),)


def test_what_has_not_the_form_of_a_code_is_looked_for_as_it_stands() -> None:
    assert read("LTP/2026/17") == (Claim(1, "LTP/2026/17"),)


def test_a_line_of_signs_that_nobody_types_is_passed_over() -> None:
    assert read("H50.1-261120-0001\n\u202e") == (Claim(1, "H50.1-261120-0001"),)


def test_a_table_says_more_than_codes() -> None:
    text = (
        "STT;MaHoSo;TenTTHC;TrangThaiHoSo;NgayHenTra;NgayKetThucXuLy\n"
        '1;H50.1-261120-0001;"Đăng ký; khai sinh";9;27/11/2026 14:00;20261126090000\n'
        "2;;;;;\n"
    )
    assert read(text) == (Claim(2, "H50.1-261120-0001", 9, DUE, at("Thu 2026-11-26 09:00")),)


def test_a_table_of_codes_and_promises_says_no_status() -> None:
    assert read("MaHoSo\tNgayHenTra\nH50.1-261120-0001\t27/11/2026 14:00") == (
        Claim(2, "H50.1-261120-0001", None, DUE),
    )


def test_what_cannot_be_read_is_named_and_the_rest_counts() -> None:
    text = "MaHoSo,TrangThaiHoSo,NgayHenTra,NgayKetThucXuLy\nH50.1-261120-0001,xong,31/02/2026,hôm qua\n"
    assert read(text) == (Claim(2, "H50.1-261120-0001", unread=(Unread.STATUS, Unread.DUE, Unread.FINISHED)),)


@pytest.mark.parametrize("status", ["0", "11", "1000000000000", "-1", "９"])
def test_a_status_is_one_of_ten(status: str) -> None:
    (claim,) = read(f"MaHoSo,TrangThaiHoSo\nH50.1-261120-0001,{status}")
    assert (claim.status, claim.unread) == (None, (Unread.STATUS,))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("", Fault.EMPTY, id="nothing"),
        pytest.param(" \n\t\n", Fault.EMPTY, id="white space"),
        pytest.param("MaHoSo,NgayHenTra\n", Fault.EMPTY, id="a head alone"),
        pytest.param("NgayHenTra,TrangThaiHoSo\n27/11/2026,9", Fault.NO_CODES, id="a table without codes"),
        pytest.param("H50\n" * (MOST + 1), Fault.TOO_LONG, id="more than five thousand"),
        pytest.param("MaHoSo,a\n" + "x" * 200_000, Fault.BROKEN, id="a cell without end"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(text: str, fault: Fault) -> None:
    with pytest.raises(ListFaultError) as refused:
        read(text)
    assert refused.value.fault is fault


def test_a_thousand_lines_are_read() -> None:
    assert len(read("H50\n" * MOST)) == MOST


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        pytest.param(Claim(1, "x"), (), id="what the list does not say is no difference"),
        pytest.param(Claim(1, "x", 4, at("Fri 2026-11-27 08:00")), (), id="the same day is the same date"),
        pytest.param(Claim(1, "x", 9), (Difference.STATUS,), id="another status"),
        pytest.param(
            Claim(1, "x", None, at("Mon 2026-11-30 14:00")), (Difference.DUE,), id="another promise"
        ),
        pytest.param(
            Claim(1, "x", None, None, at("Thu 2026-11-26 09:00")),
            (Difference.FINISHED,),
            id="finished there, not here",
        ),
    ],
)
def test_differences_are_by_status_and_by_day(claim: Claim, found: tuple[Difference, ...]) -> None:
    assert differences(claim, state=State.PROCESSING, due_at=DUE, finished_at=None) == found


def test_a_finish_on_the_same_day_is_no_difference() -> None:
    claim = Claim(1, "x", 9, None, at("Thu 2026-11-26 09:00"))
    done = at("Thu 2026-11-26 16:30")
    assert differences(claim, state=State.FINISHED, due_at=DUE, finished_at=done) == ()
