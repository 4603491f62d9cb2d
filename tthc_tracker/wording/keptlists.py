"""The words of what people keep of lists and do to several rows."""

DENSITY_WORDS = {"comfortable": "Thoáng", "compact": "Dày"}
FORMS = {"csv": "CSV", "xlsx": "Excel (XLSX)", "pdf": "PDF", "zip": "ZIP (các quyển PDF)"}
STATUSES = {"waiting": "Đang tạo", "ready": "Sẵn sàng", "failed": "Không tạo được"}
BULK = {
    "assign": "Phân công",
    "remind": "Nhắc người giữ",
    "receipts": "In giấy tiếp nhận",
    "control_slips": "In phiếu kiểm soát",
    "answer_slips": "In phiếu bổ sung, từ chối",
    "apology_letters": "In văn bản xin lỗi",
    "acknowledge": "Ghi nhận cảnh báo",
    "finish": "Ghi đã có kết quả",
    "lateness": "Ghi lý do trễ",
}
DONE = {
    "assign": "Đã phân công.",
    "remind": "Đã gửi lời nhắc.",
    "receipts": "Đã đưa vào tệp in.",
    "control_slips": "Đã đưa vào tệp in.",
    "answer_slips": "Đã đưa vào tệp in.",
    "apology_letters": "Đã đưa vào tệp in.",
    "acknowledge": "Đã ghi nhận cảnh báo.",
    "finish": "Đã ghi có kết quả.",
    "lateness": "Đã ghi lý do trễ hạn.",
}
AGAIN = "Đã làm từ lần gửi trước."
NOT_FOUND = "Không thấy hồ sơ này trong phạm vi của bạn."
NOTHING_OF = {
    "acknowledge": "Không có cảnh báo nào của bạn đang mở trên hồ sơ này.",
    "answer_slips": "Hồ sơ này chưa có phiếu yêu cầu bổ sung, phiếu từ chối hay thông báo dừng.",
    "apology_letters": "Hồ sơ này chưa có văn bản xin lỗi nào được duyệt.",
}
NO_HOLDER = "Chưa có cán bộ hay trưởng đơn vị nào giữ hồ sơ này để nhắc."
PAPERS = {
    "receipts": "Giấy tiếp nhận",
    "control_slips": "Phiếu kiểm soát",
    "answer_slips": "Phiếu bổ sung, từ chối, thông báo dừng",
    "apology_letters": "Văn bản xin lỗi",
    "register_book": "Sổ theo dõi hồ sơ",
    "late_list": "Danh sách chậm trễ",
}
PAPER_FILES = {
    "receipts": "giay-tiep-nhan",
    "control_slips": "phieu-kiem-soat",
    "answer_slips": "phieu-tra-loi",
    "apology_letters": "van-ban-xin-loi",
    "register_book": "so-theo-doi",
    "late_list": "cham-tre",
}
PAPER_FLASH = (
    "Danh sách dài nên được tạo ở chế độ nền, mỗi tệp 1.000 hồ sơ, nhiều nhất {most} hồ sơ; biểu tượng tải "
    "xuống ở góc trên hiện khi tệp sẵn sàng."
)
BOOK_FLASH = (
    "Sổ dài nên được tạo ở chế độ nền, mỗi quyển 1.000 hồ sơ. Trang này cho biết đã xong bao nhiêu dòng; "
    "biểu tượng tải xuống ở góc trên hiện khi tệp sẵn sàng."
)
WAITING_FLASH = (
    "Danh sách dài nên tệp được tạo ở chế độ nền. Biểu tượng tải xuống ở góc trên sẽ hiện khi tệp sẵn sàng."
)

# What a list is narrowed to by the link of a number.
NO_UNIT = "Chưa giao đơn vị"
ALONE = "Riêng"
HELD = "Đang ở các đơn vị của"
UNSEEN = "Không còn thấy ở nguồn"
UNAPOLOGISED = "Chưa xin lỗi"
SINCE = "Mới từ"
