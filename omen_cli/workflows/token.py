"""Tokens and the key that they are made with: what `omen token` does."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from omen_cli.access.claims import Claims
from omen_cli.access.keys import NEW_SECRET_BYTES
from omen_cli.access.principal import ROLES, Role
from omen_cli.access.tokens import contents_of, make_token, read_token
from omen_cli.config.settings import Settings
from omen_cli.errors import ConfigInvalid, InvalidArgument, Unauthenticated
from omen_cli.model.mail_address import is_address
from omen_cli.model.safe_text import safe_text
from omen_cli.workflows.sign_in import Source, expected_of, key_of

_MAX_SHOWN = 80


@dataclass(frozen=True)
class Order:
    """Whose token is to be made, and for how long it is to be good."""

    role: Role
    email: str
    store_id: str | None
    lifetime: timedelta


@dataclass(frozen=True)
class Inspected:
    """What is in a token as it is written, and why it is not valid; `problem` is None when it is."""

    header: Mapping[str, object]
    payload: Mapping[str, object]
    problem: str | None


def new_secret(random_bytes: Callable[[int], bytes]) -> bytes:
    """Return the text of a new key file: what the company's own login takes as the shared secret, on one line."""
    return urlsafe_b64encode(random_bytes(NEW_SECRET_BYTES)) + b"\n"


def role_asked(text: str) -> Role:
    """Return the role that is asked for.

    Raises:
        InvalidArgument: it is none.
    """
    for role in ROLES:
        if role == text:
            return role
    raise InvalidArgument(f"--role {safe_text(text[:_MAX_SHOWN])!r}: no role", hint=f"use {', '.join(ROLES)}")


def create_token(settings: Settings, order: Order, at: datetime) -> tuple[str, Claims]:
    """Return a new token, and what it says.

    Raises:
        InvalidArgument: the address is none, or only an admin's token can be without a store.
        NotFound: there is no such store.
        ConfigInvalid: there is no shared secret to make it with.
    """
    if not is_address(order.email):
        shown = safe_text(order.email[:_MAX_SHOWN])
        raise InvalidArgument(f"--email {shown!r}: not a plain e-mail address", hint="write one like owner@example.com")
    if order.store_id is None and order.role != "admin":
        raise InvalidArgument(f"--role {order.role}: is of one store", hint="name it with --store ID")
    if settings.access.key_file is None:
        raise ConfigInvalid(
            "access.key_file: is missing, so that no token can be made here",
            hint="set it, and run omen token keygen; or ask whoever has the private key of access.public_key_file",
        )
    store = None if order.store_id is None else settings.store(order.store_id)
    expires_at = at.replace(microsecond=0) + order.lifetime
    claims = Claims(
        order.email, order.role, store.store_id if store else None, store.name if store else None, expires_at
    )
    return make_token(claims, key_of(settings.access), expected_of(settings.access), at), claims


def inspect_token(settings: Settings, source: Source, at: datetime) -> Inspected:
    """Return what is in the token that was given, and whether it is valid here and now.

    Raises:
        Unauthenticated: none was given, or it is none.
        ConfigInvalid: there is no key to check it with.
    """
    key, token = key_of(settings.access), source.needed()
    header, payload = contents_of(token)
    try:
        read_token(token, key, expected_of(settings.access), at)
    except Unauthenticated as error:
        return Inspected(header, payload, error.message)
    return Inspected(header, payload, None)
