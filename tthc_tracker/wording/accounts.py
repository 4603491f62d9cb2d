"""Words of the people's screens."""

ACTIONS = {
    "signed_in": "Đăng nhập",
    "signed_out": "Đăng xuất",
    "sign_in_failed": "Nhập sai mật khẩu",
    "password_set": "Đặt mật khẩu",
    "link_given": "Cấp liên kết đặt mật khẩu",
    "person_invited": "Mời vào hệ thống",
    "person_edited": "Sửa thông tin",
    "person_closed": "Khoá tài khoản",
    "person_opened": "Mở lại tài khoản",
    "roles_changed": "Đổi vai trò",
    "sessions_ended": "Kết thúc mọi phiên đăng nhập",
    "mails_chosen": "Chọn mức nhận thư",
    "mails_lowered": "Giảm thư bằng liên kết trong thư",
    "address_refused": "Máy chủ từ chối địa chỉ thư",
    "address_cleared": "Bỏ đánh dấu địa chỉ thư bị từ chối",
    "new_password_required": "Buộc đổi mật khẩu",
}


def action_words(action: str) -> str:
    """What an entry of the log says happened."""
    return ACTIONS.get(action, action)
