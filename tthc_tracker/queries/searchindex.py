"""The newest dossiers under some words of the search index; each database has one of its own kind."""

import re
from collections.abc import Sequence
from functools import cache

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Scope

SHORT = 3  # letters; the index of SQLite knows what begins with so many or fewer
MOST_ENDINGS = 64  # words that an unfinished one could become, to be asked for one by one
WINDOW = 5_000  # of the newest dossiers, among which PostgreSQL looks first


def newest(
    session: Session, names: Sequence[str], words: Sequence[str], scope: Scope, most: int
) -> Sequence[int]:
    """The newest ids of the index: with these words in the names, the last one perhaps unfinished, and these
    besides."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    places = [] if scope.all else [f"a{agency}" for agency in sorted(scope.agency_ids)] or ["a0"]
    if postgresql:
        return _postgresql(session, names, [*words, *_or_of_places(places)], most)
    find_ids, wanted = _sqlite(names, _endings(session, names[-1]) if names else "", words, places)
    return session.execute(find_ids, {"wanted": wanted, "most": most}).scalars().all()


def _endings(session: Session, word: str) -> str:
    """An unfinished word as SQLite is asked for it.

    Asked for what begins with it, SQLite first puts together every dossier of every such word: 17 ms of
    300,000 people called Bình, to show the newest fifty. The few words there are of a long beginning are
    looked up, and each walked as far as it is needed.
    """
    known = _becoming(session, word) if len(word) > SHORT else ()
    return "(" + " OR ".join(f'"{one}"' for one in known) + ")" if known else f'"{word}"*'


def _becoming(session: Session, word: str) -> Sequence[str]:
    """The words that an unfinished one could become; none where they are too many to be asked for."""
    bounds = {"first": word, "beyond": word + "{", "most": MOST_ENDINGS + 1}
    known = session.execute(_words(), bounds).scalars().all()
    return known if len(known) <= MOST_ENDINGS else ()


@cache
def _words() -> TextClause:
    """The words of the index from `first` to `beyond`, each found behind the one before: of a word that
    stands in a million names, one is looked at."""
    return text("""
        WITH RECURSIVE known (word) AS (
            SELECT (SELECT term FROM dossier_word WHERE term >= :first ORDER BY term LIMIT 1)
            UNION ALL
            SELECT (SELECT term FROM dossier_word WHERE term >= known.word || '0' ORDER BY term LIMIT 1)
            FROM known WHERE known.word < :beyond
        )
        SELECT word FROM known WHERE word < :beyond LIMIT :most
    """)


def _sqlite(
    names: Sequence[str], last: str, words: Sequence[str], places: Sequence[str]
) -> tuple[TextClause, str]:
    wanted = []
    if names:
        whole = [f'"{word}"' for word in names[:-1]]
        wanted.append(f"names : ({' AND '.join([*whole, last])})")
    wanted += [f"places : {word}" for word in words]
    if places:
        wanted.append(f"places : ({' OR '.join(places)})")
    return text(
        "SELECT rowid FROM dossier_search WHERE dossier_search MATCH :wanted ORDER BY rowid DESC LIMIT :most"
    ), " AND ".join(wanted)


def _or_of_places(places: Sequence[str]) -> list[str]:
    return [f"({' | '.join(places)})"] if places else []


def _postgresql(session: Session, names: Sequence[str], besides: Sequence[str], most: int) -> Sequence[int]:
    """Looked for among the newest; what is rarer than that shows, by the index.

    How rare a word is, the server knows of the most common only. It went along the newest for a word that
    nobody of ten million bears, to their end: 2 to 7 s, and by the index for one that four million bear, 1 s.
    """
    begun = [f"{names[-1]}:*"] if names else []
    asked = {"wanted": " & ".join([*names[:-1], *begun, *besides]), "most": most}
    among = session.execute(_AMONG_THE_NEWEST, asked | {"window": WINDOW})
    newest: Sequence[int] = among.scalars().all()
    if len(newest) >= most:
        return newest
    if len(newest) > WINDOW / 20:
        return session.execute(_ALONG_THE_KEY, asked).scalars().all()
    if begun:
        asked["wanted"] = " & ".join([*names[:-1], _ending(session, names[-1]), *besides])
    return session.execute(_BY_THE_INDEX, asked).scalars().all()


def _ending(session: Session, word: str) -> str:
    """An unfinished word as PostgreSQL's index is asked for it.

    Of a beginning it puts together every dossier of every such word before it looks at the other words, and
    where they are many forgets which of a page they were: four to seven times what the whole words take.
    """
    if not _OF_CODES.fullmatch(word):
        bounds = {"first": word, "beyond": word + "\U0010ffff", "most": MOST_ENDINGS + 1}
        known = session.execute(_KNOWN, bounds).scalars().all()
        if 0 < len(known) <= MOST_ENDINGS and all(map(_PLAIN.fullmatch, known)):
            return f"({' | '.join(known)})"
    return word + ":*"


_OF_CODES = re.compile("[and][0-9]*")  # beginnings of words that `dossier_word` leaves out
_PLAIN = re.compile("[0-9a-z]+")  # of others, such as addresses, a question would make several words
# With the few that nobody has carried over yet (services.search); the same one may be noted several times.
_KNOWN = text("""
    (SELECT term FROM dossier_word WHERE term >= :first AND term < :beyond ORDER BY term LIMIT :most)
    UNION
    (SELECT DISTINCT term FROM dossier_word_new WHERE term >= :first AND term < :beyond
     ORDER BY term LIMIT :most)
    ORDER BY term LIMIT :most
""")
_AMONG_THE_NEWEST = text("""
    SELECT dossier_id
    FROM (SELECT dossier_id, document FROM dossier_search ORDER BY dossier_id DESC LIMIT :window) AS newest
    WHERE document @@ to_tsquery('simple', :wanted) ORDER BY dossier_id DESC LIMIT :most
""")
_ALONG_THE_KEY = text("""
    SELECT dossier_id FROM dossier_search
    WHERE document @@ to_tsquery('simple', :wanted) ORDER BY dossier_id DESC LIMIT :most
""")
_BY_THE_INDEX = text("""
    SELECT dossier_id FROM dossier_search
    WHERE document @@ to_tsquery('simple', :wanted) ORDER BY dossier_id + 0 DESC LIMIT :most
""")  # put in order after it is found
