"""The import contracts of pyproject.toml hold, are complete, and turn red when their rule is broken."""

import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, imported_roots, modules
from tests.guards import REPO

WITHOUT_DOOR = {"pydantic", "pydantic_core"}  # the language of our values, used wherever there are values
STDLIB_WITH_DOOR = {"smtplib"}
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@cache
def doors() -> dict[str, str]:
    """Return each library with a door, and the module that is its door."""
    options = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    contracts = [contract for contract in options["contracts"] if contract["type"] == "protected"]
    return {contract["protected_modules"][0]: contract["allowed_importers"][0] for contract in contracts}


def missing_doors(text: str, known: set[str]) -> set[str]:
    """Return the libraries that a source imports and that have neither a door nor a licence to do without."""
    foreign = {name for name in imported_roots(text) if name not in sys.stdlib_module_names or name in STDLIB_WITH_DOOR}
    return foreign - known - WITHOUT_DOOR - {"omen_cli"}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run lint-imports on the omen_cli in `folder`."""
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and its contracts, to be broken."""
    shutil.copytree(PACKAGE, tmp_path / "omen_cli", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPO / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold():
    run = lint(REPO)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


def test_every_library_has_a_door():
    missing = {module.path: missing_doors(module.text, set(doors())) for module in modules()}
    assert {path: names for path, names in missing.items() if names} == {}


def test_every_door_is_a_module():
    for door in doors().values():
        path = REPO / door.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__init__.py").is_file(), door


def test_a_library_without_a_door_turns_red():
    text = "import os, yaml\ndef f():\n    import requests.sessions\n    from smtplib import SMTP\nimport pydantic"
    assert missing_doors(text, {"yaml"}) == {"requests", "smtplib"}


def test_a_stray_module_and_an_upward_and_a_sideways_import_turn_red(copy):
    (copy / "omen_cli" / "utils.py").write_text('"""Stray."""\n')
    (copy / "omen_cli" / "model" / "upward.py").write_text('"""Upward."""\nimport omen_cli.workflows\n')
    (copy / "omen_cli" / "intelligence" / "sideways.py").write_text('"""Sideways."""\nimport omen_cli.archive\n')
    run = lint(copy)
    assert run.returncode == 1
    assert "- omen_cli.utils" in run.stdout
    assert "omen_cli.model.upward -> omen_cli.workflows" in run.stdout
    assert "omen_cli.intelligence.sideways -> omen_cli.archive" in run.stdout


def test_each_library_used_beside_its_door_turns_red(copy):
    imports = "".join(f"import {library}\n" for library in doors())
    (copy / "omen_cli" / "model" / "burglar.py").write_text(f'"""Through no door."""\n{imports}')
    run = lint(copy)
    assert run.returncode == 1
    for line, library in enumerate(doors(), start=2):
        assert f"- omen_cli.model.burglar -> {library} (l.{line})" in run.stdout
    assert f" {len(doors())} broken" in run.stdout


def test_an_import_for_types_alone_counts_too(copy):
    text = '"""Types."""\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import duckdb\n'
    (copy / "omen_cli" / "report" / "typed.py").write_text(text)
    assert "- omen_cli.report.typed -> duckdb" in lint(copy).stdout
