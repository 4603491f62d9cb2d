"""Erase who is named on ended dossiers: every place that holds him, and nothing that is counted.

What stays: the dossier, its dates and codes, its events and audit entries with the chain over them, the
printing of each paper with its digest. Personal parts and papers are kept whole or not at all, so what they
say of another party to the same dossier goes too. docs/decisions/0026 says how names in reasons are kept out.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.personaldata import without
from tthc_tracker.domain.retention import ErasureCause
from tthc_tracker.models.alert import Alert, AlertRecipient, AlertSnooze, OutboxMessage, PastRecipient
from tthc_tracker.models.apology import Apology, Lateness
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fieldreport import FieldReport, FieldReportPassage
from tthc_tracker.models.handover import Collection as Collected
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import DossierEvent, EventPrivate, Pause
from tthc_tracker.models.importing import ImportBatch, ImportedRow, SourceWords
from tthc_tracker.models.keptlist import ListExport
from tthc_tracker.models.person import Person
from tthc_tracker.models.personaldata import PersonalErasure
from tthc_tracker.models.procedure import ProcedureComponent
from tthc_tracker.models.process import StepRun
from tthc_tracker.models.reception import DossierComponent, SupplementRequest
from tthc_tracker.models.urging import UrgingRow
from tthc_tracker.queries.applicantmail import keys_of
from tthc_tracker.services import audit, events, printing, search
from tthc_tracker.services.acting import agency_ids
from tthc_tracker.services.events import Actor
from tthc_tracker.wording.personaldata import ERASED

# What people typed about a dossier, outside its history: column by column, by the dossier's id.
_TYPED: tuple[tuple[InstrumentedAttribute[int], tuple[InstrumentedAttribute[str], ...]], ...] = (
    (Pause.dossier_id, (Pause.note,)),
    (SupplementRequest.dossier_id, (
        SupplementRequest.content, SupplementRequest.reason, SupplementRequest.again_because,
    )),
    (Apology.dossier_id, (Apology.reason, Apology.refused_because)),
    (Lateness.dossier_id, (Lateness.note,)),
    (UrgingRow.dossier_id, (UrgingRow.words,)),
    (Handover.dossier_id, (Handover.note, Handover.reason)),
    (StepRun.dossier_id, (StepRun.reason,)),
    (SourceWords.dossier_id, (SourceWords.note, SourceWords.supplements)),
)  # fmt: skip
_AT_REST = (BatchState.UNUSABLE, BatchState.DROPPED, BatchState.DONE, BatchState.FAILED, BatchState.UNDONE)


@dataclass
class Erased:
    """What was erased. lines: of history written before reasons were kept apart, which tell a name still.

    imports, letters, photos: names of files that the caller removes once this is committed; files of lists go
    with their rows.
    """

    dossiers: int = 0
    reports: int = 0
    papers: int = 0
    lines: int = 0
    imports: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)

    def add(self, other: "Erased") -> None:
        """Count another part with this one."""
        self.dossiers += other.dossiers
        self.papers += other.papers
        self.lines += other.lines
        self.imports += other.imports
        self.letters += other.letters
        self.reports += other.reports
        self.photos += other.photos


def erase_dossiers(
    session: Session,
    dossiers: Sequence[Dossier],
    cause: ErasureCause,
    *,
    persons: Collection[int] | None = None,
    basis: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Erased:
    """Erase what is personal on these dossiers, held by the caller and known to have ended.

    persons: whose (rows of `person`); None: of everybody named on them. basis: the legal ground, in words.
    """
    ids = [one.id for one in dossiers]
    erased = Erased(dossiers=len(ids), lines=_lines_that_tell(session, dossiers))
    erased.papers = printing.forget(session, tuple(ids))
    session.execute(delete(EventPrivate).where(EventPrivate.dossier_id.in_(ids)))
    _typed(session, ids)
    _papers_named(session, ids)
    erased.letters = _letters(session, dossiers)
    erased.imports = _files(session, ids)
    _people(session, dossiers, persons)
    for dossier in dossiers:
        dossier.abstract, dossier.returned_to = "", None
        search.index_again(session, dossier.id, _names_left(session, dossier), agency_ids(dossier))
        events.append(
            session, dossier, EventKind.PERSONAL_ERASED, actor=actor, now=now, reason=basis,
            facts={"erased": cause.value},
        )  # fmt: skip
        session.merge(
            PersonalErasure(dossier_id=dossier.id, erased_at=now, erased_by_id=actor.user_id, cause=cause)
        )
    session.flush()
    return erased


def erase_field_reports(
    session: Session,
    reports: Sequence[FieldReport],
    cause: ErasureCause,
    *,
    actor_id: int | None,
    reason: str = "",
    now: dt.datetime,
) -> Erased:
    """Erase what is personal on answered field reports: contact, whatever people typed, the photo.

    What stays: kind, agencies, dates, whether it was in time: all that is counted.
    """
    ids = [one.id for one in reports]
    erased = Erased(reports=len(ids), photos=[one.photo for one in reports if one.photo])
    passed = update(FieldReportPassage).where(FieldReportPassage.report_id.in_(ids))
    session.execute(passed.values(reason=ERASED))
    _said_of_alerts(session, Alert.field_report_id.in_(ids))
    session.execute(delete(ListExport).where(ListExport.status == "ready"))
    for report in reports:
        report.place = report.words = report.answer = ERASED
        report.contact_name = report.contact_phone = report.contact_email = report.photo = None
        report.fingerprint, report.published, report.erased_at = "", False, now
        report.version += 1
        audit.note(
            session, "field_report_erased", actor_id=actor_id, now=now, object_type="field_report",
            object_id=report.code, agency_id=report.handling_agency_id,
            facts={"cause": cause.value, "reason": reason},
        )  # fmt: skip
    session.flush()
    return erased


def _typed(session: Session, ids: list[int]) -> None:
    """Words stay words, so that what is counted by there being some is counted still."""
    for key, columns in _TYPED:
        for column in columns:
            typed = update(column.class_).where(key.in_(ids), column != "")
            session.execute(typed.values({column.key: ERASED}))
    _said_of_alerts(session, and_(Alert.subject_type == "dossier", Alert.subject_id.in_(ids)))
    collected = update(Collected).where(Collected.dossier_id.in_(ids))
    session.execute(collected.values(receiver=ERASED, paper_number=""))


def _said_of_alerts(session: Session, chosen: ColumnElement[bool]) -> None:
    """Whatever people typed in answer to these alerts."""
    its = select(Alert.id).where(chosen)
    typed = (
        update(Alert).where(chosen, Alert.note != "").values(note=ERASED),
        update(AlertSnooze).where(AlertSnooze.alert_id.in_(its)).values(reason=ERASED),
        *(
            update(row).where(row.alert_id.in_(its), row.said != "").values(said=ERASED)
            for row in (AlertRecipient, PastRecipient)
        ),
    )
    for erased in typed:
        session.execute(erased, execution_options={"synchronize_session": False})


def _papers_named(session: Session, ids: list[int]) -> None:
    """Names of papers that no catalogue knows were typed, perhaps with somebody's name in them."""
    known = select(ProcedureComponent.name)
    typed = update(DossierComponent).where(
        DossierComponent.dossier_id.in_(ids), DossierComponent.name.not_in(known)
    )
    session.execute(typed.values(name=ERASED), execution_options={"synchronize_session": False})
    asked = session.execute(select(SupplementRequest).where(SupplementRequest.dossier_id.in_(ids)))
    for request in asked.scalars():
        names = [str(paper["name"]) for paper in request.papers]
        kept = set(session.execute(known.where(ProcedureComponent.name.in_(names))).scalars())
        request.papers = [
            paper if paper["name"] in kept else {**paper, "name": ERASED} for paper in request.papers
        ]


def _letters(session: Session, dossiers: Sequence[Dossier]) -> list[str]:
    """Call back letters that have not left; what a mail server said of an address goes. Their Message-IDs."""
    keys = [key for one in dossiers for letter in ApplicantLetter for key in keys_of(letter, one)]
    theirs = OutboxMessage.dedup_key.in_(keys)
    waiting = update(OutboxMessage).where(theirs, OutboxMessage.status.in_(("pending", "held")))
    session.execute(waiting.values(status="cancelled"))
    gone = update(OutboxMessage).where(theirs).values(last_error="", to_address="")
    return list(session.execute(gone.returning(OutboxMessage.message_id)).scalars())


def _files(session: Session, ids: list[int]) -> list[str]:
    """Let go of files that may name them: those that brought these dossiers, and every file of a list."""
    session.execute(delete(ListExport).where(ListExport.status == "ready"))
    row = ImportedRow
    of_rows = select(row.batch_id, row.first_batch_id, row.changed_batch_id).where(row.dossier_id.in_(ids))
    batches = {batch for found in session.execute(of_rows) for batch in found}
    theirs = (
        ImportBatch.id.in_(batches), ImportBatch.stored.is_not(None), ImportBatch.state.in_(_AT_REST),
    )  # fmt: skip
    names = list(session.execute(select(ImportBatch.stored).where(*theirs)).scalars())
    session.execute(update(ImportBatch).where(*theirs).values(stored=None))
    return [name for name in names if name]


def _people(session: Session, dossiers: Sequence[Dossier], persons: Collection[int] | None) -> None:
    """Make nobody of these people. A row that another dossier needs stays, and nobody takes its place."""
    ids = [one.id for one in dossiers]
    named = {number for one in dossiers for number in (one.owner_id, one.applicant_id)}
    going = named if persons is None else named & set(persons)
    used = select(Dossier.owner_id, Dossier.applicant_id).where(
        or_(Dossier.owner_id.in_(going), Dossier.applicant_id.in_(going)), Dossier.id.not_in(ids)
    )
    shared = {number for pair in session.execute(used) for number in pair} & going
    for number in sorted(going):
        row = session.get_one(Person, number)
        if number not in shared:
            _make_nobody(row)
            continue
        nobody = Person(kind=row.kind)
        _make_nobody(nobody)
        session.add(nobody)
        session.flush()
        for one in dossiers:
            one.owner_id = nobody.id if one.owner_id == number else one.owner_id
            one.applicant_id = nobody.id if one.applicant_id == number else one.applicant_id
    session.flush()


def _make_nobody(row: Person) -> None:
    row.full_name, row.name_folded = ERASED, ""
    for column in Person.__table__.columns:  # those of tomorrow too
        if column.nullable:
            setattr(row, column.key, None)


def _names_left(session: Session, dossier: Dossier) -> list[str]:
    """The folded names of whoever is still named."""
    parties = (session.get_one(Person, one) for one in (dossier.owner_id, dossier.applicant_id))
    return [party.name_folded for party in parties if party.name_folded]


def _lines_that_tell(session: Session, dossiers: Sequence[Dossier]) -> int:
    """How many reasons of their history name them: kept apart today, but not when history was younger."""
    many = 0
    for dossier in dossiers:
        known = events.known_of(session, dossier)
        said = select(DossierEvent.reason).where(
            DossierEvent.dossier_id == dossier.id, DossierEvent.reason != ""
        )
        many += sum(without(reason, known) != reason for reason in session.execute(said).scalars())
    return many
