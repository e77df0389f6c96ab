"""JSON web tokens, made and checked: the only user of pyjwt.

A header is not believed: of it only `alg` is looked at, and only to be the key's own, and `crit`, which asks for what
omen does not know. `kid`, `jku` and `x5u` choose nothing, whatever they hold, and nothing is fetched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import jwt
from jwt.types import Options

from omen_cli.access.claims import Claims, claims_of, not_good
from omen_cli.access.keys import Algorithm, Key
from omen_cli.errors import ConfigInvalid, Unauthenticated

MAX_TOKEN = 8192
MIN_RSA_BITS = 2048
_WRONG: Mapping[type[Exception], str] = {  # the first that fits
    jwt.InvalidAlgorithmError: "is not signed with the algorithm of the key: {algorithm}",
    jwt.InvalidSignatureError: "is not signed with the key of this installation",
    jwt.InvalidAudienceError: "is for another audience than {audience}",
    jwt.InvalidIssuerError: "is of another issuer than {issuer}",
    jwt.MissingRequiredClaimError: "lacks exp, aud or iss",
    jwt.DecodeError: "is none",
    jwt.InvalidTokenError: "asks in its header (crit) for what omen does not know",
}
_OPTIONS: Options = {  # times are checked by the caller's clock, not by this machine's
    "require": ["exp", "aud", "iss"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_sub": False,  # a login may number its people and its tokens: these are not looked at
    "verify_jti": False,
}


class _AnyKid(jwt.PyJWS):
    """Checks signatures whatever `kid` holds: it chooses nothing, so that a number in it does no harm."""

    def _validate_kid(self, kid: object) -> None:
        """Let it be."""


class _Tokens(jwt.PyJWT):
    """Reads tokens by such signatures; should pyjwt come to do without `_jws`, a `kid` that is no text is refused."""

    def __init__(self) -> None:
        super().__init__()
        self._jws = _AnyKid()


_READER = _Tokens()


@dataclass(frozen=True)
class Expected:
    """Who must have issued a token, and for whom."""

    issuer: str
    audience: str


def public_key(raw: bytes, name: str) -> Key:
    """Return the key of a PEM or OpenSSH file: Ed25519 or Ed448 for EdDSA, RSA for RS256.

    Raises:
        ConfigInvalid: it is none of these, or a private one; `name` says where.
    """
    if b"PRIVATE KEY" in raw:
        raise ConfigInvalid(
            f"{name}: holds a private key", hint="keep it where tokens are made; put its public key here"
        )
    bits = _rsa_bits(raw)
    if bits is not None and bits < MIN_RSA_BITS:
        raise ConfigInvalid(f"{name}: an RSA key of {bits} bits", hint=f"use one of {MIN_RSA_BITS} bits or more")
    if bits is None and not _is_usable("EdDSA", raw):
        raise ConfigInvalid(
            f"{name}: not a public key for EdDSA or RS256", hint="write it as PEM: -----BEGIN PUBLIC KEY-----"
        )
    return Key("EdDSA" if bits is None else "RS256", raw)


def _rsa_bits(raw: bytes) -> int | None:
    """Return the size of an RSA key; None when it is another's."""
    try:
        return int(jwt.get_algorithm_by_name("RS256").prepare_key(raw).key_size)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return None


def _is_usable(algorithm: Algorithm, raw: bytes) -> bool:
    try:
        jwt.get_algorithm_by_name(algorithm).prepare_key(raw)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return False
    return True


def make_token(claims: Claims, key: Key, expected: Expected, at: datetime) -> str:
    """Return a token that says this, made at this time."""
    payload = {name: value for name, value in claims.plain().items() if value is not None and name != "expiresAt"}
    times = {"iat": int(at.timestamp()), "exp": int(claims.expires_at.timestamp())}
    return jwt.encode(
        {**payload, **times, "iss": expected.issuer, "aud": expected.audience}, key.raw, algorithm=key.algorithm
    )


def read_token(token: str, key: Key, expected: Expected, at: datetime) -> Claims:
    """Return what a token says that is good at this time.

    Raises:
        Unauthenticated: it is none, not of this key, issuer or audience, or has expired.
    """
    return claims_of(_payload(token, key, expected), at)


def _payload(token: str, key: Key, expected: Expected) -> Mapping[str, object]:
    if len(token) > MAX_TOKEN:
        raise not_good(f"is longer than {MAX_TOKEN} characters")
    try:
        return _READER.decode(
            token,
            key.raw,
            algorithms=[key.algorithm],
            audience=expected.audience,
            issuer=expected.issuer,
            options=_OPTIONS,
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        said = next((text for kind, text in _WRONG.items() if isinstance(error, kind)), "is none")
        reason = said.format(algorithm=key.algorithm, issuer=expected.issuer, audience=expected.audience)
    raise not_good(reason)  # no cause: it would hold the token


def contents_of(token: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Return header and payload as they are written, believed by nobody.

    Raises:
        Unauthenticated: it is no token.
    """
    try:
        if len(token) <= MAX_TOKEN:
            found = _READER.decode_complete(token, options={"verify_signature": False})
            return found["header"], found["payload"]
    except (jwt.PyJWTError, ValueError, TypeError):
        pass
    raise Unauthenticated("the token: is none", hint="a token has three parts, with dots between them")
