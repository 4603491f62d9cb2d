"""The words of a mail about alerts."""

from dataclasses import replace
from html.parser import HTMLParser

from tests.support.moments import at
from tthc_tracker.channels.mailtext import Around, write_letter
from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.queries.alertmail import AlertMail, MailLine

NOW = at("Wed 2026-11-25 07:00")
LINE = MailLine(
    alert_id=7,
    rule=Rule.OVERDUE,
    severity=Severity.SERIOUS,
    code="H50.19000-261109-0001",
    procedure_code="1.004873",
    procedure="Cấp Giấy xác nhận tình trạng hôn nhân",
    owner="Nguyễn V. A.",
    place="Phòng Địa chính, Phường Đông Hà",
    due_at=at("Thu 2026-11-19 09:00"),
    from_before=False,
    source=None,
    source_as_of=None,
)
MAIL = AlertMail(
    kind="digest", name="Phạm Thị Trưởng", now=NOW, scanned_at=at("Wed 2026-11-25 06:55"), new=(LINE,),
    others=(), counts={Rule.OVERDUE: 1}, new_total=1,
)  # fmt: skip
URL = "https://tthc.test"
AROUND = Around(URL)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


def test_text_and_html_say_the_same() -> None:
    letter = write_letter(MAIL, AROUND)
    for body in (letter.text, letter.html):
        assert "Kính gửi Phạm Thị Trưởng" in body
        assert "quá hạn 6 ngày" in body.lower()
        assert "09:00 19/11/2026" in body
        assert "Nguyễn V. A." in body
        assert f"{URL}/ho-so/H50.19000-261109-0001" in body
        assert "06:55 25/11/2026" in body


def test_what_belongs_to_an_alert_stands_indented_beneath_it() -> None:
    report = replace(LINE, code=None, report_code="PA-261125-0001")
    letter = write_letter(replace(MAIL, new=(LINE, report)), AROUND)
    assert "\n   Phòng Địa chính, Phường Đông Hà · hạn 09:00 19/11/2026\n   https://tthc.test/" in letter.text
    assert "\n   PA-261125-0001 · Phòng Địa chính" in letter.text


def test_the_subject_is_the_message() -> None:
    assert write_letter(MAIL, AROUND).subject == "1 hồ sơ quá hạn (tổng hợp sáng 25/11/2026)"
    worst = replace(MAIL, oldest=LINE.due_at)
    assert (
        write_letter(worst, AROUND).subject == "1 hồ sơ quá hạn, lâu nhất 6 ngày (tổng hợp sáng 25/11/2026)"
    )
    at_once = replace(MAIL, kind="at_once")
    assert write_letter(at_once, AROUND).subject == "Quá hạn: hồ sơ H50.19000-261109-0001"
    several = replace(at_once, counts={Rule.LATE_RECEPTION: 2, Rule.VERY_OVERDUE: 3})
    assert write_letter(several, AROUND).subject == "Cảnh báo: 3 hồ sơ quá hạn lâu, 2 hồ sơ chậm tiếp nhận"


def test_every_link_leads_to_the_public_address_and_nothing_is_fetched() -> None:
    reader = _Links()
    reader.feed(write_letter(MAIL, AROUND).html)
    assert reader.links
    assert all(link.startswith(f"{URL}/") for link in reader.links)
    assert not reader.tags & {"img", "script", "link", "iframe", "form"}


def test_what_others_typed_stays_text() -> None:
    evil = replace(LINE, procedure='<img src="x">', owner="<b>A.</b>", place="a & b")
    html = write_letter(replace(MAIL, new=(evil,)), AROUND).html
    assert "<img" not in html
    assert "<b>A.</b>" not in html
    assert "a &amp; b" in html


def test_a_mail_says_how_much_it_leaves_out() -> None:
    letter = write_letter(replace(MAIL, counts={Rule.OVERDUE: 60}, new_total=60), AROUND)
    assert "Còn 59 cảnh báo nữa" in letter.text
    assert "Còn 59 cảnh báo nữa" in letter.html


def test_a_mirrored_dossier_and_an_old_one_say_so() -> None:
    line = replace(
        LINE, source="Cổng Dịch vụ công quốc gia", source_as_of=at("Mon 2026-11-23 03:00"), from_before=True
    )
    letter = write_letter(replace(MAIL, new=(line,)), AROUND)
    for body in (letter.text, letter.html):
        assert "dữ liệu nguồn lúc 03:00 23/11/2026" in body
        assert "tồn từ trước" in body


def test_a_late_reception_is_late_by_its_own_clock() -> None:
    line = replace(LINE, rule=Rule.LATE_RECEPTION, minutes_late=180)
    letter = write_letter(replace(MAIL, new=(line,)), AROUND)
    for body in (letter.text, letter.html):
        assert "chậm tiếp nhận, quá 3 giờ làm việc" in body.lower()


def test_a_unit_with_a_backlog_is_named_and_led_to_its_list() -> None:
    line = replace(
        LINE, rule=Rule.BACKLOG, code=None, procedure=None, procedure_code=None, owner=None, due_at=None
    )
    line = replace(line, overdue_there={"unit": "3"})
    letter = write_letter(replace(MAIL, new=(line,), counts={Rule.BACKLOG: 1}), AROUND)
    assert letter.subject.startswith("1 đơn vị tồn đọng")
    assert f"{URL}/giam-sat/qua-han?unit=3" in letter.text
    assert "Phòng Địa chính" in letter.html


def test_each_alert_is_answered_by_a_link_of_its_own() -> None:
    source = replace(LINE, alert_id=8, rule=Rule.SOURCE_STALE, code=None)
    letter = write_letter(replace(MAIL, new=(LINE, source)), AROUND)
    for body in (letter.text, letter.html):
        assert body.count("Ghi nhận") == 1, "what is only an alert is led to it anyway"
        for alert in (7, 8):
            assert f"{URL}/canh-bao/{alert}" in body
