"""The `lessons` command with everything: the indexer's commands, and `serve`."""

import sys
from pathlib import Path

import click
from waitress import serve as serve_app

from indexer import settings as settings_of
from indexer.__main__ import cli
from indexer.errors import LessonsError
from search_app import create_app

THREADS = 8


@cli.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8000]")
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder of sources and taxonomies.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder for all that is built.")
def serve(host: str | None, port: int | None, corpus: Path | None, data: Path | None) -> None:
    """Serve the web app.

    Example: lessons serve --port 8080
    """
    settings = settings_of.load(host=host, port=port, corpus=corpus, data=data)
    if not settings.library.exists():
        raise LessonsError(f"no library at {settings.library}: run 'lessons ingest' first")
    app = create_app(settings)
    click.echo(f"Lessons is at http://{settings.host}:{settings.port}/  (Ctrl+C ends it)", err=True)
    serve_app(app, host=settings.host, port=settings.port, threads=THREADS, ident="lessons")


def main() -> None:
    """The console script. A fault is one line on standard error and exit status 2."""
    try:
        cli()
    except LessonsError as fault:
        click.echo(f"lessons: {fault}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
