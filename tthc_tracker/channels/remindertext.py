"""From the content of a reminder to its words."""

from urllib.parse import quote

from tthc_tracker.channels.mailtext import Around, Letter, template
from tthc_tracker.queries.remindermail import ReminderMail


def write_reminder(mail: ReminderMail, around: Around) -> Letter:
    """The letter."""
    lines = [(line, f"{around.public_url}/ho-so/{quote(line.code, safe='')}") for line in mail.lines]
    facts = around.facts | {"mail": mail, "lines": lines, "count": len(mail.lines) + mail.left_out}
    subject = f"Nhắc xử lý {facts['count']} hồ sơ"
    return Letter(
        subject=subject,
        text=template("reminder.txt").render(facts),
        html=template("reminder.html").render(facts, subject=subject),
    )
