"""A person says of two dossiers that they are one, or two: what is kept, what stands aside, how it is undone.

One is kept (domain.matching.counts_first). The other stands aside as a cancelled one does, so that it
counts nowhere; its codes lead to the kept one, and what its system says of it from now on is a sighting
(decision 0061).
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow
from tthc_tracker.domain.lifecycle import REJECTED, EventKind, FinishClass, SourceKind, State
from tthc_tracker.domain.matching import Matched, MatchState, Seen, counts_first
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.models.match import DossierMatch, Sighting
from tthc_tracker.models.person import Person as Owner
from tthc_tracker.models.procedure import Source
from tthc_tracker.services import (
    acting,
    alertclosing,
    audit,
    claims,
    deadlines,
    differences,
    events,
    search,
    sightings,
)
from tthc_tracker.services.acting import Person
from tthc_tracker.wording import matches as words

Verb = Callable[..., None]
_REMEMBERED = ("closed_at", "closed_on", "finish_class", "worked_minutes", "paused_since", "unseen_since")


def confirm(session: Session, match_id: int, *, person: Person, now: dt.datetime) -> None:
    """They are one dossier; a second time changes nothing.

    Raises:
        NotFound, NotAllowed: not this person's. NotNow: one of them has been refused, cancelled or merged.
    """
    match, pair = _begin(session, match_id, person)
    if match.state is MatchState.CONFIRMED:
        return
    kept, merged = _in_order(session, pair)
    if Matched.MERGED in {kept.matched, merged.matched} or REJECTED & {kept.state, merged.state}:
        raise NotNow("one of the two stands no longer for itself")
    match.before = _remember(session, merged)
    sighting = _sighting(kept, merged, now)
    kept.matched, merged.matched = Matched.KEPT, Matched.MERGED
    _stand_aside(session, merged, now)
    _lead_to(session, match.before, merged.id, kept.id)
    session.add(sighting)
    session.flush()
    actor = events.Actor(person.user_id, person.name)
    facts = {"code": merged.code, "match": match.id}
    events.append(session, kept, EventKind.MATCHED, actor=actor, now=now, facts=facts)
    events.append(
        session, merged, EventKind.MERGED, actor=actor, now=now, facts={"code": kept.code, "match": match.id}
    )
    match.kept_id, match.kept_version = kept.id, kept.version
    match.merged_id, match.merged_version = merged.id, merged.version
    _index(session, kept, merged)
    _decide(session, match, MatchState.CONFIRMED, "match_confirmed", person, now)


def refuse(session: Session, match_id: int, *, person: Person, now: dt.datetime) -> None:
    """They are two dossiers, and are never proposed again; a second time changes nothing.

    Raises:
        NotFound, NotAllowed: not this person's. NotNow: they are one by now.
    """
    match, _ = _begin(session, match_id, person)
    if match.state is MatchState.CONFIRMED:
        raise NotNow("confirmed meanwhile")
    if match.state is MatchState.PROPOSED:
        _decide(session, match, MatchState.REFUSED, "match_refused", person, now)


def undo(session: Session, match_id: int, *, person: Person, now: dt.datetime) -> None:
    """They were two after all, as long as nothing else has happened; a second time changes nothing.

    Raises:
        NotFound, NotAllowed: not this person's. InvalidInput: something has happened since.
    """
    match, pair = _begin(session, match_id, person)
    if match.state is not MatchState.CONFIRMED:
        return
    kept, merged = (one for _, one in sorted((one.id != match.kept_id, one) for one in pair))
    if moved_on(session, match):
        raise InvalidInput("undo", words.MOVED_ON)
    sighting = session.get_one(Sighting, (merged.source_id, merged.code))
    merged.source_as_of = sighting.as_of
    session.delete(sighting)
    differences.forget(session, merged.source_id, [merged.code])
    _lead_to(session, match.before, kept.id, merged.id)
    _ask_again(session, match.before, merged.id)
    session.flush()
    merged.state = State(match.before["state"])
    for name in _REMEMBERED:
        setattr(merged, name, _read(name, match.before[name]))
    merged.due_version += 1  # what was alerted before is alerted anew
    for one in (kept, merged):
        shown = select(exists().where(Sighting.dossier_id == one.id))
        one.matched = Matched.KEPT if session.execute(shown).scalar_one() else None
    actor = events.Actor(person.user_id, person.name)
    for one, other in ((kept, merged), (merged, kept)):
        facts = {"code": other.code, "match": match.id}
        events.append(session, one, EventKind.SEPARATED, actor=actor, now=now, facts=facts)
    _index(session, kept, merged)
    _decide(session, match, MatchState.REFUSED, "match_undone", person, now)


def moved_on(session: Session, match: DossierMatch) -> bool:
    """Whether anything has happened to either dossier since they were one, papers and reminders aside."""
    of_kept = and_(DossierEvent.dossier_id == match.kept_id, DossierEvent.seq > match.kept_version)
    of_merged = and_(DossierEvent.dossier_id == match.merged_id, DossierEvent.seq > match.merged_version)
    harmless = [kind for kind in acting.HARMLESS if kind is not EventKind.SIGHTED]
    since = exists().where(or_(of_kept, of_merged), DossierEvent.kind.not_in(harmless))
    return session.execute(select(since)).scalar_one()


# --- the two


def _begin(session: Session, match_id: int, person: Person) -> tuple[DossierMatch, list[Dossier]]:
    """The proposal and its two dossiers, locked, if this person may decide it."""
    statement = select(DossierMatch).where(DossierMatch.id == match_id).with_for_update()
    match = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if match is None:
        raise NotFound(match_id)
    both = select(Dossier).where(Dossier.id.in_((match.first_id, match.second_id))).order_by(Dossier.id)
    locked = both.with_for_update().execution_options(populate_existing=True)
    pair = list(session.execute(locked).scalars())
    if not all(person.scope.sees(acting.agency_ids(one)) for one in pair):
        raise NotFound(match_id)
    if not all(Permission.MATCH_DOSSIERS in acting.permitted(session, person, one) for one in pair):
        raise NotAllowed("both dossiers must be within one's oversight")
    return match, pair


def _in_order(session: Session, pair: list[Dossier]) -> list[Dossier]:
    """The one that is kept, then the other."""

    def rank(one: Dossier) -> tuple[bool, dt.datetime, int]:
        home = session.get_one(Source, one.source_id).kind is SourceKind.HOME
        received = one.accepted_at or one.submitted_at or one.arrived_at or one.recorded_at
        return counts_first(Seen(one.id, one.source_id, home, one.procedure_id, "", received, one.state))

    return sorted(pair, key=rank)


def _remember(session: Session, merged: Dossier) -> dict[str, Any]:
    """What the merged one was, to be given back: its clock's end, its codes, what others said of it."""
    codes = select(DossierCode.code).where(DossierCode.dossier_id == merged.id).order_by(DossierCode.code)
    shown = select(Sighting.code).where(Sighting.dossier_id == merged.id).order_by(Sighting.code)
    kept = {name: _written(getattr(merged, name)) for name in ("state", *_REMEMBERED)}
    return kept | {
        "codes": list(session.execute(codes).scalars()), "sightings": list(session.execute(shown).scalars())
    }  # fmt: skip


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value and getattr(value, "value", value)


def _read(name: str, value: Any) -> Any:
    if value is None or name == "worked_minutes":
        return value
    if name == "finish_class":
        return FinishClass(value)
    return dt.date.fromisoformat(value) if name == "closed_on" else dt.datetime.fromisoformat(value)


def _sighting(kept: Dossier, merged: Dossier, now: dt.datetime) -> Sighting:
    """What the merged one's system says, as far as is known."""
    said = {name: getattr(merged, name) for name in sightings.SAID}
    sighting = Sighting(
        source_id=merged.source_id, code=merged.code, dossier_id=kept.id, merged_id=merged.id,
        as_of=merged.source_as_of, state_since=merged.source_as_of or now, **said,
    )  # fmt: skip
    sightings.compare(kept, sighting, now)
    return sighting


def _stand_aside(session: Session, merged: Dossier, now: dt.datetime) -> None:
    """Out of all that is counted or alerted. An open pause stays as it is: a closed clock holds nothing."""
    minute = now.replace(second=0, microsecond=0)
    closed_at = merged.closed_at or max(minute, merged.accepted_at or minute)
    merged.state, merged.finish_class, merged.worked_minutes = State.CANCELLED, None, None
    merged.unseen_since = None
    deadlines.close(session, merged, closed_at)
    alertclosing.close_for_dossier(session, merged.id, now)


def _lead_to(session: Session, before: dict[str, Any], leaving: int, to: int) -> None:
    """Have codes, what their systems sent under them, and what others say, belong to another dossier."""
    claims.lead_to(session, before["codes"], leaving, to)
    codes = DossierCode.code.in_(before["codes"])
    session.execute(update(DossierCode).where(codes, DossierCode.dossier_id == leaving).values(dossier_id=to))
    # No version that a dossier can have: a file is not taken back past a match.
    sent = update(ImportedRow).where(ImportedRow.code.in_(before["codes"]), ImportedRow.dossier_id == leaving)
    session.execute(sent.values(dossier_id=to, dossier_version=0, change=None))
    shown = update(Sighting).where(Sighting.code.in_(before["sightings"]), Sighting.dossier_id == leaving)
    session.execute(shown.values(dossier_id=to).execution_options(synchronize_session="fetch"))


def _ask_again(session: Session, before: dict[str, Any], dossier_id: int) -> None:
    """Have the next rows of these codes read whole: what came while it stood aside did not reach it."""
    sent = update(ImportedRow).where(
        ImportedRow.code.in_(before["codes"]), ImportedRow.dossier_id == dossier_id
    )
    session.execute(sent.values(content_hash=""))


def _index(session: Session, *pair: Dossier) -> None:
    """What each is found by, now that codes have moved: what stands aside, by nothing."""
    for one in pair:
        if one.matched is Matched.MERGED:
            search.forget(session, one.id)
            continue
        people = select(Owner.name_folded).where(Owner.id.in_((one.owner_id, one.applicant_id)))
        names = [name for name in session.execute(people.order_by(Owner.id)).scalars() if name]
        places = {one.receiving_agency_id, one.resolving_agency_id, one.returning_agency_id}
        search.index_again(session, one.id, names, places)


def _decide(
    session: Session, match: DossierMatch, state: MatchState, action: str, person: Person, now: dt.datetime
) -> None:
    match.state, match.decided_at, match.decided_by_id = state, now, person.user_id
    audit.note(
        session, action, actor_id=person.user_id, now=now, object_type="match", object_id=match.id,
        facts={"dossiers": [match.first_id, match.second_id]},
    )  # fmt: skip
