"""What `omen send` is asked: to whom, and which snapshot."""

from typing import TYPE_CHECKING

from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument
from omen_cli.model.ids import Timeframe

if TYPE_CHECKING:
    from omen_cli.config.settings import StoreSettings
    from omen_cli.model.snapshot import Entry
    from omen_cli.workflows.choice import Choice


def addresses_asked(to: list[str] | None) -> tuple[str, ...]:
    """Return the addresses of --to, each once, in their order.

    Raises:
        InvalidArgument: one is none.
    """
    from omen_cli.config.mail import checked_recipient

    by_folded = {address.casefold(): checked_recipient(address) for address in reversed(to or [])}
    return tuple(reversed(by_folded.values()))


def is_strict(session: Session) -> bool:
    """Tell whether the environment asks that only what is named is sent: OMEN_STRICT is neither empty nor 0."""
    return session.world.environ.get("OMEN_STRICT", "") not in ("", "0")


def say_deprecated(session: Session, choice: "Choice", entry: "Entry") -> None:
    """Say which snapshot --latest picked, whatever else is quiet."""
    if choice.is_latest:
        session.warn(
            f"omen: --latest is deprecated, it picked {entry.id}\n"
            "  name the snapshot instead: --snapshot ID, or --timeframe T with --as-of DATE"
        )


def choice_asked(
    session: Session,
    store: "StoreSettings",
    snapshot: str | None,
    timeframe: Timeframe | None,
    as_of: str | None,
    *,
    is_latest: bool,
) -> "Choice":
    """Return what names the snapshot.

    Raises:
        InvalidArgument: it is named twice, or by half.
    """
    from omen_cli.workflows.choice import Choice
    from omen_cli.workflows.request import day_asked, local_today

    is_keyed = timeframe is not None or as_of is not None
    if (snapshot is not None) + is_keyed + is_latest > 1:
        raise InvalidArgument(
            "--snapshot, --timeframe with --as-of, --latest: each names the snapshot", hint="give one of them"
        )
    if is_keyed and (timeframe is None or as_of is None):
        missing = "--timeframe" if timeframe is None else "--as-of"
        raise InvalidArgument(f"{missing}: is missing", hint="name the snapshot by --timeframe T and --as-of DATE")
    if timeframe is None or as_of is None:
        return Choice(snapshot_id=snapshot, is_latest=is_latest)
    day = day_asked(as_of, timeframe, local_today(store, session.world.now()))
    return Choice(timeframe=timeframe, as_of=day)
