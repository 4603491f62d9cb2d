"""What `flask db move` and `flask db settle` say."""

FROM_SQLITE = "chỉ chuyển đi từ cơ sở dữ liệu SQLite (DATABASE_URL hiện không phải sqlite:///…)"
UPGRADE_FIRST = "hãy chạy «flask db upgrade» cho cơ sở dữ liệu hiện tại trước"
POOLER_UNSAID = (
    "Giữa phần mềm và PostgreSQL có một bộ gộp kết nối (PgBouncer) mà địa chỉ cơ sở dữ liệu không nói tới. "
    "Hãy thêm ?pgbouncer=transaction hoặc ?pgbouncer=session (đúng pool_mode) vào cuối địa chỉ."
)
POOLER_LENDS = (
    "Địa chỉ cơ sở dữ liệu ghi pgbouncer=session, nhưng PgBouncer cho mượn từng giao dịch "
    "(pool_mode = transaction). Hãy sửa thành ?pgbouncer=transaction, hoặc đổi pool_mode của PgBouncer."
)
TO_POSTGRESQL = "--to cần địa chỉ postgresql+psycopg://tài_khoản@máy_chủ/tên_cơ_sở_dữ_liệu"
STOP_SCHEDULER = "tiến trình định kỳ còn chạy; hãy dừng web và tiến trình định kỳ rồi thử lại"
ARCHIVED = (
    "còn năm trong kho lưu trữ ({years}): số của hồ sơ trong kho sẽ bị cấp lại ở cơ sở dữ liệu đích; "
    "hãy đưa các năm ấy trở lại trước («flask years restore NĂM --by …») rồi chuyển"
)
TARGET_IN_USE = (
    "cơ sở dữ liệu đích đã có tài khoản hoặc hồ sơ; hãy tạo một cơ sở dữ liệu trống khác rồi thử lại"
)
SOURCE_CHANGED = (
    "cơ sở dữ liệu nguồn đã thay đổi từ lần chuyển trước; "
    "hãy xoá và tạo lại cơ sở dữ liệu đích rồi chuyển lại từ đầu"
)
CARRYING = "Chuyển dữ liệu"
COMPARING = "Đối chiếu từng dòng"
LINE = "{table:<24} {here:>12} {there:>12}  {hash}"
DIFFERS = "khác nhau từ khoá {key}"
COUNTS_DIFFER = "số dòng khác nhau"
TRAIL = "Nhật ký: {links} mắt xích của {chains} cơ quan, {breaks} chỗ đứt."
WHOLE = "Đã chuyển đủ {rows} dòng, hai bên giống nhau. Đặt DATABASE_URL thành địa chỉ mới rồi khởi động lại."
NOT_WHOLE = "hai bên chưa giống nhau; chưa dùng cơ sở dữ liệu đích"
SETTLED = (
    "Bỏ qua {numbers} số hồ sơ, giữ lại {mails} thư (flask jobs release-mail để gửi), "
    "kết thúc {ended} phiên đăng nhập."
)
NO_MOMENT = "«{text}» không phải thời điểm; hãy viết như 2026-11-27T09:30"
NOT_YET = "«{text}» ở tương lai; hãy ghi thời điểm mà dữ liệu được đưa về"
