"""How dates and counts are written on the page."""

from calendar import month_name


def month(published: str | None) -> str:
    """A date cut to what is known, in words: "14 June 2017", "June 2017", "2017" or "Date not known"."""
    if not published:
        return "Date not known"
    year, *rest = published.split("-")
    if not rest:
        return year
    day = f"{int(rest[1])} " if len(rest) > 1 else ""
    return f"{day}{month_name[int(rest[0])]} {year}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 review", "1,204 reviews"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shorten(text: str, length: int = 240) -> str:
    """The beginning of a text, cut after a whole word, with an ellipsis when something is left off."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def capital(text: str) -> str:
    """A text with its first letter as a capital and the rest as it is."""
    return text[:1].upper() + text[1:]
