"""Formulas are written as text, in the syntax of Python.

They have names of operands, + - * /, comparisons, `and`, `max(a, 0)`, `floor(a)`, `ceil(a)`, `velocity(units, days)`,
which is units ÷ days, and `sum(rows.column * rows.other)` over rows of the snapshot.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from omen_cli.report.explain.rounded import to_decimal
from omen_cli.report.explain.tree import Call, Chain, Node, Operand, Total, leaves, value_of

_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.And: "and",
}
Named = Mapping[str, Operand]


@dataclass(frozen=True)
class Rows:
    """Rows of the snapshot that a formula may sum over.

    `columns` names the columns as `rows` names the cells; `is_series` where the order of rows says something.
    """

    over: str
    columns: Named
    rows: tuple[Named, ...]
    is_series: bool = False


@dataclass(frozen=True)
class Scope:
    """What the names in a formula stand for.

    Of a sum over more than `most` rows that are no series only the greatest are kept, the others as one operand.
    """

    operands: Named
    rows: Mapping[str, Rows]
    most: int | None = None

    def having(self, operands: Named) -> "Scope":
        """Return the scope with more operands."""
        return Scope({**self.operands, **operands}, self.rows, self.most)


def read_formula(text: str, scope: Scope) -> Node:
    """Return the formula with its operands filled in.

    Raises:
        ValueError: it uses what a formula cannot have.
        KeyError: a name stands for nothing.
    """
    return _read(ast.parse(text, mode="eval").body, scope.operands, scope)


def _read(node: ast.expr, operands: Named, scope: Scope) -> Node:
    if isinstance(node, ast.Name):
        return operands[node.id]
    if isinstance(node, ast.Attribute):
        return operands[node.attr]
    if isinstance(node, ast.Constant):
        return Decimal(str(node.value))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id == "sum":
            return _total(node.args[0], scope)
        return Call(node.func.id, tuple(_read(arg, operands, scope) for arg in node.args))
    signs, args = _chain(node)
    return Chain(tuple(_SIGNS[type(sign)] for sign in signs), tuple(_read(arg, operands, scope) for arg in args))


def _chain(node: ast.expr) -> tuple[list[ast.AST], list[ast.expr]]:
    if isinstance(node, ast.BinOp):
        return [node.op], [node.left, node.right]
    if isinstance(node, ast.Compare):
        return [*node.ops], [node.left, *node.comparators]
    if isinstance(node, ast.BoolOp):
        return [node.op] * (len(node.values) - 1), node.values
    raise ValueError(f"no formula has {ast.unparse(node)}")


def _total(inner: ast.expr, scope: Scope) -> Total:
    """Return the sum over the rows in which the expression is known."""
    names = (
        one.value.id for one in ast.walk(inner) if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)
    )
    name = next(names)
    found = scope.rows[name]
    args = [arg for row in found.rows if value_of(arg := _read(inner, row, scope)) is not None]
    if scope.most is not None and len(args) > scope.most and not found.is_series:
        args = _greatest(args, scope.most, name)
    return Total(_read(inner, found.columns, scope), found.over, tuple(args))


def _greatest(args: list[Node], most: int, name: str) -> list[Node]:
    args = sorted(args, key=_amount, reverse=True)
    rest = to_decimal(sum(map(_amount, args[most:]), Fraction(0)))
    is_money = any(leaf.unit == "money" for leaf in leaves(args[0]))
    label = "1 other" if len(args) - most == 1 else f"{len(args) - most} others together"
    return [*args[:most], Operand(f"{name}[others]", label, "money" if is_money else "quantity", rest)]


def _amount(node: Node) -> Fraction:
    return Fraction(value_of(node) or 0)
