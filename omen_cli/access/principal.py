"""Who is acting: the operator of the machine, or the holder of a token."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["viewer", "owner", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "owner", "admin")  # each may do what those before it may


@dataclass(frozen=True)
class Principal:
    """Who is acting; `name` is what snapshots and audit lines keep: a login name, or the address in the token.

    `store_id` is the store of the token: it confines a viewer and an owner. An admin's, if any, says nothing.
    """

    name: str
    role: Role
    store_id: str | None = None

    @property
    def is_admin(self) -> bool:
        """Tell whether everything is theirs: the local operator's, too."""
        return self.role == "admin"

    @property
    def confined_to(self) -> str | None:
        """Return the one store that they may know of; None when they may know of all."""
        return None if self.is_admin else self.store_id

    def has(self, role: Role) -> bool:
        """Tell whether they may do what this role may."""
        return ROLES.index(self.role) >= ROLES.index(role)


def local_operator(login: str) -> Principal:
    """Return the principal of `access.mode: local`: whoever may run omen here may do everything."""
    return Principal(login, "admin")
