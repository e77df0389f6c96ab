"""The snapshot, its entry in the index, and what a request for one is answered."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field

from omen_cli.model.base import Value
from omen_cli.model.canonical import canonical_sha256
from omen_cli.model.content import Content
from omen_cli.model.ids import Timeframe
from omen_cli.model.sources import InputFile, RejectedRows

Via = Literal["cli", "run", "migrate"]


class Hold(Value):
    """Whether the snapshot is kept back from sending, and why.

    `rows_before` are, by role, the rows that the tables were compared with: those of the snapshot before,
    `snapshot_before`, or what a table that had fallen there fell from. Both are None when there was none.
    """

    held: bool = False
    reasons: tuple[str, ...] = ()
    snapshot_before: str | None = None
    rows_before: dict[str, int] | None = None


class SettingsEntered(Value):
    """The settings of the store that entered the content; a category has only the thresholds that are its own."""

    timezone: str
    currency: str
    thresholds: dict[str, Decimal]
    category_thresholds: dict[str, dict[str, Decimal]] = Field(default_factory=dict)


class Computed(Value):
    """What the stages made of a store's exports, before it has an identity."""

    content: Content
    settings: SettingsEntered
    inputs: tuple[InputFile, ...]
    rejected: tuple[RejectedRows, ...]
    hold: Hold
    notes: tuple[str, ...] = ()

    @property
    def content_sha256(self) -> str:
        """Return the SHA-256 of the canonical JSON of the content."""
        return canonical_sha256(self.content.plain())


class Snapshot(Value):
    """One immutable document about one store, timeframe, as-of date and version; `notes` speak of files."""

    format: Literal["omen.snapshot/1"] = "omen.snapshot/1"
    id: str
    store_id: str
    store_name: str
    timeframe: Timeframe
    as_of_date: date
    version: int
    supersedes: str | None
    reason: str | None
    generated_at: AwareDatetime
    request_id: str
    created_by: str
    created_via: Via
    omen_version: str
    provisional: bool
    inputs: tuple[InputFile, ...]
    settings: SettingsEntered
    rejected: tuple[RejectedRows, ...]
    hold: Hold
    notes: tuple[str, ...]
    content_sha256: str
    content: Content


class Summary(Value):
    """The handful of numbers that the index repeats, so that `history` opens no snapshot."""

    item_count: int | None
    net_sales: Decimal | None
    gross_profit: Decimal | None
    gross_margin_pct: Decimal | None
    inventory_retail_value: Decimal | None
    recommendation_count: int | None


class DiffMetadata(Value):
    """What a later comparison of two entries shows without opening the snapshots."""

    items_priced: int | None
    highest_margin_sku: str | None
    lowest_margin_sku: str | None
    period: str


class DeliveryState(Value):
    """Where one delivery of the snapshot stands; `at` is None of one by the old system that does not tell when."""

    recipient: str
    state: str
    at: AwareDatetime | None
    message_id: str


class Entry(Value):
    """A snapshot's row in the index: derived, never the truth."""

    id: str
    store_id: str
    store_name: str
    timeframe: Timeframe
    as_of_date: date
    version: int
    supersedes: str | None
    superseded_by: str | None = None
    reason: str | None
    generated_at: AwareDatetime
    request_id: str
    created_by: str
    created_via: Via
    omen_version: str
    provisional: bool
    content_sha256: str
    file_path: str
    size_bytes: int
    sha256: str
    status: Literal["ok", "held", "no_payload"]
    summary: Summary
    diff_metadata: DiffMetadata
    email_sent: bool = False
    email_sent_at: AwareDatetime | None = None
    email_recipient: str | None = None
    deliveries: tuple[DeliveryState, ...] = ()
