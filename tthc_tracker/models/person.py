"""People and organisations named on a dossier: the only table that holds their data."""

import datetime as dt

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.models.base import Base, one_of


class Person(Base):
    """An applicant or owner. `*_reversed` let the last digits be found by an index range."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_id_reversed", "id_reversed"),
        Index("ix_person_phone_reversed", "phone_reversed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ApplicantKind] = mapped_column(one_of(ApplicantKind, "person_kind"))
    full_name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    id_number: Mapped[str | None] = mapped_column(String(40))
    id_reversed: Mapped[str | None] = mapped_column(String(40))
    phone: Mapped[str | None] = mapped_column(String(20))
    phone_reversed: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    birth_on: Mapped[dt.date | None]
    sex: Mapped[str | None] = mapped_column(String(10))
    address: Mapped[str | None] = mapped_column(String(300))
    post_address: Mapped[str | None] = mapped_column(String(300))  # of an applicant: where results are sent
