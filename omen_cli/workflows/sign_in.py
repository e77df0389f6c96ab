"""Whose token it is: found where the caller put it, and checked with the key of this installation."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from omen_cli.access.keys import Key, secret_key
from omen_cli.access.principal import Principal
from omen_cli.access.tokens import MAX_TOKEN, Expected, public_key, read_token
from omen_cli.config.private_file import Private, read_private
from omen_cli.config.sections import AccessSettings
from omen_cli.errors import ConfigInvalid, Unauthenticated
from omen_cli.model.safe_text import safe_text, without_tokens

VARIABLE = "OMEN_TOKEN"
CREDENTIAL = "omen-token"
_KEY_FILE = Private("access.key_file", "key")
_PUBLIC_KEY_FILE = Private("access.public_key_file", "public key", 16 * 1024, is_secret=False)
_WHERE = "give one by OMEN_TOKEN, --token-file FILE, or as the systemd credential omen-token"


@dataclass(frozen=True)
class Source:
    """Where a token may be: the file that the call names, the environment, and the folder that paths begin in."""

    token_file: Path | None
    environ: Mapping[str, str]
    cwd: Path

    def needed(self) -> str:
        """Return the token that was given.

        Raises:
            Unauthenticated: there is none, or it cannot be read.
        """
        token = self.token()
        if token is None:
            raise Unauthenticated("no token was given", hint=_WHERE)
        return token

    def token(self) -> str | None:
        """Return the token that was given: --token-file, else OMEN_TOKEN, else systemd's credential; None without one.

        What is given and blank is a bad token, never none: whoever starts omen for others tests for none only.

        Raises:
            Unauthenticated: it is blank, or the file with it cannot be read, or others may use it.
        """
        if self.token_file is not None:
            return _token_in(self.cwd / self.token_file, "--token-file")
        if given := self.environ.get(VARIABLE, ""):
            return _not_blank(given, VARIABLE)
        folder = self.environ.get("CREDENTIALS_DIRECTORY", "")
        path = Path(folder) / CREDENTIAL
        is_there = bool(folder) and os.path.lexists(path)
        return _token_in(path, "CREDENTIALS_DIRECTORY") if is_there else None


def key_of(access: AccessSettings) -> Key:
    """Return the key that tokens are checked with.

    Raises:
        ConfigInvalid: none is named, its file cannot be read or is open to others, or holds no such key.
    """
    if access.key_file is not None:
        return secret_key(read_private(access.key_file, _KEY_FILE), f"access.key_file: {access.key_file}")
    if access.public_key_file is not None:
        path = access.public_key_file
        return public_key(read_private(path, _PUBLIC_KEY_FILE), f"access.public_key_file: {path}")
    raise ConfigInvalid("access: names no key", hint="set access.key_file, or access.public_key_file")


def expected_of(access: AccessSettings) -> Expected:
    """Return who must have issued a token, and for whom."""
    return Expected(access.issuer, access.audience)


def principal_of(access: AccessSettings, source: Source, at: datetime) -> Principal:
    """Return who acts by the token that was given.

    Raises:
        Unauthenticated: there is none, or it is bad or has expired.
        ConfigInvalid: there is no key to check it with.
    """
    key = key_of(access)
    return read_token(source.needed(), key, expected_of(access), at).principal


def _token_in(path: Path, named_by: str) -> str:
    if without_tokens(path.name) != path.name:  # it would be said, and audited, as a file that is not there
        raise Unauthenticated(f"{named_by}: is a token, not the name of a file that holds one", hint=_WHERE)
    try:
        raw = read_private(path, Private(named_by, "token", MAX_TOKEN))
    except ConfigInvalid as error:
        raise Unauthenticated(error.message, hint=error.hint) from error
    return _not_blank(raw.decode("ascii", "replace"), f"{named_by}: {safe_text(str(path))}")


def _not_blank(given: str, where: str) -> str:
    if token := given.strip():
        return token
    raise Unauthenticated(f"{where}: is blank, which is no token", hint=_WHERE)
