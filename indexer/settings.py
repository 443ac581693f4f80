"""Settings: one row each, read from the environment, overridden by command-line options."""

import os
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import ConfigError

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: environment variable ``LESSONS_<NAME>``, default, and what it does."""

    name: str
    default: str
    help: str


OCR = ("auto", "off")

SETTINGS = (
    Setting("corpus", str(PROJECT / "corpus"), "Folder of sources, taxonomies, reviews and evaluation sets."),
    Setting("data", str(PROJECT / "var"), "Folder for all that is built: the library and the index."),
    Setting("engine", "whoosh", "Search engine: whoosh."),
    Setting("reader", "pdfminer", "What reads PDFs: pdfminer, or pdfium, which is faster."),
    Setting("jobs", "2", "Processes that read PDFs and build the index."),
    Setting("max_file_mb", "200", "A PDF larger than this many megabytes is not read."),
    Setting("max_pages", "1000", "Pages after this many are not read; the document carries a warning."),
    Setting("max_words", "2000000", "Words after this many are not read; the document carries a warning."),
    Setting("max_seconds", "300", "Reading one PDF ends after this many seconds; the pages read by then are kept."),
    Setting("max_memory_mb", "1500", "Memory, in megabytes, that the process reading one PDF may use."),
    Setting("max_result_mb", "100", "A PDF of which more than this many megabytes would be kept is not taken."),
    Setting(
        "ocr", "auto", "Pages without readable text: auto reads them by OCR where Tesseract is installed, off does not."
    ),
    Setting(
        "max_ocr_seconds", "1800", "OCR of one PDF is stopped after this many seconds; the pages left stay unread."
    ),
    Setting("max_ocr_page_seconds", "60", "OCR of one page is stopped after this many seconds."),
    Setting("host", "127.0.0.1", "Address that the web app listens on."),
    Setting("port", "8000", "Port that the web app listens on."),
)


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How a PDF is read: by which reader, and how much of it; pages begun after `seconds` are not read."""

    reader: str = "pdfminer"
    max_pages: int = 1000
    max_words: int = 2_000_000
    seconds: float = 300

    @property
    def lasting(self) -> str:
        """What changes the pages that come of it: a PDF read otherwise is read again when this changes."""
        return f"{self.reader} {self.max_pages} {self.max_words}"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force; sizes in megabytes, times in seconds."""

    corpus: Path
    data: Path
    engine: str
    reader: str
    jobs: int
    max_file_mb: int
    max_pages: int
    max_words: int
    max_seconds: int
    max_memory_mb: int
    max_result_mb: int
    ocr: str
    max_ocr_seconds: int
    max_ocr_page_seconds: int
    host: str
    port: int

    @property
    def library(self) -> Path:
        """The SQLite file that holds the truth."""
        return self.data / "library.sqlite"

    @property
    def reading(self) -> ReadingOptions:
        """How PDFs are read."""
        return ReadingOptions(
            reader=self.reader, max_pages=self.max_pages, max_words=self.max_words, seconds=self.max_seconds
        )

    @property
    def limits(self) -> str:
        """What may have stopped a document: one that failed is tried again when this changes."""
        return f"{self.max_file_mb} {self.max_seconds} {self.max_memory_mb} {self.max_result_mb}"


def load(**overrides: str | Path | int | None) -> Settings:
    """Settings from the environment, with `overrides` that are not None taking precedence.

    Raises ConfigError when a number is not a positive whole number, or a choice not one of those there are.
    """
    values = {}
    for setting in SETTINGS:
        value = overrides.get(setting.name)
        if value is None:
            value = os.environ.get(f"LESSONS_{setting.name.upper()}") or setting.default
        values[setting.name] = str(value)
    numbers = {
        name: _whole(name, values[name]) for name in Settings.__annotations__ if Settings.__annotations__[name] is int
    }
    if values["ocr"] not in OCR:
        raise ConfigError(f"setting LESSONS_OCR: '{values['ocr']}' is neither {' nor '.join(OCR)}")
    return Settings(
        corpus=Path(values["corpus"]).resolve(),
        data=Path(values["data"]).resolve(),
        engine=values["engine"],
        reader=values["reader"],
        ocr=values["ocr"],
        host=values["host"],
        **numbers,
    )


def _whole(name: str, value: str) -> int:
    if value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    raise ConfigError(f"setting LESSONS_{name.upper()}: '{value}' is not a positive whole number")
