"""The settings of one installation: stores.yaml, its defaults and the environment, typed and frozen."""

from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from omen_cli.config.fields import (
    Currency,
    Frozen,
    Locale,
    StoreId,
    StoreName,
    Zone,
    not_empty,
    unique,
)
from omen_cli.config.inputs import StoreInputs
from omen_cli.config.mail import Address, AlertUrl
from omen_cli.config.ping import PingUrl
from omen_cli.config.schedule import StoreSchedule
from omen_cli.config.sections import AbsolutePath, AccessSettings, DiskSettings, LimitSettings, MailSettings
from omen_cli.errors import InvalidArgument, NotFound
from omen_cli.model.ids import STORE_ID_RULE, Timeframe, is_store_id
from omen_cli.model.safe_text import safe_text
from omen_cli.model.sources import Role, SourceSpec
from omen_cli.model.thresholds import Thresholds

_MAX_NAMED = 20
_MAX_SHOWN = 60
Timeframes = Annotated[tuple[Timeframe, ...], AfterValidator(not_empty), AfterValidator(unique)]


class StoreDefaults(Frozen):
    """What `defaults:` may hold: the same for every store that does not say otherwise."""

    timezone: Zone | None = None
    currency: Currency | None = None
    locale: Locale | None = None
    timeframes: Timeframes | None = None


class StoreSettings(Frozen):
    """One store: its identity, and how its snapshots are made and to whom they go."""

    store_id: StoreId
    name: StoreName
    timezone: Zone
    currency: Currency = "USD"
    locale: Locale = "en_US"
    timeframes: Timeframes = ("weekly",)
    recipients: Annotated[tuple[Address, ...], AfterValidator(unique)] = ()
    sources: dict[Role, SourceSpec]
    schedule: dict[Timeframe, str] = Field(default_factory=dict)
    thresholds: Thresholds = Thresholds()

    @field_validator("sources", mode="before")
    @classmethod
    def _obey_their_role(cls, value: object) -> dict[Role, SourceSpec]:
        return StoreInputs.model_validate(value).by_role()

    @field_validator("schedule", mode="before")
    @classmethod
    def _obey_their_timeframe(cls, value: object) -> dict[Timeframe, str]:
        return StoreSchedule.model_validate(value).by_timeframe()


class Settings(Frozen):
    """A whole stores.yaml; `path` is the file, `data` the root of the archives, `stores` in the file's order."""

    path: AbsolutePath
    version: Annotated[Literal[1], BeforeValidator(lambda written: 1 if written == "1" else written)]
    data: AbsolutePath
    mail: MailSettings
    disk: DiskSettings = DiskSettings()
    limits: LimitSettings = LimitSettings()
    access: AccessSettings = AccessSettings()
    alerts: Annotated[tuple[AlertUrl, ...], AfterValidator(lambda urls: tuple(filter(None, urls)))] = ()
    heartbeat: PingUrl | None = None
    stores: dict[str, StoreSettings] = Field(min_length=1)

    @field_validator("stores")
    @classmethod
    def _has_default(cls, value: dict[str, StoreSettings], info: ValidationInfo) -> dict[str, StoreSettings]:
        default = info.data["access"].legacy_default_store if info.data.get("access") else None
        if default is not None and default not in value:
            raise ValueError("lacks the store that access.legacy_default_store names; add it, or correct that key")
        return value

    def store(self, store_id: str) -> StoreSettings:
        """Return the store with this id.

        Raises:
            InvalidArgument: no store can have this id.
            NotFound: this installation has no such store; the hint names those it has, the likeliest first.
        """
        shown = safe_text(store_id[:_MAX_SHOWN])
        if not is_store_id(store_id):
            raise InvalidArgument(f"store '{shown}': not a store id", hint=f"use {STORE_ID_RULE}", store=shown)
        found = self.stores.get(store_id)
        if found is None:
            known = self._likeliest_first(store_id)
            named = ", ".join(known[:_MAX_NAMED]) + (", …" if len(known) > _MAX_NAMED else "")
            raise NotFound(
                f"store '{shown}': not in {safe_text(self.path.name)}", hint=f"known stores: {named}", store=shown
            )
        return found

    def _likeliest_first(self, store_id: str) -> list[str]:
        by_folded = {known.casefold(): known for known in self.stores}
        near = [by_folded[folded] for folded in get_close_matches(store_id.casefold(), by_folded, n=3)]
        return [*near, *(known for known in self.stores if known not in near)]
