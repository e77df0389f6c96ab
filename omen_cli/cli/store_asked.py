"""Which store a call without --store means: none, or, while a migration is new, the one that stores.yaml names."""

from typing import TYPE_CHECKING

from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings


def named_or_default(session: Session, store: str | None, *, all_stores: bool = False) -> str | None:
    """Return the store that is named; else `access.legacy_default_store`, said on stderr; else None."""
    session.gathered.is_all = all_stores
    default = session.settings.access.legacy_default_store
    if store is not None or all_stores or default is None:
        session.noted.about(session.settings.stores if all_stores else filter(None, [store]))
        return store
    session.noted.about([default])
    session.warn(
        f"omen: no --store: deprecated; {default} was taken (access.legacy_default_store)\n"
        f"  name it: --store {default}; then take the key out of {session.settings.path.name}"
    )
    return default


def one_store(session: Session, store: str | None) -> "StoreSettings":
    """Return the one store that a call is about.

    Raises:
        InvalidArgument: it names none, and there is no default.
        NotFound: there is no such store.
    """
    found = named_or_default(session, store)
    if found is None:
        raise InvalidArgument("Missing option '--store'.", hint=f"see omen {session.command} --help")
    return session.settings.store(found)
