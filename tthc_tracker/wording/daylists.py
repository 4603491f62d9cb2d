"""The columns of the lists of a desk's day."""

from typing import Any

from tthc_tracker.wording.columns import Column, Columns, See, dated
from tthc_tracker.wording.dayclosing import MISMATCHES
from tthc_tracker.wording.desklists import CODE, PROCEDURE_CODE, QUANTITY
from tthc_tracker.wording.formats import moment, money
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.promiseddates import told
from tthc_tracker.wording.receptions import FEE_METHODS, FEE_STATES

TABS = {
    "day_promised": "Hẹn trả",
    "day_received": "Đã tiếp nhận",
    "day_waiting": "Chưa bàn giao",
    "day_handed": "Đã bàn giao",
    "day_faults": "Chỗ chưa khớp",
    "day_fees": "Phí, lệ phí",
}
RESULTS = "Kết quả chờ trả"
EMPTY = {
    "day_promised": "Không còn hồ sơ nào hẹn trả trong ngày.",
    "day_received": "Trong ngày chưa tiếp nhận hồ sơ nào.",
    "day_waiting": "Không còn hồ sơ nào phải bàn giao.",
    "day_handed": "Trong ngày chưa bàn giao hồ sơ nào.",
    "day_faults": "Không thấy chỗ nào chưa khớp.",
    "day_fees": "Trong ngày không có hồ sơ nào có phí, lệ phí.",
}


def _past(row: Any, see: See) -> str:
    return "đã quá" if row.hand_over_by and row.hand_over_by < see.now else ""


def _fee(row: Any, _see: See) -> str:
    return ": ".join(filter(None, (FEE_STATES[row.fee_state], FEE_METHODS.get(row.fee_method, ""))))


def _wrong(row: Any, _see: See) -> str:
    return "; ".join(MISMATCHES[one] for one in row.faults)


def _confirmed(row: Any, _see: See) -> str:
    if row.handed_at is None:
        return ""
    return moment(row.confirmed_at) if row.confirmed_at else "chưa xác nhận"


def _list(name: str, *unasked: str) -> Columns:
    missed = Column("missed", "Quá hạn chuyển", _past)
    confirmed = Column("confirmed", "Xác nhận nhận", _confirmed)
    channel = Column("channel", "Kênh", lambda row, _: label(row.channel))
    every = (
        CODE,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column(
            "procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(PROCEDURE_CODE, QUANTITY)
        ),
        PROCEDURE_CODE, QUANTITY,
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency), channel,
        dated(
            "accepted", "Tiếp nhận", lambda row: row.accepted_at, parts=(channel,),
            sort=("received", "-received"),
        ),
        *told(),
        Column("holder", "Đang ở", lambda row, _: row.holder or "một cửa"),
        dated("hand_over_by", "Hạn chuyển", lambda row: row.hand_over_by, parts=(missed,)), missed,
        Column("handed_to", "Bàn giao cho", lambda row, _: row.handed_to),
        dated("handed", "Bàn giao lúc", lambda row: row.handed_at), confirmed,
        Column("fee", "Phí, lệ phí", _fee),
        Column("fee_amount", "Số tiền", lambda row, _: money(row.fee) if row.fee else "", "num"),
        Column("faults", "Chưa khớp", _wrong, "long"),
        Column("state", "Trạng thái", lambda row, _: label(row.state)),
    )  # fmt: skip
    title = f"Chốt ngày: {TABS[name].lower()}"
    return Columns(name, title, f"chot-ngay-{_FILES[name]}", every, ("code", "owner", "procedure", *unasked))


_FILES = {
    "day_promised": "hen-tra", "day_received": "da-tiep-nhan", "day_waiting": "chua-ban-giao",
    "day_handed": "da-ban-giao",
    "day_faults": "chua-khop", "day_fees": "phi",
}  # fmt: skip

COLUMNS = {
    one.name: one
    for one in (
        _list("day_promised", "due", "accepted", "holder", "state"),
        _list("day_received", "accepted", "due", "holder", "state"),
        _list("day_waiting", "agency", "accepted", "hand_over_by"),
        _list("day_handed", "handed_to", "handed", "confirmed"),
        _list("day_faults", "faults", "accepted", "state"),
        _list("day_fees", "fee", "fee_amount", "accepted"),
    )
}
