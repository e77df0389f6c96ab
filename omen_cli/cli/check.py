"""`omen check`."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from omen_cli.cli.options import ConfigOption, JsonOption, QuietOption, StoreOption
from omen_cli.cli.session import Session
from omen_cli.errors import CheckFailed, InvalidArgument
from omen_cli.model.blocks import Paragraph
from omen_cli.model.safe_text import safe_text

if TYPE_CHECKING:
    from omen_cli.workflows.check import Checked

_AGE = re.compile(r"([1-9]\d{0,5})([mhd])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_MOST_NAMED = 5


def check(
    ctx: typer.Context,
    store: StoreOption = None,
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age",
            metavar="AGE",
            help="How old a store's newest may be, like 90m, 26h or 8d, whatever the schedule.",
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Tell a monitor if all is fresh, delivered and sound.

    One line, with numbers for Nagios behind a bar; exit 0, or 1 when something is wrong. Every store's newest snapshot
    must be as fresh as its schedule asks: what was due more than an hour ago is there. Takes no lock, changes nothing.
    """
    from omen_cli.archive.archive import Archive
    from omen_cli.workflows.check import check_stores
    from omen_cli.workflows.kept_only import with_kept

    session: Session = ctx.obj.begin("check", config=config, as_json=as_json, quiet=quiet)
    settings = session.settings
    stores = list(settings.stores.values()) if store is None else [settings.store(store)]
    session.noted.about(one.store_id for one in stores)
    session.gathered.is_all = store is None
    archives = [(one, Archive(settings.data, one.store_id)) for one in stores]
    at = session.caller().at
    checked = check_stores(archives, at, None if max_age is None else _age(max_age))
    _answer(session, with_kept(settings, checked, at))


def _answer(session: Session, checked: "Sequence[Checked]") -> None:
    wrong = [one for one in checked if one.problems]
    for one in wrong:
        session.noted.blame(one.store_id, CheckFailed.code)
    said = _said(checked, wrong)
    data: dict[str, object] = {"isOk": not wrong, "stores": [one.plain() for one in checked]}
    if not (wrong and session.as_json):
        session.answer(data, [Paragraph(f"OMEN {said} | {_numbers(checked, wrong)}")])
    if wrong:
        raise CheckFailed(said.replace("CRITICAL: ", ""), hint="omen run --dry-run tells what is due", **data)


def _said(checked: "Sequence[Checked]", wrong: "Sequence[Checked]") -> str:
    """Return the status in words, without the bar behind which Nagios looks for numbers."""
    if not wrong:
        return f"OK: {len(checked)} of {len(checked)} stores fresh, delivered and sound"
    named = "; ".join(f"{one.store_id} {', '.join(one.problems)}" for one in wrong[:_MOST_NAMED])
    rest = f"; and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
    return safe_text(f"CRITICAL: {len(wrong)} of {len(checked)} stores: {named}{rest}".replace("|", "/"))


def _numbers(checked: "Sequence[Checked]", wrong: "Sequence[Checked]") -> str:
    ages = [one.age_s for one in checked if one.age_s is not None]
    oldest = f" oldest={max(ages)}s;;;0" if ages else ""
    return f"stores={len(checked)};;;0 problems={len(wrong)};;0;0{oldest}"


def _age(text: str) -> timedelta:
    match = _AGE.fullmatch(text)
    if match is None:
        raise InvalidArgument(f"--max-age {safe_text(text[:30])!r}: not an age", hint="use one like 90m, 26h or 8d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
