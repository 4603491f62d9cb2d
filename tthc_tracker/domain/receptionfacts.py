"""What a clerk notes of a dossier at the counter: all of it may be put right later, while it is untouched."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tthc_tracker.domain.lifecycle import ApplicantKind, Channel
from tthc_tracker.domain.people import Sex

FEE_STATES = ("none", "exempt", "due", "paid")
FEE_METHODS = ("cash", "transfer", "online")


@dataclass(frozen=True)
class Party:
    """An applicant or an owner: a citizen or an organisation. no_id_reason: why no number is at hand.

    post_address: of an applicant who asks for the result by post, where to; empty: it is collected.
    """

    full_name: str
    kind: ApplicantKind = ApplicantKind.CITIZEN
    id_number: str = ""
    no_id_reason: str = ""
    birth_on: dt.date | None = None
    sex: Sex | None = None
    address: str = ""
    phone: str = ""
    email: str = ""
    post_address: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper handed in: how many originals, certified copies, plain copies; whether it is digitised."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    digitised: bool = False


@dataclass(frozen=True)
class Fee:
    """What is owed, in đồng; state none, exempt, due or paid; how it was paid: cash, transfer, online."""

    amount: int = 0
    state: str = "none"
    method: str | None = None


@dataclass(frozen=True)
class ReceptionFacts:
    """All that may also be corrected later. owner None: the applicant himself. Agencies None: the desk's own.

    arrived_at: when the post brought it, for the channel post only. quantity: how many copies of the result
    are asked for, where they are counted ("12 bản"): one dossier all the same. case_code: of the procedure,
    where it has several (trường hợp). by_portal: the result is asked for online, and so nowhere by post.
    """

    procedure_code: str
    applicant: Party
    owner: Party | None = None
    channel: Channel = Channel.COUNTER
    arrived_at: dt.datetime | None = None
    papers: tuple[Paper, ...] = ()
    fee: Fee = Fee()
    abstract: str = ""
    sets: int = 1
    quantity: int | None = None
    note: str = ""
    resolving_agency_id: int | None = None
    returning_agency_id: int | None = None
    case_code: str = ""
    by_portal: bool = False
