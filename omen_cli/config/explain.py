"""Validates the prepared values, and words what pydantic finds as problems with their line.

pydantic's own messages are not used: some hold the value, which may be a secret from the environment.
"""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from omen_cli.config.document import Document, is_refused
from omen_cli.config.known import unknown_key
from omen_cli.config.prepare import Raw
from omen_cli.config.problems import Loc, Problems, quoted
from omen_cli.config.settings import Settings, StoreDefaults

_Model = TypeVar("_Model", bound=BaseModel)
_KEY = "[key]"
_ADVICE: Mapping[str | int, str] = {
    "version": "write version: 1",
    "stores": "write one entry for each store",
    "timezone": "add it here or under defaults",
    "sources": "name at least the inventory",
}
_WORDS: Mapping[str, str] = {
    "model_type": "must be a mapping; write `key: value` below it",
    "dict_type": "must be a mapping; write `key: value` below it",
    "tuple_type": "must be a list; write [one, two]",
    "greater_than_equal": "is below 0; write 0 or more",
    "too_short": "is empty; write at least one",
    "bool_parsing": "is neither true nor false; write one of them",
}


def validated(raw: Raw, document: Document, problems: Problems) -> Settings | None:
    """Return the settings; None when what `prepare` returned has problems, which are added."""

    def attempt(model: type[_Model], values: object, at: Loc) -> _Model | None:
        try:
            return model.model_validate(values)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
        for detail in found:
            loc = (*at, *detail["loc"])
            if not is_refused(raw, loc):
                _add(detail, _home(loc, document), document, problems)
        return None

    attempt(StoreDefaults, raw.get("defaults", {}), ("defaults",))
    return attempt(Settings, {key: value for key, value in raw.items() if key != "defaults"}, ())


def _home(loc: Loc, document: Document) -> Loc:
    """Return the key that an operator wrote: a default's own, and for what loading added, the key it came from."""
    if loc[-1] == "store_id":
        return loc[:-1]
    shared = ("defaults", *loc[2:])
    if loc[0] == "stores" and len(loc) > 2 and not document.has(loc[:3]) and document.has(shared[:2]):
        return shared
    return loc


def _add(detail: ErrorDetails, loc: Loc, document: Document, problems: Problems) -> None:
    """Add the problem; what is said about a key stands alone, what is said about a value follows it as written."""
    kind = detail["type"]
    if kind == "extra_forbidden" or loc[-1] == _KEY:
        loc = loc[:-1] if loc[-1] == _KEY else loc
        text = unknown_key(loc)
    elif kind == "missing":
        text = f"is missing; {_ADVICE.get(loc[-1], 'add it')}"
    else:
        written = document.written(loc)
        subject = "" if document.has(loc) else "the store's " if _is_inherited(loc, document) else "the default "
        text = f"{f'{quoted(loc, written)} ' if written else subject}{_wording(detail)}"
    problems.add(document.line(loc), loc, text)


def _is_inherited(loc: Loc, document: Document) -> bool:
    """Tell whether a category takes the value at `loc` from what its store says itself."""
    return loc[3:4] == ("categories",) and document.has((*loc[:3], *loc[5:]))


def _wording(detail: ErrorDetails) -> str:
    """Return what is wrong with a value; the texts of value errors are ours and hold none."""
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return str(context["error"])
    if detail["type"] == "literal_error":
        return f"is not known; write {context['expected']}"
    return _WORDS.get(detail["type"], "must be a single value, not a list or a mapping")
