"""The letter that tells an administrator of an address which takes no mail."""

from tthc_tracker.channels.mailtext import Around, Letter, template
from tthc_tracker.queries.mailroutes import Refused
from tthc_tracker.wording.mails import REFUSED_SUBJECT


def write_refused(mail: Refused, around: Around) -> Letter:
    """The letter."""
    subject = REFUSED_SUBJECT.format(name=mail.name)
    facts = around.facts | {
        "mail": mail, "subject": subject, "url": f"{around.public_url}/nguoi-dung/{mail.user_id}",
    }  # fmt: skip
    return Letter(
        subject=subject,
        text=template("refused.txt").render(facts),
        html=template("refused.html").render(facts),
    )
