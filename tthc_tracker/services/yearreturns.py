"""Why an archived year cannot come back: told before a row of it is moved (decision 0090)."""

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Connection, ForeignKeyConstraint, Table, and_, exists, func, select

from tthc_tracker.domain.errors import NotNow
from tthc_tracker.models.archive import ArchivedYear
from tthc_tracker.models.dossier import DossierCode
from tthc_tracker.queries import yearclosure
from tthc_tracker.services import archivetables as ddl
from tthc_tracker.services.yearproofs import Proof
from tthc_tracker.wording import years as words


def refuse(connection: Connection, table: Table, found: Table, proof: Proof, year: int) -> None:
    """Refuse what one table forbids. found: the table in the archive.

    Raises:
        NotNow: a column that this version lacks or wants, a dossier of a year that is away, a code that is
            another dossier's by now.
    """
    _refuse_lost_columns(connection, table, found, proof)
    _refuse_other_years(connection, table, found, year)
    _refuse_codes_given_again(connection, table, found)


def refuse_lost(connection: Connection, there: Mapping[Table, Table], year: int) -> None:
    """Refuse rows that refer to what has gone meanwhile. there: each table of the year, and as it lies there.

    Raises:
        NotNow: names each table with how many rows of it, and what they refer to.
    """
    lost = [said for table in there for said in _lost(connection, table, there)]
    if lost:
        raise NotNow(words.LOST.format(year=year, lost="; ".join(lost)))


def _lost(connection: Connection, table: Table, there: Mapping[Table, Table]) -> Iterator[str]:
    found = there[table]
    for constraint in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
        columns = constraint.column_keys
        if not set(columns) <= set(found.c.keys()):  # came later: nothing is in it
            continue
        referred = constraint.referred_table
        known = [referred, there[referred]] if referred in there else [referred]
        gone = [~exists().where(_same(constraint, found, one)) for one in known]
        told = and_(*(found.c[name].is_not(None) for name in columns))
        many = connection.execute(select(func.count()).select_from(found).where(told, *gone)).scalar_one()
        if many:
            named = {"table": table.name, "columns": ", ".join(columns), "referred": referred.name}
            yield words.LOST_ROWS.format(many=many, **named)


def _same(constraint: ForeignKeyConstraint, found: Table, referred: Table) -> ColumnElement[bool]:
    pairs = constraint.elements
    other = referred.alias("referred")
    return and_(*(other.c[one.column.name] == found.c[one.parent.name] for one in pairs))


def _refuse_lost_columns(connection: Connection, table: Table, found: Table, proof: Proof) -> None:
    for name in proof.columns:
        if name not in table.c:
            raise NotNow(words.COLUMN_GONE.format(column=name, table=table.name))
    for name in sorted(set(table.c.keys()) - set(found.c.keys())):
        if not ddl.fills_itself(connection, table, name):
            raise NotNow(words.COLUMN_WANTED.format(column=name, table=table.name))


def _refuse_other_years(connection: Connection, table: Table, found: Table, year: int) -> None:
    """A row that binds two years went with the first; it comes back when the other is there."""
    for column in yearclosure.numbers(table):
        other = found.c[column.name] // yearclosure.YEAR
        away = select(ArchivedYear.year).join(found, other == ArchivedYear.year)
        wanted = connection.execute(away.where(ArchivedYear.year != year).limit(1)).scalar()
        if wanted is not None:
            raise NotNow(words.OTHERS_FIRST.format(table=table.name, year=year, other=wanted))


def _refuse_codes_given_again(connection: Connection, table: Table, found: Table) -> None:
    if table.name != DossierCode.__tablename__:
        return
    again = select(DossierCode.code).join(found, found.c.code == DossierCode.code).limit(1)
    if (code := connection.execute(again).scalar()) is not None:
        raise NotNow(words.CODE_AGAIN.format(code=code))
