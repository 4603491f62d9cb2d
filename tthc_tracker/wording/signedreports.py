"""The words of signed reports and of what has changed since."""

from tthc_tracker.wording.columns import Column, Columns, dated
from tthc_tracker.wording.promiseddates import lawful
from tthc_tracker.wording.statistics import COLUMNS as STATUTORY
from tthc_tracker.wording.statistics import MEMO

TITLE = "Báo cáo đã chốt"
NONE_YET = "Chưa có báo cáo nào được chốt. Mở Biểu 06 của một kỳ đã kết thúc rồi bấm Chốt số liệu."
NOT_ENDED = "Kỳ này chưa kết thúc nên chưa chốt được. Hãy chốt từ ngày {day}."
SIGNED_ALREADY = "Kỳ này vừa được chốt. Hãy xem bản đã chốt."
CHANGED = "Số liệu đã thay đổi từ lúc bạn mở trang. Hãy xem lại bảng dưới đây rồi chốt."
BROKEN = "Số liệu chưa cân đối: (3) khác (7) + (11). Hãy mở danh sách hồ sơ gây lệch, sửa rồi chốt lại."
NO_REASON = "Hãy ghi lý do mở chốt."
GONE = "Báo cáo này đã được mở chốt rồi."
NO_CHANGE = "Từ khi chốt đến nay số liệu không thay đổi."
EMPTY = "Không có hồ sơ nào thay đổi ở số này."
MEMO_TITLE = "Cột ghi chú của bản đã chốt"
IN_NONE = "Không có trong báo cáo"
TOTALS = {column.cell: f"{column.number} {column.title}" for column in STATUTORY}
CELLS = TOTALS | {column.cell: column.title for column in MEMO}
WAYS = {"added": "thêm vào sau chốt", "removed": "bớt ra sau chốt", "signed": "khi chốt"}


def seal(signed: str, edition: int, sha256: str) -> str:
    """What a signed report says of itself at its foot. signed: the moment in words."""
    return f"Số liệu đã chốt lúc {signed}, lần {edition} · SHA-256 {sha256}"


def adjustment(added: int, removed: int) -> str:
    """`điều chỉnh sau chốt: +3 / −1`."""
    return f"điều chỉnh sau chốt: +{added} / −{removed}"


def places(cells: tuple[str, ...]) -> str:
    """The cells of a dossier in words."""
    return "; ".join(CELLS[cell] for cell in cells) or IN_NONE


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(procedure_code,)),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(agency_code,)),
        agency_code,
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at),
        *lawful(),
        dated("closed", "Kết thúc", lambda row: row.closed_at),
        Column("then", "Khi chốt", lambda row, _: places(row.then)),
        Column("now", "Hôm nay", lambda row, _: places(row.now)),
    )
    unasked = ("code", "procedure", "agency", "then", "now")
    return Columns("restated", "Hồ sơ điều chỉnh sau chốt", "ho-so-dieu-chinh", every, unasked)


COLUMNS = _columns()
