"""The source of omen_cli as text and as syntax, for checks that read it and never run it."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from tests.guards import REPO

PACKAGE = REPO / "omen_cli"
SESSION = "cli/session.py"


class Module(NamedTuple):
    """One file: its path below omen_cli, with slashes, and its text."""

    path: str
    text: str


@cache
def modules() -> tuple[Module, ...]:
    """Return every Python file of omen_cli, sorted by path."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
    return tuple(Module(path.relative_to(PACKAGE).as_posix(), path.read_text("utf-8")) for path in paths)


def findings(check: Callable[[str, str], list[str]]) -> str:
    """Return what `check(path, text)` finds in all of omen_cli, one `path:finding` a line; empty when all is well."""
    return "\n".join(f"omen_cli/{module.path}:{finding}" for module in modules() for finding in check(*module))


def dotted(node: ast.expr) -> str | None:
    """Return `a.b.c` for a chain of names; None for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return before and f"{before}.{node.attr}"
    return None


def imported_names(tree: ast.AST) -> dict[str, str]:
    """Return what each imported name stands for: `{"now": "datetime.datetime", "dt": "datetime"}`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                found[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imported_roots(text: str) -> set[str]:
    """Return the top-level packages that a source imports, wherever in the file."""
    roots: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            roots.add(node.module.partition(".")[0])
    return roots


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
