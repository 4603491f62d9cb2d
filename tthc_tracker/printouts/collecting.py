"""Papers of collecting: the day's list to sign, the slip of one result, the hand-over of results (A.8)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from tthc_tracker.printouts.printout import Printout
from tthc_tracker.queries.collecting import BroughtResult, Collected
from tthc_tracker.queries.printouts import DeskHead
from tthc_tracker.wording.collecting import result_words, right_words
from tthc_tracker.wording.formats import clock_time, day, spoken_moment
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.places import place_of
from tthc_tracker.wording.receptions import of_copies

SHEET, SLIP, BROUGHT = "collection_sheet", "collection_receipt", "result_handover"

_TO_SIGN = (
    ("TT", 0.5), ("Giờ", 0.8), ("Mã hồ sơ", 2.4), ("Tên thủ tục", 3.2), ("Chủ hồ sơ", 2.2), ("Kết quả", 2.2),
    ("Người nhận, căn cứ nhận", 3.0), ("Ký nhận", 1.8),
)  # fmt: skip
_BROUGHT = (
    ("TT", 0.5), ("Mã hồ sơ", 2.3), ("Nội dung giải quyết TTHC", 3.2), ("Kết quả giải quyết TTHC", 2.4),
    ("Họ tên chủ hồ sơ", 2.2), ("Địa chỉ chủ hồ sơ", 2.6), ("Phí, lệ phí (X là có)", 1.0),
    ("Trả qua bưu điện (X là có)", 1.1), ("Một cửa xác nhận", 1.8),
)  # fmt: skip


def collection_sheet(head: DeskHead, on: dt.date, rows: Sequence[Collected], now: dt.datetime) -> Printout:
    """What a desk gave out on a day, each with a place for the signature; A4 across."""
    words = f"Kết quả đã trả ngày {day(on)}: {len(rows)} hồ sơ."
    group = {"intro": words, "rows": _numbered(_to_sign(row) for row in rows)}
    return _table(head, on, _TO_SIGN, [group], ("NGƯỜI LẬP", "PHỤ TRÁCH BỘ PHẬN MỘT CỬA"), now)


def _to_sign(row: Collected) -> list[str]:
    right = right_words(row.authority, row.paper_number, row.paper_on)
    return [
        clock_time(row.collected_at), row.code, of_copies(row.procedure, row.quantity), row.owner,
        result_words(row.result_kind, row.result_number, row.result_on),
        f"{row.receiver}: {right[:1].lower()}{right[1:]}", "",
    ]  # fmt: skip


def result_handover(head: DeskHead, on: dt.date, rows: Sequence[BroughtResult], now: dt.datetime) -> Printout:
    """Results that units handed to a desk on a day, a page a unit; A4 across."""
    groups = []
    for unit, of_unit in groupby(rows, key=lambda row: row.unit):
        lines = [_of_unit(row) for row in of_unit]
        intro = f"{unit} bàn giao {head.desk} vào ngày {day(on)}: {len(lines)} kết quả."
        groups.append({"intro": intro, "rows": _numbered(lines)})
    nothing = [{"intro": f"Ngày {day(on)} không có kết quả nào được bàn giao.", "rows": []}]
    return _table(head, on, _BROUGHT, groups or nothing, ("NGƯỜI GIAO", "NGƯỜI NHẬN"), now)


def _of_unit(row: BroughtResult) -> list[str]:
    confirmed = f"{row.confirmed_by} {clock_time(row.confirmed_at)}" if row.confirmed_at else "chưa xác nhận"
    return [
        row.code, row.procedure, result_words(row.result_kind, row.result_number, row.result_on), row.owner,
        row.address, "X" if row.fee_due else "", "X" if row.by_post else "", confirmed,
    ]  # fmt: skip


def collection_receipt(head: DeskHead, given: Collected, now: dt.datetime) -> Printout:
    """The slip that the one who gives and the one who collects sign; A5, one page."""
    fields = (
        ("Mã hồ sơ", given.code),
        ("Tên TTHC", of_copies(given.procedure, given.quantity)),
        ("Chủ hồ sơ", given.owner),
        ("Người trả", given.given_by),
        ("Người nhận", given.receiver + (f", điện thoại {given.phone}" if given.phone else "")),
        ("Căn cứ nhận", right_words(given.authority, given.paper_number, given.paper_on)),
        ("Hình thức trả", label(given.method)),
        ("Loại kết quả", result_words(given.result_kind, "", None)),
        ("Số, ngày văn bản", result_words(None, given.result_number, given.result_on) or "–"),
        ("Ngày trả", spoken_moment(given.collected_at)),
    )
    on = given.collected_at.date()
    data = _head(head, on) | {
        "fields": [{"label": words, "value": value} for words, value in fields],
        "signatures": [
            {"who": "NGƯỜI TRẢ KẾT QUẢ", "name": given.given_by},
            {"who": "NGƯỜI NHẬN KẾT QUẢ", "name": given.receiver},
        ],
    }
    return Printout("collection_receipt", data | {"size": "a5"}, now.replace(microsecond=0))


def _table(
    head: DeskHead,
    on: dt.date,
    columns: Sequence[tuple[str, float]],
    groups: list[dict[str, Any]],
    signatures: tuple[str, str],
    now: dt.datetime,
) -> Printout:
    data = _head(head, on) | {
        "columns": [{"label": words, "share": share} for words, share in columns],
        "groups": groups,
        "signatures": list(signatures),
    }
    return Printout("desk_table", data, now.replace(microsecond=0))


def _head(head: DeskHead, on: dt.date) -> dict[str, Any]:
    place = place_of(head.agency)
    spoken = f"ngày {on.day:02} tháng {on.month:02} năm {on.year}"
    return {
        "title": head.heading.title,
        "basis": ", ".join(filter(None, (head.heading.number, head.heading.basis))),
        "superior": head.agency,
        "desk": head.desk,
        "dated": f"{place}, {spoken}" if place else spoken,
    }


def _numbered(rows: Iterable[list[str]]) -> list[list[str]]:
    return [[str(number), *cells] for number, cells in enumerate(rows, 1)]
