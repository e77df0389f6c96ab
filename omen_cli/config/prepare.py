"""Turns the file as written into what the settings are validated from: expanded, with defaults, paths absolute."""

import unicodedata
from collections.abc import Mapping
from glob import escape
from pathlib import Path

from omen_cli.config.document import Document, map_texts, value_at
from omen_cli.config.expand import CannotExpand, expand
from omen_cli.config.known import unknown_key
from omen_cli.config.mail import FOLDER_SCHEME
from omen_cli.config.problems import Loc, Problems, quoted
from omen_cli.config.settings import StoreDefaults

Raw = dict[str, object]
_NO_VALUE = "is missing its value; write one or remove the key"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def prepare(document: Document, environ: Mapping[str, str], path: Path, problems: Problems) -> Raw:
    """Return the values to validate; None stands for a value with a problem, so that no second one follows."""

    def value_of(text: str, loc: Loc) -> str | None:
        try:
            return _checked(text, loc, environ)
        except CannotExpand as error:
            subject = f"{quoted(loc, text)} " if text.strip() else ""
            problems.add(document.line(loc), loc, f"{subject}{error}")
            return None

    raw = map_texts(document.tree, value_of)
    if not isinstance(raw, dict):
        raise problems.fatal(1, "is not a mapping; begin with `version: 1` and `stores:`")
    _take_out(raw, ("path",), document, problems)
    _complete(raw, path)
    defaults = _mapping_at(raw, ("defaults",))
    stores = _mapping_at(raw, ("stores",))
    _refuse_ids_alike(stores, document, problems)
    for store_id, store in stores.items():
        if isinstance(store, dict):
            _take_out(store, ("stores", store_id, "store_id"), document, problems)
            _complete_store(store, store_id, defaults)
    for place in _places_of_paths(stores):
        _make_absolute(raw, place, path.parent, document, problems)
    return raw


def _checked(text: str, loc: Loc, environ: Mapping[str, str]) -> str:
    """Return the text with the environment's values in it; only an alert and the heartbeat may be empty.

    Raises:
        CannotExpand: it has no usable value; the message reads after the text as written.
    """
    value = expand(text, environ)
    if not value.strip():
        if (loc[:1] == ("alerts",) and len(loc) > 1) or loc == ("heartbeat",):
            return ""
        raise CannotExpand("comes out empty; set the variable" if text.strip() else _NO_VALUE)
    if any(unicodedata.category(char) in _HIDDEN for char in value):
        raise CannotExpand("holds a line break, a control or an invisible character; remove it")
    return value


def _mapping_at(raw: Raw, loc: Loc) -> Raw:
    found = value_at(raw, loc)
    return found if isinstance(found, dict) else {}


def _take_out(holder: Raw, loc: Loc, document: Document, problems: Problems) -> None:
    """Refuse a key that the settings have but the file may not: loading writes it."""
    if str(loc[-1]) in holder:
        problems.add(document.line(loc), loc, unknown_key(loc))


def _complete(raw: Raw, path: Path) -> None:
    raw["path"] = str(path)
    raw.setdefault("data", "data")
    mail = raw.setdefault("mail", {})
    if isinstance(mail, dict):
        mail.setdefault("url", f"{FOLDER_SCHEME}outbox")


def _complete_store(store: Raw, store_id: str, defaults: Raw) -> None:
    store["store_id"] = store_id
    store.setdefault("name", store_id)
    for key in StoreDefaults.model_fields:
        if key in defaults:
            store.setdefault(key, defaults[key])


def _refuse_ids_alike(stores: Raw, document: Document, problems: Problems) -> None:
    """Refuse ids that differ only in case: on some file systems they would share one archive."""
    first: dict[str, str] = {}
    for store_id in stores:
        other = first.setdefault(store_id.casefold(), store_id)
        if other != store_id:
            loc = ("stores", store_id)
            line = document.line(("stores", other))
            problems.add(document.line(loc), loc, f"differs only in case from {other} on line {line}; rename one")


def _places_of_paths(stores: Raw) -> tuple[Loc, ...]:
    sources = (
        ("stores", store_id, "sources", role, "path")
        for store_id in stores
        for role in ("inventory", "orders", "costs")
    )
    keys = (("access", "key_file"), ("access", "public_key_file"))
    return (("data",), ("mail", "password_file"), ("mail", "ca_file"), ("mail", "url"), *keys, *sources)


def _make_absolute(raw: Raw, loc: Loc, folder: Path, document: Document, problems: Problems) -> None:
    """Make the path at `loc`, if there is one, relative to the folder of the file; a folder's own `*` is escaped."""
    holder, key = _mapping_at(raw, loc[:-1]), str(loc[-1])
    written = holder.get(key)
    scheme = FOLDER_SCHEME if loc == ("mail", "url") else ""
    if not isinstance(written, str) or not written.startswith(scheme) or written == scheme:
        return
    path = written.removeprefix(scheme)
    path = path.removeprefix("//") if path.startswith("///") else path
    if path.startswith("~"):
        problems.add(document.line(loc), loc, "begins with ~, which nothing expands here; write ${HOME}")
        holder[key] = None
        return
    base = escape(str(folder)) if key == "path" else str(folder)
    holder[key] = f"{scheme}{path if path.startswith('//') else Path(base) / path}"
