"""What was printed: each paper, which copy it was, its words until they are erased, and whom it is about.

Append-only; the content may be erased whole, never rewritten (decision 0017).
"""

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base


class PrintedContent(Base):
    """What a paper said: its words as compressed JSON, and by which form they were set.

    Codes are left out: the QR of a receipt holds what opens the look-up. `salt` goes when the words go, so
    that the digest which `printed_slip` keeps then says nothing.
    """

    __tablename__ = "printed_content"
    __table_args__ = ({"sqlite_autoincrement": True},)  # the number of erased words is never another's

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(String(40))
    form_version: Mapped[str] = mapped_column(String(16))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class PrintedSlip(Base):
    """One printing of one paper.

    subject: what the paper is of ("dossier:7", "agency:5/unit:3"); with kind and dated_at (the paper's own
    date) it tells a copy from another paper. content_id is no key to `printed_content`: that row may have
    been erased. Without one, sha256 is of the file itself.
    """

    __tablename__ = "printed_slip"
    __table_args__ = (UniqueConstraint("subject", "kind", "dated_at", "copy"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    dated_at: Mapped[dt.datetime]
    copy: Mapped[int]
    size: Mapped[str] = mapped_column(String(4))
    sha256: Mapped[str] = mapped_column(String(64))
    content_id: Mapped[int | None]
    printed_at: Mapped[dt.datetime]
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class PrintedAbout(Base):
    """A dossier that stands on a printed paper."""

    __tablename__ = "printed_about"
    __table_args__ = (Index("ix_printed_about_dossier_id", "dossier_id"),)

    slip_id: Mapped[int] = mapped_column(ForeignKey("printed_slip.id"), primary_key=True, autoincrement=False)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True, autoincrement=False)


class RegisterLine(Base):
    """The number that a dossier bears in its desk's book of a year, given once: 1, 2, 3 without a gap."""

    __tablename__ = "register_line"
    __table_args__ = (UniqueConstraint("dossier_id"),)

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
