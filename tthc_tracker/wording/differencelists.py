"""The columns of the list of fields of which two sources say different things."""

from tthc_tracker.wording.columns import Column, Columns, dated
from tthc_tracker.wording.formats import moment
from tthc_tracker.wording.matches import FIELDS

TITLE = "Xung đột giữa các nguồn"
LEAD = "từng mục mà hai nguồn ghi khác nhau, lâu nhất trước; hồ sơ theo nguồn sở hữu nó"
EMPTY = "Không có mục nào hai nguồn ghi khác nhau."
OTHER, FIELD = "Nguồn kia: {system}", "Mục: {field}"
WHAT_TO_DO = (
    "Hai nguồn dùng chung mã: đề nghị nguồn gửi sau dùng mã của mình. Khác nội dung: hỏi nơi giải quyết bên "
    "nào đúng, rồi sửa ở nguồn còn lại; lần nhập sau của nguồn ấy sẽ hết lệch."
)


def _columns() -> Columns:
    system = Column("system", "Nguồn được theo", lambda row, _: row.system)
    why = Column("why", "Vì sao theo", lambda row, _: row.why, "long")
    other_system = Column("other_system", "Nguồn kia", lambda row, _: row.other_system)
    other_code = Column("other_code", "Mã ở nguồn kia", lambda row, _: row.other_code, "code")
    seen = dated(
        "as_of", "Dữ liệu nguồn kia lúc", lambda row: row.as_of,
        quiet=lambda row, _: f"dữ liệu lúc {moment(row.as_of)}" if row.as_of else "",
    )  # fmt: skip
    owner = Column("owner", "Chủ hồ sơ", lambda row, _: row.owner)
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    unit = Column("unit", "Phòng, đơn vị", lambda row, _: row.unit or "")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or "")
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("field", "Mục", lambda row, _: FIELDS[row.field]),
        Column("said", "Được theo", lambda row, _: row.said or "–", "long", parts=(system, why)),
        system, why,
        Column(
            "other_said", "Nguồn kia ghi", lambda row, _: row.other_said, "long",
            parts=(other_system, other_code, seen),
        ),
        other_system, other_code, seen,
        dated("since", "Khác từ", lambda row: row.since),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(owner,)),
        procedure_code, owner,
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(unit, officer)),
        agency_code, unit, officer,
    )  # fmt: skip
    unasked = ("code", "field", "said", "other_said", "since", "procedure", "agency")
    return Columns("differences", TITLE, "xung-dot-nguon", every, unasked)


DIFFERENCES = _columns()
