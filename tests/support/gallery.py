"""A page that shows every component with made-up data; `python -m tests.support.gallery DIR` draws it."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from tthc_tracker.web import components, fieldparts
from tthc_tracker.wording.formats import FILTERS

WEB = Path(__file__).resolve().parents[2] / "tthc_tracker" / "web"
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PAGES = Path(__file__).parent / "gallery_pages"


class ReceptionLike(Form):
    """A form with one field of each kind."""

    identity = StringField(
        "Số căn cước", [DataRequired("Hãy nhập số căn cước, hoặc chọn “không mang giấy tờ”.")]
    )
    name = StringField("Họ và tên", [DataRequired("Hãy nhập họ và tên."), Length(max=200)])
    channel = RadioField(
        "Cách nộp",
        choices=[SelectChoice("counter", "Trực tiếp"), SelectChoice("post", "Bưu chính")],
        default="counter",
    )
    level = SelectField("Cấp", choices=[SelectChoice("xa", "Xã"), SelectChoice("tinh", "Tỉnh")], default="xa")
    note = TextAreaField("Ghi chú")
    own = BooleanField("Chủ hồ sơ là người nộp")
    fee = StringField("Lệ phí")


def _rows() -> list[dict[str, object]]:
    kinds = ("very_overdue", "overdue", "due_soon", "paused")
    return [
        {
            "code": f"H50.14-26111{i}-000{i}",
            "url": f"/ho-so/H50.14-26111{i}-000{i}",
            "procedure": "Cấp đổi giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất",
            "sector": "Đất đai",
            "owner": "Nguyễn V. A.",
            "unit": "Chi nhánh Văn phòng Đăng ký đất đai",
            "officer": "Trần Quốc Bảo",
            "due": NOW - timedelta(days=12 - i, hours=i),
            "late": f"{12 - i} ngày",
            "standing": kind,
            "source": "Bàn tiếp nhận" if i % 2 else "Bộ: đất đai",
            "stale": i == 2,
        }
        for i, kind in enumerate(kinds, 1)
    ]


def _context() -> dict[str, object]:
    form = ReceptionLike(MultiDict({"identity": "", "name": "", "level": "xa", "channel": "counter"}))
    form.validate()
    return {
        "now": NOW,
        "form": form,
        "rows": _rows(),
        "columns": [
            {"label": "Mã hồ sơ", "kind": "code"},
            {"label": "Thủ tục", "sort_url": "?sort=procedure"},
            {"label": "Chủ hồ sơ"},
            {"label": "Đơn vị"},
            {"label": "Hẹn trả", "sort_url": "?sort=-due", "sorted": "ascending", "kind": "date"},
            {"label": "Quá", "kind": "num", "sort_url": "?sort=late"},
            {"label": "Tình trạng"},
            {"label": "Nguồn"},
        ],
        "lines": [
            {"when": "14:00 Thứ Hai 23/11", "what": "Tiếp nhận đủ hồ sơ", "kind": "start"},
            {"when": "Thứ Ba 24/11", "what": "Nghỉ: Ngày Văn hóa Việt Nam", "amount": "0", "kind": "skip"},
            {"when": "25/11–26/11", "what": "Ngày làm việc", "amount": "2", "kind": "count"},
            {"when": "26/11 09:00–10:00", "what": "Tạm dừng: chờ bổ sung", "kind": "pause"},
            {"when": "Thứ Sáu 27/11", "what": "Ngày làm việc", "amount": "1", "kind": "count"},
        ],
        "events": [
            {
                "at": "14:03 23/11/2026",
                "iso": "2026-11-23T14:03+07:00",
                "actor": "Lê Thị Hoa",
                "what": "Sửa tiếp nhận",
                "reason": "gõ nhầm",
                "changes": [("Họ tên", "Nguyễn Văn A", "Nguyễn Văn An")],
            },
            {
                "at": "14:00 23/11/2026",
                "actor": "Lê Thị Hoa",
                "what": "Tiếp nhận",
                "note": "Trực tiếp",
                "recorded": "14:01 23/11/2026",
            },
        ],
        "options": [
            {"value": "1", "label": "Đăng ký khai sinh", "note": "1.001193"},
            {"value": "2", "label": "Đăng ký khai sinh có yếu tố nước ngoài", "note": "2.000528"},
        ],
    }


def environment() -> Environment:
    """The templates as the application sees them, with made-up surroundings."""
    env = Environment(loader=FileSystemLoader([PAGES, WEB / "templates"]), autoescape=True)
    env.filters.update(FILTERS)
    components.register(env)
    fieldparts.register(env)
    env.globals.update(
        asset=lambda path: f"/static/{path}",
        csrf_token=lambda: "token",
        url_for=lambda endpoint, **_values: f"/{endpoint}",
        get_flashed_messages=lambda **_kinds: [("success", "Đã lưu.")],
        current_user=SimpleNamespace(
            is_authenticated=True,
            full_name="Lê Thị Hoa",
            role_label="Cán bộ một cửa",
            agency_name="UBND phường Đồng Hới",
            username="mot.cua",
        ),
        nav_items=[
            ("Hôm nay", "/", False),
            ("Tiếp nhận", "/tiep-nhan", False),
            ("Hồ sơ quá hạn", "/giam-sat/qua-han", True),
            ("Chậm tiếp nhận", "/giam-sat/cham-tiep-nhan", False),
            ("Sắp đến hạn", "/giam-sat/sap-den-han", False),
            ("Cảnh báo", "/canh-bao", False),
            ("Tổng hợp", "/tong-hop", False),
            ("Danh mục", "/danh-muc", False),
            ("Lịch làm việc", "/lich", False),
            ("Người dùng", "/tai-khoan", False),
            ("Vận hành", "/van-hanh", False),
        ],
        open_alert_count=12,
        scan_line="Rà soát gần nhất 14:00 23/11/2026",
        product_version="0.2.0",
        demo_mode=True,
        mail_to_files=True,
    )
    return env


def write(folder: Path) -> None:
    """Draw the gallery, a public page and a sign-in page into a folder, with the static files beside them."""
    shutil.copytree(WEB / "static", folder / "static", dirs_exist_ok=True)
    env = environment()
    context = _context()
    for page in ("gallery.html", "public.html", "sign-in.html"):
        (folder / page).write_text(env.get_template(page).render(context), encoding="utf-8")
    shutil.copy(PAGES / "chart.svg", folder)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
