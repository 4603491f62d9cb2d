"""Keep what a source says of a dossier besides what is reckoned with (domain.exchangekept)."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from tthc_tracker.domain import exchangekept
from tthc_tracker.domain.exchangekept import KEPT, NOTHING, TYPED, Kept
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import SourceWords
from tthc_tracker.queries.exchange import kept_of

_OF_PEOPLE = frozenset(KEPT[field] for field in TYPED)


def keep(session: Session, said: Sequence[tuple[int, Kept]]) -> None:
    """Write down what was said of new dossiers; of most nothing was."""
    rows = [(dossier_id, kept) for dossier_id, kept in said if kept != NOTHING]
    if rows:
        session.execute(insert(SourceWords), [{"dossier_id": number} | asdict(kept) for number, kept in rows])
    if posted := [number for number, kept in rows if kept.asks_for_post]:
        session.execute(update(Dossier).where(Dossier.id.in_(posted)).values(by_post=True))
    if online := [number for number, kept in rows if kept.asks_for_portal]:
        session.execute(update(Dossier).where(Dossier.id.in_(online)).values(by_portal=True))
    for digitised in (True, False):
        if its := [number for number, kept in rows if kept.says_digitised is digitised]:
            session.execute(update(Dossier).where(Dossier.id.in_(its)).values(result_digitised=digitised))


def put(session: Session, dossier: Dossier, said: Kept) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Put down what was said of a known dossier, over what was said before; old and new of what has changed,
    for the history, and apart of what may name somebody."""
    if said == NOTHING:
        return {}, {}
    row = session.get(SourceWords, dossier.id)
    old = kept_of(row)
    new = exchangekept.over(old, said)
    if row is None:
        row = SourceWords(dossier_id=dossier.id, **asdict(new))
        session.add(row)
    changes = {
        one.name: [getattr(old, one.name), getattr(new, one.name)]
        for one in fields(Kept)
        if getattr(old, one.name) != getattr(new, one.name)
    }
    for name, (_old, value) in changes.items():
        setattr(row, name, value)
    if "return_way" in changes:
        dossier.by_post, dossier.by_portal = new.asks_for_post, new.asks_for_portal
    if "result_digitised" in changes:
        dossier.result_digitised = new.says_digitised
    personal = {name: pair for name, pair in changes.items() if name in _OF_PEOPLE}
    return {name: pair for name, pair in changes.items() if name not in personal}, personal
