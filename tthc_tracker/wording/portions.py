"""What one portion of a number is called, above the list of its dossiers."""

from tthc_tracker.domain.bands import OVERDUE_DAYS, edges
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
