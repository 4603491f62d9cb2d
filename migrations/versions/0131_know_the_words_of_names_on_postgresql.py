"""Keep which words the search index has, where the database is PostgreSQL (decision 0093).

SQLite's index tells them itself (0122). The words by which agencies and the ends of codes are found are left
out: nobody types their beginnings. A trigger adds what is new, whoever writes the index.
"""

from alembic import op

revision = "0131"
down_revision = "0134"
branch_labels = None
depends_on = None

_KNOWN = """
INSERT INTO dossier_word (term)
SELECT word FROM ts_stat('SELECT document FROM dossier_search') WHERE word !~ '^[and][0-9]+$'
"""
# Each word is looked up by itself: joined, all that are known would be read for every reception.
_KNOW = """
CREATE FUNCTION know_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dossier_word (term)
    SELECT DISTINCT word COLLATE "C" FROM written, unnest(tsvector_to_array(document)) AS word
    WHERE word !~ '^[and][0-9]+$'
    AND (SELECT known.term FROM dossier_word AS known WHERE known.term = word COLLATE "C") IS NULL
    ORDER BY 1 ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for statement in ('CREATE TABLE dossier_word (term text COLLATE "C" PRIMARY KEY)', _KNOWN, _KNOW):
        op.execute(statement)
    for verb in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER dossier_search_words_{verb.lower()} AFTER {verb} ON dossier_search "
            "REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION know_words()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(f"DROP TRIGGER dossier_search_words_{verb.lower()} ON dossier_search")
    op.execute("DROP FUNCTION know_words()")
    op.execute("DROP TABLE dossier_word")
