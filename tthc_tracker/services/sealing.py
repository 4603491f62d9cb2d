"""Seal the trail: where every chain ends today, over all seals before; kept where the database is not."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain import trail
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.trail import TrailHead, TrailSeal
from tthc_tracker.queries import mailroutes
from tthc_tracker.services import outbox
from tthc_tracker.services.trailkeys import Keyring

KIND = "seal"


def seal(session: Session, keyring: Keyring, *, now: dt.datetime) -> TrailSeal | None:
    """Seal today's heads; None if today has its seal. now: the day sealed is its date."""
    if session.get(TrailSeal, now.date()) is not None:
        return None
    last = session.execute(select(TrailSeal).order_by(TrailSeal.day.desc()).limit(1)).scalar_one_or_none()
    rows = session.execute(select(TrailHead).order_by(TrailHead.agency_id)).scalars().all()
    heads = trail.heads_text({row.agency_id: (row.seq, row.hash) for row in rows})
    key = keyring.signing(max([row.key_id for row in rows], default=0))
    prev = last.root if last else trail.BEGINNING
    root = trail.seal_root(prev, now.date().isoformat(), heads)
    made = TrailSeal(
        day=now.date(), at=now, heads=heads, links=sum(row.seq for row in rows), prev_root=prev, root=root,
        key_id=key.id, mark=trail.seal_mark(key.secret, root),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def announce(session: Session, made: TrailSeal, *, now: dt.datetime, domain: str) -> int:
    """Write the mail with the seal to who keeps it: auditors and administrators at the top. How many."""
    context = {"day": made.day.strftime("%d/%m/%Y"), "links": made.links, "root": made.root}
    return sum(
        outbox.enqueue(
            session, dedup_key=f"{KIND}:{made.day.isoformat()}:{user_id}", kind=KIND, user_id=user_id,
            context=context, domain=domain, now=now,
        )
        for user_id in mailroutes.keepers(session, Role.AUDITOR, Role.ADMINISTRATOR)
    )  # fmt: skip
