"""Numbers in words, marks that stand for numbers, and the private part of an event as pages show it."""

import pytest

from tthc_tracker.domain.personaldata import blotted, mark, masked, tells_number, without


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        pytest.param("044093001234", True, id="an id"),
        pytest.param("gọi 0912 345 678", True, id="a phone in groups"),
        pytest.param("công văn 123/UBND-VP ngày 05/10/2026", False, id="the number of a paper and its date"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_text_tells_a_number_or_does_not(text: str, *, tells: bool) -> None:
    assert tells_number(text) is tells


def test_a_mark_is_the_same_for_the_same_number_and_secret_only() -> None:
    assert mark("s", "044093001234") == mark("s", "044093001234")
    assert mark("t", "044093001234") != mark("s", "044093001234") != mark("s", "044093001235")
    assert "044093001234" not in mark("s", "044093001234")


def test_numbers_of_an_event_are_masked_and_names_and_remarks_are_not() -> None:
    kept = {
        "full_name": ["Nguyễn An", "Nguyễn Văn An"],
        "owner_id_number": ["044093001234", ""],
        "phone": ["0912345678", None],
        "address": ["Thôn 1", "Thôn 2"],
        "post_address": ["", "Thôn 3"],
        "note": "nộp thay",
        "reason": "gọi Nguyễn Văn An",
        "abstract": ["", "cấp lại"],
    }
    assert masked(kept) == {
        "full_name": ["Nguyễn An", "Nguyễn Văn An"],
        "owner_id_number": ["044…1234", ""],
        "phone": ["091…678", None],
        "address": ["…", "…"],
        "post_address": ["", "…"],
        "note": "nộp thay",
        "abstract": ["", "cấp lại"],
    }


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("ông NGUYỄN  văn an vắng mặt", "ông … vắng mặt", id="a name, in whatever case"),
        pytest.param("gọi 0912.345 678 không được", "gọi … không được", id="a phone in groups"),
        pytest.param("thẻ 044093001234 đã hết hạn", "thẻ … đã hết hạn", id="an id"),
        pytest.param("An đến sau", "An đến sau", id="a word too short to be taken out"),
        pytest.param("thiếu tờ khai", "thiếu tờ khai", id="nothing of them"),
    ],
)
def test_what_is_known_of_somebody_is_taken_out_of_a_text(text: str, left: str) -> None:
    assert without(text, ["Nguyễn Văn An", "044093001234", "0912345678", "An"]) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("gọi 0912 345 678 nhé", "gọi … nhé", id="a phone in groups"),
        pytest.param("CCCD 044093001234567", "CCCD …", id="a longer number goes whole"),
        pytest.param("thư cho an.nguyen@mail.vn, cảm ơn", "thư cho …, cảm ơn", id="an address of mail"),
        pytest.param("bà TRẦN  thị an báo", "bà … báo", id="whoever reported, in any case"),
        pytest.param("đường số 12, ngày 05/10/2026", "đường số 12, ngày 05/10/2026", id="nobody's"),
    ],
)
def test_what_everybody_may_read_names_nobody_who_is_known(text: str, left: str) -> None:
    assert blotted(text, ["Trần Thị An"]) == left
