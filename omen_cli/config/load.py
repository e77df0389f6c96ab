"""Finds, reads and types stores.yaml: the one user of pyyaml, and of nothing of it but the events.

Events, not objects: nothing is resolved (`no`, `0123` and `12:30` stay text), an alias is seen before it multiplies,
and nesting is refused before it recurses.
"""

# size: pyyaml may be used in this file only
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import yaml

from omen_cli.config.document import Document
from omen_cli.config.explain import validated
from omen_cli.config.prepare import prepare
from omen_cli.config.problems import Loc, Problems
from omen_cli.config.settings import Settings
from omen_cli.config.syntax import syntax_problem
from omen_cli.config.text import read_text
from omen_cli.errors import ConfigInvalid
from omen_cli.model.safe_text import safe_text

FILE_NAME = "stores.yaml"
MAX_DEPTH = 20
_NULLS = frozenset({"~", "null", "Null", "NULL"})
_NO_KEY = "?"


def find_config(explicit: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Return the absolute path of the configuration: --config, OMEN_CONFIG, or stores.yaml here or above.

    Raises:
        ConfigInvalid: it is not there; the message says where it was looked for.
    """
    named = explicit or (Path(environ["OMEN_CONFIG"]) if environ.get("OMEN_CONFIG") else None)
    if named is not None:
        path, origin = cwd / named, "--config" if explicit else "OMEN_CONFIG"
        if os.path.lexists(path):
            return path
        raise ConfigInvalid(f"{origin}: no file at {safe_text(str(path))}", hint="correct the path", file=str(path))
    for folder in (cwd, *cwd.parents):
        if os.path.lexists(folder / FILE_NAME):
            return folder / FILE_NAME
    raise ConfigInvalid(
        f"{FILE_NAME}: not in {safe_text(str(cwd))}, nor in any folder above it",
        hint="go to the folder that holds it, or name it with --config or OMEN_CONFIG",
    )


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """Return the settings in the file at `path`, an absolute one; `environ` is what `${NAME}` means.

    Raises:
        ConfigInvalid: every problem at once, one a line, each with its line in the file.
    """
    if not path.is_absolute():
        raise ValueError("the path of the configuration must be absolute")
    problems = Problems(path)
    document = _Composer(read_text(path), problems).document()
    raw = prepare(document, environ, path, problems)
    settings = validated(raw, document, problems)
    problems.raise_if_any()
    if settings is None:
        raise ValueError("a configuration without problems gave no settings")
    return settings


class _Mark(Protocol):
    """Where PyYAML's two implementations say that something stands; lines count from 0."""

    @property
    def line(self) -> int: ...


class _Composer:
    """Makes a Document of YAML text; what has no place in a configuration becomes a problem."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._problems = problems
        self._lines: dict[Loc, int] = {}

    def document(self) -> Document:
        """Return the one document in the text, or stop with the line where it ceases to be YAML."""
        try:
            self._events: Iterator[yaml.Event] = iter(yaml.parse(self._text, Loader=yaml.SafeLoader))
            return Document(self._only_tree(), self._lines)
        except yaml.reader.ReaderError as error:
            line = self._text.count("\n", 0, error.position) + 1
            what = "holds a character that YAML does not allow; remove it"
            raise self._problems.fatal(line, what) from None  # the cause would show the text
        except yaml.MarkedYAMLError as error:
            line = _line(error.problem_mark or error.context_mark)
            began = _line(error.context_mark or error.problem_mark)
            what = syntax_problem(self._text, line, began, error.problem or "broken")
            raise self._problems.fatal(line, what) from None

    def _only_tree(self) -> object:
        tree: object = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._problems.add(_line(event.start_mark), (), "a second document begins here; keep one")
                    break
                if event.version or event.tags:
                    self._problems.add(_line(event.start_mark), (), "YAML directives have no place here; remove them")
            elif isinstance(event, yaml.NodeEvent):
                tree = self._value(event, ())
        if documents == 0:
            raise self._problems.fatal(1, "is empty; begin with `version: 1` and `stores:`")
        return tree

    def _value(self, event: yaml.Event, loc: Loc) -> object:
        """Return the value that begins with `event`; every text as it was written, a null as the empty text."""
        line = _line(event.start_mark)
        self._lines.setdefault(loc, line)
        if len(loc) > MAX_DEPTH:
            raise self._problems.fatal(line, f"nested deeper than {MAX_DEPTH} levels; this is no stores.yaml")
        if isinstance(event, yaml.AliasEvent):
            self._problems.add(line, loc, "is an alias (*); write the value out")
            return None
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._problems.add(line, loc, "has an anchor (&); remove it")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self._problems.add(line, loc, "has a tag (!); remove it")
        if isinstance(event, yaml.ScalarEvent):
            return "" if event.style is None and event.value in _NULLS else event.value
        return self._mapping(loc) if isinstance(event, yaml.MappingStartEvent) else self._sequence(loc)

    def _sequence(self, loc: Loc) -> list[object]:
        items: list[object] = []
        while isinstance(event := next(self._events), yaml.NodeEvent):
            items.append(self._value(event, (*loc, len(items))))
        return items

    def _mapping(self, loc: Loc) -> dict[str, object]:
        """Return the keys with their values; of a key that stands twice, the first."""
        entries: dict[str, object] = {}
        while isinstance(event := next(self._events), yaml.NodeEvent):
            line = _line(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent) or (event.style is None and event.value == "<<"):
                self._problems.add(line, loc, "has a merge key or one that is not plain text; write `key: value`")
                self._value(event, (*loc, _NO_KEY))
                self._value(next(self._events), (*loc, _NO_KEY))
                continue
            place = (*loc, event.value)
            if event.value in entries:
                self._problems.add(line, place, f"stands twice, first on line {self._lines[place]}; keep one")
            self._value(event, place)  # the line of a key is the line of its value
            entries.setdefault(event.value, self._value(next(self._events), place))
        return entries


def _line(mark: _Mark | None) -> int:
    return mark.line + 1 if mark else 1
