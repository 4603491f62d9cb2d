"""Dossiers that two systems show: what was proposed and decided, and what the other system says of one."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.differing import Field
from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.matching import MatchState
from tthc_tracker.models.base import Base, one_of

_STANDS = "state = 'confirmed'"


class DossierMatch(Base):
    """Two dossiers that may be one; a pair stands here once: what was refused is never proposed again.

    kept_id, merged_id, their versions and before: of one that is confirmed, what it came to and what the
    merged one was (services.matches), so that it can be undone.
    """

    __tablename__ = "dossier_match"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        Index("ix_dossier_match_second_id", "second_id"),
        Index("ix_dossier_match_state", "state", "id"),
        Index(
            "uq_dossier_match_merged_id", "merged_id", unique=True, sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
        Index("ix_dossier_match_kept_id", "kept_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))  # the smaller number of the two
    second_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    state: Mapped[MatchState] = mapped_column(one_of(MatchState, "match_state"), default=MatchState.PROPOSED)
    proposed_at: Mapped[dt.datetime]
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batch.id")
    )  # the file that brought the later one
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    kept_id: Mapped[int | None]
    merged_id: Mapped[int | None]
    kept_version: Mapped[int | None]
    merged_version: Mapped[int | None]
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Sighting(Base):
    """What a system that does not own a dossier says of it, under that system's code; nothing personal.

    as_of: the moment its data speaks of; state_since: since when it says this status; differs_since: since
    when that counts as something else than the dossier's own (services.sightings), NULL while they agree.
    """

    __tablename__ = "sighting"
    __table_args__ = (
        Index("ix_sighting_dossier_id", "dossier_id"),
        Index(
            "ix_sighting_differs", "differs_since", "merged_id",
            sqlite_where=text("differs_since IS NOT NULL"),
            postgresql_where=text("differs_since IS NOT NULL"),
        ),
    )  # fmt: skip

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    merged_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))  # the record it had of its own
    state: Mapped[State] = mapped_column(one_of(State, "sighting_state"))
    submitted_at: Mapped[dt.datetime | None]
    accepted_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    returned_at: Mapped[dt.datetime | None]
    as_of: Mapped[dt.datetime | None]
    state_since: Mapped[dt.datetime]
    differs_since: Mapped[dt.datetime | None]


class SourceClaim(Base):
    """What a source says under a code that another source owns; nothing personal.

    same_owner: whether it names the same person. batch_id: the file that said so first, NULL: by interface.
    """

    __tablename__ = "source_claim"
    __table_args__ = (
        Index("ix_source_claim_dossier_id", "dossier_id"),
        Index("ix_source_claim_batch_id", "batch_id"),
    )

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    batch_id: Mapped[int | None]
    state: Mapped[State] = mapped_column(one_of(State, "claim_state"))
    procedure_code: Mapped[str] = mapped_column(String(40))
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "claim_channel"))
    receiving_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    resolving_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    same_owner: Mapped[bool]
    submitted_at: Mapped[dt.datetime | None]
    accepted_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    returned_at: Mapped[dt.datetime | None]
    first_at: Mapped[dt.datetime]
    as_of: Mapped[dt.datetime]


class SourceDifference(Base):
    """A field of a dossier of which another source says something else: what, and since when."""

    __tablename__ = "source_difference"
    __table_args__ = (
        UniqueConstraint("source_id", "code", "field"),
        Index("ix_source_difference_dossier_id", "dossier_id"),
        Index("ix_source_difference_since", "since", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    code: Mapped[str] = mapped_column(String(40))
    field: Mapped[Field] = mapped_column(one_of(Field, "difference_field"))
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    said: Mapped[str] = mapped_column(String(100))
    since: Mapped[dt.datetime]
