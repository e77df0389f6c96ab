"""What a token claims, as omen understands it: nothing is guessed, and the clock is the caller's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from omen_cli.access.principal import ROLES, Principal, Role
from omen_cli.errors import Unauthenticated
from omen_cli.model.ids import is_store_id
from omen_cli.model.mail_address import is_address

LEEWAY = timedelta(seconds=30)  # how far the clock of whoever minted a token may be from this one
_MAX_NAME = 200


def not_good(what: str) -> Unauthenticated:
    """Return that a token is not good, and why."""
    return Unauthenticated(f"the token: {what}", hint="ask for a new one; omen token inspect says what is in it")


@dataclass(frozen=True)
class Claims:
    """Whose token it is, until when; `store_id` is None only of an admin."""

    email: str
    role: Role
    store_id: str | None
    store_name: str | None
    expires_at: datetime

    @property
    def principal(self) -> Principal:
        """Return who acts with it."""
        return Principal(self.email, self.role, self.store_id)

    def plain(self) -> dict[str, object]:
        """Return it in the words of the token."""
        return {
            "storeId": self.store_id,
            "storeName": self.store_name,
            "email": self.email,
            "role": self.role,
            "expiresAt": self.expires_at,
        }


def claims_of(payload: Mapping[str, object], at: datetime) -> Claims:
    """Return what a token claims that is good at this time, give or take `LEEWAY`.

    Raises:
        Unauthenticated: it says too little, something else, or it has expired, or is not valid yet.
    """
    expires_at = _time(payload, "exp")
    if at - expires_at >= LEEWAY:  # not exp + LEEWAY: the year 9999 has an end
        raise not_good(f"expired at {expires_at:%Y-%m-%d %H:%M:%S} UTC")
    for name in ("nbf", "iat"):
        if name in payload and _time(payload, name) - at > LEEWAY:
            raise not_good(f"is not valid before {_time(payload, name):%Y-%m-%d %H:%M:%S} UTC")
    email, role, store_id = payload.get("email"), _role(payload), payload.get("storeId")
    if not isinstance(email, str) or not is_address(email):
        raise not_good("has no email that is an address")
    if not (store_id is None and role == "admin") and not (isinstance(store_id, str) and is_store_id(store_id)):
        raise not_good("has no storeId that is the id of a store")
    return Claims(email, role, store_id, _store_name(payload), expires_at)


def _role(payload: Mapping[str, object]) -> Role:
    found = next((role for role in ROLES if role == payload.get("role")), None)
    if found is None:
        raise not_good(f"has no role that omen knows: {', '.join(ROLES)}")
    return found


def _store_name(payload: Mapping[str, object]) -> str | None:
    name = payload.get("storeName")
    if name is not None and not (isinstance(name, str) and name.isprintable() and len(name) <= _MAX_NAME):
        raise not_good("has a storeName that is no line of text")
    return name


def _time(payload: Mapping[str, object], name: str) -> datetime:
    """Return a time, which is a number of seconds since 1970."""
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise not_good(f"has no {name} that is a time")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        raise not_good(f"has an {name} that is no time between the years 1 and 9999") from None
