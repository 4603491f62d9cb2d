"""What one portion of a number is called, above the list of its dossiers."""

from tthc_tracker.domain.bands import OVERDUE_DAYS, edges
from tthc_tracker.wording.apologies import CAUSES
from tthc_tracker.wording.statistics import band_name, used_name

_HELD = "có lúc nằm ở"


def age_words(place: int) -> str:
    """`quá hạn 6 – 10 ngày`."""
    return f"quá hạn {band_name(*edges(OVERDUE_DAYS)[place]).lower()}"


def used_words(place: int) -> str:
    """`dùng 26 – 50 % thời hạn`."""
    return f"dùng {used_name(place)} thời hạn"


def source_words(name: str) -> str:
    """`nguồn Cổng Dịch vụ công quốc gia`."""
    return f"nguồn {name}"


_OTHERS = {
    "channel.counter": "nộp trực tiếp",
    "channel.online": "nộp trực tuyến",
    "channel.post": "nộp qua bưu chính",
    "papers.yes": "thành phần hồ sơ đã số hóa",
    "papers.no": "thành phần hồ sơ chưa số hóa",
    "papers.unknown": "không rõ thành phần hồ sơ đã số hóa hay chưa",
    "papers.known": "biết rõ thành phần hồ sơ đã số hóa hay chưa",
    "result.yes": "kết quả đã số hóa",
    "result.no": "kết quả chưa số hóa hoặc chưa ai ghi",
    "result.unknown": "chưa ai ghi kết quả đã số hóa hay chưa",
    "paused": "đang tạm dừng ở cuối kỳ",
    "returned": "trả lại, rút hoặc dừng",
    "cause.none": "chưa ghi nguyên nhân",
    "service.toan_trinh": "dịch vụ công toàn trình",
    "service.mot_phan": "dịch vụ công một phần",
    "service.thong_tin": "dịch vụ cung cấp thông tin",
} | {f"cause.{cause.value}": words.lower() for cause, words in CAUSES.items()}


def other_words(portion: str) -> str:
    """A portion that needs no name from the catalogue, as its address says it."""
    return _OTHERS[portion]


def officer_words(name: str) -> str:
    """`cán bộ thụ lý Trần Văn A`."""
    return f"cán bộ thụ lý {name}"


def held_words(kind: str, name: str) -> str:
    """`có lúc nằm ở bộ phận một cửa …`; of the applicant that it was paused for him."""
    match kind:
        case "applicant":
            return "có lúc tạm dừng chờ người nộp"
        case "desk":
            return f"{_HELD} một cửa {name}"
        case "elsewhere":
            return f"{_HELD} cơ quan khác: {name}"
        case _:
            return f"{_HELD} {name}"
