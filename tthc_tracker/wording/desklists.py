"""The columns of the desk's lists: the online queue, one's own work, results that wait."""

from typing import Any

from tthc_tracker.wording import online
from tthc_tracker.wording.collecting import TITLE as RESULTS_TITLE
from tthc_tracker.wording.collecting import WAYS
from tthc_tracker.wording.columns import Column, Columns, See, dated
from tthc_tracker.wording.formats import day, moment, number
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.lifecycle import RESULTS
from tthc_tracker.wording.promiseddates import told
from tthc_tracker.wording.receptions import copies
from tthc_tracker.wording.standings import BADGES, WORDS

CODE = Column("code", "Mã hồ sơ", lambda row, _: row.code, "code", sort=("code", "-code"))
QUANTITY = Column(
    "quantity", "Số bản", lambda row, _: number(row.quantity) if row.quantity else "", "num",
    quiet=lambda row, _: copies(row.quantity),
)  # fmt: skip
PROCEDURE_CODE = Column("procedure_code", "Mã thủ tục", lambda row, _: row.procedure_code, "code")
# The longest waiting is on top unasked, which is the one order of a list without an order of its own.
PLAIN_CODE = Column("code", "Mã hồ sơ", lambda row, _: row.code, "code")


# --- the online queue


def _origin(row: Any, see: See) -> str:
    if not row.mirrored or row.source_as_of is None:
        return ""
    old = " (nguồn chưa cập nhật)" if row.source_as_of < see.stale_before else ""
    return f"dữ liệu lúc {moment(row.source_as_of)}{old}"


def _answer(row: Any, _see: See) -> str:
    """Where it is answered, when not here."""
    if row.marked_at:
        return f"đã tiếp nhận trên Cổng, đánh dấu {moment(row.marked_at)}"
    return "trả lời trên hệ thống nguồn" if row.mirrored else ""


def _late_reply(row: Any, see: See) -> bool:
    return row.reply_by is not None and row.reply_by < see.today


def _queue(name: str, title: str, *, of_applicant: bool) -> Columns:
    source = Column("source", "Nguồn", lambda row, _: row.source)
    source_as_of = dated(
        "source_as_of", "Dữ liệu nguồn lúc", lambda row: row.source_as_of if row.mirrored else None,
        quiet=_origin,
    )  # fmt: skip
    agency = Column("agency", "Nơi tiếp nhận", lambda row, _: row.agency)
    channel = Column("channel", "Kênh", lambda row, _: label(row.channel))
    rounds = Column(
        "round", "Lượt", lambda row, _: str(row.round), "num",
        quiet=lambda row, _: f"đã bổ sung, lượt {row.round}" if row.round > 1 else "",
    )  # fmt: skip
    length = Column(
        "length", "Thời gian còn lại, đã quá", lambda row, _: online.badge(row.urgency, row.minutes).length
    )
    where = Column("where", "Nơi trả lời", _answer)
    reply = Column(
        "reply_by", "Hạn bổ sung", lambda row, _: day(row.reply_by) if row.reply_by else "",
        quiet=lambda row, _: f"hạn bổ sung {day(row.reply_by)}" if row.reply_by else "",
    )  # fmt: skip
    state = Column("state", "Chờ", lambda row, _: label(row.state), parts=(reply,))
    standing = Column(
        "standing", "Tình trạng", lambda row, _: online.badge(row.urgency, row.minutes).words, "mark",
        parts=(where,), badge=lambda row: online.badge(row.urgency, row.minutes).kind,
    )  # fmt: skip
    waits = Column(
        "waits", "Tình trạng",
        lambda row, see: "Quá hạn bổ sung" if _late_reply(row, see) else "Chờ người nộp", "mark",
        badge=lambda _row: "awaiting_applicant",
    )  # fmt: skip
    every = (
        CODE,
        Column(
            "procedure", "Thủ tục", lambda row, _: row.procedure, "long",
            parts=(PROCEDURE_CODE, source, source_as_of),
        ),
        PROCEDURE_CODE,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner, parts=(agency,)),
        agency,
        dated(
            "started", "Đến lúc", lambda row: row.started_at, parts=(channel, rounds),
            sort=("received", "-received"),
        ),
        channel, rounds,
        dated("due", "Hạn tiếp nhận", lambda row: row.due_at, parts=(length,), sort=("", "-due")),
        length,
        *((state, reply, waits) if of_applicant else (standing, where)),
        source, source_as_of,
    )  # fmt: skip
    last = ("state", "waits") if of_applicant else ("due", "standing")
    return Columns(name, title, "truc-tuyen", every, ("code", "procedure", "owner", "started", *last))


# --- one's own work


def _hand_over_clock(row: Any, see: See) -> str:
    if row.handover_due_at is None or row.handover_confirmed_at is not None:
        return ""
    late = "Chậm chuyển, hạn" if row.late_to_hand_over(see.now) else "hạn chuyển"
    return f"{late} {moment(row.handover_due_at)}"


def _on_its_way(row: Any, _see: See) -> str:
    return f"chờ xác nhận từ {moment(row.handed_at)}" if row.direction else ""


def _given(row: Any, _see: See) -> str:
    """Who gave it, and what he wrote."""
    return ": ".join(filter(None, (row.handed_by or "", row.note or "")))


def _work(name: str, title: str, *unasked: str, handed: bool = False) -> Columns:
    waits = Column("on_its_way", "Chờ xác nhận", _on_its_way)
    unit = Column("unit", "Phòng, đơn vị", lambda row, _: row.unit or "")
    officer = Column("officer", "Cán bộ thụ lý", lambda row, _: row.officer or "")
    given = Column("given", "Người giao, ghi chú", _given)
    handed_at = dated(
        "handed", "Giao lúc", lambda row: row.handed_at, sort=("", "-handed") if handed else None
    )
    hand_over = dated("handover_due", "Hạn chuyển", lambda row: row.handover_due_at, quiet=_hand_over_clock)
    every = (
        CODE,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(QUANTITY,)), QUANTITY,
        Column(
            "holder", "Đang ở", lambda row, _: row.officer or row.unit or row.agency, parts=(waits,)
        ),
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency),
        unit, officer, waits,
        Column(
            "direction", "Bàn giao", lambda row, _: label(row.direction) if row.direction else "",
            parts=(handed_at, given),
        ),
        handed_at, given,
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at, sort=("received", "-received")),
        *told(sort=("due" if handed else "", "-due")),
        Column(
            "standing", "Tình trạng", lambda row, _: WORDS[row.standing], "mark", parts=(hand_over,),
            badge=lambda row: BADGES[row.standing],
        ),
        hand_over,
    )  # fmt: skip
    return Columns(name, title, "viec-cua-toi", every, ("code", "owner", "procedure", *unasked))


# --- results that wait


_RESULT_NUMBER = Column(
    "result_number", "Số văn bản", lambda row, _: row.result_number or "",
    quiet=lambda row, _: f"số\N{NO-BREAK SPACE}{row.result_number}" if row.result_number else "",
)  # fmt: skip
_PLACE_CODE = Column("agency_code", "Mã nơi trả", lambda row, _: row.agency_code, "code")
_PLACE = Column("agency", "Nơi trả kết quả", lambda row, _: row.agency)
_REMINDED = dated("reminded", "Nhắc gần nhất", lambda row: row.reminded_at)


def _reach(row: Any, _see: See) -> str:
    if row.by_post:
        return "gửi qua bưu chính"
    if row.by_portal:
        return "trả trực tuyến, qua Cổng"
    return "có thư điện tử" if row.reachable else "không có thư điện tử: gọi điện"


def _way(row: Any) -> str:
    return WAYS["post" if row.by_post else "portal" if row.by_portal else "desk"]


RESULTS_WAITING = Columns(
    "results", RESULTS_TITLE, "ket-qua-cho-tra",
    (
        PLAIN_CODE,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(QUANTITY, _PLACE)),
        QUANTITY, PROCEDURE_CODE, _PLACE, _PLACE_CODE,
        Column(
            "result", "Kết quả", lambda row, _: RESULTS[row.result_kind] if row.result_kind else "",
            parts=(_RESULT_NUMBER,),
        ),
        _RESULT_NUMBER,
        dated("since", "Có kết quả từ", lambda row: row.since, sort=("", "-since")),
        Column("days", "Số ngày chờ", lambda row, see: number(row.days(see.today)), "num"),
        Column(
            "reached", "Nhắc", lambda row, see: f"Đã nhắc {moment(row.reminded_at)}" if row.reminded_at
            else _reach(row, see).capitalize(),
        ),
        Column("reachable", "Thư điện tử", lambda row, _: "có" if row.reachable else "không"), _REMINDED,
        Column("way", "Cách nhận", lambda row, _: _way(row)),
    ),
    ("code", "owner", "procedure", "result", "since", "days", "reached"),
)  # fmt: skip


# --- what was searched


# Names are masked; the ends of their numbers tell two of one name apart (decision 0024).
_ID_NUMBER = Column("id_number", "Số giấy tờ", lambda row, _: row.id_number)
_PHONE = Column(
    "phone",
    "Điện thoại",
    lambda row, _: row.phone,
    quiet=lambda row, _: f"ĐT {row.phone}" if row.phone else "",
)
_FILED_BY = Column(
    "applicant",
    "Người nộp",
    lambda row, _: row.applicant,
    quiet=lambda row, _: f"người nộp {row.applicant}" if row.applicant else "",
)
SEARCHED = Columns(
    "search", "Kết quả tìm", "ket-qua-tim",
    (
        CODE,
        Column("owner", "Chủ hồ sơ", lambda row, _: row.owner, parts=(_ID_NUMBER, _PHONE, _FILED_BY)),
        _ID_NUMBER, _PHONE, _FILED_BY,
        Column(
            "procedure", "Thủ tục", lambda row, _: row.procedure, "long", parts=(PROCEDURE_CODE, QUANTITY)
        ),
        PROCEDURE_CODE, QUANTITY,
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency),
        dated("accepted", "Tiếp nhận", lambda row: row.accepted_at, sort=("received", "-received")),
        *told(lambda row: row.current_due_at, sort=("due", "-due")),
        Column("state", "Trạng thái", lambda row, _: label(row.state)),
    ),
    ("code", "owner", "procedure", "agency", "accepted", "due", "state"),
)  # fmt: skip


QUEUE = _queue("online", "Hồ sơ trực tuyến, bưu chính chờ tiếp nhận", of_applicant=False)
QUEUE_OF_APPLICANTS = _queue("online_applicant", "Hồ sơ trực tuyến chờ người nộp", of_applicant=True)
WORK = _work("work", "Việc của tôi", "holder", "due", "standing")
HANDED = _work("handed", "Bàn giao chờ xác nhận", "direction", "due", "standing", handed=True)
AT_DESK = _work("at_desk", "Đang ở một cửa", "agency", "due", "standing")
