"""Letters as files while no server is set."""

import email
from email.policy import default
from pathlib import Path

import pytest

from tests.support.moments import at
from tthc_tracker.channels.files import MailFiles
from tthc_tracker.channels.letters import Envelope, Verdict, compose
from tthc_tracker.channels.mailtext import Letter

LETTER = compose(
    Letter("Quá hạn", "Kính gửi", "<p>Kính gửi</p>"),
    Envelope("a@b.test", "c@d.test", "<digest.1/../2@tthc.test>", at("Mon 2026-11-23 07:00"), 1),
)


def test_a_letter_becomes_one_file_that_mail_programs_open(tmp_path: Path) -> None:
    channel = MailFiles(tmp_path / "mail")
    for _ in range(2):
        assert channel.send(LETTER, lambda: True).verdict is Verdict.SENT
    (file,) = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    read = email.message_from_bytes(file.read_bytes(), policy=default)
    assert read["Subject"] == "Quá hạn"


@pytest.mark.parametrize("padding", range(40))
def test_a_long_vietnamese_subject_keeps_its_blanks_wherever_its_lines_break(padding: int) -> None:
    subject = "5" * padding + " hồ sơ quá hạn, 5 hồ sơ không có ngày hẹn trả, 12 hồ sơ sắp đến hạn (24/11)"
    envelope = Envelope("a@b.test", "c@d.test", "<digest.1@tthc.test>", at("Mon 2026-11-23 07:00"), 1)
    raw = compose(Letter(subject, "Kính gửi", "<p>Kính gửi</p>"), envelope).as_bytes()
    assert email.message_from_bytes(raw, policy=default)["Subject"] == subject
    assert max(len(line) for line in raw.splitlines()) <= 78


def test_without_the_lease_no_file_is_written(tmp_path: Path) -> None:
    assert MailFiles(tmp_path / "mail").send(LETTER, lambda: False).verdict is Verdict.LEASE_LOST
    assert not (tmp_path / "mail").exists()


def test_a_folder_that_cannot_be_written_is_a_fault_of_our_settings(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands where the folder should be")
    assert MailFiles(tmp_path / "mail").send(LETTER, lambda: True).verdict is Verdict.OUR_SETTINGS
