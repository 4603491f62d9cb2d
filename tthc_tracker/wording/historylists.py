"""The words and the columns of the history: what happened to dossiers, and what was done outside them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tthc_tracker.domain.personaldata import Ground
from tthc_tracker.wording import fieldreports, histories
from tthc_tracker.wording.columns import Column, Columns, See, dated
from tthc_tracker.wording.formats import day, moment, number
from tthc_tracker.wording.labels import label

TITLES = {"history": "Nhật ký hồ sơ", "deeds": "Nhật ký hệ thống"}
EMPTY = "Không có việc nào được ghi trong khoảng ngày này khớp bộ lọc."

ACTIONS = {
    "signed_in": "Đăng nhập",
    "signed_out": "Đăng xuất",
    "sign_in_failed": "Đăng nhập sai mật khẩu",
    "password_set": "Đặt mật khẩu",
    "person_invited": "Mời người dùng",
    "deputy_named": "Ghi người vắng và người thay",
    "deputy_ended": "Kết thúc việc thay",
    "person_edited": "Sửa thông tin người dùng",
    "person_opened": "Mở lại tài khoản",
    "person_closed": "Khoá tài khoản",
    "roles_changed": "Đổi vai trò",
    "link_given": "Cấp đường dẫn một lần",
    "sessions_ended": "Kết thúc các phiên đăng nhập",
    "new_password_required": "Buộc đổi mật khẩu",
    "agency_added": "Thêm cơ quan",
    "agency_edited": "Sửa cơ quan",
    "unit_saved": "Lưu phòng, đơn vị",
    "agencies_loaded": "Nạp danh mục cơ quan",
    "units_loaded": "Nạp phòng, đơn vị",
    "successions_loaded": "Nạp quan hệ kế thừa cơ quan",
    "agency_ended": "Kết thúc hoạt động một cơ quan",
    "procedures_loaded": "Nạp danh mục thủ tục",
    "components_loaded": "Nạp thành phần hồ sơ",
    "sources_loaded": "Nạp danh mục nguồn",
    "processes_loaded": "Nạp quy trình điện tử",
    "process_saved": "Lưu quy trình điện tử",
    "calendar_loaded": "Nạp lịch làm việc",
    "calendar_agreed": "Xác nhận thay đổi lịch làm việc",
    "calendar_changed": "Lịch làm việc mới có hiệu lực, chuyển ngày hẹn",
    "calendar_dropped": "Bỏ đề nghị thay đổi lịch làm việc",
    "calendar_letters_approved": "Duyệt thư báo ngày hẹn mới do lịch",
    "calendar_letters_dropped": "Không gửi thư báo ngày hẹn mới do lịch",
    "pause_rule_set": "Đặt quy tắc tạm dừng",
    "form_titles_loaded": "Nạp tên, số hiệu và căn cứ của mẫu in",
    "pause_rules_loaded": "Nạp quy tắc tạm dừng",
    "digit_key_set": "Đặt phím số của quầy",
    "api_token_issued": "Cấp khoá kết nối",
    "api_token_revoked": "Thu hồi khoá kết nối",
    "feed_set": "Đặt nơi lấy dữ liệu của nguồn",
    "feed_asked": "Lấy dữ liệu của nguồn ngay",
    "webhook_registered": "Thêm nơi nhận tin báo",
    "webhook_rotated": "Đổi chuỗi bí mật của nơi nhận tin báo",
    "webhook_stopped": "Dừng nơi nhận tin báo",
    "webhook_retried": "Gửi lại tin báo",
    "webhook_paused": "Tạm dừng nơi nhận tin báo",
    "webhook_resumed": "Gửi tiếp cho nơi nhận tin báo",
    "api_token_rotated": "Đổi khoá kết nối",
    "import.send": "Gửi tệp nhập dữ liệu",
    "import.map": "Lưu cách đọc tệp của nguồn",
    "import.confirm": "Xác nhận nhập dữ liệu",
    "import.drop": "Bỏ tệp nhập dữ liệu",
    "import.undo": "Hoàn tác lô nhập dữ liệu",
    "import.errors": "Tải tệp dòng lỗi",
    "export_list": "Xuất danh sách",
    "export_fetched": "Tải tệp đã xuất",
    "share_view": "Chia sẻ chế độ xem",
    "remove_shared_view": "Xoá chế độ xem đã chia sẻ",
    "slip_printed": "In phiếu",
    "handover_slip_printed": "In phiếu bàn giao",
    "control_slip_printed": "In phiếu kiểm soát",
    "register_printed": "In sổ theo dõi hồ sơ",
    "urging_letter_issued": "Ban hành công văn đôn đốc",
    "indicator_added": "Thêm chỉ tiêu",
    "indicator_edited": "Sửa chỉ tiêu",
    "indicator_target_set": "Giao mức chỉ tiêu",
    "indicator_entered": "Nhập số liệu chỉ tiêu",
    "indicator_corrected": "Sửa số liệu chỉ tiêu",
    "published_figure_noted": "Ghi số Cổng công bố",
    "session_report_made": "Lập báo cáo phiên họp",
    "conclusion_noted": "Ghi kết luận phiên họp",
    "conclusion_moved": "Đổi hạn kết luận phiên họp",
    "conclusion_done": "Ghi kết quả kết luận phiên họp",
    "urging_letter_fetched": "Tải công văn đôn đốc",
    "report_signed": "Chốt số liệu báo cáo",
    "report_reopened": "Mở chốt báo cáo",
    "late_list_printed": "In danh sách chậm trễ",
    "printed_slip_viewed": "Xem lại bản đã in",
    "collection_slip_printed": "In phiếu trả kết quả",
    "collection_sheet_printed": "In danh sách ký nhận kết quả",
    "result_handover_printed": "In danh sách bàn giao kết quả",
    "day_handed_over": "Bàn giao cuối ngày",
    "personal_shown": "Xem số giấy tờ, điện thoại đầy đủ",
    "person_erased": "Xoá dữ liệu của một người",
    "mail_retried": "Cho gửi lại thư",
    "alert_rule_set": "Đặt quy tắc cảnh báo",
    "mail_hours_set": "Đặt giờ gửi thư, tin nhắn cảnh báo",
    "mails_chosen": "Chọn mức nhận thư",
    "mails_lowered": "Giảm thư bằng liên kết trong thư",
    "source_declared": "Đặt cách đọc tệp của nguồn",
    "dossiers_unseen": "Đánh dấu hồ sơ không còn thấy ở nguồn",
    "match_confirmed": "Ghép hồ sơ của hai hệ thống",
    "match_refused": "Ghi hai hồ sơ khác nhau",
    "match_undone": "Tách hồ sơ đã ghép",
    "address_refused": "Máy chủ từ chối địa chỉ thư",
    "address_cleared": "Bỏ đánh dấu địa chỉ thư bị từ chối",
    "alert_acknowledged": "Ghi nhận cảnh báo",
    "alert_snoozed": "Hoãn cảnh báo",
    "alert_handed": "Chuyển cảnh báo",
    "retention_rule_set": "Đặt thời hạn lưu dữ liệu cá nhân",
    "retention_looked_at": "Chạy thử việc xoá dữ liệu hết thời hạn lưu",
    "retention_begun": "Bắt đầu xoá dữ liệu hết thời hạn lưu",
    "retention_applied": "Xoá dữ liệu cá nhân hết thời hạn lưu",
    "year_archived": "Cất hồ sơ một năm vào kho lưu trữ",
    "year_restored": "Đưa hồ sơ một năm trở lại từ kho lưu trữ",
    "dossiers_exported": "Xuất hồ sơ ra tệp trao đổi",
    "person_export_asked": "Xin xuất dữ liệu của một người",
    "person_export_approved": "Duyệt xuất dữ liệu của một người",
    "person_export_rejected": "Không duyệt xuất dữ liệu của một người",
    "person_erasure_asked": "Xin xoá dữ liệu của một người",
    "person_erasure_approved": "Duyệt xoá dữ liệu của một người",
    "person_erasure_rejected": "Không duyệt xoá dữ liệu của một người",
    "person_exported": "Xuất dữ liệu của một người",
    "person_found": "Tìm hồ sơ của một người",
    "database_restored": "Khôi phục cơ sở dữ liệu",
    **fieldreports.ACTIONS,
}

OBJECTS = {
    "user": "tài khoản số",
    "agency": "cơ quan số",
    "dossier": "hồ sơ số",
    "procedure": "thủ tục số",
    "api_token": "khoá kết nối số",
    "webhook_endpoint": "nơi nhận tin báo số",
    "source_feed": "nguồn",
    "import_batch": "lô nhập số",
    "saved_view": "chế độ xem số",
    "outbox_message": "thư số",
    "export": "tệp số",
    "signed_report": "báo cáo đã chốt số",
    "letter": "công văn đôn đốc, mã số",
    "citizen": "người mang dấu",
    "alert": "cảnh báo số",
    "indicator": "chỉ tiêu",
    "conclusion": "kết luận số",
    "published_figure": "số công bố, mã số",
    "field_report": "phản ánh số",
    "match": "đề nghị ghép số",
}

FACTS = {
    "list": "danh sách",
    "deputy": "người thay: tài khoản số",
    "from": "từ ngày",
    "to": "đến ngày",
    "signs": "cách ký",
    "ground": "căn cứ",
    "reason": "lý do",
    "basis": "căn cứ pháp lý",
    "papers": "giấy đã in",
    "lines": "dòng lịch sử còn nhắc tên",
    "months": "số tháng",
    "form": "loại tệp",
    "changed": "dòng thay đổi",
    "network": "mạng",
    "code": "mã",
    "day": "ngày",
    "dossiers": "số hồ sơ",
    "rows": "số dòng",
    "handed_over": "đã bàn giao",
    "refused": "không được",
    "by": "hẹn xong",
    "until": "nhắc lại",
    "taker": "chuyển cho",
    "period": "kỳ",
    "value": "số liệu",
    "was": "trước là",
    "target": "mức giao",
    "due_on": "hạn",
    "was_due_on": "hạn trước",
    "done_on": "xong ngày",
    "edition": "lần chốt",
    "given_by": "từ cơ quan",
    "given_to": "đến cơ quan",
}
_DAYS = frozenset({"by", "until", "due_on", "was_due_on", "done_on"})  # kept as ISO dates


def action_words(action: str) -> str:
    """An action in words; one that has none is shown as it is kept."""
    return ACTIONS.get(action, action)


def told(facts: Mapping[str, Any]) -> str:
    """What an entry notes besides, as far as it has words."""
    kept = (
        (FACTS[name], _ground(value) if name == "ground" else _dated(name, value))
        for name, value in facts.items()
        if name in FACTS
    )
    return "; ".join(f"{name} {_value(value)}" for name, value in kept if value not in ("", None))


def _dated(name: str, value: Any) -> Any:
    return day(dt.date.fromisoformat(value)) if name in _DAYS else value


def _ground(kept: str) -> str:
    """Why personal data was looked at; a legal ground is kept in words."""
    return label(Ground(kept)) if kept in set(Ground) else kept


def _value(value: Any) -> str:
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)[:200]


def _content(row: Any, _see: See) -> str:
    (said,) = histories.entries([row])
    changes = (f"{name}: {old or '–'} → {new or '–'}" for name, old, new in said["changes"])
    return "; ".join(filter(None, (*changes, said["note"])))


def _about(row: Any, _see: See) -> str:
    return (
        f"{OBJECTS.get(row.object_type, row.object_type)} {row.object_id}".strip() if row.object_type else ""
    )


def _actor(row: Any, _see: See) -> str:
    return row.actor or "Hệ thống"


def _late(row: Any) -> bool:
    """Whether it was recorded in another minute than the one it happened in."""
    return bool(row.recorded_at - row.occurred_at >= dt.timedelta(minutes=1))


def _of_dossiers() -> Columns:
    occurred = dated(
        "occurred", "Xảy ra lúc", lambda row: row.occurred_at,
        quiet=lambda row, _: f"xảy ra {moment(row.occurred_at)}" if _late(row) else "",
    )  # fmt: skip
    reason = Column("reason", "Lý do", lambda row, _: row.reason, "long", quiet=lambda row, _: row.reason)
    every = (
        Column("code", "Mã hồ sơ", lambda row, _: row.code, "code"),
        dated("recorded", "Ghi lúc", lambda row: row.recorded_at, parts=(occurred,)),
        occurred,
        Column("what", "Việc", lambda row, _: label(row.kind), parts=(reason,)),
        reason,
        Column("content", "Nội dung", _content, "long"),
        Column("actor", "Người thực hiện", _actor),
        Column("procedure", "Thủ tục", lambda row, _: row.procedure, "long"),
        Column("agency", "Nơi giải quyết", lambda row, _: row.agency),
        Column("seq", "Số thứ tự trong hồ sơ", lambda row, _: number(row.seq), "num"),
    )
    unasked = ("code", "recorded", "what", "content", "actor", "agency")
    return Columns("history", TITLES["history"], "nhat-ky-ho-so", every, unasked)


def _outside() -> Columns:
    username = Column("username", "Tên đăng nhập", lambda row, _: row.username or "")
    every = (
        dated("at", "Ghi lúc", lambda row: row.at),
        Column("what", "Việc", lambda row, _: action_words(row.action)),
        Column("actor", "Người thực hiện", _actor, parts=(username,)),
        username,
        Column("agency", "Cơ quan", lambda row, _: row.agency or ""),
        Column("about", "Đối tượng", _about),
        Column("content", "Nội dung", lambda row, _: told(row.facts), "long"),
        Column("number", "Số thứ tự", lambda row, _: str(row.id), "num"),
    )
    return Columns(
        "deeds",
        TITLES["deeds"],
        "nhat-ky-he-thong",
        every,
        ("at", "what", "actor", "agency", "about", "content"),
    )


COLUMNS = {"history": _of_dossiers(), "deeds": _outside()}
