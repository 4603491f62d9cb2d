"""Let search find a dossier by the end of its code: the index has its number and its date as words.

The words are those of `domain.dossiercode.tail_words`. They stay when this is taken back: nothing looks for them then.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0060"
branch_labels = None
depends_on = None

ROWS = 5000

POSTGRESQL = """
UPDATE dossier_search SET document = document || to_tsvector('simple', tail.words)
FROM (
    SELECT dossier_id, string_agg(lower(concat_ws(' ', 'n' || number, 'd' || day)), ' ') AS words
    FROM (
        SELECT dossier_id,
            substring(right(split_part(code, '-', -1), 4) from '^[0-9A-Za-z]+$') AS number,
            substring(right(split_part(code, '-', -2), 6) from '^[0-9A-Za-z]+$') AS day
        FROM dossier_code WHERE code LIKE '%-%'
    ) AS ended GROUP BY dossier_id
) AS tail
WHERE dossier_search.dossier_id = tail.dossier_id
"""
# Of a dossier on which nobody is named any more there is no row yet.
NAMELESS = """
INSERT INTO dossier_search (dossier_id, document)
SELECT id, to_tsvector('simple', format('a%s a%s a%s', receiving_agency_id, resolving_agency_id, returning_agency_id))
FROM dossier WHERE NOT EXISTS (SELECT 1 FROM dossier_search WHERE dossier_id = dossier.id)
"""
KNOWN = """
SELECT dossier.id, code.code, receiving_agency_id, resolving_agency_id, returning_agency_id,
    owner.name_folded AS owner, applicant.name_folded AS applicant
FROM (SELECT * FROM dossier WHERE id > :after ORDER BY id LIMIT :rows) AS dossier
JOIN dossier_code AS code ON code.dossier_id = dossier.id
JOIN person AS owner ON owner.id = dossier.owner_id
JOIN person AS applicant ON applicant.id = dossier.applicant_id
ORDER BY dossier.id, code.code
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(NAMELESS)
        op.execute(POSTGRESQL)
        return
    # It keeps no text to add words to: every row is written anew.
    op.execute("INSERT INTO dossier_search (dossier_search) VALUES ('delete-all')")
    after = 0
    while known := connection.execute(sa.text(KNOWN), {"after": after, "rows": ROWS}).all():
        connection.exec_driver_sql(
            "INSERT INTO dossier_search (rowid, names, places) VALUES (?, ?, ?)", list(_entries(known))
        )
        after = known[-1].id


def downgrade() -> None:
    """Nothing: see above."""


def _entries(known: Any) -> Iterator[tuple[int, str, str]]:
    for dossier_id, rows in groupby(known, key=lambda row: row.id):
        codes = list(rows)
        row = codes[0]
        names = dict.fromkeys(name for name in (row.applicant, row.owner) if name)
        agencies = {row.receiving_agency_id, row.resolving_agency_id, row.returning_agency_id}
        words = [f"a{agency}" for agency in sorted(agencies)]
        words += [word for code in codes for word in _tail(code.code)]
        yield dossier_id, " ".join(names), " ".join(dict.fromkeys(words))


def _tail(code: str) -> list[str]:
    *before, last = code.lower().rsplit("-", 2)
    groups = [("n", last[-4:]), ("d", before[-1][-6:])] if before else []
    return [sign + group for sign, group in groups if group.isascii() and group.isalnum()]
