"""Sources that are fetched from: their places, waits, pages and tokens, and what is usual of them."""

import json

import pytest

from tests.support.moments import at
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.feedpages import LyingPage, PageFault, as_list, read_page
from tthc_tracker.domain.feeds import (
    FoundFile,
    checked_address,
    checked_folder,
    is_unfinished,
    origin_of,
    silent_from,
    wait_after,
)
from tthc_tracker.domain.sealedsecrets import NONCE, seal, unseal
from tthc_tracker.domain.webhooks import Allowed
from tthc_tracker.domain.workcalendar import DEFAULT_WEEK, WeeklyHours, WorkCalendar

CALENDAR = WorkCalendar([WeeklyHours(DEFAULT_WEEK)], {}, range(2025, 2028))
KEY = "k" * 40
NIGHTLY = [f"{day} 02:00" for day in (
    "Mon 2026-11-09", "Tue 2026-11-10", "Wed 2026-11-11", "Thu 2026-11-12", "Fri 2026-11-13",
    "Mon 2026-11-16", "Tue 2026-11-17",
)]  # fmt: skip


def test_failures_are_waited_out_twice_as_long_each_time_to_six_hours() -> None:
    waits = [wait_after(failures).total_seconds() // 60 for failures in (1, 2, 3, 6, 7, 8, 10_000)]
    assert waits == [5, 10, 20, 160, 320, 360, 360]


@pytest.mark.parametrize("name", ["a.csv.part", "A.TMP", "b.filepart", "c.crdownload", ".an.csv", "~$a.xlsx"])
def test_a_name_says_that_its_file_is_still_being_written(name: str) -> None:
    assert is_unfinished(name)
    assert not is_unfinished("xuat.part.csv")


def test_files_are_taken_by_their_time_then_by_their_name() -> None:
    files = [FoundFile("b", 1, 2), FoundFile("a", 1, 2), FoundFile("c", 1, 1)]
    assert [file.name for file in sorted(files, key=lambda file: file.turn)] == ["c", "a", "b"]


def test_a_folder_is_one_below_the_root() -> None:
    assert checked_folder(" bo-tu-phap//hộ tịch/ ") == "bo-tu-phap/hộ tịch"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("/etc", id="from the root of the machine"),
        pytest.param("a/../../etc", id="upwards"),
        pytest.param("a/.ssh", id="a hidden one"),
        pytest.param("a\\b", id="a backslash"),
        pytest.param("a\x00b", id="a letter that nobody sees"),
        pytest.param(" / ", id="nothing"),
        pytest.param("x" * 301, id="too long"),
        pytest.param("a/done", id="where what was looked at lies"),
    ],
)
def test_no_other_folder_is_taken(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_folder(text)
    assert refused.value.field == "place"


def test_an_address_is_one_that_may_be_called_and_holds_no_secret() -> None:
    allowed = Allowed.of(["lgsp.tinh.local"])
    assert checked_address(" https://cong.gov.vn/hs ", allowed) == "https://cong.gov.vn/hs"
    for url in ("https://10.0.0.5/hs", "http://cong.gov.vn/hs", "https://cong.gov.vn/hs?khoa=x"):
        with pytest.raises(InvalidInput) as refused:
            checked_address(url, allowed)
        assert refused.value.field == "place"


def test_a_token_belongs_to_scheme_host_and_port() -> None:
    assert origin_of("https://Cong.gov.vn:8443/a/b") == origin_of("https://cong.gov.vn:8443/c")
    assert len({origin_of(url) for url in ("https://a.vn/x", "http://a.vn/x", "https://a.vn:1/x")}) == 3


@pytest.mark.parametrize(
    ("news", "least", "since"),
    [
        pytest.param(NIGHTLY, 4, "Wed 2026-11-18 11:00", id="half a working day after a missed night"),
        pytest.param(NIGHTLY, 16, "Wed 2026-11-18 17:00", id="no sooner than the least"),
        pytest.param(NIGHTLY[:5], 4, None, id="too little is known of it"),
        pytest.param(
            [f"Fri 2026-11-13 {hour:02}:00" for hour in range(8, 17)], 4, "Mon 2026-11-16 10:00",
            id="a week-end is no silence",
        ),
    ],
)  # fmt: skip
def test_a_source_is_silent_for_longer_than_usual(news: list[str], least: int, since: str | None) -> None:
    found = silent_from([at(one) for one in news], CALENDAR, share=150, least_hours=least)
    assert found == (at(since) if since else None)


# --- a page of the contract


def page(**more: object) -> bytes:
    return json.dumps({"items": [{"MaHoSo": "A"}], "next": "7", "more": False} | more).encode()


def test_a_page_is_read_and_its_dossiers_are_kept_as_they_were_sent() -> None:
    item = '{"MaHoSo": "A", "MaHoSo": "B", "n": 1.10, "x": [1, null, {"à": true}]}'
    found = read_page(f'{{"items": [{item}], "next": "7", "more": true}}'.encode(), "")
    assert found.items == (
        '{"MaHoSo": "A", "MaHoSo": "B", "n": "1.10", "x": ["1", null, {"\\u00e0": true}]}',
    )
    assert (found.next, found.more) == ("7", True)


def test_a_page_without_dossiers_may_leave_the_cursor_where_it_is() -> None:
    assert read_page(page(items=[], next=""), "7").next == "7"


def test_pages_become_a_list_with_a_dossier_a_line() -> None:
    assert json.loads("".join(as_list(['{"a": 1}', '{"b": 2}']))) == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        pytest.param(b"<html>", PageFault.NO_JSON, id="no JSON"),
        pytest.param(page()[:-3], PageFault.NO_JSON, id="cut off"),
        pytest.param(b"\xff\xfe{}", PageFault.NO_JSON, id="no UTF-8"),
        pytest.param(
            b'{"items": [{"a": ' + b"[" * 700 + b"]" * 700 + b'}], "next": "1", "more": false}',
            PageFault.NO_DOSSIER,
            id="deeper than any dossier",
        ),
        pytest.param(b'{"items": [NaN]}', PageFault.NO_JSON, id="a number that is none"),
        pytest.param(b"[" * 100_000, PageFault.NO_JSON, id="nested without end"),
        pytest.param(b"[]", PageFault.NO_PAGE, id="a list"),
        pytest.param(b'{"more": false, "more": true}', PageFault.NO_PAGE, id="a name twice"),
        pytest.param(page(items={"a": 1}), PageFault.NO_PAGE, id="items that are no list"),
        pytest.param(page(items=None), PageFault.NO_PAGE, id="no items"),
        pytest.param(page(more="no"), PageFault.NO_PAGE, id="more in words"),
        pytest.param(page(items=["A"]), PageFault.NO_DOSSIER, id="an item that is none"),
        pytest.param(page(items=[{}] * 2_001), PageFault.TOO_MANY, id="more than anybody asked for"),
        pytest.param(page(next=None), PageFault.BAD_CURSOR, id="a cursor that is no text"),
        pytest.param(page(next="x" * 501), PageFault.BAD_CURSOR, id="a cursor too long to keep"),
        pytest.param(page(next="a\nb"), PageFault.BAD_CURSOR, id="a cursor in two lines"),
        pytest.param(page(next=""), PageFault.BAD_CURSOR, id="dossiers without a cursor behind"),
        pytest.param(page(next="3", more=True), PageFault.BAD_CURSOR, id="a cursor that leads nowhere"),
    ],
)
def test_nothing_of_an_answer_that_lies_is_taken(body: bytes, fault: PageFault) -> None:
    with pytest.raises(LyingPage) as refused:
        read_page(body, "3")
    assert refused.value.fault is fault


# --- a token that is kept


@pytest.mark.parametrize("token", ["", "a", "mã" * 100], ids=["empty", "short", "several blocks"])
def test_a_token_is_opened_by_what_it_was_sealed_with_alone(token: str) -> None:
    sealed = seal(KEY, "feed.a", token, bytes(NONCE))
    assert unseal(KEY, "feed.a", sealed) == token
    assert unseal("x" * 40, "feed.a", sealed) is None
    assert unseal(KEY, "feed.b", sealed) is None
    assert unseal(KEY, "feed.a", ("A" if sealed[0] != "A" else "B") + sealed[1:]) is None
    assert len(token) < 2 or token not in sealed
    assert seal(KEY, "feed.a", token, b"\x01" * NONCE) != sealed
