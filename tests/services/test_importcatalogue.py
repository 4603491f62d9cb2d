"""Two files bring the same new procedure and sector at the same moment: both are taken in whole."""

from threading import Thread

from sqlalchemy import func, select

from tests.services.test_imports import NOW, SOURCE, vinh_phuc
from tests.support.sending import dossier
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Sector
from tthc_tracker.services import imports
from tthc_tracker.services.importjudging import Judged, Outcome
from tthc_tracker.services.importreading import RawRow as Row
from tthc_tracker.services.imports import ImportFile

__all__ = ["vinh_phuc"]
SOURCES = (SOURCE, "national-portal")
PROCEDURES = ("9.000001", "9.000002", "9.000003")


def rows_of(source: int) -> list[Row]:
    """New dossiers of three new procedures in two new sectors; each source has them in its own order."""
    new = [
        dossier(number) | {
            "MaHoSo": f"H62.02-21070{source}-{number:04}", "MaTTHC": code, "TenTTHC": f"Thủ tục {code}",
            "TenLinhVuc": "Lĩnh vực mới" if code < "9.000003" else "Lĩnh vực mới khác",
            "DonViXuLy": "H62.02", "NoiNopHoSo": "H62.02",
        }
        for number, code in enumerate(PROCEDURES * 2, start=1)
    ]  # fmt: skip
    return list(enumerate(new if source else new[::-1], start=2))


def test_two_writers_bring_the_same_new_procedures(vinh_phuc: Database) -> None:
    database = vinh_phuc
    registers, batches = [], []
    for source in SOURCES:  # both know the catalogue as it was before either of them wrote
        with database.reading() as session:
            registers.append(imports.prepare(session, source))
        with database.transaction() as session:
            file = ImportFile(source, "tep.csv", "0" * 64, NOW)
            batches.append(imports.open_batch(session, file, actor_id=None, now=NOW))
    done: dict[int, list[Judged]] = {}

    def write(source: int, other: Thread | None = None) -> None:
        with database.transaction() as session:
            done[source] = imports.take(
                session, registers[source], rows_of(source), batch_id=batches[source], as_of=NOW, now=NOW
            )
            if other is not None:
                other.start()  # it writes while this one has not committed

    second = Thread(target=write, args=(1,))
    write(0, second)
    second.join()
    assert {item.outcome for source in (0, 1) for item in done[source]} == {Outcome.NEW}
    with database.reading() as session:
        new = select(Procedure.code, Procedure.confirmed).where(Procedure.code.in_(PROCEDURES))
        assert session.execute(new.order_by(Procedure.code)).all() == [(code, False) for code in PROCEDURES]
        assert session.execute(select(func.count(Dossier.id))).scalar_one() == 12
        versions = select(func.count(ProcedureVersion.id)).where(ProcedureVersion.name.like("Thủ tục 9.%"))
        assert session.execute(versions).scalar_one() == 3
        sectors = select(Sector.name).where(Sector.name.like("Lĩnh vực mới%")).order_by(Sector.name)
        assert session.execute(sectors).scalars().all() == ["Lĩnh vực mới", "Lĩnh vực mới khác"]
        apart = select(func.count(func.distinct(Dossier.procedure_id)))
        assert session.execute(apart).scalar_one() == 3
