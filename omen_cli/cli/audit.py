"""`omen audit`."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import AllOption, ConfigOption, JsonOption, QuietOption, StoreOption
from omen_cli.cli.session import Session
from omen_cli.errors import InvalidArgument

if TYPE_CHECKING:
    from omen_cli.workflows.audit import Wanted

DEFAULT_LIMIT = 50
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def audit(
    ctx: typer.Context,
    store: StoreOption = None,
    all_stores: AllOption = False,
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event", metavar="NAME", help="Only these, or with a dot at the end all that begin so; more than once."
        ),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Only on this day or later, in the store's time zone.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Only on this day or before, in the store's time zone.")
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", metavar="N", min=0, max=1_000_000, help="At most this many, the newest; 0 for all."),
    ] = DEFAULT_LIMIT,
    denied: Annotated[
        bool,
        typer.Option("--denied", help="Only refused access, each call once; of every store, unless a store is named."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="List nothing: follow the hash that each line has of the line before.")
    ] = False,
    expect_head: Annotated[
        str | None,
        typer.Option("--expect-head", metavar="HASH", help="With --check: the head of an earlier one is still there."),
    ] = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer with CSV, all quoted, for a spreadsheet.")] = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """List what happened to a store's archive, oldest first.

    --all adds what belongs to no store; its days are those of UTC. --check names the first line that was changed or
    is missing, and exits 7; it cannot see the last lines cut off: keep the head that it prints for --expect-head.
    """
    from omen_cli.cli.audit_answers import check_chains, list_audits
    from omen_cli.cli.store_asked import named_or_default
    from omen_cli.workflows.audits import audits
    from omen_cli.workflows.request import stores_asked

    session: Session = ctx.obj.begin("audit", config=config, as_json=as_json, quiet=quiet)
    is_filtered = bool(event or denied or first is not None or last is not None or limit != DEFAULT_LIMIT)
    _refuse_contradictions(
        expect_head, is_check=check, is_filtered=is_filtered, as_json=as_json, as_csv=as_csv, is_all=all_stores
    )
    all_stores = all_stores or (denied and store is None)
    store = named_or_default(session, store, all_stores=all_stores)
    asked = audits(
        session.settings.data, stores_asked(session.settings, store, all_stores=all_stores), is_all=all_stores
    )
    if check:
        check_chains(session, asked, expect_head, is_all=all_stores)
    else:
        wanted = _wanted(event or [], first, last, is_denied=denied)
        list_audits(session, asked, wanted, limit or None, as_csv=as_csv, is_all=all_stores, is_denied=denied)


def _refuse_contradictions(
    expect_head: str | None, *, is_check: bool, is_filtered: bool, as_json: bool, as_csv: bool, is_all: bool
) -> None:
    if as_json and as_csv:
        raise InvalidArgument("--json and --csv: two answers at once", hint="ask for one")
    if is_check and (is_filtered or as_csv):
        raise InvalidArgument(
            "--check: follows every line and lists none",
            hint="leave --event, --denied, --from, --to, --limit and --csv out",
        )
    if expect_head is None:
        return
    if not is_check or is_all:
        raise InvalidArgument("--expect-head: is for the check of one store", hint="use it with --check --store ID")
    if not _HASH.fullmatch(expect_head):
        raise InvalidArgument("--expect-head: not a hash", hint="use the 64 digits that an earlier --check printed")


def _wanted(names: "Sequence[str]", first: str | None, last: str | None, *, is_denied: bool) -> "Wanted":
    from omen_cli.archive.denials import DENIED
    from omen_cli.workflows.audit import Wanted
    from omen_cli.workflows.request import parse_day

    if not all(names):
        raise InvalidArgument("--event '': not a name", hint="use a name such as snapshot.created")
    start = None if first is None else parse_day(first, "--from")
    end = None if last is None else parse_day(last, "--to")
    if start and end and start > end:
        raise InvalidArgument(f"--from {start}: after --to {end}", hint="swap them")
    if is_denied and names:
        raise InvalidArgument("--denied: names its event already", hint="leave --event out")
    return Wanted((DENIED,) if is_denied else tuple(names), start, end)
