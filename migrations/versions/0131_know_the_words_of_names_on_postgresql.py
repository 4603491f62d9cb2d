"""Keep which words the search index has, where the database is PostgreSQL (decision 0093).

SQLite's index tells them itself (0122). The words by which agencies and the ends of codes are found are left
out: nobody types their beginnings. A trigger notes what is new, whoever writes the index, where no writer
waits for another; the job `fold-facts` carries it over (services.search).
"""

from alembic import op

revision = "0131"
down_revision = "0134"
branch_labels = None
depends_on = None

_KNOWN = """
INSERT INTO dossier_word (term)
SELECT word FROM ts_stat('SELECT document FROM dossier_search') WHERE word !~ '^[and][0-9]+$'
ON CONFLICT DO NOTHING
"""
# Each word is looked up by itself: joined, all that are known would be read for every reception. What is noted
# by others who have not ended is not seen, and noted again: to wait for them could go round in a circle.
_KNOW = """
CREATE FUNCTION know_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dossier_word_new (term)
    SELECT DISTINCT word COLLATE "C" FROM written, unnest(tsvector_to_array(document)) AS word
    WHERE word !~ '^[and][0-9]+$'
    AND (SELECT known.term FROM dossier_word AS known WHERE known.term = word COLLATE "C") IS NULL
    AND (SELECT noted.term FROM dossier_word_new AS noted WHERE noted.term = word COLLATE "C" LIMIT 1) IS NULL;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for statement in (
        'CREATE TABLE dossier_word (term text COLLATE "C" PRIMARY KEY)',
        'CREATE TABLE dossier_word_new (term text COLLATE "C" NOT NULL)',
        "CREATE INDEX ix_dossier_word_new_term ON dossier_word_new (term)",  # not unique: nobody waits at it
        _KNOW,
    ):
        op.execute(statement)
    for verb in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER dossier_search_words_{verb.lower()} AFTER {verb} ON dossier_search "
            "REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION know_words()"
        )
    op.execute(_KNOWN)  # now that the triggers hold the table: nobody writes past them meanwhile


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(f"DROP TRIGGER dossier_search_words_{verb.lower()} ON dossier_search")
    op.execute("DROP FUNCTION know_words()")
    op.execute("DROP TABLE dossier_word_new")
    op.execute("DROP TABLE dossier_word")
