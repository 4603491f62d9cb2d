"""What somebody is asked before a file is written says what would be."""

from tthc_tracker.domain.importing import BatchState
from tthc_tracker.wording import importing


def test_a_file_that_brings_nothing_new_is_not_offered_to_be_written() -> None:
    counts = {"rows": 63, "refused": 63}
    assert importing.writes(counts) == []
    assert "bỏ tệp này" in importing.question(counts)


def test_what_would_be_written_is_counted() -> None:
    counts = {"rows": 63, "accepted": 51, "updated": 1, "refused": 11}
    asked = importing.question(counts)
    assert asked == "Sẽ ghi 51 hồ sơ mới và 1 hồ sơ được cập nhật. 11 dòng bị từ chối không được ghi."


def test_a_full_list_asks_to_mark_what_it_lacks_even_where_it_brings_nothing_new() -> None:
    asked = importing.question({"unchanged": 9, "refused": 0}, whole=True)
    assert "bỏ tệp này" not in asked
    assert "không còn thấy ở nguồn" in asked


def test_a_file_of_which_nothing_was_taken_is_not_said_to_be_loaded() -> None:
    done = BatchState.DONE
    assert importing.standing(done, {"rows": 63, "refused": 63})[:2] == ("Bị từ chối hết", "danger")
    assert importing.standing(done, {"rows": 63, "refused": 62, "accepted": 1})[:2] == ("Đã nạp", "ok")
    assert importing.standing(done, {"rows": 0, "refused": 0})[:2] == ("Đã nạp", "ok")
    assert importing.standing(BatchState.CHECKED, {"rows": 1, "refused": 1})[0] == "Chờ xác nhận"
