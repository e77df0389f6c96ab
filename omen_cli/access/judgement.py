"""Whether a principal may make a call, and for which store: the rules, pure."""

from dataclasses import dataclass
from typing import Literal

from omen_cli.access.needs import need_of
from omen_cli.access.principal import Principal
from omen_cli.model.safe_text import safe_text

Kind = Literal["unauthenticated", "store", "all", "role", "snapshot"]
_MAX_SHOWN = 60


@dataclass(frozen=True)
class Call:
    """What is asked for: the command as it is typed, the store it names, --all, and the options that were given."""

    command: str
    store_id: str | None = None
    is_all: bool = False
    options: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Refusal:
    """Why a call is refused, for a person, and its kind, for the audit."""

    kind: Kind
    message: str
    hint: str


def judge(principal: Principal, call: Call) -> Refusal | None:
    """Return why the principal may not make the call; None when they may.

    Another store comes first: an attempt to cross between stores is called that, whatever else is wrong with it. The
    answer is the same whether or not there is such a store.
    """
    own = principal.confined_to
    if own is not None and call.store_id not in (None, own):
        shown = safe_text(str(call.store_id)[:_MAX_SHOWN])
        return Refusal("store", f"store '{shown}': the token is of {own}", f"leave --store out, or use --store {own}")
    if own is not None and call.is_all:
        return Refusal("all", "--all: is the admin's", f"leave it out: the token is of {own}")
    need = need_of(call.command)
    if not principal.has(need.role):
        return _too_little(principal, f"omen {call.command}", need.role)
    for name, role in need.options.items():
        if name in call.options and not principal.has(role):
            return _too_little(principal, f"omen {call.command} --{name.replace('_', '-')}", role)
    return None


def _too_little(principal: Principal, what: str, role: str) -> Refusal:
    return Refusal(
        "role", f"{what}: not for the role {principal.role}", f"it needs {role}: ask for a token with that role"
    )
