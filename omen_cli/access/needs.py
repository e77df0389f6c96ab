"""What each command needs: the one table. A command that is not in it runs for nobody, and fails a test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from omen_cli.access.principal import Role


@dataclass(frozen=True)
class Need:
    """The least role that may run a command for the store of its token.

    Other stores, and --all, are the admin's whatever stands here. `options` need more, by the names of their
    parameters. With `key_suffices` whoever can read the key file needs no token; one that is given must be good enough.
    """

    role: Role
    options: Mapping[str, Role] = field(default_factory=dict)
    key_suffices: bool = False


NEEDS: Mapping[str, Need] = MappingProxyType(
    {
        "audit": Need("viewer"),
        "check": Need("viewer"),
        "config": Need("admin"),
        "deliveries": Need("viewer"),
        "deliveries resolve": Need("owner"),
        "diff": Need("viewer"),
        "doctor": Need("admin"),
        "generate": Need("owner", {"no_limit": "admin"}),
        "history": Need("viewer"),
        "metrics": Need("admin"),
        "migrate": Need("admin"),
        "prune": Need("admin"),
        "run": Need("admin"),
        "schedule": Need("admin"),
        "send": Need("owner"),
        "show": Need("viewer"),
        "stores": Need("viewer"),  # of all stores, only their own
        "token create": Need("admin", key_suffices=True),
        "token inspect": Need("viewer", key_suffices=True),  # the token given is the one to be looked at
        "token keygen": Need("admin", key_suffices=True),
        "verify": Need("viewer", {"repair": "admin", "accept": "admin"}),
    }
)


def need_of(command: str) -> Need:
    """Return what a command needs.

    Raises:
        ValueError: it is not in the table, so that it runs for nobody.
    """
    try:
        return NEEDS[command]
    except KeyError:
        raise ValueError(f"{command}: what it needs is not said in access/needs.py") from None
