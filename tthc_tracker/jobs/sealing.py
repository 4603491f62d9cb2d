"""Seal the trail each day, and take the seal out of the database: to a file beside it and by mail."""

from typing import Any

from tthc_tracker import clock
from tthc_tracker.jobs.work import Work
from tthc_tracker.queries.trailchecks import stored_seals
from tthc_tracker.services import sealfiles, sealing
from tthc_tracker.services.trailkeys import NAME, Keyring


def seal_trail(work: Work) -> dict[str, Any]:
    """Seal today's trail if it is not, write what the file lacks, and write the mails with the seal."""
    now, keyring = clock.now(), Keyring(work.var / NAME)
    with work.transaction() as session:
        made = sealing.seal(session, keyring, now=now)
        written = sealing.announce(session, made, now=now, domain=work.mail_domain) if made else 0
        seals = stored_seals(session)
    laid_down = sealfiles.lay_down(work.var / sealfiles.NAME, seals)
    return {"sealed": int(made is not None), "laid_down": laid_down, "mails": written}
