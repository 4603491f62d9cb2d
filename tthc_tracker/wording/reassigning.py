"""What is said of assignments that are taken back."""

UNDONE = "Hoàn tác phân công hàng loạt"
TOO_LATE = "Đã quá một giờ kể từ lúc phân công nên không hoàn tác được nữa. Hãy phân công lại."
FIRM = "Lần phân công này đã rút lại một lần bàn giao trước đó nên không hoàn tác được. Hãy phân công lại."
CHANGED = "Sau khi phân công đã có người làm việc với hồ sơ này nên không hoàn tác được."
NOTHING = "Hồ sơ này không còn trong lần phân công, hoặc đã được hoàn tác."
GIVEN_BACK = "Đã trả về nơi giữ trước đó."
