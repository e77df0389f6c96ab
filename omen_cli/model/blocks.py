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
    """Rows of cells under column names.

    `right` are the columns of numbers, `whole` those whose cells are never broken (ids, to be copied), `first` those
    that stay, the most needed first, when a terminal is too narrow for all; empty when all must stay. `is_stacked`
    where no cell may be left out: on a terminal that is too narrow each row becomes lines of its own.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()
    is_stacked: bool = False


Block = Heading | Paragraph | Table
