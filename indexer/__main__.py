"""The commands of the indexer. A fault is one line on standard error; JSON is the only thing on standard output."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from indexer import present
from indexer import settings as settings_of
from indexer import taxonomy as taxonomy_of
from indexer.errors import DocumentError, LessonsError
from indexer.fields import FILTERS, SORTS
from indexer.records import SearchRequest
from indexer.search import open_engine
from indexer.settings import Settings
from indexer.store import Library

if TYPE_CHECKING:
    from indexer.page_view import Read

# pdfminer and spaCy take seconds to load: the commands that need them import them, so that `search` and `serve` stay light.

F = TypeVar("F", bound=Callable[..., Any])

QUALITY = settings_of.PROJECT / "docs" / "quality.md"
DONE, SOME_FAILED, WRONG_CALL = 0, 1, 2
SCORED = ("reading", "identity", "tagging", "assertion", "learning", "case", "search")


class Commands(click.Group):
    """Reports every fault of ours, and what the machine refuses, as one line, with the exit status that fits."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (LessonsError, OSError) as error:
            click.echo(f"lessons: {_line(error)}", err=True)
            sys.exit(SOME_FAILED if isinstance(error, DocumentError) else WRONG_CALL)


def _line(error: LessonsError | OSError) -> str:
    if isinstance(error, LessonsError):
        return str(error)
    return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="lessons")
def cli() -> None:
    """Search published case reviews, and draw out what they teach."""


def places(command: F) -> F:
    """The options that every command has: where the corpus is, and where what is built goes."""
    command = click.option(
        "--corpus", type=click.Path(file_okay=False, path_type=Path), help="Folder of sources, taxonomies and reviews."
    )(command)
    return click.option(
        "--data", type=click.Path(file_okay=False, path_type=Path), help="Folder for the library and the index."
    )(command)


def as_json(command: F) -> F:
    """The option of commands that can answer as JSON."""
    return click.option("--json", "json_", is_flag=True, help="Answer as JSON on standard output.")(command)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=1).decode())


@cli.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE ...]")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that read and index.  [default: 2]")
@click.option("--retry", is_flag=True, help="Try every document again that could not be read.")
@places
def ingest(sources: tuple[str, ...], jobs: int | None, retry: bool, corpus: Path | None, data: Path | None) -> None:
    """Bring the library and the index up to date.

    SOURCE is the name of a source of the corpus, a folder of PDFs or one PDF; none means every source of the corpus.
    What is done is not done again, and what could not be read is not tried again until it or a limit changes.

    Example: lessons ingest ~/reviews
    """
    from indexer import pipeline

    settings = settings_of.load(corpus=corpus, data=data, jobs=jobs)
    with _progress() as progress:
        outcome = pipeline.ingest(settings, sources, progress, retry=retry)
    for key, reason in sorted(outcome.failures.items()):
        click.echo(f"could not read {key}: {reason}", err=True)
    for key in outcome.removed:
        click.echo(f"no longer there, taken out: {key}", err=True)
    totals = outcome.totals
    click.echo(
        f"{totals.files} files in the library: {totals.read} read, {totals.failed} could not be read, "
        f"{totals.duplicates} the same as another; {len(outcome.changed)} brought up to date, "
        f"{outcome.pages} pages read in this run",
        err=True,
    )
    sys.exit(SOME_FAILED if outcome.failures else DONE)


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on a terminal; elsewhere nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Reading", total=None)
        yield lambda done, total, key: bar.update(
            task, completed=done, total=total, description=key.rpartition("/")[2][:40]
        )


@cli.command()
@as_json
@places
def status(json_: bool, corpus: Path | None, data: Path | None) -> None:
    """Show what the library holds, what failed and why, and scans not yet read.

    Example: lessons status
    """
    from indexer import report

    settings = settings_of.load(corpus=corpus, data=data)
    with Library(settings.library) as library:
        facts = report.status(settings, library)
    if json_:
        print_json(facts)
    else:
        click.echo(report.status_text(facts))


@cli.command()
@places
def check(corpus: Path | None, data: Path | None) -> None:
    """Check sources, themes and settings, and report all faults at once.

    Example: lessons check
    """
    from indexer.stages import rule_faults

    settings = settings_of.load(corpus=corpus, data=data)
    faults = taxonomy_of.check(settings.corpus) or rule_faults(settings)
    for path in () if faults else taxonomy_of.uncatalogued(settings.corpus):
        click.echo(f"{path}: in no catalogue (it is read all the same)", err=True)
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(
        f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} in {settings.corpus}"
        if faults
        else f"no faults in {settings.corpus}",
        err=True,
    )
    sys.exit(SOME_FAILED if faults else DONE)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--html",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the pages with what was read on them, as an HTML file of this name.",
)
@click.option("--pages", metavar="FROM-TO", help="For --html: the pages to draw.  [default: the first 200]")
@as_json
@click.option(
    "--audit", "audit_", is_flag=True, help="Show where the print of each page went, and what was left out and why."
)
@places
def extract(
    file: Path,
    out: Path | None,
    pages: str | None,
    json_: bool,
    audit_: bool,
    corpus: Path | None,
    data: Path | None,
) -> None:
    """Read, split, tag and draw learning from one PDF, without touching the library.

    Example: lessons extract review.pdf --json
    """
    from indexer import audit, page_view, report
    from indexer.reading import Reader

    if pages and not out:
        raise LessonsError("--pages is for --html: name the file to write with --html OUT")
    settings = settings_of.load(corpus=corpus, data=data)
    with Reader(settings) as reader:
        if not (out or audit_):
            reading = reader.read(file)
        else:
            parts = reader.split(file)
    if out:
        split = parts.split
        read = page_view.Read(
            parts.review.title, parts.review.warnings, parts.extracted.pages, split.passages, split.left_out
        )
        _draw(read, file, out, pages, settings)
    if audit_:
        click.echo(audit.audit_text(audit.audit(parts.extracted.pages, parts.split)))
    if out or audit_:
        return
    if json_:
        print_json(report.reading_json(reading))
    else:
        click.echo(report.reading_text(reading))


def _draw(read: "Read", file: Path, out: Path, pages: str | None, settings: Settings) -> None:
    """Writes the HTML file in which one can look at what was read, and says which pages it holds."""
    from indexer import page_view

    shown = page_view.page_range(pages, len(read.pages))
    page_view.write(out, file, read, shown, settings)
    click.echo(f"{out}: pages {shown[0]} to {shown[1]} of {len(read.pages)}", err=True)


@cli.command()
@click.argument("file", type=click.File("rb"), default="-")
@as_json
@places
def tag(file: Any, json_: bool, corpus: Path | None, data: Path | None) -> None:
    """Tag plain text from a file or standard input with themes and risk factors.

    Example: echo "Nobody asked about the father." | lessons tag
    """
    from indexer.tag import Tagger

    settings = settings_of.load(corpus=corpus, data=data)
    taxonomy = taxonomy_of.load(settings.corpus)
    tags = Tagger(taxonomy, settings.corpus).tag_text(file.read().decode("utf-8", "replace"))
    if json_:
        print_json({"tags": tags})
    for found in () if json_ else tags:
        click.echo(f"{found.start:>6}-{found.end:<6} {found.status:<12} {found.concept:<34} {found.quote}")


@cli.command()
@click.argument("query")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Keep only passages with this value; NAME is one of {', '.join(f.name for f in FILTERS)}.",
)
@click.option(
    "--sort", type=click.Choice(list(SORTS)), default="relevance", show_default=True, help="Order of the results."
)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Results on a page.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Page of results.")
@click.option("--literal", is_flag=True, help="Search for the words as typed, without related terms.")
@as_json
@places
def search(
    query: str,
    filters: tuple[str, ...],
    sort: str,
    limit: int,
    page: int,
    literal: bool,
    json_: bool,
    corpus: Path | None,
    data: Path | None,
) -> None:
    """Search the index.

    Example: lessons search "bruising non-mobile baby" --filter kind=recommendation
    """
    settings = settings_of.load(corpus=corpus, data=data)
    with closing(open_engine(settings)) as engine:
        results = engine.search(SearchRequest(_utf8(query), _filters(filters), sort, page, limit, literal))
    with Library(settings.library) as library:
        words = present.labels(taxonomy_of.load(settings.corpus), library.reviews())
    if json_:
        print_json(present.search_json(results, words))
    else:
        click.echo(present.search_text(results))


def _utf8(text: str) -> str:
    """An argument of the call with the bytes that are not UTF-8 replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _filters(given: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    names = {field.name for field in FILTERS}
    filters: dict[str, tuple[str, ...]] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or name not in names:
            raise LessonsError(f"--filter {item}: write NAME=VALUE, NAME one of {', '.join(sorted(names))}")
        filters[name] = (*filters.get(name, ()), value)
    return filters


@cli.command()
@click.argument("what", type=click.Choice([*SCORED, "ranking"]), required=False)
@click.option(
    "--collection",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="For ranking: a folder with docs.jsonl, queries.jsonl, qrels.tsv.",
)
@click.option(
    "--mistakes", type=click.IntRange(0), default=0, show_default=True, help="Show so many mistakes of each kind."
)
@click.option("--write", is_flag=True, help="Write docs/quality.md, and the figures that the app shows, anew.")
@as_json
@places
def evaluate(
    what: str | None,
    collection: Path | None,
    mistakes: int,
    write: bool,
    json_: bool,
    corpus: Path | None,
    data: Path | None,
) -> None:
    """Score the product against its evaluation sets, and compare with the baseline.

    Example: lessons evaluate tagging --mistakes 5
    """
    from indexer import evaluate as evaluation

    settings = settings_of.load(corpus=corpus, data=data)
    if what == "ranking":
        if collection is None:
            raise LessonsError("evaluate ranking: name the collection with --collection DIR")
        print_json(evaluation.ranking(collection))
        return
    if write:
        from indexer import quality

        click.echo(quality.write(settings, taxonomy_of.load(settings.corpus), QUALITY), err=True)
        return
    scores = evaluation.evaluate(settings, (what,) if what else SCORED, mistakes)
    if json_:
        print_json(scores.as_json())
    else:
        click.echo(scores.as_text())
    for fault in scores.below_baseline:
        click.echo(f"below the baseline: {fault}", err=True)
    sys.exit(SOME_FAILED if scores.below_baseline else DONE)


@cli.command()
@click.option(
    "--corpus", type=click.Path(file_okay=False, path_type=Path), help="Folder of sources, taxonomies and models."
)
@click.argument(
    "which",
    metavar="[sections|sentences|assertions]",
    type=click.Choice(["sections", "sentences", "assertions"]),
    required=False,
)
def train(corpus: Path | None, which: str | None) -> None:
    """Train the models anew from corpus/training and the reviews annotated for tuning.

    Example: lessons train sentences
    """
    from indexer import split
    from indexer.language import assertion_model, sentence_model
    from indexer.training import assertions, sections, sentences, texts

    folder = settings_of.load(corpus=corpus).corpus
    vocabulary = taxonomy_of.load(folder)
    if which in (None, "sections"):
        parts = sections.section_examples(folder, vocabulary)
        texts.text_model(parts).save(split.MODEL)
        click.echo(f"{split.MODEL}: sections, from {len(parts)} examples", err=True)
    if which in (None, "assertions"):
        marks = assertions.assertion_examples(folder, vocabulary)
        assertions.assertion_model(marks).save(assertion_model.MODEL)
        click.echo(f"{assertion_model.MODEL}: assertions, from {len(marks)} mentions", err=True)
    if which in (None, "sentences"):
        taught = sentences.sentence_examples(folder, vocabulary)
        sentences.sentence_model(taught, vocabulary, folder).save(sentence_model.MODEL)
        click.echo(f"{sentence_model.MODEL}: concepts and statements, from {len(taught)} sentences", err=True)


def main() -> None:
    """Runs the indexer's commands alone: ``python -m indexer``."""
    cli()


if __name__ == "__main__":
    main()
