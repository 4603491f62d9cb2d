"""What administrators read of the timetable."""

from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.services import reminders, sealing
from tthc_tracker.wording import faults, outbox
from tthc_tracker.wording import jobs as words


def test_every_job_and_every_mail_of_one_has_a_name() -> None:
    assert set(BY_NAME) <= set(words.JOBS)
    assert {"digest", "at_once", reminders.KIND, sealing.KIND} <= set(outbox.MAIL_KINDS)


def test_what_a_job_counts_is_said_as_that_job_means_it() -> None:
    assert words.done("write-exports", {"files": 2, "rows": 1200}) == "2 tệp đã tạo, 1.200 dòng đã ghi"
    assert words.done("housekeeping", {"files": 2}) == "2 tệp cũ đã xoá"
    assert (
        words.done("draft-apologies", {"examined": 23, "drafted": 1}) == "23 hồ sơ đã xem, 1 dự thảo đã soạn"
    )
    assert words.done("scan-deadlines", {"raised": 0}) == "không có gì phải làm"


def test_a_fault_known_by_its_kind_alone_is_said_in_words() -> None:
    assert faults.in_words("OperationalError").startswith("Cơ sở dữ liệu bận")
    assert faults.in_words("Quá 72 giờ chưa gửi được.") == "Quá 72 giờ chưa gửi được."
