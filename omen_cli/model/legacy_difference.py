"""How two snapshots differ when one of them, or both, are of the old system: only what both say is compared."""

from datetime import date
from decimal import Decimal

from pydantic import AwareDatetime

from omen_cli.model.base import Value
from omen_cli.model.ids import Timeframe


class ComparedDocument(Value):
    """Which snapshot one side is; `payload_sha256` is that of its old file, None without, and of one of omen's own."""

    id: str
    format: str
    timeframe: Timeframe
    as_of_date: date
    version: int
    generated_at: AwareDatetime
    content_sha256: str
    payload_bytes: int | None
    payload_sha256: str | None


class OldNumberDifference(Value):
    """One number that both say, by the old system's name; `change` is now − before, None when one of them is None."""

    name: str
    before: Decimal | None
    now: Decimal | None
    change: Decimal | None


class LegacyDifference(Value):
    """What can be said; `same_payload` is None unless both have an old file, `not_compared` tells of the rest."""

    store_id: str
    store_name: str
    before: ComparedDocument
    now: ComparedDocument
    same_payload: bool | None
    numbers: tuple[OldNumberDifference, ...]
    not_compared: str
