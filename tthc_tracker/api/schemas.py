"""The shapes of requests and answers: they check what a shape can say and are the OpenAPI document.

What a row says, and whether it holds against the register, is judged where rows of files are judged.
"""

import json
from typing import Any

import marshmallow as ma

from tthc_tracker.api.bodies import LONGEST, Text
from tthc_tracker.domain.dossiercode import is_procedure_code
from tthc_tracker.domain.exchange import channel_of
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.wording import problems as words

MOST_SUPPLEMENTS = 50
LARGEST_PAGE = 200

# None is added by `allow_none`.
_ANY = {"type": ["string", "number", "boolean"], "maxLength": LONGEST}
_GIVEN = {"type": ["string", "number"], "minLength": 1, "maxLength": LONGEST}
_MOMENT = {"type": ["string", "number"], "examples": ["20261123140000"], "maxLength": LONGEST}
_NULLABLE = {"type": ["string", "null"]}


def _text(description: str, shape: dict[str, Any] | None = None, **more: Any) -> Text:
    """A field of the vocabulary that may be left out."""
    return Text(
        allow_none=True, load_default=None, metadata={"description": description, **(shape or _ANY), **more}
    )


def _needed(description: str, **more: Any) -> Text:
    return Text(required=True, metadata={"description": description, **_GIVEN, **more})


def _shown(description: str, shape: dict[str, Any] | None = None) -> ma.fields.Raw:
    return ma.fields.Raw(required=True, metadata={"description": description, **(shape or _NULLABLE)})


class Strict(ma.Schema):
    """A shape that knows all its fields."""

    class Meta:
        """Unknown fields are refused: a slip of the pen in a name must be seen."""

        unknown = ma.RAISE
        ordered = True

    error_messages = {"unknown": words.UNKNOWN_FIELD, "type": words.NOT_AN_OBJECT}  # noqa: RUF012 (marshmallow's)

    @ma.post_load
    def as_row(self, data: dict[str, Any], **_more: Any) -> dict[str, str]:
        """The fields that say something, as text: a row as a file has it."""
        return {name: value for name, value in data.items() if value}


class Supplement(Strict):
    """One supplement of a dossier: kept as it is said, not reckoned with."""

    NoiDungBoSung = _text("Nội dung yêu cầu bổ sung")
    NgayBoSung = _text("Ngày yêu cầu", _MOMENT)
    NgayTiepNhanBoSung = _text("Ngày nhận bổ sung", _MOMENT)
    NgayHenTraTruoc = _text("Ngày hẹn trả trước đó", _MOMENT)
    NgayHenTraMoi = _text("Ngày hẹn trả mới", _MOMENT)


class StatusChange(Strict):
    """A status and the moments that belong to it. What is left out stays as it was sent before."""

    TrangThaiHoSo = _needed("1 đến 10, như Cổng Dịch vụ công quốc gia", examples=[4])
    NgayTiepNhan = _text("Ngày tiếp nhận", _MOMENT)
    NgayHenTra = _text("Ngày hẹn trả", _MOMENT)
    NgayTuChoi = _text("Ngày từ chối", _MOMENT)
    NgayKetThucXuLy = _text("Ngày kết thúc xử lý, hoặc ngày quyết định rút, dừng", _MOMENT)
    NgayTra = _text("Ngày trả kết quả", _MOMENT)
    DonViXuLy = _text("Mã cơ quan giải quyết")
    GhiChu = _text("Ghi chú")
    KetQuaSoHoa = _text("Kết quả đã số hoá: 1 rồi, 0 chưa")


class NewDossier(StatusChange):
    """One dossier in the exchange vocabulary: the fields of a row of a file."""

    MaHoSo = _needed("Mã hồ sơ", examples=["H50.19000-261123-0001"])
    MaTTHC = _needed("Mã thủ tục hành chính", examples=["1.004873"])
    TenTTHC = _text("Tên thủ tục")
    MaLinhVuc = _text("Mã lĩnh vực")
    TenLinhVuc = _text("Tên lĩnh vực")
    KenhThucHien = _needed("1 trực tiếp, 2 trực tuyến, 3 bưu chính", examples=[2])
    ChuHoSo = _needed("Họ tên chủ hồ sơ")
    LoaiDoiTuong = _text("1 công dân, 2 doanh nghiệp, 3 cơ quan nhà nước, 4 tổ chức khác")
    MaDoiTuong = _text("Số định danh hoặc mã số của chủ hồ sơ")
    Email = _text("Thư điện tử")
    SoDienThoai = _text("Số điện thoại")
    TrichYeuHoSo = _text("Trích yếu")
    NgayNopHoSo = _text("Ngày nộp", _MOMENT)
    HinhThuc = _text("Hình thức trả kết quả")
    NoiNopHoSo = _text("Mã cơ quan tiếp nhận")
    HoSoCoThanhPhanSoHoa = _text("Có thành phần số hoá")
    TaiKhoanDuocXacThucVoiVNeID = _text("Tài khoản đã xác thực với VNeID")
    DuocThanhToanTrucTuyen = _text("Được thanh toán trực tuyến")
    DanhSachHoSoBoSung = ma.fields.List(
        ma.fields.Nested(
            Supplement, error_messages={"type": words.NOT_AN_OBJECT, "null": words.NOT_AN_OBJECT}
        ),
        allow_none=True,
        load_default=None,
        validate=ma.validate.Length(
            max=MOST_SUPPLEMENTS, error=words.NOT_A_LIST.format(most=MOST_SUPPLEMENTS)
        ),
        error_messages={"invalid": words.NOT_A_LIST.format(most=MOST_SUPPLEMENTS)},
        metadata={"description": "Các lần bổ sung"},
    )

    @ma.post_load
    def as_row(self, data: dict[str, Any], **_more: Any) -> dict[str, str]:
        """The fields that say something; the supplements as one text."""
        if supplements := data.get("DanhSachHoSoBoSung"):
            data["DanhSachHoSoBoSung"] = json.dumps(supplements, ensure_ascii=False, sort_keys=True)
        return {name: value for name, value in data.items() if value}


class Warned(ma.Schema):
    """Something about a dossier that was taken although it is odd."""

    code = ma.fields.String(required=True, metadata={"description": "Mã ổn định của cảnh báo"})
    message = ma.fields.String(required=True)


class TakenDossier(ma.Schema):
    """How a dossier stands after it was sent."""

    MaHoSo = ma.fields.String(required=True)
    TrangThaiHoSo = _shown("Trạng thái sau khi nhận", {"type": ["integer", "null"]})
    HanTiepNhan = _shown("Hạn tiếp nhận của hồ sơ trực tuyến, yyyyMMddHHmmss")
    NgayHenTra = _shown("Ngày hẹn trả, yyyyMMddHHmmss")
    warnings = ma.fields.List(ma.fields.Nested(Warned), required=True)


class Dossier(ma.Schema):
    """A dossier as it stands, in the exchange vocabulary. Personal: only what its source decides."""

    MaHoSo = ma.fields.String(required=True)
    MaTTHC = ma.fields.String(required=True)
    TenTTHC = _shown("Tên thủ tục trong danh mục")
    TenLinhVuc = _shown("Lĩnh vực trong danh mục")
    KenhThucHien = ma.fields.Integer(required=True)
    ChuHoSo = ma.fields.Raw(metadata={"type": "string"})
    LoaiDoiTuong = ma.fields.Raw(metadata={"type": "integer"})
    MaDoiTuong = ma.fields.Raw(metadata=_NULLABLE)
    SoDienThoai = ma.fields.Raw(metadata=_NULLABLE)
    Email = ma.fields.Raw(metadata=_NULLABLE)
    TrichYeuHoSo = _shown("Trích yếu")
    NgayNopHoSo = _shown("yyyyMMddHHmmss")
    NgayTiepNhan = _shown("yyyyMMddHHmmss")
    NgayHenTra = _shown("yyyyMMddHHmmss")
    TrangThaiHoSo = _shown("1 đến 10; null: đã huỷ", {"type": ["integer", "null"]})
    NgayTuChoi = _shown("yyyyMMddHHmmss")
    NgayKetThucXuLy = _shown("yyyyMMddHHmmss")
    NgayTra = _shown("yyyyMMddHHmmss")
    MaLinhVuc = _shown("Mã lĩnh vực, như nguồn đã gửi")
    HinhThuc = _shown("Hình thức trả kết quả, như nguồn đã gửi")
    GhiChu = ma.fields.Raw(metadata=_NULLABLE)
    HoSoCoThanhPhanSoHoa = _shown("Như nguồn đã gửi")
    TaiKhoanDuocXacThucVoiVNeID = _shown("Như nguồn đã gửi")
    DuocThanhToanTrucTuyen = _shown("Như nguồn đã gửi")
    KetQuaSoHoa = _shown("Như nguồn đã gửi")
    DanhSachHoSoBoSung = ma.fields.Raw(metadata={"type": ["array", "string", "null"]})
    NoiNopHoSo = ma.fields.String(required=True)
    DonViXuLy = ma.fields.String(required=True)
    HanTiepNhan = _shown("Hạn tiếp nhận, yyyyMMddHHmmss")
    late = ma.fields.Boolean(required=True, metadata={"description": "Đang quá hạn"})
    overdue_from = _shown("Bắt đầu quá hạn từ lúc, ISO 8601; khi đang tạm dừng, hạn chưa tính phần đang dừng")
    paused_since = _shown("Đang tạm dừng từ lúc, ISO 8601; null: đồng hồ đang chạy hoặc đã kết thúc")
    limit_amount = _shown("Thời hạn giải quyết đã hẹn, ví dụ 3 hoặc 0.5; null: không biết")
    limit_unit = _shown(
        "Đơn vị của thời hạn; working_hour: quá hạn tính theo phút, các đơn vị khác theo ngày",
        {"type": ["string", "null"], "enum": [*(unit.value for unit in LimitUnit), None]},
    )
    reception_round = ma.fields.Integer(
        required=True, metadata={"description": "Lần nộp, tính cả nộp lại; 0: không có hạn tiếp nhận"}
    )


class Changes(ma.Schema):
    """A page of dossiers in the order in which they changed."""

    items = ma.fields.List(ma.fields.Nested(Dossier), required=True)
    next = ma.fields.String(required=True, metadata={"description": "Gửi lại trong changed_since"})
    more = ma.fields.Boolean(required=True, metadata={"description": "Còn thay đổi, hãy đọc tiếp ngay"})


class ChangesQuestion(Strict):
    """From where to read on, and how much."""

    changed_since = Text(
        load_default="",
        metadata={
            "type": "string",
            "maxLength": 80,
            "description": "Con trỏ next của lần đọc trước; bỏ trống: từ đầu",
        },
    )
    limit = ma.fields.Integer(
        load_default=100,
        strict=False,
        validate=ma.validate.Range(1, LARGEST_PAGE, error=words.BAD_PAGE.format(most=LARGEST_PAGE)),
        error_messages={"invalid": words.BAD_PAGE.format(most=LARGEST_PAGE)},
        metadata={"description": "Số hồ sơ mỗi lần"},
    )

    @ma.post_load
    def as_row(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """As it was asked."""
        return data


class DeadlineQuestion(Strict):
    """When a dossier would be due: a procedure of the catalogue, or a limit."""

    NgayTiepNhan = Text(
        required=True,
        metadata={"type": "string", "description": "yyyyMMddHHmmss", "examples": ["20261116090000"]},
    )
    KenhThucHien = Text(
        load_default="1", metadata={"type": "string", "description": "1, 2 hoặc 3; bỏ trống: 1"}
    )
    MaTTHC = Text(load_default="", metadata={"type": "string", "description": "Mã thủ tục"})
    DonViXuLy = Text(
        load_default="",
        metadata={"type": "string", "description": "Mã cơ quan giải quyết; bỏ trống: lịch chung"},
    )
    TruongHop = Text(
        load_default="",
        metadata={"type": "string", "description": "Mã trường hợp của thủ tục; bỏ trống: trường hợp chung"},
    )
    ThoiHan = Text(load_default="", metadata={"type": "string", "description": "Thời hạn, ví dụ 3 hoặc 0.5"})
    DonViThoiHan = Text(
        load_default="",
        validate=ma.validate.OneOf(["", *(unit.value for unit in LimitUnit)], error=words.BAD_UNIT),
        metadata={"type": "string", "description": "Đơn vị của thời hạn"},
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_more: Any) -> None:
        """What the fields must be by themselves and together."""
        if channel_of(data.get("KenhThucHien", "")) is None:
            raise ma.ValidationError(words.BAD_CHANNEL, "KenhThucHien")
        if data.get("MaTTHC") and not is_procedure_code(data["MaTTHC"]):
            raise ma.ValidationError(words.BAD_PROCEDURE, "MaTTHC")
        if bool(data.get("ThoiHan")) != bool(data.get("DonViThoiHan")):
            raise ma.ValidationError(words.LIMIT_IN_HALF, "ThoiHan")

    @ma.post_load
    def as_row(self, data: dict[str, Any], **_more: Any) -> dict[str, str]:
        """As it was asked, what was left out being empty."""
        return data


class Limit(ma.Schema):
    """A time limit."""

    amount = ma.fields.String(required=True)
    unit = ma.fields.String(required=True, metadata={"enum": [unit.value for unit in LimitUnit]})


class Step(ma.Schema):
    """One run of the working."""

    from_ = ma.fields.String(required=True, data_key="from", metadata={"description": "ISO 8601"})
    to = ma.fields.String(required=True)
    counted = ma.fields.Integer(required=True)
    skipped = ma.fields.Integer(required=True)
    unit = ma.fields.String(required=True)
    reason = ma.fields.String(required=True, metadata={"description": "Mã ổn định"})
    words = ma.fields.String(required=True, metadata={"description": "Lý do bằng lời"})


class DeadlineAnswer(ma.Schema):
    """A due date with its working."""

    NgayHenTra = ma.fields.String(required=True, metadata={"description": "yyyyMMddHHmmss"})
    limit = ma.fields.Nested(Limit, required=True)
    rounding = ma.fields.String(required=True)
    overdue_from = ma.fields.String(required=True, metadata={"description": "ISO 8601"})
    provisional = ma.fields.Boolean(
        required=True, metadata={"description": "Dựa vào lịch năm chưa công bố đủ"}
    )
    steps = ma.fields.List(ma.fields.Nested(Step), required=True)


class NewReport(Strict):
    """One field report."""

    MaPhanAnh = _needed(
        "Mã phản ánh: 3 đến 40 chữ cái, chữ số, dấu chấm, gạch nối", examples=["HT-2026-000123"]
    )
    LoaiPhanAnh = _needed("Mã loại trong danh mục", examples=["moi-truong"])
    NoiXayRa = _needed("Nơi xảy ra")
    NoiDung = _needed("Nội dung, tối đa 2000 ký tự")
    NgayTiepNhan = _needed(
        "Thời điểm hệ thống gửi nhận phản ánh, yyyyMMddHHmmss", examples=["20261123140000"]
    )
    DonViTiepNhan = _needed("Mã cơ quan tiếp nhận", examples=["H50.19000"])
    DonViXuLy = _text("Mã cơ quan xử lý; bỏ trống: cơ quan tiếp nhận")
    HoTen = _text("Họ tên người phản ánh (không bắt buộc)")
    SoDienThoai = _text("Số điện thoại (không bắt buộc)")
    Email = _text("Thư điện tử (không bắt buộc)")


class SentReport(ma.Schema):
    """How a report stands."""

    MaPhanAnh = ma.fields.String(required=True)
    TrangThai = ma.fields.String(required=True, metadata={"enum": ["received", "accepted", "answered"]})
    DonViXuLy = ma.fields.String(required=True, metadata={"description": "Mã cơ quan đang xử lý"})
    HanTraLoi = ma.fields.String(required=True, metadata={"description": "yyyyMMddHHmmss"})
    NgayTraLoi = _shown("yyyyMMddHHmmss")
    TraLoi = _shown("Câu trả lời")
    CongKhai = ma.fields.Boolean(required=True)
    late = ma.fields.Boolean(required=True, metadata={"description": "Quá hạn, đã trả lời hay chưa"})


class ProblemField(ma.Schema):
    """What is wrong with one field."""

    field = ma.fields.String(required=True)
    message = ma.fields.String(required=True)


class ProblemBody(ma.Schema):
    """problem+json (RFC 9457)."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    request_id = ma.fields.String(required=True)
    errors = ma.fields.List(ma.fields.Nested(ProblemField))
