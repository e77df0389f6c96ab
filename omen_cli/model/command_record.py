"""One line of the log: what one command did, without a word that a customer or an operator typed."""

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field

from omen_cli.model.base import Value

Counts = dict[str, dict[str, int]]
UNDER_WAY, DRY_RUN = "under_way", "dry_run"  # outcomes of a call that did nothing of what its command is for
PASSED_BY = "passed_by"  # the outcome of a store that was not looked at to the end
_IDLE = frozenset({UNDER_WAY, DRY_RUN})
_WENT_THROUGH = "check_failed"  # went through all its stores, and then said what was wrong with some
_BY_RESULT = "verify"  # has looked through only what it tells an outcome of; "" is what belongs to no store


class CommandRecord(Value):
    """One command, when it had ended.

    `outcomes` and `errors` count by store id what became of its parts (`created`, `sent`; `source_invalid`); the id is
    "" where no one store is meant. `error_code` is why the command as a whole failed, None when it did not.
    """

    format: Literal["omen.log/1"] = "omen.log/1"
    at: AwareDatetime
    command: str
    principal: str
    request_id: str
    stores: tuple[str, ...]
    outcomes: Counts
    errors: Counts
    duration_s: Decimal = Field(ge=0)
    exit_status: int
    error_code: str | None
    omen_version: str

    @property
    def is_idle(self) -> bool:
        """Tell whether it did nothing of what its command is for: another was under way, or it was only asked."""
        return any(_IDLE & counts.keys() for counts in self.outcomes.values())

    @property
    def is_success(self) -> bool:
        """Tell whether the command as a whole did what it is for; what stands wrong with a store is not its failure."""
        return self.error_code is None and not self.is_idle and self._has_looked_at("")

    def is_success_for(self, store_id: str) -> bool:
        """Tell whether the command did for this store what it was to do: also one of many that failed elsewhere."""
        is_left = store_id in self.errors or PASSED_BY in self.outcomes.get(store_id, ())
        if is_left or self.is_idle or not self._has_looked_at(store_id):
            return False
        if self.error_code is None:
            return True
        reached = self.stores if self.error_code == _WENT_THROUGH else ()
        return bool(self.errors) and store_id in {*self.outcomes, *reached}

    def _has_looked_at(self, store_id: str) -> bool:
        return self.command != _BY_RESULT or store_id in self.outcomes
