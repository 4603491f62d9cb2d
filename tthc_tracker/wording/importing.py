"""What an import says of a row: why it was refused, or what to look at."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tthc_tracker.domain.errors import UncleanText
from tthc_tracker.domain.exchange import applicant_kind_of
from tthc_tracker.domain.exchangerow import moment as exchange_moment
from tthc_tracker.domain.folding import clean
from tthc_tracker.domain.importing import BatchState, Sends, Whole
from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.rowfaults import Refusal, RowRefusedError, RowWarning
from tthc_tracker.wording import formats
from tthc_tracker.wording.formats import number

REFUSALS = {
    Refusal.BROKEN_ROW: "Dòng hỏng: dấu nháy kép mở mà không đóng, hoặc dài quá 1 triệu ký tự.",
    Refusal.LONG_CELL: "Có ô dài quá 131.072 ký tự; hãy rút ngắn rồi nạp lại dòng này.",
    Refusal.SURPLUS_CELLS: "Nhiều ô hơn số cột ở đầu bảng: hãy đặt ô có dấu phẩy trong nháy kép.",
    Refusal.REPEATED_NAME: "Một tên trường xuất hiện hai lần trong hồ sơ; không đoán lấy giá trị nào.",
    Refusal.NO_DOSSIER: "Không phải dòng hồ sơ (dòng tổng, chân bảng): thiếu từ hai ô trong mã hồ sơ, "
    "chủ hồ sơ, trạng thái.",
    Refusal.ERROR_CELL: "Ô mang lỗi của bảng tính (#N/A, #REF! …); hãy sửa công thức hoặc nhập giá trị.",
    Refusal.SPOILED_TEXT: "Chữ hỏng mã (TCVN3, VNI, VIQR hoặc đọc nhầm UTF-8); hãy xuất lại bằng Unicode.",
    Refusal.NO_CODE: "Thiếu mã hồ sơ.",
    Refusal.BAD_CODE: "Mã hồ sơ có ký tự lạ hoặc dài quá 40 ký tự.",
    Refusal.NO_OWNER: "Thiếu tên chủ hồ sơ.",
    Refusal.LONG_NAME: "Tên chủ hồ sơ dài quá 200 ký tự.",
    Refusal.UNCLEAN_TEXT: "Có ký tự điều khiển hoặc chữ hỏng mã; hãy xuất lại tệp dạng UTF-8.",
    Refusal.BAD_PROCEDURE: "Không phải mã thủ tục (dạng 1.001193).",
    Refusal.BAD_CHANNEL: "Kênh thực hiện không có: dùng 1 trực tiếp, 2 trực tuyến, 3 bưu chính.",
    Refusal.BAD_APPLICANT_KIND: "Loại đối tượng lạ: dùng 1 công dân, 2 doanh nghiệp, 3 cơ quan, 4 khác.",
    Refusal.BAD_STATUS: "Trạng thái hồ sơ không hợp lệ: dùng 1 đến 10, khớp với ngày tiếp nhận.",
    Refusal.BAD_DATE: "Ngày không có thật hoặc không đọc được: dùng yyyyMMddHHmmss hoặc dd/mm/yyyy.",
    Refusal.NO_MOMENT: "Hồ sơ chưa tiếp nhận mà thiếu ngày nộp.",
    Refusal.NO_ACCEPTANCE: "Trạng thái này phải có ngày tiếp nhận.",
    Refusal.DUE_BEFORE_ACCEPTANCE: "Ngày hẹn trả trước ngày tiếp nhận.",
    Refusal.FINISHED_BEFORE_ACCEPTANCE: "Ngày kết thúc xử lý trước ngày tiếp nhận.",
    Refusal.NO_FINISH: "Đã xử lý xong mà không có ngày kết thúc lẫn ngày trả.",
    Refusal.UNKNOWN_AGENCY: "Cơ quan chưa có trong danh mục; hãy nạp danh mục cơ quan rồi nạp lại tệp.",
    Refusal.OUT_OF_SCOPE: "Cơ quan ngoài phạm vi của người nạp; nhờ kiểm soát viên cấp trên nạp dòng này.",
    Refusal.CODE_TAKEN: "Mã này không dùng được cho hồ sơ trong phạm vi của bạn; hãy kiểm tra lại mã.",
    Refusal.ARCHIVED: (
        "Hồ sơ mang mã này đã chuyển vào kho lưu trữ ({source}); không tạo lại, không ghi đè. "
        "Cần sửa, hãy nhờ quản trị viên hệ thống đưa năm ấy trở lại."
    ),
    Refusal.CONFLICT_IN_FILE: "Trùng mã với dòng {row} nhưng nội dung khác; giữ dòng {row}, không ghi đè.",
    Refusal.CONFLICT_WITH_SOURCE: "Mã này đã có từ nguồn «{source}»; không ghi đè.",
    Refusal.CONFLICT_WITH_STORED: "Nguồn đổi chủ hồ sơ, thủ tục, kênh hoặc ngày tiếp nhận; không ghi đè.",
    Refusal.BACKWARD_STATUS: "Trạng thái đi lùi so với lần trước; không ghi đè.",
}

STATES = {
    BatchState.UNMAPPED: "Chờ ghép cột",
    BatchState.WAITING: "Đang kiểm tra",
    BatchState.CHECKED: "Chờ xác nhận",
    BatchState.UNUSABLE: "Không dùng được",
    BatchState.DROPPED: "Đã bỏ",
    BatchState.CONFIRMED: "Đang nạp",
    BatchState.DONE: "Đã nạp",
    BatchState.FAILED: "Dừng giữa chừng",
    BatchState.UNDOING: "Đang hoàn tác",
    BatchState.UNDONE: "Đã hoàn tác",
}

TONES = {
    BatchState.UNMAPPED: ("warn", "waiting"),
    BatchState.WAITING: ("info", "waiting"),
    BatchState.CHECKED: ("warn", "waiting"),
    BatchState.UNUSABLE: ("danger", "closed"),
    BatchState.DROPPED: ("neutral", "closed"),
    BatchState.CONFIRMED: ("info", "waiting"),
    BatchState.DONE: ("ok", "check"),
    BatchState.FAILED: ("danger", "closed"),
    BatchState.UNDOING: ("info", "waiting"),
    BatchState.UNDONE: ("neutral", "closed"),
}

ALL_REFUSED = "Bị từ chối hết"


def standing(state: BatchState, counts: Mapping[str, Any]) -> tuple[str, str, str]:
    """How a file stands: words, tone, icon. One of which nothing was taken is not said to be loaded."""
    if state is BatchState.DONE and counts.get("rows") and counts.get("refused") == counts["rows"]:
        return ALL_REFUSED, *TONES[BatchState.UNUSABLE]
    return STATES[state], *TONES[state]


# What becomes of rows, by the names of their counts, and in the singular by the names of outcomes.
COUNTS = {
    "accepted": "Nhận mới",
    "warnings": "trong đó cần xem lại",
    "updated": "Cập nhật",
    "unchanged": "Không đổi",
    "identical_repeats": "Lặp lại trong tệp",
    "refused": "Từ chối",
}
OUTCOMES = {
    "new": ("Nhận mới", "ok"),
    "warned": ("Nhận, cần xem lại", "warn"),
    "updated": ("Cập nhật", "info"),
    "unchanged": ("Không đổi", "neutral"),
    "repeat": ("Lặp lại", "neutral"),
    "refused": ("Từ chối", "danger"),
}

FILE_WARNINGS = {
    "formulas": "Tệp có công thức: lấy giá trị đã tính khi lưu tệp.",
    "error_cells": "Tệp có ô lỗi (#N/A, #REF! …): đọc như ô trống; hãy sửa công thức rồi gửi lại.",
    "hidden_rows": "Tệp có dòng ẩn: các dòng đó vẫn được đọc.",
    "merged_cells": "Tệp có ô gộp: chỉ ô đầu mang giá trị, các ô còn lại là trống.",
    "other_sheets": "Tệp có nhiều trang tính: chỉ đọc trang hiển thị đầu tiên.",
    "hidden_sheets": "Tệp có trang tính ẩn: không đọc.",
}

KINDS = {"csv": "CSV", "xlsx": "Excel", "json": "JSON"}

# After this it is worth saying that nobody has begun.
IDLE = dt.timedelta(seconds=30)
BEING_READ = "Một tiến trình khác đang nạp chính tệp này; hãy đợi nó xong rồi nạp lại nếu cần."
OTHERS_WRITE = (
    "Cơ sở dữ liệu bận ghi việc khác quá một phút. Các dòng trước đó đã ghi trọn vẹn; "
    "hãy chạy lại đúng lệnh này: việc nạp đi tiếp từ chỗ dừng."
)
NO_FILE = "Không đọc được tệp đã gửi trên máy chạy việc định kỳ. Hãy gửi lại tệp."
OTHER_FILE = "Tệp lưu trên máy chủ không còn đúng là tệp đã gửi. Hãy gửi lại tệp."
READER_ENDED = (
    "Tiến trình đọc tệp đã dừng đột ngột (có thể do hết bộ nhớ). Các dòng trước đó đã ghi trọn vẹn; "
    "hãy nạp lại tệp: dòng đã có không bị ghi hai lần."
)
NOT_KEPT = "Cơ sở dữ liệu không nhận một dòng của tệp; các dòng trước đó đã ghi. Hãy báo quản trị viên."
NO_LONGER_ALLOWED = "Người gửi tệp không còn quyền nhập dữ liệu."
TOO_MANY_ROWS = "Tệp có hơn 50.000 dòng. Hãy chia nhỏ, hoặc nhờ quản trị viên nạp bằng flask imports run."
TAKEN_BACK = "Hoàn tác lần nhập số {batch}"
SENT = "Đã nhận tệp. Từng dòng được kiểm tra trước, chưa ghi gì."
CONFIRMED = "Đã xác nhận. Tệp đang được nạp."
DROPPED = "Đã bỏ tệp, không ghi gì."
IN_THE_WAY = (
    "Chưa hoàn tác được: đã có người xử lý, hoặc tệp khác nói đến hồ sơ {codes}. "
    "Hãy xử lý từng hồ sơ, hoặc nạp tệp đúng của nguồn."
)
NOTHING_TO_UNDO = "Không có gì để hoàn tác: tệp này không mang hồ sơ mới nào."
OTHER_SHA = "Tệp đã khác với tệp bạn xem. Hãy mở lại trang rồi xác nhận."
SENT_BEFORE = "Biểu mẫu này đã gửi trước đó: đây là tệp đã có."
UNDOING = "Đang hoàn tác: hồ sơ của tệp này được huỷ, lịch sử giữ nguyên."
FILE_GONE = "Tệp lỗi đã bị xoá theo hạn lưu 30 ngày, hoặc chưa có."
NOT_NOW = "Tệp đã sang bước khác. Hãy xem tình trạng mới bên dưới."
EMPTY_FILE = "Hãy chọn tệp CSV, Excel (.xlsx) hoặc JSON."


def listed(owner: str, kind: str) -> str:
    """The owner's name of a row as lists show it (kind: LoaiDoiTuong); what is no name at all as nothing."""
    try:
        return listed_name(clean(owner[:200]), applicant_kind_of(kind) or ApplicantKind.CITIZEN)
    except UncleanText:
        return ""


def brief(counts: Mapping[str, Any]) -> str:
    """What became of a file, in a line of a list; '' before anybody knows."""
    parts = [
        f"{COUNTS[name].lower()} {number(counts[name])}"
        for name in ("accepted", "updated", "unchanged", "refused")
        if counts.get(name)
    ]
    return ", ".join(parts)


def foretold_briefly(counts: Mapping[str, Any]) -> str:
    """The same of what it foretold; '' where that is nothing."""
    if (forecast := counts.get("forecast")) is None:
        return ""
    until = formats.day(dt.date.fromisoformat(forecast["until"]))
    return (
        f"dự báo đến hạn đến hết {until}: {'hơn ' if forecast.get('more') else ''}"
        f"{number(forecast['dossiers'])}"
    )


WHOLE = {
    Whole.AS_DECLARED: "Như đã khai cho nguồn",
    Whole.NO: "Chỉ hồ sơ mới hoặc đã đổi",
    Whole.YES: "Danh sách đầy đủ hồ sơ đang mở",
    Whole.SURE: "Danh sách đầy đủ, kể cả khi thiếu nhiều hồ sơ",
}
WHOLE_CHOICES = tuple((one.value, said) for one, said in WHOLE.items())
SENDS = {
    Sends.CHANGES: "Tệp của nguồn này chỉ gồm hồ sơ mới hoặc đã đổi; hồ sơ vắng mặt không bị đánh dấu.",
    Sends.FULL: "Tệp của nguồn này là danh sách đầy đủ hồ sơ đang mở; "
    "hồ sơ vắng mặt được ghi «không còn thấy ở nguồn».",
}
NO_PERCENTAGE = "tỷ lệ phải từ 0 đến 100."


def pace(rows: int, total: int | None, a_second: float) -> str:
    """How far a file is, how fast, and about how long yet."""
    of_all = f" / khoảng {number(total)}" if total else ""
    return " · ".join(filter(None, (f"{number(rows)}{of_all} dòng", speed(rows, total, a_second))))


def speed(rows: int, total: int | None, a_second: float) -> str:
    """How fast, and about how long yet; '' where nothing can be said."""
    if a_second < 1:
        return ""
    said = f"{number(round(a_second))} dòng/giây"
    if not total or total <= rows:
        return said
    left = round((total - rows) / a_second)
    return f"{said} · còn khoảng {f'{left} giây' if left < 90 else f'{round(left / 60)} phút'}"


def declared(sends: Sends, most: int) -> str:
    """What a source was set to."""
    said = SENDS[sends]
    return f"{said} Thiếu quá {most} % thì phải xác nhận." if sends is Sends.FULL else said


def lacked(counts: Mapping[str, Any]) -> str:
    """What a full list lacked; '' of any other file."""
    if many := counts.get("too_many_unseen"):
        return (
            f"Tệp thiếu {number(many)} hồ sơ đang mở của nguồn, quá tỷ lệ cho phép: chưa đánh dấu hồ sơ nào. "
            "Nếu tệp đúng là danh sách đầy đủ, hãy nạp lại và xác nhận (--sure)."
        )
    if "unseen" not in counts:
        return ""
    return f"Không còn thấy ở nguồn: {number(counts['unseen'])} hồ sơ; cảnh báo của các hồ sơ này tạm giữ."


def foretold(counts: Mapping[str, Any]) -> str:
    """What will pass its date before the source speaks again; '' of a file that foretells nothing."""
    if (forecast := counts.get("forecast")) is None:
        return ""
    many = ("hơn " if forecast.get("more") else "") + number(forecast["dossiers"])
    until = formats.day(dt.date.fromisoformat(forecast["until"]))
    return (
        f"Dự báo: {many} hồ sơ đang mở của nguồn đến hạn trước lần cập nhật tiếp theo "
        f"(dự kiến đến hết {until}); chưa xong thì quá hạn."
    )


def writes(counts: Mapping[str, Any]) -> list[str]:
    """What a file would write, in words; nothing where it brings nothing new."""
    return [
        f"{number(counts[name])} {what}"
        for name, what in (("accepted", "hồ sơ mới"), ("updated", "hồ sơ được cập nhật"))
        if counts.get(name)
    ]


LISTS_ALL = " Tệp là danh sách đầy đủ: hồ sơ đang mở mà tệp không có sẽ được ghi «không còn thấy ở nguồn»."


def question(counts: Mapping[str, Any], *, whole: bool = False) -> str:
    """What somebody agrees to; whole: with what a full list lacks."""
    if whole:
        new = writes(counts) or ["0 hồ sơ mới"]
        return f"Sẽ ghi {' và '.join(new)}.{LISTS_ALL}"
    if not (written := writes(counts)):
        return "Không có gì mới để ghi: hãy bỏ tệp này, hoặc sửa các dòng bị từ chối rồi gửi lại."
    refused = f" {number(counts['refused'])} dòng bị từ chối không được ghi." if counts.get("refused") else ""
    return f"Sẽ ghi {' và '.join(written)}.{refused}"


def in_the_way(codes: Sequence[str], named: int) -> str:
    """The dossiers because of which a file cannot be taken back; '' for none."""
    if not codes:
        return ""
    return IN_THE_WAY.format(codes=", ".join(codes[:named]) + (" …" if len(codes) > named else ""))


def taken_back(counts: Mapping[str, Any]) -> str:
    """What became of a file that was taken back."""
    kept = counts.get("kept", 0)
    stayed = f"; giữ {number(kept)} hồ sơ có người xử lý trong lúc hoàn tác" if kept else ""
    return (
        f"Đã huỷ {number(counts.get('undone', 0))} hồ sơ của tệp này{stayed}. "
        "Mã hồ sơ không dùng lại cho hồ sơ khác; tệp đúng nạp sau sẽ mở lại chính các hồ sơ này."
    )


def when(text: str) -> str:
    """A moment of a row as people read it; what is none, as it stands there."""
    try:
        read = exchange_moment(text)
    except RowRefusedError:
        return text[:30]
    return formats.moment(read) if read else ""


def reason_words(code: str) -> str:
    """What a refusal or a warning is called in a list of counts."""
    if code in set(Refusal):
        return REFUSALS[Refusal(code)].format(row="khác", source="khác")
    return WARNINGS[RowWarning(code)]


REFUSED = "Từ chối"
WITH_WARNINGS = "Nhận, cần xem lại"

WARNINGS = {
    RowWarning.NO_DUE_DATE: "Không có ngày hẹn trả: đưa vào danh sách lỗi dữ liệu, không tính đúng hạn.",
    RowWarning.DUE_ON_DAY_OFF: "Hẹn trả vào ngày nghỉ: giữ nguyên và so theo ngày đã hẹn.",
    RowWarning.FINISH_FROM_RETURN: "Thiếu ngày kết thúc xử lý: lấy ngày trả (hoặc ngày từ chối) thay.",
    RowWarning.NO_DECISION_DATE: "Rút hoặc dừng mà chưa có ngày quyết định: vẫn tính là đang giải quyết.",
    RowWarning.NEW_PROCEDURE: "Thủ tục chưa có trong danh mục: đã thêm ở dạng chưa xác nhận.",
    RowWarning.ODD_ID: "Số định danh không đúng dạng (có thể mất số 0 đầu): giữ như đã ghi.",
    RowWarning.LOST_ID: "Số định danh bị bảng tính làm hỏng: để trống.",
    RowWarning.LOST_PHONE: "Số điện thoại không đọc được: để trống.",
    RowWarning.UNKNOWN_CALENDAR: "Chưa có lịch làm việc của năm này: không tính được hạn tiếp nhận.",
}


def refusal(reason: Refusal, *, row: int | None = None, source: str = "") -> str:
    """The sentence of a refusal."""
    return REFUSALS[reason].format(row=row, source=source)


class JudgedRow(Protocol):
    """What a judged row has to give."""

    refusal: Refusal | None
    refused_field: str
    more_refusals: list[tuple[Refusal, str]]
    warnings: list[RowWarning]
    other_row: int | None
    other_source: str


def remarks(row: JudgedRow) -> list[tuple[str, str, str]]:
    """(code, field, sentence) of each refusal of a row, the first found first, or of each of its warnings."""
    if row.refusal is not None:
        return [
            (code.value, field, refusal(code, row=row.other_row, source=row.other_source))
            for code, field in [(row.refusal, row.refused_field), *row.more_refusals]
        ]
    return [(warning.value, "", WARNINGS[warning]) for warning in row.warnings]


def reason(row: JudgedRow) -> str:
    """All that is to be said about a row, for the file of errors."""
    head = WITH_WARNINGS if row.refusal is None else REFUSED
    return f"{head}: {why(row)}"


def why(row: JudgedRow) -> str:
    """The sentences about a row, each behind the field it speaks of."""
    return " ".join(f"{field}: {sentence}" if field else sentence for _, field, sentence in remarks(row))


def summary(counts: dict[str, Any], *, dry_run: bool) -> str:
    """What became of a file, in a few lines."""
    lines = [
        "Chạy thử, không ghi gì." if dry_run else "Đã nạp.",
        f"Nạp tiếp từ sau dòng dữ liệu thứ {number(went_on)}."
        if (went_on := counts.get("went_on_from"))
        else "",
        f"Số dòng: {counts['rows']}",
        f"Nhận mới: {counts['accepted']} (trong đó có cảnh báo: {counts['warnings']})",
        f"Cập nhật: {counts['updated']} · Không đổi: {counts['unchanged']}",
        f"Dòng lặp giống hệt: {counts['identical_repeats']}",
        f"Từ chối: {counts['refused']}",
        lacked(counts),
        foretold(counts),
        f"Lỗi và cảnh báo từng dòng: {counts['errors_file']}",
    ]
    return "\n".join(filter(None, lines))
