"""What `omen token inspect` shows: the claims in their order, times for people, and the verdict last."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from omen_cli.model.blocks import Block, Paragraph, Table

if TYPE_CHECKING:
    from omen_cli.workflows.token import Inspected

_KNOWN = ("storeId", "storeName", "email", "role", "iss", "aud", "iat", "nbf", "exp")
_TIMES = frozenset({"iat", "nbf", "exp"})
_MAX_SHOWN = 200


def inspected_data(found: "Inspected") -> dict[str, object]:
    """Return it for JSON: each known claim as text; what else a token holds is left out."""
    claims = {name: _text(name, found.payload.get(name)) for name in _KNOWN if name in found.payload}
    return {"valid": found.problem is None, "algorithm": _text("alg", found.header.get("alg")), "claims": claims}


def inspected_blocks(found: "Inspected") -> list[Block]:
    """Return it for a person."""
    rows = [("alg", _text("alg", found.header.get("alg")))]
    rows += [(name, _text(name, found.payload[name])) for name in _KNOWN if name in found.payload]
    verdict = "valid" if found.problem is None else f"not valid: {found.problem}"
    return [Table(("claim", "value"), tuple(rows)), Paragraph(verdict, is_alarming=found.problem is not None)]


def _text(name: str, value: object) -> str:
    if name in _TIMES and isinstance(value, int | float):
        try:
            return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC"
        except (OverflowError, ValueError, OSError):
            pass
    return str(value)[:_MAX_SHOWN]
