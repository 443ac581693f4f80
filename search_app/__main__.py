"""The `lessons` command with all its commands: those of the indexer, and `serve`."""

from pathlib import Path

import click
from waitress import serve as serve_app

from indexer import settings as settings_of
from indexer.__main__ import cli, places
from indexer.errors import IndexMissingError
from search_app import create_app

THREADS = 8


@cli.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8000]")
@places
def serve(host: str | None, port: int | None, corpus: Path | None, data: Path | None) -> None:
    """Serve the web app.

    Example: lessons serve --port 8080
    """
    settings = settings_of.load(host=host, port=port, corpus=corpus, data=data)
    if not settings.library.exists():
        raise IndexMissingError(f"there is no library at {settings.library}: run 'lessons ingest' first")
    app = create_app(settings)
    click.echo(f"Lessons is at http://{settings.host}:{settings.port}/  (Ctrl+C ends it)", err=True)
    serve_app(app, host=settings.host, port=settings.port, threads=THREADS, ident=None)


def main() -> None:
    """The console script."""
    cli()


if __name__ == "__main__":
    main()
