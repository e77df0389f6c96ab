"""`${NAME}` and `${NAME:-default}` in a text."""

import re
from collections.abc import Mapping

# An escape; a reference, whose default holds no brace; or a `${` that is neither.
_DOLLAR = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^{}]*))?\}|\$\{")


class CannotExpand(ValueError):
    """A reference has no value or no sense; the message reads after the value as written."""


def expand(text: str, environ: Mapping[str, str]) -> str:
    """Return `text` with its references replaced, once: what comes in is not looked at again.

    As in a shell, the default of `:-` also stands in for an empty variable. `$${` is a plain `${`.

    Raises:
        CannotExpand: a variable is not set and has no default, or a `${` is no reference. All of them are named.
    """
    unset: list[str] = []

    def value_of(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        if name is None:
            return match[0].removeprefix("$")
        value = environ.get(name)
        if value is None and default is None:
            unset.append(name)
        return value or default or ""

    if any(match[0] == "${" for match in _DOLLAR.finditer(text)):
        raise CannotExpand("holds a ${ that is not ${NAME} or ${NAME:-default}; write $${ for a plain ${")
    expanded = _DOLLAR.sub(value_of, text)
    if unset:
        names = ", ".join(dict.fromkeys(unset))
        raise CannotExpand(f"needs {names}, which the environment does not set; set it, or write ${{{unset[0]}:-…}}")
    return expanded
