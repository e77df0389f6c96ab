"""A formula as text: with the names of its operands, with their labels, or with their values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omen_cli.report.explain.tree import Call, Chain, Known, Node, Operand, ShownUnit, Total
from omen_cli.report.numbers import UNKNOWN, Numbers

_LEVELS = {"and": 1, "+": 3, "-": 3, "*": 4, "/": 4}
_COMPARISON, _SUM = 2, 3
_SIGNS = {"-": "−", "*": "×", "/": "÷", "<=": "≤", ">=": "≥", "==": "="}
_CALLS = {"floor": "rounded down", "ceil": "rounded up"}


@dataclass(frozen=True)
class _Style:
    """`leaf` writes an operand, `total` a sum, None for one sign between each two.

    `is_plain`: as Python reads it; `is_wordy`: for a person, without numbers.
    """

    leaf: Callable[[Operand], str]
    total: Callable[[Total], str] | None = None
    is_plain: bool = False
    is_wordy: bool = False


def with_names(node: Node) -> str:
    """Return the formula as it is written in the tables of formulas: with names, in ASCII."""
    return _write(node, _NAMES)


def with_labels(node: Node) -> str:
    """Return the formula in the words of a person."""
    return _write(node, _LABELS)


def with_plain_values(node: Node) -> str:
    """Return the arithmetic as any calculator reads it: bare numbers and + - * / in ASCII, days as YYYY-MM-DD."""
    return _write(node, _Style(_plain_leaf, is_plain=True))


def with_values(node: Node, numbers: Numbers) -> str:
    """Return the arithmetic with the numbers as the store's people write them."""
    return _write(node, _Style(lambda leaf: _shown_leaf(leaf, numbers)))


def shown(value: Known | None, unit: ShownUnit, numbers: Numbers) -> str:
    """Return a value with its unit; a dash for what is unknown."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if unit == "points":
        return numbers.change(value, "points")
    return numbers.amount(value, "quantity" if unit == "date" or unit == "flag" else unit)


def plain(value: Known | None) -> str:
    """Return a value as JSON and calculators have it, days without quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat()


def _plain_leaf(leaf: Operand) -> str:
    return _negative_apart(plain(leaf.value), leaf)


def _shown_leaf(leaf: Operand, numbers: Numbers) -> str:
    if isinstance(leaf.value, bool):
        return leaf.label if leaf.value else f"not: {leaf.label}"
    return _negative_apart(shown(leaf.value, leaf.unit, numbers), leaf)


def _negative_apart(text: str, leaf: Operand) -> str:
    return f"({text})" if _is_negative(leaf) else text


def _write(node: Node, style: _Style, level: int = 0) -> str:
    """Return the text, in parentheses where it binds less than what is around it."""
    if isinstance(node, Operand):
        return style.leaf(node)
    if isinstance(node, Decimal):
        return f"{node:f}"
    if isinstance(node, Call):
        return _call(node, style, level)
    if isinstance(node, Total):
        if style.total:
            return _apart(style.total(node), is_needed=level > _SUM)
        node = Chain(("+",) * (len(node.args) - 1), node.args) if node.args else Chain((), (Decimal(0),))
    return _chain(node, style, level)


def _chain(node: Chain, style: _Style, level: int) -> str:
    if not node.signs:
        return _write(node.args[0], style, level)
    own = _LEVELS.get(node.signs[0], _COMPARISON)
    text = _write(node.args[0], style, own)
    for sign, arg in zip(node.signs, node.args[1:], strict=True):
        binds = own + 1 if sign in ("-", "/") else own
        text += f" {sign if style.is_plain else _SIGNS.get(sign, sign)} {_write(arg, style, binds)}"
    return _apart(text, is_needed=own < level)


def _call(node: Call, style: _Style, level: int) -> str:
    if node.name == "velocity":
        return node.name if style.is_wordy else _chain(Chain(("/",), node.args), style, level)
    first = node.args[0]
    if node.name == "max" and not style.is_plain and isinstance(first, Operand) and not _is_negative(first):
        return style.leaf(first)
    name = node.name if style.is_plain else _CALLS.get(node.name, node.name)
    return f"{name}({', '.join(_write(arg, style) for arg in node.args)})"


def _is_negative(leaf: Operand) -> bool:
    return isinstance(leaf.value, Decimal) and leaf.value < 0


def _apart(text: str, *, is_needed: bool) -> str:
    return f"({text})" if is_needed else text


_NAMES = _Style(lambda leaf: leaf.name, lambda total: f"sum({with_names(total.inner)})", is_plain=True)
_LABELS = _Style(
    lambda leaf: leaf.label, lambda total: f"Σ {with_labels(total.inner)} over {total.over}", is_wordy=True
)
