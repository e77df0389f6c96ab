"""One root for all errors, each with the code, the exit status and the HTTP-like status that README.md promises."""

import ast
import importlib
import inspect
import pkgutil

import pytest

import omen_cli
from omen_cli.errors import OmenError
from tests.architecture.exit_table import Row, parse_table, readme_table
from tests.architecture.source import dotted, findings, functions, imported_names, modules

# What a pure function found wrong with a text; its caller knows which file that was, and says it as an OmenError.
TRANSLATED = {"NotStrictJson", "ColumnMismatch", "CannotExpand"}
RAISED_WITHOUT_OUR_ROOT = {"ValueError", "KeyboardInterrupt"} | TRANSLATED
PROMISED_AHEAD: set[str] = set()  # in the table, not raised yet
WITHOUT_CLASS = {"ok"}


def exception_classes() -> list[type[BaseException]]:
    """Return every exception class that a module of omen_cli defines."""
    names = ["omen_cli", *(found.name for found in pkgutil.walk_packages(omen_cli.__path__, "omen_cli."))]
    loaded = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    classes = [made for module in loaded for _, made in inspect.getmembers(module, inspect.isclass)]
    return sorted({made for made in classes if _is_our_exception(made)}, key=lambda made: made.__name__)


def _is_our_exception(made: type) -> bool:
    return issubclass(made, BaseException) and made.__module__.split(".")[0] == "omen_cli"


def class_problems(made: type[BaseException], table: tuple[Row, ...]) -> list[str]:
    """Return what is wrong with one exception class.

    A subclass may refine the code of its row (already_exists is a check_failed); it keeps the row's two statuses.
    """
    if made is OmenError or (made.__name__ in TRANSLATED and issubclass(made, ValueError)):
        return []
    if not issubclass(made, OmenError):
        return [f"{made.__name__} is not an OmenError"]
    rows = [row for row in table if row.code in {getattr(base, "code", None) for base in made.__mro__}]
    if not rows:
        return [f"{made.__name__}: the code {getattr(made, 'code', None)!r} is not in the table"]
    row = rows[0]
    if made.exit_status not in row.exits or made.http_status != row.like:
        return [f"{made.__name__} says {made.exit_status}, {made.http_status}; the table {row.exits}, {row.like}"]
    return []


def caught_names(text: str) -> set[str]:
    """Return the exceptions that a source catches by name."""
    handlers = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ExceptHandler) and node.type]
    return {_last_name(inner) for node in handlers for inner in ast.walk(node.type) if isinstance(inner, ast.expr)}


def may_raise() -> frozenset[str]:
    """Return the names that omen_cli may raise: our errors, a few of Python's, and what is annotated as one of them."""
    errors = RAISED_WITHOUT_OUR_ROOT | {made.__name__ for made in exception_classes()}
    return frozenset(errors | {name for _, text in modules() for name in annotated_as(text, errors)})


def annotated_as(text: str, errors: set[str]) -> set[str]:
    """Return the functions and fields of a source that, by their annotation, give one of `errors`."""
    tree = ast.parse(text)
    given = {made.name for made in functions(tree) if made.returns and _last_name(made.returns) in errors}
    fields = [node for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)]
    return given | {(dotted(node.target) or "") for node in fields if _last_name(node.annotation) in errors}


def raise_problems(text: str, allowed: frozenset[str]) -> list[str]:
    """Return the `raise` statements of a source that raise neither `allowed`, nor typer's, nor what was caught.

    An OSError passes inside `with explained(...)`, which makes an OmenError of it.
    """
    tree = ast.parse(text)
    names = imported_names(tree)
    caught = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)}
    explained = {inner for made in ast.walk(tree) if _is_explained(made) for inner in ast.walk(made)}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Raise) or node.exc is None:
            continue
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = ast.unparse(raised)
        is_typers = names.get(name.partition(".")[0], "").partition(".")[0] == "typer"
        if name == "OSError" and node in explained:
            continue
        if not is_typers and name not in caught and name.rpartition(".")[2] not in allowed:
            found.append(f"{node.lineno}: raises {name}: an OmenError when an operator can act, else ValueError")
    return found


def _is_explained(node: ast.AST) -> bool:
    calls = [item.context_expr for item in node.items] if isinstance(node, ast.With) else []
    return any(isinstance(call, ast.Call) and dotted(call.func) == "explained" for call in calls)


def _last_name(annotation: ast.expr) -> str:
    name = annotation.value if isinstance(annotation, ast.Constant) else dotted(annotation)
    return str(name or "").rpartition(".")[2]


def test_every_exception_is_an_omen_error_with_the_statuses_of_the_table():
    table = readme_table()
    assert [problem for made in exception_classes() for problem in class_problems(made, table)] == []


def test_what_is_to_be_translated_is_caught_by_name():
    assert TRANSLATED - {name for _, text in modules() for name in caught_names(text)} == set()


def test_every_code_of_the_table_has_a_class():
    codes = {getattr(made, "code", None) for made in exception_classes()}
    assert {row.code for row in readme_table()} - codes == PROMISED_AHEAD | WITHOUT_CLASS


def test_every_error_has_a_code_of_its_own():
    codes = [made.code for made in exception_classes() if issubclass(made, OmenError) and made is not OmenError]
    assert sorted(codes) == sorted(set(codes))


def test_nothing_else_is_raised():
    allowed = may_raise()
    found = findings(lambda _, text: raise_problems(text, allowed))
    assert not found, found


TABLE = parse_table(
    "\n## Exit status\n| exit | code | like | means |\n| --- | --- | --- | --- |\n"
    "| 1 | check_failed | – | the answer is no |\n| 5 | `not_found` | 404 | no such store |\n"
    "| 130, 143 | interrupted | – | stopped |\n## Next\n| 9 | unauthenticated | 401 | no token |\n"
)


class Stray(Exception):
    """Outside our root."""


class Uncoded(OmenError):
    """Without a row."""

    code, exit_status, http_status = "uncoded", 5, 404


class Codeless(OmenError):
    """Without a code."""


class Mismatched(OmenError):
    """With another row's status."""

    code, exit_status, http_status = "not_found", 6, 404


class Refined(Mismatched):
    """A code of its own, below a row's."""

    code, exit_status, http_status = "snapshot_not_found", 5, 404


def test_the_table_is_read_whole_and_no_further():
    assert TABLE[0] == Row((1,), "check_failed", None, "the answer is no")
    assert [row.code for row in TABLE] == ["check_failed", "not_found", "interrupted"]
    assert TABLE[2].exits == (130, 143)
    assert parse_table("# README\n") == ()


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (Stray, "Stray is not an OmenError"),
        (Uncoded, "Uncoded: the code 'uncoded' is not in the table"),
        (Codeless, "Codeless: the code None is not in the table"),
        (Mismatched, "Mismatched says 6, 404; the table (5,), 404"),
    ],
)
def test_each_wrong_class_turns_red(made, problem):
    assert class_problems(made, TABLE) == [problem]


def test_a_refined_code_passes():
    assert class_problems(Refined, TABLE) == []


@pytest.mark.parametrize(
    "text",
    [
        "raise RuntimeError('x')",
        "raise Exception",
        "import os\nraise os.error",
        "raise OSError(28, 'full')",
        "with suppress(OSError):\n    raise OSError(28, 'full')",
        "raise problem('x')",
        "import sys\nraise SystemExit(3)",
        "try: pass\nexcept OSError as error: raise other",
    ],
)
def test_each_wrong_raise_turns_red(text):
    assert len(raise_problems(text, frozenset({"NotFound", "ValueError"}))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "raise NotFound('x', hint='y')",
        "from omen_cli import errors\nraise errors.NotFound('x')",
        "raise ValueError('x') from None",
        "import typer\nraise typer.BadParameter('x')",
        "from typer import Exit\nraise Exit",
        "try: pass\nexcept OSError as error: raise error",
        "try: pass\nexcept OSError: raise",
        "with explained('append to', path):\n    raise OSError(28, 'full')",
    ],
)
def test_each_right_raise_passes(text):
    assert raise_problems(text, frozenset({"NotFound", "ValueError"})) == []


def test_what_counts_as_caught_by_name():
    text = "try: pass\nexcept (a.B, C) as error: pass\nexcept D: pass\nexcept: pass\nraise E"
    assert caught_names(text) >= {"B", "C", "D"}
    assert "E" not in caught_names(text)


def test_what_is_annotated_as_an_error_may_be_raised():
    text = "def _gone(x) -> NotFound: ...\ndef _other(x) -> 'errors.NotFound': ...\ndef _none(x) -> str: ..."
    assert annotated_as(text, {"NotFound"}) == {"_gone", "_other"}
    assert annotated_as("class A:\n    error: NotFound\n    name: str", {"NotFound"}) == {"error"}
    assert raise_problems("raise results[0].error", frozenset({"error"})) == []
