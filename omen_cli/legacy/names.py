"""What a migration refuses before it begins: what is nobody's, and names that would fall into one place."""

from collections.abc import Iterable, Sequence

from omen_cli.errors import InvalidArgument

_MOST_NAMED = 5


def require_stores(storeless: Sequence[str], what: str) -> None:
    """Refuse what names no store, where there is no default either.

    Raises:
        InvalidArgument: names the first of them.
    """
    if storeless:
        more = f" and {len(storeless) - _MOST_NAMED} more" if len(storeless) > _MOST_NAMED else ""
        raise InvalidArgument(
            f"{', '.join(storeless[:_MOST_NAMED])}{more}: {what} that name no store",
            hint="say whose they are with --default-store ID; nothing was written",
        )


def require_distinct(names: Iterable[str], what: str) -> None:
    """Refuse two names that would be one file or folder where case does not count.

    Raises:
        InvalidArgument: names both.
    """
    known: dict[str, str] = {}
    for name in filter(None, names):
        other = known.setdefault(name.casefold(), name)
        if other != name:
            raise InvalidArgument(
                f"{other} and {name}: two {what} of the old archive that differ in case only would fall into one place",
                hint="correct one of them in a copy of the old archive, and migrate that; nothing was written",
            )
