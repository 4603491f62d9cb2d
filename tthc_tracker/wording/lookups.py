"""How far a dossier is, in the words of its applicant: no term of the trade, nothing about anybody."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from tthc_tracker.domain.icalendar import Appointment
from tthc_tracker.domain.lifecycle import OPEN, State
from tthc_tracker.domain.standing import Standing
from tthc_tracker.wording.formats import day, number, spoken_moment

# Unknown code and wrong proof: never told apart.
NOT_FOUND = (
    "Không tìm thấy hồ sơ, hoặc thông tin xác nhận không đúng. Hãy xem lại mã hồ sơ trên giấy tiếp nhận "
    "và 6 số cuối của số căn cước (hoặc số điện thoại) đã khai khi nộp."
)
NO_CODE = "Hãy nhập mã hồ sơ ghi trên giấy tiếp nhận."
NO_PROOF = "Hãy nhập 6 số cuối của số căn cước, hoặc đủ số điện thoại đã khai khi nộp."

STEPS = ("Tiếp nhận", "Giải quyết", "Có kết quả", "Trả kết quả")

# state → (what is the matter, in a few words; what to do, or what happens next; the step it stands at)
_BEFORE, _AT_WORK, _READY, _OVER = 0, 1, 2, 3
_ASIDE = None  # ended before a result: no step to stand at
STATES: dict[State, tuple[str, str, int | None]] = {
    State.REGISTERED: (
        "Đã nộp, đang chờ tiếp nhận",
        "Cơ quan sẽ trả lời: tiếp nhận, yêu cầu bổ sung, hoặc không tiếp nhận và nêu lý do.",
        _BEFORE,
    ),
    State.AWAITING_SUPPLEMENT: (
        "Đang chờ bổ sung giấy tờ",
        "Hãy nộp đủ giấy tờ theo phiếu yêu cầu bổ sung; hồ sơ được làm tiếp ngay sau đó.",
        _AT_WORK,
    ),
    State.AWAITING_PAYMENT: (
        "Đang chờ nộp phí, lệ phí hoặc thuế",
        "Hãy nộp theo thông báo đã nhận; hồ sơ được làm tiếp ngay sau đó.",
        _AT_WORK,
    ),
    State.RECEIVED: (
        "Đã tiếp nhận",
        "Bộ phận một cửa đã nhận hồ sơ và sẽ chuyển đến nơi giải quyết.",
        _AT_WORK,
    ),
    State.PROCESSING: ("Đang giải quyết", "", _AT_WORK),
    State.WITHDRAWAL_ASKED: ("Đang xem xét đề nghị rút hồ sơ", "", _AT_WORK),
    State.STOPPING: ("Đang xem xét dừng giải quyết", "", _AT_WORK),
    State.FINISHED: (
        "Đã có kết quả",
        "Khi đến nhận, hãy mang theo giấy tiếp nhận và giấy tờ tuỳ thân.",
        _READY,
    ),
    State.RETURNED: ("Đã trả kết quả", "", _OVER),
    State.REFUSED: (
        "Không được tiếp nhận",
        "Lý do ghi trong văn bản từ chối. Có thể hỏi lại nơi nộp hồ sơ.",
        _ASIDE,
    ),
    State.WITHDRAWN: ("Đã rút hồ sơ", "", _ASIDE),
    State.STOPPED: ("Đã dừng giải quyết", "Hãy hỏi nơi nộp hồ sơ để biết lý do.", _ASIDE),
    State.CANCELLED: ("Đã huỷ", "Hồ sơ này được huỷ vì nhập nhầm. Hãy hỏi lại nơi nộp hồ sơ.", _ASIDE),
}
_BEFORE_ACCEPTANCE = {State.AWAITING_SUPPLEMENT, State.AWAITING_PAYMENT}
_NOTHING_TO_COLLECT = {State.RETURNED, State.REFUSED, State.WITHDRAWN, State.STOPPED, State.CANCELLED}
_IN_HAND = OPEN - {State.RECEIVED}
_PAUSE = "Tạm dừng từ ngày {since}: thời gian chờ không tính vào thời hạn giải quyết."
_DUE_NOTES = {
    Standing.OVERDUE: "Đã quá ngày hẹn mà chưa có kết quả. Hãy hỏi nơi trả kết quả.",
    Standing.REAPPOINTED: "Đây là ngày hẹn lại.",
    Standing.PAST_HOUR: "Đã quá giờ hẹn, còn trong ngày hẹn.",
    Standing.PAUSED: "Ngày này sẽ lùi lại khi hồ sơ được làm tiếp.",
}
_APOLOGY = (
    "Cơ quan giải quyết xin lỗi vì không trả được kết quả đúng ngày {due}, và hẹn lại vào ngày ghi dưới đây. "
    "Văn bản xin lỗi có tại nơi nhận kết quả."
)
_ONLINE = "Kết quả được trả trực tuyến, qua Cổng dịch vụ công; không cần đến nhận."
_POSTED = "Kết quả được gửi qua bưu chính đến địa chỉ đã đăng ký; không cần đến nhận."
_PROVISIONAL = "Dự kiến: lịch nghỉ của năm này chưa công bố."


class Looked(Protocol):
    """What the words are found from (`queries.lookups.Progress`)."""

    @property
    def state(self) -> State: ...
    @property
    def standing(self) -> Standing: ...
    @property
    def accepted(self) -> bool: ...
    @property
    def due_at(self) -> dt.datetime | None: ...
    @property
    def provisional(self) -> bool: ...
    @property
    def paused_since(self) -> dt.datetime | None: ...
    @property
    def late_for(self) -> dt.datetime | None: ...
    @property
    def working_at(self) -> str: ...
    @property
    def rated(self) -> bool: ...
    @property
    def by_post(self) -> bool: ...
    @property
    def by_portal(self) -> bool: ...


@dataclass(frozen=True)
class Told:
    """The words of one dossier. `step`: its place in `STEPS`, None where there is none to show."""

    headline: str
    advice: str
    step: int | None
    due: str
    due_note: str
    pause: str
    apology: str
    collects: bool  # whether there is, or will be, something to collect
    working_at: str  # the agency that has it in hand
    rates: bool  # whether its applicant may say how he found the service


def told(looked: Looked) -> Told:
    """What to say of a dossier."""
    headline, advice, step = STATES[looked.state]
    if not looked.accepted and looked.state in _BEFORE_ACCEPTANCE:
        step = _BEFORE
    if looked.state is State.FINISHED:
        advice = _POSTED if looked.by_post else _ONLINE if looked.by_portal else advice
    return Told(
        headline=headline,
        advice=advice,
        step=step,
        due=spoken_moment(looked.due_at) if looked.accepted and looked.due_at else "",
        due_note=_due_note(looked),
        pause=_PAUSE.format(since=day(looked.paused_since)) if looked.standing is Standing.PAUSED else "",
        apology=_APOLOGY.format(due=day(looked.late_for)) if looked.late_for else "",
        collects=looked.accepted and looked.state not in _NOTHING_TO_COLLECT,
        working_at=looked.working_at if looked.accepted and looked.state in _IN_HAND else "",
        rates=looked.state is State.RETURNED and not looked.rated,
    )


def _due_note(looked: Looked) -> str:
    running = looked.standing in _DUE_NOTES
    return _DUE_NOTES[looked.standing] if running else (_PROVISIONAL if looked.provisional else "")


def too_many(wait: dt.timedelta) -> str:
    """A refusal to look: how long to wait, and the way that stays open."""
    return (
        f"Đã thử quá nhiều lần. Hãy thử lại sau {_spoken(wait)}, hoặc quét mã QR trên giấy tiếp nhận, "
        "hoặc hỏi nơi nộp hồ sơ."
    )


def _spoken(wait: dt.timedelta) -> str:
    minutes = -(-int(wait.total_seconds()) // 60)
    return f"{number(max(minutes, 1))} phút" if minutes < 120 else f"{number(-(-minutes // 60))} giờ"


RUN_OUT = "Trang tiến độ này đã mở quá lâu. Hãy tra cứu lại hồ sơ rồi làm tiếp."

# --- the promised date for one's own calendar

CALENDAR_NAME = "hen-tra-ket-qua.ics"
_SUMMARY = "Nhận kết quả hồ sơ {code}"
_BRING = "Mang theo giấy tiếp nhận và giấy tờ tuỳ thân. Trước khi đi, xem tiến độ tại {url}"


class Promised(Looked, Protocol):
    """What the appointment is made from (`queries.lookups.Progress`)."""

    @property
    def code(self) -> str: ...
    @property
    def desk(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def address(self) -> str: ...


def may_be_noted(looked: Looked, now: dt.datetime) -> bool:
    """Whether there is a date to come that is worth noting."""
    return looked.accepted and looked.state in OPEN and looked.due_at is not None and looked.due_at > now


def appointment(looked: Promised, due_at: dt.datetime, url: str) -> Appointment:
    """The promised date as an appointment: the code, the place, nothing of anybody's affairs."""
    note = _BRING.format(url=url)
    return Appointment(
        uid=f"hen-tra-{looked.code}",
        start=due_at,
        length=dt.timedelta(minutes=30),
        summary=_SUMMARY.format(code=looked.code),
        location=", ".join(filter(None, (looked.desk, looked.agency, looked.address))),
        description=f"{note}. {_PROVISIONAL}" if looked.provisional else f"{note}.",
    )


# --- the alarm on the page for administrators

ALARM_TITLE = "Có người dò mã hồ sơ ở trang tra cứu."
_PRESSED = "Ai đã gõ sai trong ngày phải chờ hoặc dùng mã QR; người gõ đúng ngay lần đầu vẫn xem được."
_CLOSED = "Đang chỉ nhận mã QR của giấy tiếp nhận."


class Vain(Protocol):
    """What the alarm is told from (`queries.lookups.VainTries`)."""

    @property
    def lately(self) -> int: ...
    @property
    def most(self) -> int: ...
    @property
    def most_at(self) -> dt.datetime | None: ...
    @property
    def pressed(self) -> bool: ...
    @property
    def closed(self) -> bool: ...


def alarm(tries: Vain) -> str:
    """How many look-ups failed, when, and what the product does about it: numbers only."""
    at = f", lúc {tries.most_at:%H:%M} ngày {day(tries.most_at)}" if tries.most_at else ""
    now = _CLOSED if tries.closed else _PRESSED if tries.pressed else "Đã mở lại."
    return (
        f"{number(tries.most)} lần tra cứu sai trong 10 phút{at} (10 phút vừa qua: {number(tries.lately)}). "
        f"{now} Ai tra cứu sai không thấy gì; nếu kéo dài, hãy chặn mạng gây ra ở máy chủ đứng trước."
    )
