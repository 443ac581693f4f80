"""The faults Lessons reports: each message says where and what to do, in one line."""


class LessonsError(Exception):
    """Base of every fault that is reported to the user as one line."""


class ConfigError(LessonsError):
    """A source, theme or setting is wrong; the message names the file and the line or key."""


class DocumentError(LessonsError):
    """A document could not be read; the message is the reason recorded for it."""


class FileGoneError(DocumentError):
    """A file could not be opened, or changed while it was read: the fault is not the document's, so it is tried again."""


class IndexMissingError(LessonsError):
    """There is no index to search yet."""


class QueryError(LessonsError):
    """A query or filter cannot be answered as it stands."""
