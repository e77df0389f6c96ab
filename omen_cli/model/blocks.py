"""What an answer is made of before anybody knows whether it goes to a terminal or a pipe."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A title."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """One line of text; `is_alarming` where it must not be overlooked."""

    text: str
    is_alarming: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells under column names; `right` are the names of columns of numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[str] = frozenset()


Block = Heading | Paragraph | Table
