"""Everything that is wrong with a stores.yaml, gathered first and raised once."""

import re
from dataclasses import dataclass
from pathlib import Path

from omen_cli.errors import ConfigInvalid
from omen_cli.model.safe_text import safe_text

Loc = tuple[str | int, ...]
MAX_SHOWN = 50
_MAX_WIDTH = 60
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(//)?")
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-[^{}]*)?\}")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the line (from 1), the key (the empty one is the file), and *what; what to do*."""

    line: int
    loc: Loc
    text: str


class Problems:
    """The problems of one file, raised together in the order of their lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: list[Problem] = []

    def add(self, line: int, loc: Loc, text: str) -> None:
        """Keep one more problem; `text` must not hold a value that came from the environment."""
        self._found.append(Problem(line, loc, text))

    def fatal(self, line: int, text: str) -> ConfigInvalid:
        """Return the error, to be raised, of what was found so far and this, behind which nothing can be read."""
        self.add(line, (), text)
        return self._error()

    def raise_if_any(self) -> None:
        """Raise ConfigInvalid when anything was found."""
        if self._found:
            raise self._error()

    def _error(self) -> ConfigInvalid:
        ordered = sorted(dict.fromkeys(self._found), key=lambda problem: problem.line)
        lines = [self._worded(problem) for problem in ordered[:MAX_SHOWN]]
        if len(ordered) > MAX_SHOWN:
            lines.append(f"{safe_text(self._path.name)}: and {len(ordered) - MAX_SHOWN} more")
        return ConfigInvalid(
            "\n".join(lines), hint=f"edit {safe_text(str(self._path))}", file=str(self._path), problems=lines
        )

    def _worded(self, problem: Problem) -> str:
        key = f"{dotted(problem.loc)}: " if problem.loc else ""
        return safe_text(f"{self._path.name}:{problem.line}: {key}{problem.text}")


def dotted(loc: Loc) -> str:
    """Return a key as an operator reads it: `stores.NJWeedWizard.recipients[0]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{_shortened(_masked(part))}" for part in loc)
    return text.removeprefix(".")


def quoted(loc: Loc, written: str) -> str:
    """Return a value as the file has it, in quotes, cut to 60 characters, what may be a secret masked."""
    is_secret = loc[:1] in {("alerts",), ("heartbeat",)} or loc in {("mail",), ("mail", "url")}
    return f"'{_shortened(_masked(written, is_secret=is_secret))}'"


def _masked(text: str, *, is_secret: bool = False) -> str:
    """Hide all of a URL but its scheme, or but the variable's name; `file:` URLs hold no secret."""
    if not (is_secret or "://" in text) or text.startswith("file:"):
        return text
    reference = _REFERENCE.fullmatch(text)
    if reference is not None:
        return f"${{{reference[1]}}}"
    scheme = _SCHEME.match(text)
    return f"{scheme[0] if scheme else ''}***"


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_WIDTH else f"{text[:_MAX_WIDTH]}…"
