"""What a clerk noted at the counter, checked field by field, and how it is kept."""

import datetime as dt
import re
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, UncleanText
from tthc_tracker.domain.folding import clean, clean_phone, fold
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel
from tthc_tracker.domain.people import read_id
from tthc_tracker.domain.receptionfacts import FEE_METHODS, FEE_STATES, Fee, Paper, Party, ReceptionFacts
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.queries.reception import Desk, agencies

MOST_PAPERS = 60
MOST_COPIES = 99
MOST_RESULTS = 999
DEAREST = 10**12

_EMAIL = re.compile(r"\A[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+\Z")


@dataclass(frozen=True)
class Places:
    """The three organisations of a dossier."""

    receiving: Desk
    resolving: Desk
    returning: Desk


def checked(facts: ReceptionFacts, accepted_at: dt.datetime, *, online: bool = False) -> ReceptionFacts:
    """The facts in the form they are kept in. online: of a dossier that was submitted online.

    Raises:
        InvalidInput: the first field that cannot be kept, as named in ReceptionFacts (an owner's: `owner_…`).
    """
    if facts.channel is Channel.ONLINE and not online:
        raise InvalidInput("channel", "Hồ sơ trực tuyến được tiếp nhận trên Cổng, không nhập tại quầy.")
    if not 1 <= facts.sets <= MOST_COPIES:
        raise InvalidInput("sets", f"Số bộ hồ sơ từ 1 đến {MOST_COPIES}.")
    if facts.quantity is not None and not 1 <= facts.quantity <= MOST_RESULTS:
        raise InvalidInput("quantity", f"Số bản từ 1 đến {MOST_RESULTS}; hoặc để trống.")
    if facts.by_portal and facts.applicant.post_address.strip():
        raise InvalidInput("return_way", "Chỉ chọn một cách nhận kết quả: qua bưu chính hoặc trực tuyến.")
    return replace(
        facts,
        applicant=_party(facts.applicant, ""),
        owner=_party(facts.owner, "owner_") if facts.owner else None,
        arrived_at=_arrived(facts, accepted_at),
        papers=tuple(_paper(paper) for paper in _papers(facts)),
        fee=_fee(facts.fee),
        abstract=_text("abstract", facts.abstract, 500),
        note=_text("note", facts.note, 500),
    )


def _text(field: str, value: str, longest: int) -> str:
    try:
        text = clean(value)
    except UncleanText as error:
        code = f"U+{ord(error.character):04X}"
        raise InvalidInput(field, f"Có ký tự không đọc được ({code}). Hãy gõ lại.") from None
    if len(text) > longest:
        raise InvalidInput(field, f"Dài quá {longest} ký tự. Hãy rút gọn.")
    return text


def _party(party: Party, prefix: str) -> Party:
    name = _text(f"{prefix}full_name", party.full_name, 200)
    if not name:
        whose = "chủ hồ sơ" if prefix else "người nộp"
        raise InvalidInput(f"{prefix}full_name", f"Hãy ghi tên {whose}.")
    number = read_id(_text(f"{prefix}id_number", party.id_number, 1000)).number[:40]
    reason = _text(f"{prefix}no_id_reason", party.no_id_reason, 200)
    if not number and not reason and not prefix:
        raise InvalidInput("id_number", "Hãy ghi số giấy tờ, hoặc ghi lý do không có.")
    email = _text(f"{prefix}email", party.email, 254)
    if email and not _EMAIL.match(email):
        raise InvalidInput(f"{prefix}email", "Địa chỉ thư không đúng; cần dạng ten@noi.vn, hoặc để trống.")
    phone = clean_phone(party.phone) if party.phone.strip() else ""
    if phone is None:
        raise InvalidInput(f"{prefix}phone", "Số điện thoại có 9 đến 11 chữ số; hoặc để trống.")
    citizen = party.kind is ApplicantKind.CITIZEN
    return replace(
        party,
        full_name=name,
        id_number=number,
        no_id_reason="" if number else reason,
        birth_on=party.birth_on if citizen else None,
        sex=party.sex if citizen else None,
        address=_text(f"{prefix}address", party.address, 300),
        phone=phone,
        email=email,
        post_address=_text(f"{prefix}post_address", party.post_address, 300),
    )


def _arrived(facts: ReceptionFacts, accepted_at: dt.datetime) -> dt.datetime | None:
    if facts.channel is Channel.COUNTER:
        return None
    arrived = (facts.arrived_at or accepted_at).replace(second=0, microsecond=0)
    if arrived > accepted_at:
        raise InvalidInput("arrived_at", "Hồ sơ không thể đến sau khi đã tiếp nhận.")
    return arrived


def _papers(facts: ReceptionFacts) -> list[Paper]:
    """Those that were handed in: a line without a copy and without a scan is a paper that is missing."""
    papers = [
        paper
        for paper in facts.papers
        if paper.originals or paper.certified or paper.copies or paper.digitised
    ]
    if len(papers) > MOST_PAPERS:
        raise InvalidInput("papers", f"Nhiều nhất {MOST_PAPERS} loại giấy tờ.")
    return papers


def _paper(paper: Paper) -> Paper:
    name = _text("papers", paper.name, 500)
    if not name:
        raise InvalidInput("papers", "Giấy tờ có số lượng phải có tên.")
    if not all(0 <= count <= MOST_COPIES for count in (paper.originals, paper.certified, paper.copies)):
        raise InvalidInput("papers", f"Số lượng của “{name[:60]}” phải từ 0 đến {MOST_COPIES}.")
    return replace(paper, name=name)


def _fee(fee: Fee) -> Fee:
    if fee.state not in FEE_STATES:
        raise InvalidInput("fee_state", "Hãy chọn tình trạng phí, lệ phí trong danh sách.")
    if fee.state == "none":
        return Fee()
    if not 0 <= fee.amount < DEAREST or (fee.amount == 0 and fee.state != "exempt"):
        raise InvalidInput("fee_amount", "Hãy ghi số tiền bằng đồng, lớn hơn 0.")
    if fee.state != "paid":
        return replace(fee, method=None)
    if fee.method not in FEE_METHODS:
        raise InvalidInput("fee_method", "Hãy chọn cách nộp tiền.")
    return fee


def places(session: Session, receiving_id: int, facts: ReceptionFacts, day: dt.date) -> Places:
    """The three organisations, all at work on that day.

    Raises:
        InvalidInput: one of them is closed, or does not exist.
    """
    wanted = {
        "receiving_agency": receiving_id,
        "resolving_agency": facts.resolving_agency_id or receiving_id,
        "returning_agency": facts.returning_agency_id or receiving_id,
    }
    known = agencies(session)
    for field, agency_id in wanted.items():
        if agency_id not in known or not known[agency_id].works_on(day):
            raise InvalidInput(field, "Cơ quan này không còn hoạt động. Hãy chọn cơ quan kế thừa.")
    return Places(*(known[agency_id] for agency_id in wanted.values()))


def put(dossier: Dossier, facts: ReceptionFacts) -> None:
    """Write the facts that are plain columns."""
    dossier.abstract, dossier.sets, dossier.quantity = facts.abstract, facts.sets, facts.quantity
    dossier.by_post, dossier.by_portal = bool(facts.applicant.post_address), facts.by_portal
    dossier.fee_due, dossier.fee_state, dossier.fee_method = (
        facts.fee.amount,
        facts.fee.state,
        facts.fee.method,
    )
    scanned = [paper.digitised for paper in facts.papers]
    dossier.components_digitised = all(scanned) if scanned else None


def person(party: Party) -> Person:
    """The row of somebody named on a dossier. Each dossier has its own: what its receipt says stays said."""
    row = Person()
    put_person(row, party)
    return row


def put_person(row: Person, party: Party) -> None:
    """Write a party into its row."""
    row.kind, row.full_name, row.name_folded = party.kind, party.full_name, fold(party.full_name)[:200]
    row.id_number, row.id_reversed = party.id_number or None, party.id_number[::-1] or None
    row.phone, row.phone_reversed = party.phone or None, party.phone[::-1] or None
    row.email, row.address = party.email or None, party.address or None
    row.post_address = party.post_address or None
    row.birth_on, row.sex = party.birth_on, party.sex.value if party.sex else None


def names(facts: ReceptionFacts) -> list[str]:
    """The folded names that a dossier is found by."""
    return [fold(party.full_name) for party in (facts.applicant, facts.owner) if party is not None]
