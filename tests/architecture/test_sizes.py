"""A file is about 100 lines, a function about 10; past the limits it says why, in a comment `# size: reason`.

A function's lines are those of its body: neither its docstring nor its signature, however many options a command has.
Branches are ifs (also inside expressions and comprehensions), loops, `except`s and `case`s.
"""

import ast
import re

import pytest

from tests.architecture.source import findings, functions

FILE_LINES, FUNCTION_LINES, BRANCHES = 150, 25, 8
_BRANCH = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)
_REASON = re.compile(r"# size: \S")


def long_file(path: str, text: str) -> list[str]:
    """Return the finding that a file is too long, unless a line before its first definition gives the reason."""
    lines = text.splitlines()
    first = next(
        (at for at, line in enumerate(lines) if line.startswith(("def ", "class ", "async ", "@"))), len(lines)
    )
    if len(lines) <= FILE_LINES or any(_REASON.match(line) for line in lines[:first]):
        return []
    return [f"1: {len(lines)} lines, more than {FILE_LINES}: split it, or say `# size: why` near the top"]


def long_functions(path: str, text: str) -> list[str]:
    """Return the functions that are too long or branch too much, unless their `def` line gives the reason."""
    lines = text.splitlines()
    found = []
    for function in functions(ast.parse(text)):
        if any(_REASON.search(line) for line in lines[function.lineno - 1 : function.body[0].lineno]):
            continue
        length, branches = line_count(function), branch_count(function)
        if length > FUNCTION_LINES:
            found.append(f"{function.lineno}: {function.name}: {length} lines, more than {FUNCTION_LINES}")
        if branches > BRANCHES:
            found.append(f"{function.lineno}: {function.name}: {branches} branches, more than {BRANCHES}")
    return found


def line_count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines from the first statement behind the docstring to the end."""
    body = function.body if ast.get_docstring(function, clean=False) is None else function.body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def branch_count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of branches, those of functions inside it included."""
    nodes = list(ast.walk(function))
    filters = sum(len(node.ifs) for node in nodes if isinstance(node, ast.comprehension))
    return filters + sum(isinstance(node, _BRANCH) for node in nodes)


@pytest.mark.parametrize("check", [long_file, long_functions], ids=lambda check: check.__name__)
def test_omen_cli_is_small_or_says_why(check):
    found = findings(check)
    assert not found, found


LONG = "def f():\n" + "    x = 1\n" * 26
DOCUMENTED = 'def f():\n    """One.\n\n    More.\n    """\n' + "    x = 1\n" * 25
BRANCHING = (
    "def f(a):\n" + "    if a: x = 1\n" * 5 + "    y = [b for b in a if b if a]\n    for b in a: c = 1 if b else 2\n"
)


@pytest.mark.parametrize(
    ("check", "text"), [(long_file, "x = 1\n" * 151), (long_functions, LONG), (long_functions, BRANCHING)]
)
def test_each_limit_turns_red(check, text):
    assert len(check("model/x.py", text)) == 1


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (long_file, "x = 1\n" * 150),
        (long_file, '"""Doc."""\n# size: one table, best read whole\n' + "x = 1\n" * 150),
        (long_functions, DOCUMENTED),
        (long_functions, DOCUMENTED.replace("f():", "f(\n    a,\n    b,\n):")),
        (long_functions, 'def f():\n    """Only a docstring."""\n'),
        (long_functions, LONG.replace("f():", "f():  # size: one ladder, one rung a line")),
    ],
)
def test_what_is_small_or_has_a_reason_passes(check, text):
    assert check("model/x.py", text) == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (long_file, "x = 1\n" * 150 + "def f(): pass\n# size: too late to be seen\n"),
        (long_functions, LONG.replace("f():", "f():  # size:")),
    ],
)
def test_a_reason_must_stand_where_it_is_seen_and_say_something(check, text):
    assert len(check("model/x.py", text)) == 1
