"""The words of the open figures, and their JSON Schema: what each field means."""

from typing import Any

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.disclosure import FEWEST

TITLE = "Số liệu giải quyết thủ tục hành chính theo tháng và cơ quan"
ABOUT = (
    "Mỗi dòng là một cơ quan trong một tháng dương lịch đã hết. Số từ 1 đến "
    f"{FEWEST - 1} không công bố (null, trong CSV là ô trống); một số khác có thể không công bố theo "
    "để không ai tính ngược ra. Không có dữ liệu cá nhân, "
    "tổng giữa các cơ quan, số đang giải quyết."
)
MONTH, AGENCY_CODE, AGENCY, LEVEL, PERCENT = "month", "agency_code", "agency", "level", "on_time_percent"
NUMBERS = {
    "filed_online": "Tiếp nhận trong tháng, nộp trực tuyến",
    "filed_direct": "Tiếp nhận trong tháng, trực tiếp hoặc bưu chính",
    "filed": "Tiếp nhận trong tháng",
    "resolved_early": "Giải quyết trong tháng, trước hạn",
    "resolved_on_time": "Giải quyết trong tháng, đúng hạn",
    "resolved_late": "Giải quyết trong tháng, quá hạn",
    "resolved": "Giải quyết trong tháng",
    "reception_in_time": "Hồ sơ trực tuyến có hạn tiếp nhận trong tháng, trả lời đúng hạn",
    "reception_late": "Hồ sơ trực tuyến có hạn tiếp nhận trong tháng, không trả lời đúng hạn",
    "reception_due": "Hồ sơ trực tuyến có hạn tiếp nhận trong tháng",
}
_FIELDS = {
    MONTH: "Tháng, yyyy-MM",
    AGENCY_CODE: "Mã định danh cơ quan giải quyết (với số tiếp nhận trực tuyến: nơi tiếp nhận)",
    AGENCY: "Tên cơ quan",
    LEVEL: "Cấp",
    PERCENT: "Tỷ lệ trước và đúng hạn trên số đã giải quyết, hai chữ số lẻ",
}


def schema(address: str) -> dict[str, Any]:
    """The JSON Schema of the file; address: its own."""
    number = {"type": ["integer", "null"], "minimum": 0}
    fields: dict[str, Any] = {
        MONTH: {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
        AGENCY_CODE: {"type": "string"},
        AGENCY: {"type": "string"},
        LEVEL: {"enum": [level.value for level in Level]},
    }
    fields = {name: shape | {"description": _FIELDS[name]} for name, shape in fields.items()}
    fields |= {name: number | {"description": words} for name, words in NUMBERS.items()}
    fields[PERCENT] = {
        "type": ["number", "null"], "minimum": 0, "maximum": 100, "description": _FIELDS[PERCENT],
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": TITLE,
        "description": ABOUT,
        "type": "object",
        "required": ["title", "schema", "fewest", "months", "rows"],
        "properties": {
            "title": {"type": "string"},
            "schema": {"type": "string", "format": "uri"},
            "fewest": {"type": "integer", "description": "Số nhỏ hơn số này (trừ 0) không công bố"},
            "months": {"type": "array", "items": {"type": "string"}},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": list(fields),
                    "additionalProperties": False,
                    "properties": fields,
                },
            },
        },
        "additionalProperties": False,
    }
