"""A supplement request: all that is missing, once, with reason, basis and a day; at any stage."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.receptionfacts import Paper
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.reception import SupplementRequest
from tthc_tracker.services.acting import Target

LONGEST = 500
LONGEST_BASIS = 300
MOST_PAPERS = 60
LONGEST_WAIT = dt.timedelta(days=366)


@dataclass(frozen=True)
class AskSupplement:
    """All that is missing, at once. content: what is to be put right besides papers; again_because: why a
    second request is made, which the first answer should have made needless."""

    target: Target
    papers: tuple[Paper, ...]
    content: str
    reason: str
    basis: str
    reply_by: dt.date | None
    again_because: str = ""


@dataclass(frozen=True)
class Checked:
    """A request that may be made."""

    papers: list[dict[str, Any]]
    content: str
    reason: str
    basis: str
    reply_by: dt.date
    again_because: str


def checked(session: Session, command: AskSupplement, dossier: Dossier, today: dt.date) -> Checked:
    """The request, cleaned.

    Raises:
        InvalidInput: nothing asked for, no reason or basis, no day in the future, or asked again without
        saying why.
    """
    papers = [asdict(paper) | {"digitised": False} for paper in command.papers]
    content = words("content", command.content, LONGEST)
    if not papers and not content:
        raise InvalidInput("papers", "Hãy chọn giấy tờ còn thiếu, hoặc ghi nội dung cần hoàn thiện.")
    if len(papers) > MOST_PAPERS:
        raise InvalidInput("papers", f"Nhiều nhất {MOST_PAPERS} loại giấy tờ.")
    reason = words("reason", command.reason, LONGEST, missing="Hãy ghi lý do cần bổ sung.")
    basis = words("basis", command.basis, LONGEST_BASIS, missing="Hãy ghi căn cứ của yêu cầu bổ sung.")
    again = words("again_because", command.again_because, LONGEST)
    if not again and times_asked(session, dossier.id):
        raise InvalidInput(
            "again_because", "Hồ sơ đã được yêu cầu bổ sung một lần. Hãy ghi vì sao phải yêu cầu thêm."
        )
    return Checked(papers, content, reason, basis, answer_by(command.reply_by, today), again)


def write(session: Session, dossier: Dossier, asked: DossierEvent, request: Checked) -> None:
    """Keep a request under the event that asked, so that its slip can be printed again."""
    session.flush()
    session.add(
        SupplementRequest(
            dossier_id=dossier.id, seq=asked.seq, round=dossier.reception_round, asked_at=asked.occurred_at,
            asked_by_id=asked.actor_id, papers=request.papers, content=request.content,
            reason=request.reason, basis=request.basis, reply_by=request.reply_by,
            again_because=request.again_because,
        )
    )  # fmt: skip


def times_asked(session: Session, dossier_id: int) -> int:
    """How many supplement requests there have been."""
    asked = select(func.count()).where(SupplementRequest.dossier_id == dossier_id)
    return session.execute(asked).scalar_one()


def answer_by(day: dt.date | None, today: dt.date, field: str = "reply_by") -> dt.date:
    """A day by which somebody has to answer.

    Raises:
        InvalidInput: none, not after today, or more than a year away.
    """
    if day is None or not today < day <= today + LONGEST_WAIT:
        raise InvalidInput(field, "Hãy chọn một ngày sau hôm nay, trong vòng một năm.")
    return day


def words(field: str, text: str, longest: int, *, missing: str = "") -> str:
    """What was typed, its lines kept and cleaned.

    Raises:
        InvalidInput: too long; or nothing, where `missing` says that something is needed.
    """
    said = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if missing and not said:
        raise InvalidInput(field, missing)
    if len(said) > longest:
        raise InvalidInput(field, f"Dài quá {longest} ký tự. Hãy rút gọn.")
    return said
