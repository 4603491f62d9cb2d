"""A page that shows every component with made-up data, drawn without the application; `python -m tests.support.gallery DIR`."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from tthc_tracker.wording.formats import FILTERS

WEB = Path(__file__).resolve().parents[2] / "tthc_tracker" / "web"
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
STANDINGS = (
    "on_track due_soon due_today past_hour overdue very_overdue paused early on_time late no_due_date waiting "
    "late_reception awaiting_applicant refused withdrawn stopped cancelled finished returned stale missing"
).split()

CHART = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 240"><g fill="#1c527f">
<rect x="40" y="40" width="600" height="36"/><rect x="40" y="100" width="520" height="36"/><rect x="40" y="160" width="440" height="36"/></g></svg>"""

PAGE = """{% extends "layouts/base.html" %}
{% from "components/forms.html" import post_form, fieldset, field, text_input, textarea, select, radios, checkbox, combobox, combobox_options, error_summary, confirm_form, required_note %}
{% from "components/buttons.html" import button, link_button, button_row, copy_button %}
{% from "components/tables.html" import data_table, cell, keyset_pager, empty_state %}
{% from "components/filters.html" import filter_bar %}
{% from "components/status.html" import standing_badge, badge, tag, source_mark %}
{% from "components/figures.html" import tiles, tile, rate_figure, chart_figure %}
{% from "components/facts.html" import facts, fact, ledger, timeline %}
{% from "components/page.html" import notice, breadcrumbs, tabs, as_of, panel, code %}
{% block breadcrumbs %}{{ breadcrumbs([("Hôm nay", "/"), ("Giám sát", "/giam-sat/qua-han")]) }}{% endblock %}
{% block heading %}Các thành phần giao diện{% endblock %}
{% block lead %}{{ as_of(now|moment, "dữ liệu giả", "không phải số liệu thật") }}{% endblock %}
{% block actions %}{{ link_button("Tải CSV", "#", icon_name="download") }} {{ link_button("Tiếp nhận hồ sơ", "/tiep-nhan", "primary", "plus", shortcut="n") }}{% endblock %}
{% block side %}
{% call panel("Thao tác", id="thao-tac") %}
{% call button_row() %}{{ button("Trả kết quả") }} {{ button("Phân công", "secondary", "send") }} {{ button("Ghi chú", "quiet") }} {{ button("Huỷ", "danger") }}{% endcall %}
{{ confirm_form("/huy", "Huỷ vì nhập nhầm", "Huỷ hồ sơ H50.14-261123-0001? Hồ sơ ra khỏi thống kê, mã không dùng lại.", version=3, submission_key="k") }}
{% endcall %}
{% call panel("Lịch sử", id="lich-su") %}{{ timeline(events) }}{% endcall %}
{% endblock %}
{% block content %}
{{ error_summary(form) }}
{{ notice("info", "Đã nạp 1.606 dòng từ Cổng tỉnh.") }}{{ notice("success", "Đã tiếp nhận hồ sơ H50.14-261123-0001.", "Xong.") }}
{{ notice("warning", "Công dân này đang có một hồ sơ cùng thủ tục chưa xong.", "Lưu ý:") }}{{ notice("error", "Người khác vừa sửa hồ sơ này. Mở lại để xem bản mới.") }}
{{ tabs([("Quá hạn", "#", True, 1234), ("Chậm tiếp nhận", "#", False, 56), ("Sắp đến hạn", "#", False, none)], "Các danh sách giám sát") }}
{% call tiles("Hôm nay") %}{{ tile(1234|number, "Đang xử lý quá hạn", "#", "mới từ hôm qua: 12", "danger") }}{{ tile(56, "Sắp đến hạn", "#", tone="warn") }}{{ tile(321, "Tiếp nhận hôm nay", "#", tone="info") }}{{ tile("99,72 %", "Trước và đúng hạn", note="1.406 / 1.410", tone="ok") }}{% endcall %}
{% call filter_bar("/giam-sat/qua-han", chips=[("Cấp xã", "?"), ("Lĩnh vực: Đất đai", "?")], clear_url="?", count="1.234 hồ sơ", keep=[("sort", "due")]) %}
{{ select("level", "Cấp", [("xa", "Xã"), ("tinh", "Tỉnh")], value="xa", blank="Tất cả", cols=2) }}{{ select("sector", "Lĩnh vực", [("dd", "Đất đai")], blank="Tất cả", cols=3) }}{{ text_input("from", "Từ ngày", type="date", cols=2) }}{{ text_input("to", "Đến ngày", type="date", cols=2) }}
{% endcall %}
{% call(row) data_table("Hồ sơ quá hạn, nặng nhất trước", columns, rows, row_href="url") %}
{{ cell("Mã hồ sơ", row.code, kind="code", main=True, href=row.url) }}{{ cell("Thủ tục", row.procedure, note=row.sector) }}{{ cell("Chủ hồ sơ", row.owner) }}{{ cell("Đơn vị", row.unit, note=row.officer) }}{{ cell("Hẹn trả", row.due|moment, kind="date") }}{{ cell("Quá", row.late, kind="num") }}
{% call cell("Tình trạng", kind="tight") %}{{ standing_badge(row.standing) }}{% endcall %}
{% call cell("Nguồn") %}{{ source_mark(row.source, row.due|moment, row.stale) }}{% endcall %}
{% endcall %}
{{ keyset_pager("?after=x", "?", 4, 1234) }}
{% call panel("Tình trạng và nhãn", id="nhan") %}<p>{% for kind in standings %}{{ standing_badge(kind) }} {% endfor %}</p><p>{{ standing_badge("overdue", detail="3 ngày") }} {{ badge("Đã gửi thư", "ok", "check") }} {{ tag("Cổng tỉnh") }} {{ code("H50.14-261123-0001", copy=True) }} {{ copy_button("H50.14-261123-0001", shortcut=".") }}</p>{% endcall %}
{% call panel("Hồ sơ", id="ho-so", actions=link_button("Giấy tiếp nhận", "#", "quiet", "print")) %}
{% call facts() %}{{ fact("Chủ hồ sơ", "Nguyễn Thị Bích Phượng") }}{{ fact("Thủ tục", "Cấp giấy chứng nhận quyền sử dụng đất lần đầu", "1.012753 · Đất đai") }}{{ fact("Nơi tiếp nhận", "UBND phường Đồng Hới") }}{{ fact("Email", none) }}{% endcall %}
{{ ledger(lines, {"label": "Ngày hẹn trả", "value": "14:00 27/11/2026", "note": "quá hạn từ 00:00 28/11/2026"}) }}
<p class="mb-0">{{ rate_figure(99.716, 1406, 1410, "Trước và đúng hạn:", "#", "#") }}</p>
{% endcall %}
{% call post_form("/tiep-nhan", id="phieu", submission_key="abc", version=1, card_scan=True) %}
{{ required_note() }}
{% call fieldset("Người nộp", "Quét căn cước vào bất kỳ ô nào của trang.") %}
{{ field(form.identity, cols=4, hint="12 chữ số", attrs={"inputmode": "numeric", "autocomplete": "off", "data-enter-next": ""}) }}{{ field(form.name, cols=8) }}{{ field(form.channel, cols=6) }}{{ field(form.level, cols=6) }}{{ field(form.note) }}{{ field(form.own, cols=6) }}{{ field(form.fee, cols=6, suffix="đồng") }}
{% endcall %}
{% call fieldset("Thủ tục") %}{{ combobox("procedure", "Thủ tục hành chính", "/tiep-nhan/thu-tuc", hint="Gõ một phần tên hoặc mã, không cần dấu", required=True) }}{{ radios("paid", "Lệ phí", [("cash", "Tiền mặt"), ("transfer", "Chuyển khoản"), ("none", "Miễn")], "cash") }}{{ textarea("content", "Nội dung") }}{{ checkbox("digitised", "Đã số hoá", True, hint="Mọi thành phần") }}{% endcall %}
{% call button_row() %}{{ button("Tiếp nhận và in giấy") }} {{ link_button("Bỏ", "/", "quiet") }}{% endcall %}
{% endcall %}
<div class="combobox-box gallery-open"><div class="combobox"><ul class="combobox-list gallery-list" role="listbox" aria-label="Thủ tục">{{ combobox_options(options, "mau") }}</ul></div></div>
{% call chart_figure("chart.svg", "Ba cơ quan: 96, 90 và 76 %, đều dưới chỉ tiêu 98 %", "Tỷ lệ trước và đúng hạn theo cơ quan", 760, 240) %}{% call(row) data_table("Số liệu", [{"label": "Cơ quan"}, {"label": "Tỷ lệ", "kind": "num"}], [("Sở Tư pháp", "96,00 %")]) %}{{ cell("Cơ quan", row[0], main=True) }}{{ cell("Tỷ lệ", row[1], kind="num") }}{% endcall %}{% endcall %}
{{ empty_state("Không có hồ sơ nào quá hạn trong phạm vi này.") }}
{% endblock %}"""

PUBLIC = """{% extends "layouts/public.html" %}{% from "components/tables.html" import data_table, cell %}{% from "components/page.html" import as_of, notice %}{% from "components/forms.html" import text_input %}{% from "components/buttons.html" import button %}
{% block heading %}Tỷ lệ giải quyết hồ sơ{% endblock %}{% block lead %}{{ as_of(now|moment) }}{% endblock %}
{% block content %}{{ notice("info", "Số liệu quý I/2024.") }}<form method="get" class="form">{{ text_input("code", "Mã hồ sơ") }}{{ button("Tra cứu") }}</form>
{% call(row) data_table("Theo cơ quan", [{"label": "Cơ quan"}, {"label": "Tỷ lệ", "kind": "num"}], [("Sở Tư pháp", "96,00 %"), ("Phường Đồng Hới", "76,00 %")]) %}{{ cell("Cơ quan", row[0], main=True) }}{{ cell("Tỷ lệ", row[1], kind="num") }}{% endcall %}{% endblock %}"""

PLAIN = """{% extends "layouts/plain.html" %}{% from "components/forms.html" import post_form, text_input, error_list %}{% from "components/buttons.html" import button %}
{% block heading %}Đăng nhập{% endblock %}{% block content %}{{ error_list([("#username", "Tài khoản hoặc mật khẩu không đúng.")]) }}{% call post_form("/dang-nhap", keep=False) %}{{ text_input("username", "Tài khoản", required=True) }}{{ text_input("password", "Mật khẩu", type="password", required=True) }}{{ button("Đăng nhập") }}{% endcall %}{% endblock %}"""


class ReceptionLike(Form):
    """A form with one field of each kind."""

    identity = StringField("Số căn cước", [DataRequired("Hãy nhập số căn cước, hoặc chọn “không mang giấy tờ”.")])
    name = StringField("Họ và tên", [DataRequired("Hãy nhập họ và tên."), Length(max=200)])
    channel = RadioField("Cách nộp", choices=[("counter", "Trực tiếp"), ("post", "Bưu chính")], default="counter")
    level = SelectField("Cấp", choices=[("xa", "Xã"), ("tinh", "Tỉnh")])
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
    form = ReceptionLike(MultiDict({"identity": "", "name": ""}))
    form.validate()
    return {
        "now": NOW,
        "form": form,
        "rows": _rows(),
        "standings": STANDINGS,
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
            {"at": "14:03 23/11/2026", "iso": "2026-11-23T14:03+07:00", "actor": "Lê Thị Hoa", "what": "Sửa tiếp nhận", "reason": "gõ nhầm", "changes": [("Họ tên", "Nguyễn Văn A", "Nguyễn Văn An")]},
            {"at": "14:00 23/11/2026", "iso": None, "actor": "Lê Thị Hoa", "what": "Tiếp nhận", "note": "Trực tiếp", "recorded": "14:01 23/11/2026"},
        ],
        "options": [
            SimpleNamespace(value="1", label="Đăng ký khai sinh", note="1.001193", text=None),
            SimpleNamespace(value="2", label="Đăng ký khai sinh có yếu tố nước ngoài", note="2.000528", text=None),
        ],
    }  # fmt: skip


def environment() -> Environment:
    """The templates as the application sees them, with made-up surroundings."""
    env = Environment(
        loader=ChoiceLoader(
            [FileSystemLoader(WEB / "templates"), DictLoader({"g.html": PAGE, "p.html": PUBLIC, "l.html": PLAIN})]
        ),
        autoescape=True,
    )
    env.filters.update(FILTERS)
    env.globals.update(
        asset=lambda path: f"static/{path}",
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
    for source, target in (("g.html", "gallery.html"), ("p.html", "public.html"), ("l.html", "sign-in.html")):
        (folder / target).write_text(env.get_template(source).render(context), encoding="utf-8")
    (folder / "chart.svg").write_text(CHART, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
