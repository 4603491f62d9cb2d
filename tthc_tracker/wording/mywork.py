"""The words of "Việc của tôi": its lists, what they say when they are empty, its acts on several rows."""

from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.wording.lifecycle import ACTIONS

TABS = {
    "hom-nay": "Hôm nay và quá hạn",
    "tuan-nay": "Trong tuần",
    "tam-dung": "Tạm dừng",
    "tat-ca": "Tất cả hồ sơ của tôi",
    "cho-nhan": "Chờ tôi xác nhận",
    "cho-noi-nhan": "Đã chuyển, chờ nơi nhận",
    "o-mot-cua": "Đang ở một cửa",
    "chua-phan-cong": "Chưa phân công",
}

EMPTY = {
    "hom-nay": "Không có hồ sơ nào đến hạn hôm nay hoặc quá hạn.",
    "tuan-nay": "Không có hồ sơ nào đến hạn trong những ngày còn lại của tuần.",
    "tam-dung": "Không có hồ sơ nào đang tạm dừng.",
    "tat-ca": "Bạn không giữ hồ sơ nào.",
    "cho-nhan": "Không có bàn giao nào chờ bạn xác nhận.",
    "cho-noi-nhan": "Mọi hồ sơ bạn chuyển đi đều đã được xác nhận.",
    "o-mot-cua": "Không có hồ sơ nào đang nằm ở một cửa.",
    "chua-phan-cong": "Mọi hồ sơ của cơ quan đều có người thụ lý.",
}

DONE = {
    Action.CONFIRM_HANDOVER: "Đã xác nhận",
    Action.CONFIRM_RESULT: "Đã xác nhận kết quả",
    Action.ASSIGN: "Đã phân công",
    Action.HAND_OVER: "Đã chuyển",
    Action.NEXT_STEP: "Đã chuyển bước",
    Action.SEND_BACK: "Đã trả về một cửa",
    Action.TAKE_BACK: "Đã lấy lại",
    Action.REMIND: "Đã nhắc",
}

OTHER_AGENCY = "Cơ quan giải quyết (hồ sơ nhận thay)"
TITLES = {action: ACTIONS[action] for action in DONE}
