"""The words and the columns of the list of apologies."""

import datetime as dt
from typing import Protocol

from tthc_tracker.domain.apologies import Ground, LatenessCause
from tthc_tracker.wording.apologies import LATE
from tthc_tracker.wording.columns import Column, Columns, See, dated, from_day
from tthc_tracker.wording.formats import moment
from tthc_tracker.wording.labels import label

TITLE = "Xin lỗi, hẹn lại"
EMPTY = {
    "waiting": "Không có dự thảo xin lỗi nào chờ duyệt.",
    "approved": "Chưa duyệt văn bản xin lỗi nào.",
    "late": "Không có văn bản xin lỗi muộn.",
    "rejected": "Không có dự thảo nào bị từ chối.",
}
TABS = {
    "waiting": "Chờ duyệt",
    "approved": "Đã duyệt",
    "late": "Xin lỗi muộn",
    "rejected": "Không duyệt",
}
APPROVE, REJECT = "Duyệt, hẹn lại", "Không duyệt"
GIVE_REASON = "Ghi lý do vào dự thảo"
DONE = {"duyet": "Đã hẹn lại", "khong-duyet": "Đã từ chối", "ghi-ly-do": "Đã ghi lý do"}
ACTS = {"duyet": APPROVE, "khong-duyet": REJECT, "ghi-ly-do": GIVE_REASON}
NO_CAUSE = "Hãy chọn nguyên nhân cho các dự thảo đã chọn."


class ApologyLine(Protocol):
    """What a row of the list has to give."""

    ground: Ground
    cause: LatenessCause | None
    reason: str
    late: bool
    sign_by: dt.datetime | None
    refused_because: str
    decided_by: str | None


def _cause(row: ApologyLine, _see: See) -> str:
    return label(row.cause) if row.cause else "Chưa ghi"


def _sign(row: ApologyLine, see: See) -> str:
    if row.late:
        return LATE
    return "" if row.sign_by is None or see.now <= row.sign_by else "đã qua hạn ký"


def _columns() -> Columns:
    procedure_code = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or "Chưa phân công")
    unit = Column("unit", "Phòng, đơn vị", lambda row, _: row.unit or "")
    agency_code = Column("agency_code", "Mã cơ quan", lambda row, _: row.agency_code, "code")
    reason = Column("reason", "Lý do in trên văn bản", lambda row, _: row.reason, "long")
    ground = Column("ground", "Dự thảo vì", lambda row, _: label(row.ground))
    late = Column("late", "Muộn", _sign)
    refused = Column("refused", "Lý do không duyệt", lambda row, _: row.refused_because, "long")
    by = Column("by", "Người duyệt", lambda row, _: row.decided_by or "")
    first = dated(
        "first", "Hẹn lần đầu", lambda row: row.first_due_at,
        quiet=lambda row, _: f"lần đầu {moment(row.first_due_at)}"
        if row.first_due_at and row.first_due_at != row.due_at else "",
    )  # fmt: skip
    drafted = dated(
        "drafted", "Dự thảo lúc", lambda row: row.drafted_at,
        quiet=from_day("dự thảo", lambda row: row.drafted_at),
    )  # fmt: skip
    decided = dated("decided", "Duyệt lúc", lambda row: row.decided_at, parts=(by, refused))
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(procedure_code,)),
        procedure_code,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency, parts=(officer, unit)),
        agency_code, officer, unit,
        Column("cause", "Lý do", _cause, parts=(reason, ground)),
        reason, ground,
        dated("due", "Hạn theo luật", lambda row: row.due_at, parts=(first,)),
        first,
        dated("second", "Hẹn lại", lambda row: row.second),
        dated("sign_by", "Ký trước", lambda row: row.sign_by, parts=(late, drafted)),
        late, drafted, decided, by, refused,
    )  # fmt: skip
    unasked = ("code", "procedure", "owner", "agency", "cause", "due", "second", "sign_by", "decided")
    return Columns("apologies", TITLE, "xin-loi", every, unasked)


COLUMNS = _columns()
