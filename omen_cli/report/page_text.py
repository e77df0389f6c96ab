"""Text for a page: harmless, and never endless."""

from typing import TypeVar

from omen_cli.report.letter_limits import cut

MOST_LETTERS = 400
_T = TypeVar("_T")


def harmless(value: _T) -> _T:
    """Return a value with every text in it made harmless, also in tuples, named or not; what else it holds stays."""
    if isinstance(value, str):
        return cut(value, MOST_LETTERS)  # type: ignore[return-value]
    if isinstance(value, tuple):
        parts = map(harmless, value)
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)  # type: ignore[return-value]
    return value
