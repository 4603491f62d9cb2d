"""What a source says besides is kept as it says it."""

import pytest

from tthc_tracker.domain.exchange import FIELDS
from tthc_tracker.domain.exchangekept import KEPT, NOTHING, Kept, fields_of, over, says_more, with_own
from tthc_tracker.domain.lifecycle import ReturnMethod


def test_every_kept_field_is_one_of_the_vocabulary() -> None:
    assert KEPT.keys() < set(FIELDS)
    assert not says_more({"MaHoSo": "x"})
    assert says_more({"MaHoSo": "x", "GhiChu": ""})


@pytest.mark.parametrize(
    ("said", "posted", "online"),
    [
        pytest.param("Qua bưu chính", True, False, id="by post"),
        pytest.param("BƯU ĐIỆN", True, False, id="by its older name"),
        pytest.param("Trực tuyến", False, True, id="online"),
        pytest.param("qua Cổng Dịch vụ công", False, True, id="by the portal"),
        pytest.param("Trực tiếp", False, False, id="at the desk"),
        pytest.param("2", False, False, id="a number, of which no list was read"),
        pytest.param("3", False, False, id="another number"),
        pytest.param("", False, False, id="nothing"),
    ],
)
def test_only_words_that_nobody_can_take_otherwise_ask_for_the_post_or_the_portal(
    said: str, posted: bool, online: bool
) -> None:
    kept = Kept(return_way=said)
    assert (kept.asks_for_post, kept.asks_for_portal) == (posted, online)


@pytest.mark.parametrize(
    ("said", "digitised"),
    [("1", True), ("Đã số hoá", True), ("0", False), ("Chưa", False), ("", None), ("2", None)],
)
def test_a_result_is_digitised_where_its_source_says_yes_or_no(said: str, digitised: bool | None) -> None:
    assert Kept(result_digitised=said).says_digitised is digitised


@pytest.mark.parametrize("way", ReturnMethod)
def test_of_a_dossier_of_ours_what_is_known_stands_in_words_that_are_read_again(way: ReturnMethod) -> None:
    own = with_own(
        NOTHING, sector_code="G09", way=way, digitised=True, paid_online=None, result_digitised=True
    )
    assert (own.sector_code, own.digitised, own.paid_online) == ("G09", "1", "")
    assert own.says_digitised is True
    asked = own.asks_for_post, own.asks_for_portal
    assert asked == (way is ReturnMethod.POST, way is ReturnMethod.ONLINE)


def test_what_its_source_said_goes_before_what_is_known_here() -> None:
    said = Kept(return_way="Qua bưu chính", digitised="0")
    own = with_own(
        said,
        sector_code="G09",
        way=ReturnMethod.COUNTER,
        digitised=True,
        paid_online=False,
        result_digitised=None,
    )
    assert (own.return_way, own.digitised, own.paid_online) == ("Qua bưu chính", "0", "0")


def test_what_is_left_out_stays_as_it_was_said() -> None:
    old = Kept(sector_code="G01", note="một")
    assert over(old, Kept(note="hai")) == Kept(sector_code="G01", note="hai")
    assert over(old, NOTHING) == old


@pytest.mark.parametrize(
    ("text", "given_back"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param('[{"NoiDungBoSung": "x"}]', [{"NoiDungBoSung": "x"}], id="a list"),
        pytest.param("bổ sung bản vẽ", "bổ sung bản vẽ", id="words in place of a list"),
        pytest.param('{"a": 1}', '{"a": 1}', id="something else in place of a list"),
    ],
)
def test_supplements_are_given_back_as_they_were_sent(text: str, given_back: object) -> None:
    assert fields_of(Kept(supplements=text))["DanhSachHoSoBoSung"] == given_back
