"""The columns of the list of dossiers behind a number of the ratings. No column says whose they are."""

from tthc_tracker.wording.columns import Column, Columns, dated
from tthc_tracker.wording.formats import day
from tthc_tracker.wording.labels import label

TITLE = "Hồ sơ được đánh giá"
EMPTY = "Không có đánh giá nào khớp với con số này: số liệu có thể vừa thay đổi. Mở lại bảng tổng hợp."
NOBODY_NAMED = "danh sách không nêu tên người đánh giá"


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(procedure_code,)),
        procedure_code,
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(agency_code,)),
        agency_code,
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at),
        dated("closed", "Kết thúc", lambda row: row.closed_at),
        dated("returned", "Trả kết quả", lambda row: row.returned_at),
        Column("given", "Ngày đánh giá", lambda row, _: day(row.given_on), "date"),
        Column("rating", "Mức", lambda row, _: label(row.rating)),
        Column("rated_at", "Đánh giá ở", lambda row, _: label(row.rated_at)),
    )
    unasked = ("code", "procedure", "agency", "returned", "given", "rating", "rated_at")
    return Columns("rated", TITLE, "ho-so-duoc-danh-gia", every, unasked)


COLUMNS = _columns()
