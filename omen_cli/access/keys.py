"""The key that tokens are checked with; the kind of key alone decides the algorithm, never what a token says."""

from dataclasses import dataclass
from typing import Literal

from omen_cli.errors import ConfigInvalid

Algorithm = Literal["HS256", "EdDSA", "RS256"]
MIN_SECRET_BYTES = 32
NEW_SECRET_BYTES = 48


@dataclass(frozen=True, repr=False)
class Key:
    """A key and the one algorithm that it is for; its bytes stand in no message and no trace."""

    algorithm: Algorithm
    raw: bytes


def secret_key(raw: bytes, name: str) -> Key:
    """Return the shared secret in a key file: its bytes, without one newline at the end.

    Raises:
        ConfigInvalid: there are fewer than 32, or it is a key of another kind; `name` says where.
    """
    secret = raw.removesuffix(b"\r\n") if raw.endswith(b"\r\n") else raw.removesuffix(b"\n")
    if b"-----BEGIN" in secret or secret.startswith((b"ssh-", b"ecdsa-")):
        raise ConfigInvalid(
            f"{name}: holds half of a key pair, not a shared secret", hint="name a public key in access.public_key_file"
        )
    if len(secret) < MIN_SECRET_BYTES:
        raise ConfigInvalid(
            f"{name}: {len(secret)} bytes, fewer than {MIN_SECRET_BYTES}",
            hint="omen token keygen makes one that is long enough",
        )
    if len(set(secret)) == 1:
        raise ConfigInvalid(
            f"{name}: is one byte over and over", hint="omen token keygen makes one that cannot be guessed"
        )
    return Key("HS256", secret)
