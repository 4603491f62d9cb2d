"""The words of a dossier's life: states, events, results, ways, actions."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.lifecycle import (
    Action,
    ApplicantKind,
    Channel,
    EventKind,
    FinishClass,
    ResultKind,
    ReturnMethod,
    SourceKind,
    State,
)

CHANNELS = {
    Channel.COUNTER: "Trực tiếp",
    Channel.ONLINE: "Trực tuyến",
    Channel.POST: "Bưu chính",
}

STATES = {
    State.REGISTERED: "Mới đăng ký, chờ tiếp nhận",
    State.AWAITING_SUPPLEMENT: "Chờ bổ sung giấy tờ",
    State.AWAITING_PAYMENT: "Chờ thực hiện nghĩa vụ tài chính",
    State.RECEIVED: "Đã tiếp nhận",
    State.PROCESSING: "Đang xử lý",
    State.FINISHED: "Đã xử lý xong, có kết quả",
    State.RETURNED: "Đã trả kết quả",
    State.REFUSED: "Không được tiếp nhận",
    State.WITHDRAWAL_ASKED: "Xin rút, chờ quyết định",
    State.WITHDRAWN: "Đã rút",
    State.STOPPING: "Xin dừng, chờ quyết định",
    State.STOPPED: "Đã dừng xử lý",
    State.CANCELLED: "Đã huỷ (nhập nhầm)",
}

EVENTS = {
    EventKind.PERSONAL_ERASED: "Xoá dữ liệu cá nhân",
    EventKind.REGISTERED: "Đăng ký, chờ tiếp nhận",
    EventKind.RECEIVED: "Tiếp nhận",
    EventKind.SUPPLEMENT_ASKED: "Yêu cầu bổ sung",
    EventKind.RESUBMITTED: "Người nộp đã bổ sung",
    EventKind.REFUSED: "Từ chối tiếp nhận",
    EventKind.ASSIGNED: "Phân công",
    EventKind.HANDED_OVER: "Chuyển xử lý",
    EventKind.SENT_BACK: "Trả về một cửa",
    EventKind.STEP_RETURNED: "Trả lại bước trước",
    EventKind.HANDOVER_CONFIRMED: "Xác nhận đã nhận bàn giao",
    EventKind.HANDOVER_REJECTED: "Không nhận bàn giao",
    EventKind.TAKEN_BACK: "Lấy lại bàn giao",
    EventKind.RESULT_SENT: "Chuyển kết quả về một cửa",
    EventKind.PAUSED: "Tạm dừng",
    EventKind.RESUMED: "Tiếp tục",
    EventKind.DUE_CHANGED: "Đổi ngày hẹn trả",
    EventKind.FINISHED: "Xử lý xong",
    EventKind.REOPENED: "Mở lại",
    EventKind.REMINDED: "Nhắc nhận kết quả",
    EventKind.RATED: "Đã đánh giá sự phục vụ",
    EventKind.RETURNED: "Trả kết quả",
    EventKind.RESULT_DIGITISED: "Ghi việc số hóa kết quả",
    EventKind.WITHDRAWN: "Rút hồ sơ",
    EventKind.STOPPED: "Dừng xử lý",
    EventKind.CORRECTED: "Sửa tiếp nhận",
    EventKind.CORRECTED_AT_WORK: "Sửa tiếp nhận khi đang giải quyết",
    EventKind.CANCELLED: "Huỷ nhập nhầm",
    EventKind.REPRINTED: "In giấy tiếp nhận",
    EventKind.NOTED: "Ghi chú",
    EventKind.URGED: "Nhắc xử lý",
    EventKind.IMPORTED: "Nhập từ nguồn",
    EventKind.SOURCE_UPDATED: "Nguồn cập nhật",
    EventKind.TRANSFERRED: "Chuyển sang cơ quan kế thừa",
    EventKind.APOLOGY_DRAFTED: "Dự thảo xin lỗi, hẹn lại",
    EventKind.APOLOGY_EDITED: "Sửa dự thảo xin lỗi",
    EventKind.APOLOGY_REJECTED: "Không duyệt dự thảo xin lỗi",
    EventKind.REAPPOINTED: "Duyệt xin lỗi, hẹn lại ngày trả",
    EventKind.LATENESS_EXPLAINED: "Ghi lý do trễ hạn",
    EventKind.MARKED_AT_SOURCE: "Đã tiếp nhận trên Cổng, chờ đồng bộ",
    EventKind.DISPUTED: "Báo đã giải quyết, chờ đồng bộ",
    EventKind.DISPUTE_ENDED: "Hết chờ đồng bộ: nguồn đã có dữ liệu mới",
    EventKind.MATCHED: "Ghép với hồ sơ của hệ thống khác: là một hồ sơ",
    EventKind.MERGED: "Ghép vào hồ sơ khác: không tính riêng nữa",
    EventKind.SEPARATED: "Tách: là hai hồ sơ khác nhau",
    EventKind.SIGHTED: "Hệ thống khác cập nhật cùng hồ sơ này",
}

RESULTS = {
    ResultKind.GRANTED: "Giải quyết",
    ResultKind.REFUSED: "Từ chối giải quyết",
    ResultKind.OTHER: "Kết quả khác",
}

RETURN_METHODS = {
    ReturnMethod.COUNTER: "Tại bộ phận một cửa",
    ReturnMethod.POST: "Qua bưu chính",
    ReturnMethod.ONLINE: "Trực tuyến",
}

FINISH_CLASSES = {
    FinishClass.EARLY: "Trước hạn",
    FinishClass.ON_TIME: "Đúng hạn",
    FinishClass.LATE: "Quá hạn",
}

APPLICANT_KINDS = {
    ApplicantKind.CITIZEN: "Công dân",
    ApplicantKind.BUSINESS: "Doanh nghiệp",
    ApplicantKind.STATE_BODY: "Cơ quan nhà nước",
    ApplicantKind.OTHER_ORGANISATION: "Tổ chức khác",
}

SOURCE_KINDS = {
    SourceKind.HOME: "Tại chỗ",
    SourceKind.MIRROR: "Từ hệ thống khác",
}

ACTIONS = {
    Action.RECEIVE: "Tiếp nhận",
    Action.REGISTER: "Đăng ký, chờ tiếp nhận",
    Action.ACCEPT: "Tiếp nhận hồ sơ đã nộp",
    Action.ASK_SUPPLEMENT: "Yêu cầu bổ sung",
    Action.ASK_PAYMENT: "Yêu cầu nộp phí",
    Action.ASK_OPINION: "Lấy ý kiến cơ quan khác",
    Action.PAUSE: "Tạm dừng",
    Action.REFUSE: "Từ chối tiếp nhận",
    Action.RESUBMIT: "Người nộp đã bổ sung",
    Action.MARK_AT_SOURCE: "Đã tiếp nhận trên Cổng",
    Action.DISPUTE: "Báo đã giải quyết, chờ đồng bộ",
    Action.ASSIGN: "Phân công",
    Action.HAND_OVER: "Chuyển xử lý",
    Action.SEND_BACK: "Trả về một cửa",
    Action.NEXT_STEP: "Chuyển bước tiếp theo",
    Action.RETURN_STEP: "Trả lại bước trước",
    Action.CONFIRM_HANDOVER: "Xác nhận đã nhận",
    Action.REJECT_HANDOVER: "Không nhận",
    Action.TAKE_BACK: "Lấy lại",
    Action.SEND_RESULT: "Chuyển kết quả về một cửa",
    Action.CONFIRM_RESULT: "Xác nhận đã có kết quả",
    Action.RESUME: "Tiếp tục",
    Action.FINISH: "Xử lý xong",
    Action.REOPEN: "Hoàn tác xử lý xong",
    Action.REMIND: "Nhắc nhận kết quả",
    Action.RETURN_RESULT: "Trả kết quả",
    Action.NOTE_DIGITISED: "Ghi số hóa kết quả",
    Action.WITHDRAW: "Rút hồ sơ",
    Action.STOP: "Dừng giải quyết",
    Action.CORRECT_RECEPTION: "Sửa tiếp nhận",
    Action.CORRECT_AT_WORK: "Sửa tiếp nhận khi đang giải quyết",
    Action.CANCEL: "Huỷ nhập nhầm",
    Action.REPRINT_RECEIPT: "In lại giấy tiếp nhận",
    Action.NOTE: "Ghi chú",
    Action.URGE: "Nhắc người giữ",
    Action.APOLOGISE: "Không kịp hạn, xin hẹn lại",
    Action.EDIT_APOLOGY: "Sửa dự thảo xin lỗi",
    Action.APPROVE_APOLOGY: "Duyệt hẹn lại",
    Action.REJECT_APOLOGY: "Không duyệt hẹn lại",
    Action.EXPLAIN_LATENESS: "Ghi lý do trễ hạn",
}

LIFECYCLE_LABELS: dict[type[Enum], dict[Any, str]] = {
    State: STATES,
    EventKind: EVENTS,
    ResultKind: RESULTS,
    ReturnMethod: RETURN_METHODS,
    FinishClass: FINISH_CLASSES,
    ApplicantKind: APPLICANT_KINDS,
    SourceKind: SOURCE_KINDS,
    Action: ACTIONS,
}
