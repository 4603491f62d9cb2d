"""The dossier (hồ sơ): who, what, where, its clock, its end. Dates of the clock are projections."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, TextClause, false, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.lifecycle import Channel, FinishClass, ResultKind, ReturnMethod, State
from tthc_tracker.domain.matching import Matched
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.base import Base, BigId, one_of

_OPEN = text("closed_at IS NULL AND accepted_at IS NOT NULL")
_RUNNING = text("closed_at IS NULL AND accepted_at IS NOT NULL AND paused_since IS NULL")
_AT_DESK = text(
    "closed_at IS NULL AND accepted_at IS NOT NULL AND holding_unit_id IS NULL AND officer_id IS NULL"
)
_UNBALANCED = text(
    "finish_class IS NULL AND closed_at IS NOT NULL AND due_at IS NOT NULL AND accepted_at IS NOT NULL"
)
_WAITING = text("closed_at IS NULL AND accepted_at IS NULL")
_REAPPOINTED = text("reappointed_at IS NOT NULL AND closed_at IS NULL")
_OWED = text("handover_due_at IS NOT NULL AND handover_confirmed_at IS NULL AND closed_at IS NULL")
# By what what is late is filtered: told by its index, for else each late dossier is looked at.
_OF = ("resolving_agency_id", "receiving_agency_id")
_FIELD, _HOLDER = ("sector_id", "channel"), ("officer_id", "holding_unit_id")
_NARROWED = (*_FIELD, "procedure_id", "source_id", *_HOLDER, *_OF)
_ELSEWHERE = ("returning_agency_id", "step_agency_id")
# What start pages count of what is open: due soon, late without the apology that it could have.
_COUNTED = ("due_soon_from", "reappointed_at", "limit_unit", "limit_amount")
_CLOCK = ("paused_since", "overdue_from", *_COUNTED)
_WAITING_FILTERS = (
    "reception_late_from", "reception_answered_at", *_OF,
    "returning_agency_id", "step_agency_id", "sector_id", "channel", "procedure_id", "source_id",
)  # fmt: skip


def _index(name: str, *columns: str, where: TextClause | None = None) -> Index:
    if where is None:
        return Index(f"ix_dossier_{name}", *columns)
    return Index(f"ix_dossier_{name}", *columns, sqlite_where=where, postgresql_where=where)


class Dossier(Base):
    """One dossier. `id` = year first known × 10^10 + serial, so that years are partitions.

    A = accepted_at/on, F = closed_at/on (finish, or the decision that refused, withdrew, stopped or
    cancelled), D = due_at/on: docs/law.md, statistics. Only services.deadlines writes the dates of the clock.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        CheckConstraint(
            "closed_at IS NULL OR accepted_at IS NULL OR closed_at >= accepted_at", name="closed"
        ),
        CheckConstraint("(accepted_at IS NULL) = (accepted_on IS NULL)", name="accepted"),
        CheckConstraint("(closed_at IS NULL) = (closed_on IS NULL)", name="closed_on"),
        _index("code", "code"),
        _index("overdue", "overdue_from", "id", *_NARROWED, *_ELSEWHERE, *_COUNTED, where=_RUNNING),
        _index("late_of", *_FIELD, "overdue_from", "id", *_NARROWED[2:], where=_RUNNING),
        _index("resolving_open", "resolving_agency_id", *_CLOCK, *_HOLDER, where=_OPEN),
        _index("receiving_open", "receiving_agency_id", *_CLOCK, where=_OPEN),
        _index("returning_open", "returning_agency_id", *_CLOCK, where=_OPEN),
        _index("unit_open", "holding_unit_id", "paused_since", "overdue_from", where=_OPEN),
        _index("officer_open", "officer_id", "paused_since", "overdue_from", where=_OPEN),
        _index("waiting", "reception_due_at", "id", *_WAITING_FILTERS, where=_WAITING),
        _index("waiting_desk", "receiving_agency_id", "reception_due_at", where=_WAITING),
        _index("next_check", "next_check_at", where=text("next_check_at IS NOT NULL")),
        _index("accepted_on", "accepted_on", "resolving_agency_id"),
        _index("closed_on", "closed_on", "resolving_agency_id"),
        _index("desk_accepted", "receiving_agency_id", "accepted_at"),
        _index("returned", "returned_at", "receiving_agency_id", where=text("returned_at IS NOT NULL")),
        _index("at_desk", "receiving_agency_id", "accepted_at", where=_AT_DESK),
        _index("to_collect", "returning_agency_id", "closed_at", where=text("state = 'finished'")),
        _index("handover_owed", "receiving_agency_id", "handover_due_at", where=_OWED),
        _index("applicant", "applicant_id"),
        _index("owner", "owner_id"),
        _index("elsewhere", "step_agency_id", *_CLOCK, where=text("step_agency_id IS NOT NULL")),
        _index("reappointed", "overdue_from", "id", where=_REAPPOINTED),
        _index("unseen", "source_id", where=text("unseen_since IS NOT NULL")),
        _index("day_off", "resolving_agency_id", "id", where=text("due_on_day_off AND closed_at IS NULL")),
        _index("unbalanced", "resolving_agency_id", "id", where=_UNBALANCED),
        _index("no_due", "resolving_agency_id", where=text("due_at IS NULL AND accepted_at IS NOT NULL")),
        {"postgresql_partition_by": "RANGE (id)"},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[State] = mapped_column(one_of(State, "dossier_state"))
    recorded_at: Mapped[dt.datetime]

    # what
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    source_as_of: Mapped[dt.datetime | None]  # moment of the source's data, for a mirror
    unseen_since: Mapped[dt.datetime | None]  # of the full list of its source from which it is missing
    refused_since: Mapped[dt.datetime | None]  # what its source said of it last could not be taken
    matched: Mapped[Matched | None] = mapped_column(one_of(Matched, "dossier_matched"))  # NULL: seen by one
    claimed: Mapped[bool] = mapped_column(default=False, server_default=false())  # by another source's code
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    procedure_version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"))
    case_code: Mapped[str] = mapped_column(String(40), default="", server_default="")  # of its procedure
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "dossier_channel"))
    abstract: Mapped[str] = mapped_column(String(500), default="")
    sets: Mapped[int] = mapped_column(default=1)  # số bộ hồ sơ
    quantity: Mapped[int | None]  # số bản kết quả, where they are counted; statistics count one dossier

    # who
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    # where
    receiving_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    resolving_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    returning_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    holding_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    step_agency_id: Mapped[int | None]  # while a step of another agency runs: its open run's (step_run)
    held_since: Mapped[dt.datetime | None]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))

    # the reception clock (online, post); rounds are rows of reception_round
    submitted_at: Mapped[dt.datetime | None]
    arrived_at: Mapped[dt.datetime | None]
    reception_round: Mapped[int] = mapped_column(default=0)
    reception_due_at: Mapped[dt.datetime | None]  # of the current round
    reception_due_on: Mapped[dt.date | None]
    reception_late_from: Mapped[dt.datetime | None]
    reception_answered_at: Mapped[dt.datetime | None]

    # the hand-over clock, of a dossier accepted for another agency; hand-overs are rows of handover
    handover_due_at: Mapped[dt.datetime | None]
    handover_confirmed_at: Mapped[dt.datetime | None]

    # the resolution clock
    accepted_at: Mapped[dt.datetime | None]
    accepted_on: Mapped[dt.date | None]
    limit_amount: Mapped[Decimal | None] = mapped_column(Numeric(8, 2, asdecimal=True))
    limit_unit: Mapped[LimitUnit | None] = mapped_column(one_of(LimitUnit, "dossier_limit_unit"))
    rounding: Mapped[str] = mapped_column(String(20), default="same_hour")
    due_given: Mapped[bool] = mapped_column(default=False)  # a promise imported and kept as given
    due_on_day_off: Mapped[bool] = mapped_column(default=False)
    due_provisional: Mapped[bool] = mapped_column(default=False)
    due_version: Mapped[int] = mapped_column(default=1)
    first_due_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    due_on: Mapped[dt.date | None]
    current_due_at: Mapped[dt.datetime | None]
    late_from: Mapped[dt.datetime | None]
    overdue_from: Mapped[dt.datetime | None]
    due_soon_from: Mapped[dt.datetime | None]
    very_overdue_from: Mapped[dt.datetime | None]
    reappointed_at: Mapped[
        dt.datetime | None
    ]  # when its apology was approved: the second date is current_due_at
    paused_since: Mapped[dt.datetime | None]
    next_check_at: Mapped[dt.datetime | None]

    # the end
    closed_at: Mapped[dt.datetime | None]
    closed_on: Mapped[dt.date | None]
    finish_class: Mapped[FinishClass | None] = mapped_column(one_of(FinishClass, "finish_class"))
    worked_minutes: Mapped[int | None]  # working minutes from acceptance to finish, pauses left out
    result_kind: Mapped[ResultKind | None] = mapped_column(one_of(ResultKind, "result_kind"))
    result_number: Mapped[str | None] = mapped_column(String(60))
    result_on: Mapped[dt.date | None]
    by_post: Mapped[bool] = mapped_column(default=False, server_default=false())  # asked for at reception
    by_portal: Mapped[bool] = mapped_column(default=False, server_default=false())  # or online; never both
    returned_at: Mapped[dt.datetime | None]
    returned_to: Mapped[str | None] = mapped_column(String(200))
    return_method: Mapped[ReturnMethod | None] = mapped_column(one_of(ReturnMethod, "return_method"))

    # money and paper
    fee_due: Mapped[int] = mapped_column(default=0)  # đồng
    fee_state: Mapped[str] = mapped_column(String(20), default="none")  # none|due|paid|exempt
    fee_method: Mapped[str | None] = mapped_column(String(20))  # cash|transfer|online
    fully_electronic: Mapped[bool | None]  # NULL: not known (imports)
    components_digitised: Mapped[bool | None]
    result_digitised: Mapped[bool | None]  # kept as an electronic file; NULL: nobody said
    receipt_token_hash: Mapped[str | None] = mapped_column(String(64))
    receipt_prints: Mapped[int] = mapped_column(default=0)


class DossierCode(Base):
    """Every code a dossier is known by. Not partitioned, so that a code is unique for ever."""

    __tablename__ = "dossier_code"
    __table_args__ = (Index("ix_dossier_code_dossier_id", "dossier_id"),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(BigId, ForeignKey("dossier.id"))
    kind: Mapped[str] = mapped_column(String(20), default="primary")  # primary|ministry|province|portal
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))  # of our own series only
    day: Mapped[dt.date | None]
    seq: Mapped[int | None]
