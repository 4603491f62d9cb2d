"""`flask imports map`: say how the exports of a source are read whose columns are not the vocabulary's."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import click

from tthc_tracker import clock
from tthc_tracker.domain.columnmaps import FIXABLE, ColumnMap, DateStyle, head_key, lacking
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.exchange import FIELDS
from tthc_tracker.domain.folding import fold
from tthc_tracker.extensions import database
from tthc_tracker.queries import accounts, columnmaps
from tthc_tracker.queries.columnmaps import KeptMap
from tthc_tracker.services import columnmaps as services
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.samples import Sample, sample_of
from tthc_tracker.web.imports import columnforms
from tthc_tracker.web.imports.columnforms import Chosen
from tthc_tracker.wording import columnmaps as words


@click.command("map")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--source", "source_code", required=True, help="Code of the source, e.g. ministry-land.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=COLUMN",
              help="A column of the file; FIELD= takes none for it.")  # fmt: skip
@click.option("--fixed", "fixed", multiple=True, metavar="FIELD=VALUE", help="What it is in every row.")
@click.option("--word", "meant", multiple=True, metavar="FIELD:WORD=VALUE", help="What a word of it means.")
@click.option("--dates", type=click.Choice([one.value for one in DateStyle]), default=None)
@click.option("--encoding", type=click.Choice([one.value for one in Encoding]), default=None,
              help="What its files are in, where they do not say so themselves.")  # fmt: skip
@click.option("--save", "login", default=None, metavar="LOGIN",
              help="Keep it in the name of this account, which imports for every agency.")  # fmt: skip
def map_command(
    path: Path | None, source_code: str, columns: tuple[str, ...], fixed: tuple[str, ...],
    meant: tuple[str, ...], dates: str | None, encoding: str | None, login: str | None,
) -> None:  # fmt: skip
    """Guess from PATH how files of a source are read, print it, and with --save keep it for its later files.

    Without PATH the map in force is printed. What is chosen by options goes before what is guessed. Nothing
    is read in. Exit status 1 where a field that every row needs is not there, 2 where the file is not read.
    """
    with database.reading() as session:
        kept = columnmaps.in_force(session, source_code)
    if path is None:
        click.echo(_in_force(kept))
        return
    try:
        sample = sample_of(path, Encoding(encoding) if encoding else None)
    except (UnusableFileError, OSError) as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(2) from error
    chosen = _chosen(sample, kept, _pairs(columns), dates, encoding)
    chosen = replace(chosen, fixed={**chosen.fixed, **_fixed(fixed)}, meant={**chosen.meant, **_meant(meant)})
    how, doubled = columnforms.map_of(sample, chosen)
    _print(sample, chosen, how)
    if doubled or lacking(how) or (sample.guesses and not chosen.encoding):
        click.echo(_faults(how, doubled), err=True)
        raise click.exceptions.Exit(1)
    if login is not None:
        _save(source_code, how, login)


def _chosen(
    sample: Sample, kept: KeptMap | None, columns: Mapping[str, str], dates: str | None, encoding: str | None
) -> Chosen:
    """The map in force and guesses, and before both what is asked for; with the codes of agencies by name."""
    proposed = columnforms.proposed(sample, kept)
    fields = {place: field for place, field in proposed.fields.items() if field not in columns}
    places = {head_key(name): place for place, name in reversed(list(enumerate(sample.head)))}
    for field, name in columns.items():
        if name and head_key(name) not in places:
            raise click.BadParameter(f"Tệp không có cột «{name}».")
        if name:
            fields[places[head_key(name)]] = field
    style = DateStyle(dates) if dates else proposed.dates
    chosen = replace(proposed, fields=fields, dates=style, encoding=encoding or proposed.encoding)
    with database.reading() as session:
        codes = columnmaps.agency_codes(session, columnforms.agency_words(sample, chosen))
    return replace(chosen, codes=codes)


def _pairs(given: Iterable[str], among: Iterable[str] = FIELDS) -> dict[str, str]:
    found = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or name not in among:
            raise click.BadParameter(
                f"«{one}»: cần viết TRƯỜNG=GIÁ TRỊ, trường là một trong {', '.join(among)}."
            )
        found[name] = value.strip()
    return found


def _fixed(given: Iterable[str]) -> dict[str, str]:
    return {name: value for name, value in _pairs(given, FIXABLE).items() if value}


def _meant(given: Iterable[str]) -> dict[tuple[str, str], str]:
    found = {}
    for one in given:
        said, _, value = one.rpartition("=")
        field, sign, word = said.partition(":")
        if not sign or field not in FIELDS:
            raise click.BadParameter(f"«{one}»: cần viết TRƯỜNG:TỪ=GIÁ TRỊ.")
        found[field, fold(word)] = value.strip()
    return found


def _print(sample: Sample, chosen: Chosen, how: ColumnMap) -> None:
    """Column by column, then words, days and encoding; examples as the page shows them, masked."""
    for line in columnforms.lines(sample, chosen):
        meant = words.named(line.field) if line.field else "–"
        click.echo("\t".join([line.name, meant, line.why, " · ".join(line.examples)]))
    for name, value in how.fixed.items():
        click.echo(f"(mọi dòng)\t{words.named(name)}\t{value}")
    for worded in columnforms.worded(sample, chosen):
        for word in worded.words:
            click.echo(f"«{word.shown}»\t{worded.label}\t{word.meant or '? chưa rõ: dòng bị từ chối'}")
    doubt = "" if chosen.certain_dates else f" ({words.DOUBTFUL_DATES})"
    click.echo(f"{words.DATES[how.dates]}{doubt}\t{chosen.encoding or (sample.encoding or '')}")


def _faults(how: ColumnMap, doubled: tuple[str, ...]) -> str:
    found = [words.doubled(doubled)] if doubled else []
    if lacks := lacking(how):
        found.append(words.lacks(lacks))
    return "\n".join(found or [words.NO_ENCODING])


def _in_force(kept: KeptMap | None) -> str:
    if kept is None:
        return "Nguồn này chưa có cách đọc nào được lưu."
    said = [f"Bản {kept.version}, {kept.made_by}"]
    said += [f"{column}\t{words.named(field)}" for field, column in kept.how.columns.items()]
    said += [f"(mọi dòng)\t{words.named(field)}\t{value}" for field, value in kept.how.fixed.items()]
    for field, known in kept.how.words.items():
        said += [f"«{word}»\t{words.FIELDS[field]}\t{meant}" for word, meant in known.items()]
    return "\n".join([*said, f"{words.DATES[kept.how.dates]}\t{kept.how.encoding}"])


def _save(source_code: str, how: ColumnMap, login: str) -> None:
    try:
        with database.transaction() as session:
            account = accounts.credentials_by_login(session, login)
            if account is None:
                raise click.ClickException(f"Không có tài khoản «{login}».")
            version = services.save_for_source(
                session, source_code, how, user_id=account.user_id, now=clock.now()
            )
    except NotFound as error:
        raise click.ClickException(f"Không có nguồn «{source_code}».") from error
    except NotAllowed as error:
        raise click.ClickException(f"«{login}» không nhập dữ liệu cho mọi cơ quan.") from error
    except InvalidInput as error:
        raise click.ClickException(error.message) from error
    click.echo(words.SAVED.format(version=version))
