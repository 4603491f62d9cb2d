"""Giấy tiếp nhận for several dossiers of one person: one slip, and the list of them on the next pages."""

from typing import Any

from tthc_tracker.printouts.printout import Printout
from tthc_tracker.printouts.receipt import Size, receipt_data, where_collected
from tthc_tracker.queries.jointreceipts import JointLine, JointSheet
from tthc_tracker.wording import formats
from tthc_tracker.wording.ledgers import limit_words

LATEST_OF_ALL = "theo danh sách kèm theo"


def render(sheet: JointSheet, size: Size = "a5") -> bytes:
    """The slip on one page and its list (BIÊN BẢN GIAO NHẬN HỒ SƠ) across, as a tagged PDF.

    The same sheet gives the same bytes.
    """
    return paper(sheet, size).typeset()


def paper(sheet: JointSheet, size: Size = "a5") -> Printout:
    """The slip and its list before they are set."""
    return Printout("joint_receipt", joint_data(sheet, size), sheet.first.accepted_at)


def joint_data(sheet: JointSheet, size: Size) -> dict[str, Any]:
    """What the form reads: the words of the first receipt, and a row for each dossier."""
    data = receipt_data(sheet.first, size)
    asked = "Nội dung yêu cầu giải quyết"
    kept = [entry for entry in data["fields"] if entry["label"] not in {asked, "Trích yếu"}]
    kept = [entry for entry in kept if "hủ hồ sơ" not in entry["label"]]  # each line names its own
    count = len(sheet.lines)
    return {
        **data,
        "fields": [*kept, {"label": asked, "value": f"{count:02} hồ sơ (kèm theo danh sách)"}],
        "lines": [
            {"label": "Số lượng hồ sơ", "value": f"{count:02} (kèm theo danh sách)"},
            {"label": "Thời gian nhận hồ sơ", "value": formats.spoken_moment(sheet.first.accepted_at)},
            {"label": "Thời gian trả kết quả giải quyết hồ sơ", "value": LATEST_OF_ALL},
            {"label": "Đăng ký nhận kết quả tại", "value": where_collected(sheet.first)},
        ],
        "list_title": sheet.list_title,
        "rows": [_row(number, line) for number, line in enumerate(sheet.lines, start=1)],
    }


def _row(number: int, line: JointLine) -> list[str]:
    return [
        str(number),
        line.code,
        line.procedure,
        line.resolving,
        formats.moment(line.accepted_at),
        formats.moment(line.due_at) if line.due_at else "",
        limit_words(line.limit) if line.limit else "theo ngày hẹn",
        f"{line.sets:02}",
        line.owner,
    ]
