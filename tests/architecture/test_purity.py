"""Style rules that ruff does not hold: where the outside world is read, where imports and prints stand, names."""

import ast
import re

import pytest

from tests.architecture.source import SESSION, dotted, findings, functions, imported_names

WORLD = {  # the outside world, each part with everything below it
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "uuid",
    "random",
    "secrets",
    "getpass",
    "os.environ",
    "os.environb",
    "os.getenv",
    "os.getlogin",
    "os.urandom",
    "os.getcwd",
    "pathlib.Path.cwd",
    "pathlib.Path.home",
}
NAMES_THAT_SAY_NOTHING = re.compile(r"^(utils?|helpers?|managers?|infos?|data2)$")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def world_reads(path: str, text: str) -> list[str]:
    """Return where a source reads the clock, chance, the environment or the user; cli/session.py may."""
    if path == SESSION:
        return []
    tree = ast.parse(text)
    names = imported_names(tree)
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        chain = dotted(node) if isinstance(node, ast.Name | ast.Attribute) else None
        first, dot, rest = (chain or "").partition(".")
        real = names.get(first, "") + dot + rest
        if real in WORLD or real.rpartition(".")[0] in WORLD:
            found.setdefault(node.lineno, chain or "")
    return [f"{line}: {chain} reads the outside world: take it as a value" for line, chain in sorted(found.items())]


def nested_imports(path: str, text: str) -> list[str]:
    """Return the imports inside functions and classes; those in functions of cli/ are how a command stays fast."""
    tree = ast.parse(text)
    inner = {node for made in functions(tree) for node in ast.walk(made) if isinstance(node, _IMPORTS)}
    in_classes = {node for made in ast.walk(tree) if isinstance(made, ast.ClassDef) for node in made.body}
    found = {node for node in in_classes if isinstance(node, _IMPORTS)} | (set() if path.startswith("cli/") else inner)
    return [f"{node.lineno}: an import that is not at the top of its file" for node in found]


_IMPORTS = (ast.Import, ast.ImportFrom)


def prints(path: str, text: str) -> list[str]:
    """Return the calls of `print` outside cli/console.py, and the uses of sys.stdout and sys.stderr outside cli/."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and dotted(node.func) == "print" and path != "cli/console.py":
            found.append(f"{node.lineno}: print(: return the text, cli/console.py prints")
        if isinstance(node, ast.Attribute) and dotted(node) in ("sys.stdout", "sys.stderr") and path[:4] != "cli/":
            found.append(f"{node.lineno}: {dotted(node)}: return the text, cli/ prints")
    return found


def more_than_a_docstring(path: str, text: str) -> list[str]:
    """Return what an `__init__.py` holds besides its one docstring."""
    if not path.endswith("__init__.py"):
        return []
    tree = ast.parse(text)
    if ast.get_docstring(tree) and len(tree.body) == 1:
        return []
    return ["1: an __init__.py is one docstring"]


def empty_names(path: str, text: str) -> list[str]:
    """Return the modules, classes and functions whose name has a word that says nothing."""
    named = [(1, part) for part in path.removesuffix(".py").split("/")]
    tree = ast.parse(text)
    named += [(node.lineno, node.name) for node in functions(tree)]
    named += [(node.lineno, node.name) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [
        f"{line}: {name}: name it after what it holds"
        for line, name in named
        if any(NAMES_THAT_SAY_NOTHING.match(word.lower()) for word in _WORD.findall(name))
    ]


CHECKS = [world_reads, nested_imports, prints, more_than_a_docstring, empty_names]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_omen_cli_is_clean(check):
    found = findings(check)
    assert not found, found


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (world_reads, "model/x.py", "from datetime import datetime\nnow = datetime.now()"),
        (world_reads, "model/x.py", "import datetime as dt\nfield(default_factory=dt.datetime.utcnow)"),
        (world_reads, "model/x.py", "from datetime import date as d\nd.today()"),
        (world_reads, "model/x.py", "from time import time as t\nt()"),
        (world_reads, "model/x.py", "import uuid\nuuid.uuid4()"),
        (world_reads, "model/x.py", "from uuid import uuid4\nuuid4()"),
        (world_reads, "cli/main.py", "import os\nos.environ['X']"),
        (world_reads, "cli/main.py", "from os import environ\nenviron.get('X')"),
        (world_reads, "cli/main.py", "import os\nos.getenv('X')"),
        (world_reads, "archive/x.py", "import random\nrandom.choice('ab')"),
        (world_reads, "archive/x.py", "import getpass\ngetpass.getuser()"),
        (world_reads, "archive/x.py", "from pathlib import Path\nPath.cwd()"),
        (nested_imports, "archive/x.py", "def f():\n    import os"),
        (nested_imports, "archive/x.py", "class A:\n    from os import path"),
        (nested_imports, "cli/x.py", "class A:\n    import os"),
        (prints, "cli/history.py", "print('x')"),
        (prints, "archive/x.py", "import sys\nsys.stderr.write('x')"),
        (more_than_a_docstring, "model/__init__.py", '"""Doc."""\nfrom omen_cli.errors import OmenError'),
        (more_than_a_docstring, "model/__init__.py", ""),
        (empty_names, "model/utils.py", ""),
        (empty_names, "archive/file_helpers.py", ""),
        (empty_names, "model/x.py", "class ArchiveManager: pass"),
        (empty_names, "model/x.py", "def store_info(): pass"),
    ],
)
def test_each_check_turns_red(check, path, text):
    assert len(check(path, text)) == 1


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (world_reads, SESSION, "from datetime import datetime\ndatetime.now()"),
        (world_reads, "archive/x.py", "import os, time\nos.getpid(), time.monotonic()"),
        (world_reads, "archive/x.py", "def f(now, random): return now(), random.choice"),
        (nested_imports, "cli/history.py", "def f():\n    from omen_cli.workflows.history import list_history"),
        (nested_imports, "cli/session.py", "class A:\n    def f(self):\n        import os"),
        (nested_imports, "model/x.py", "if TYPE_CHECKING:\n    import os"),
        (prints, "cli/console.py", "print('x')"),
        (prints, "report/x.py", "self.print('x')"),
        (more_than_a_docstring, "model/__init__.py", '"""Doc."""'),
        (empty_names, "model/information.py", "def inform(version_info): pass"),
    ],
)
def test_no_check_cries_wolf(check, path, text):
    assert check(path, text) == []
