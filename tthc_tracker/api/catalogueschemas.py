"""The shapes of the catalogue, of a year and of statistics."""

from typing import Any

import marshmallow as ma

from tthc_tracker.api.bodies import Text
from tthc_tracker.api.schemas import LARGEST_PAGE, Strict
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.domain.workcalendar import FIRST_YEAR, LAST_YEAR, DayKind
from tthc_tracker.queries.statisticscells import By
from tthc_tracker.wording import problems as words

_NULLABLE = {"type": ["string", "null"]}
_DATE = {"type": ["string", "null"], "description": "yyyy-MM-dd"}


def _maybe(description: str, shape: dict[str, Any] | None = None) -> ma.fields.Raw:
    return ma.fields.Raw(required=True, metadata={"description": description, **(shape or _NULLABLE)})


def _text(description: str, **more: Any) -> ma.fields.String:
    return ma.fields.String(required=True, metadata={"description": description, **more})


def _asked(description: str, **more: Any) -> Text:
    return Text(load_default="", metadata={"type": "string", "description": description, **more})


class Asked(Strict):
    """A question, what was left out being empty."""

    @ma.post_load
    def as_row(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """As it was asked."""
        return data


class PageQuestion(Asked):
    """From where to read on, and how much."""

    after = _asked("Con trỏ next của lần đọc trước; bỏ trống: từ đầu", maxLength=100)
    limit = ma.fields.Integer(
        load_default=100,
        strict=False,
        validate=ma.validate.Range(1, LARGEST_PAGE, error=words.BAD_PAGE.format(most=LARGEST_PAGE)),
        error_messages={"invalid": words.BAD_PAGE.format(most=LARGEST_PAGE)},
        metadata={"description": "Số mục mỗi lần"},
    )


class _Page(ma.Schema):
    next = ma.fields.String(required=True, metadata={"description": "Gửi lại trong after"})
    more = ma.fields.Boolean(required=True, metadata={"description": "Còn nữa, hãy đọc tiếp"})


class AgencyEntry(ma.Schema):
    """One agency."""

    code = _text("Mã cơ quan")
    name = _text("Tên cơ quan")
    level = _text("Cấp", enum=[level.value for level in Level])
    parent = _maybe("Mã cơ quan cấp trên")
    active_from = _maybe("Hoạt động từ ngày", _DATE)
    active_to = _maybe("Ngày hoạt động cuối cùng", _DATE)


class AgencyPage(_Page):
    """Agencies in the order of their codes."""

    items = ma.fields.List(ma.fields.Nested(AgencyEntry), required=True)


class SectorEntry(ma.Schema):
    """One field of work."""

    code = _text("Mã lĩnh vực")
    name = _text("Tên lĩnh vực")


class SectorPage(_Page):
    """Fields of work in the order of their codes."""

    items = ma.fields.List(ma.fields.Nested(SectorEntry), required=True)


class SourceEntry(ma.Schema):
    """One source of dossiers."""

    code = _text("Mã nguồn")
    name = _text("Tên nguồn")
    kind = _text("home: hồ sơ giải quyết ở đây; mirror: theo hệ thống khác", enum=list(SourceKind))
    as_of = _maybe("Dữ liệu tính đến lúc, ISO 8601")


class SourcePage(_Page):
    """Sources in the order of their codes."""

    items = ma.fields.List(ma.fields.Nested(SourceEntry), required=True)


class LimitEntry(ma.Schema):
    """One time limit of a procedure."""

    case = _text("Mã trường hợp; rỗng: mọi trường hợp")
    case_name = _text("Tên trường hợp")
    channel = _maybe("KenhThucHien mà thời hạn này áp dụng; null: mọi kênh", {"type": ["integer", "null"]})
    promised = _text("Thời hạn cam kết")
    legal = _maybe("Thời hạn theo quy định")
    unit = _text("Đơn vị", enum=[unit.value for unit in LimitUnit])


class ComponentEntry(ma.Schema):
    """One paper of a procedure."""

    position = ma.fields.Integer(required=True)
    name = _text("Tên thành phần hồ sơ")
    originals = ma.fields.Integer(required=True)
    certified = ma.fields.Integer(required=True)
    copies = ma.fields.Integer(required=True)


class ProcedureEntry(ma.Schema):
    """One procedure as it is in force today."""

    code = _text("Mã thủ tục, tám ký tự đầu")
    full_code = _text("Mã đầy đủ")
    name = _text("Tên thủ tục")
    sector = _text("Mã lĩnh vực")
    levels = ma.fields.List(ma.fields.String(metadata={"enum": list(Level)}), required=True)
    service_level = _text("Mức dịch vụ công trực tuyến")
    same_day = ma.fields.Boolean(required=True, metadata={"description": "Trả kết quả ngay"})
    valid_from = _text("Có hiệu lực từ, yyyy-MM-dd")
    valid_to = _maybe("Đến hết ngày", _DATE)
    limits = ma.fields.List(ma.fields.Nested(LimitEntry), required=True)
    components = ma.fields.List(ma.fields.Nested(ComponentEntry), required=True)


class ProcedurePage(_Page):
    """Procedures in the order of their codes."""

    items = ma.fields.List(ma.fields.Nested(ProcedureEntry), required=True)


class YearQuestion(Asked):
    """Which year of whose calendar."""

    year = ma.fields.Integer(
        required=True,
        strict=False,
        validate=ma.validate.Range(FIRST_YEAR, LAST_YEAR, error=words.BAD_YEAR),
        error_messages={"invalid": words.BAD_YEAR, "required": words.MISSING_FIELD},
        metadata={"description": "Năm", "examples": [2026]},
    )
    agency = _asked("Mã cơ quan; bỏ trống: lịch chung của cả nước", maxLength=40)


class DayEntry(ma.Schema):
    """One day of a year."""

    date = _text("yyyy-MM-dd")
    kind = _text("Vì sao làm việc hay nghỉ", enum=list(DayKind))
    windows = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Giờ làm việc, 07:00-11:30"}
    )


class WeekEntry(ma.Schema):
    """Weekly hours from a day on."""

    since = _text("Từ ngày, yyyy-MM-dd")
    purpose = _text("work: giờ làm việc; intake: giờ tiếp nhận")
    days = ma.fields.List(
        ma.fields.List(ma.fields.String()), required=True, metadata={"description": "Bảy ngày, từ thứ Hai"}
    )
    basis = _text("Căn cứ")


class YearAnswer(ma.Schema):
    """A year of a calendar."""

    year = ma.fields.Integer(required=True)
    agency = _maybe("Mã cơ quan; null: lịch chung")
    provisional = ma.fields.Boolean(required=True, metadata={"description": "Lịch năm chưa công bố đủ"})
    basis = _text("Căn cứ")
    hours = ma.fields.List(ma.fields.Nested(WeekEntry), required=True)
    days = ma.fields.List(ma.fields.Nested(DayEntry), required=True)


class StatisticsQuestion(Asked):
    """A period, what its rows are, and whose figures."""

    from_ = Text(
        required=True, data_key="from",
        metadata={"type": "string", "description": "Ngày đầu, yyyy-MM-dd", "examples": ["2026-11-01"]},
    )  # fmt: skip
    to = Text(
        required=True,
        metadata={"type": "string", "description": "Ngày cuối, yyyy-MM-dd", "examples": ["2026-11-30"]},
    )
    by = ma.fields.String(
        load_default=By.LEVEL.value,
        validate=ma.validate.OneOf([by.value for by in By], error=words.BAD_ROWS),
        metadata={"description": "Mỗi dòng là gì"},
    )
    agency = _asked("Mã cơ quan; bỏ trống: cơ quan của khoá", maxLength=40)
    date = ma.fields.String(
        load_default="original",
        validate=ma.validate.OneOf(["original", "reappointed"], error=words.BAD_DATE),
        metadata={"description": "original: theo hạn luật định; reappointed: theo ngày hẹn lại"},
    )


class StatisticsAnswer(ma.Schema):
    """The statutory table: rows and total as `flask reports statutory` prints them."""

    date = ma.fields.String(required=True)
    from_ = ma.fields.String(required=True, data_key="from")
    to = ma.fields.String(required=True)
    as_of = _text("Tính đến lúc, ISO 8601")
    rows = ma.fields.List(ma.fields.Dict(), required=True)
    total = ma.fields.Dict(required=True)
