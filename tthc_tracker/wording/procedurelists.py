"""The words and the columns of the list of procedures behind a number of the working tables."""

from tthc_tracker.wording.columns import Column, Columns
from tthc_tracker.wording.formats import number
from tthc_tracker.wording.labels import label

TITLES = {
    "offered": "Thủ tục hành chính đang có hiệu lực",
    "used": "Thủ tục hành chính có hồ sơ tiếp nhận trong kỳ",
    "process": "Thủ tục hành chính có quy trình điện tử",
}
EMPTY = "Không có thủ tục nào: số liệu có thể vừa thay đổi. Mở lại bảng."
AT_EACH = "mỗi cấp, mỗi cơ quan một dòng"


def _columns() -> Columns:
    every = (
        Column("code", "Mã thủ tục", lambda row, _: row.code, "code"),
        Column("name", "Thủ tục", lambda row, _: row.name, "long"),
        Column("sector", "Lĩnh vực", lambda row, _: row.sector),
        Column("level", "Cấp", lambda row, _: label(row.level)),
        Column("agency", "Cơ quan", lambda row, _: row.agency),
        Column("service", "Dịch vụ công", lambda row, _: label(row.service)),
        Column("process", "Quy trình điện tử", lambda row, _: "Có" if row.has_process else "Chưa có"),
        Column("used", "Có hồ sơ trong kỳ", lambda row, _: "Có" if row.is_used else "Không"),
        Column("dossiers", "Hồ sơ phát sinh", lambda row, _: number(row.dossiers), "num"),
        Column("online", "Trong đó trực tuyến", lambda row, _: number(row.online), "num"),
    )
    unasked = ("code", "name", "sector", "level", "agency", "service", "process", "used")
    return Columns("procedures", "Thủ tục của số liệu", "thu-tuc-so-lieu", every, unasked)


COLUMNS = _columns()
