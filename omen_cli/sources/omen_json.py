"""The old system's own inventory file: whose it is, and when it was made."""

import gzip
from datetime import date, datetime
from pathlib import Path

from omen_cli.errors import SourceInvalid
from omen_cli.model.canonical import NotStrictJson, load_strict
from omen_cli.model.safe_text import safe_text

MAX_BYTES = 64 << 20


def read_omen_json_date(path: Path, store_id: str, *, is_gzip: bool) -> date | None:
    """Return the day of `updated_at`, None when it has none; refuse a file that is not this store's.

    Raises:
        SourceInvalid: not such a file, of another store, or over 64 MiB.
    """
    name = safe_text(path.name)
    with gzip.open(path, "rb") if is_gzip else path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise SourceInvalid(f"{name}: larger than 64 MiB", hint="export it as .csv or .parquet")
    try:
        document = load_strict(raw)
    except NotStrictJson as error:
        raise SourceInvalid(f"{name}: not JSON: {error}", hint="export it again") from error
    if not isinstance(document, dict) or not isinstance(document.get("inventory"), list):
        raise SourceInvalid(
            f"{name}: no `inventory` list: not an omen-json inventory", hint="mend `format:` or the path"
        )
    if document.get("store") != store_id:
        theirs = safe_text(str(document.get("store"))[:60])
        raise SourceInvalid(
            f"{name}: its `store` is {theirs!r}, not {store_id}", hint="point the source at this store's own file"
        )
    return _day(document.get("updated_at"), name)


def _day(text: object, name: str) -> date | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(str(text)).date()
    except ValueError as error:
        raise SourceInvalid(
            f"{name}: its `updated_at` is not a time: {safe_text(str(text)[:40])}", hint="export it again"
        ) from error
