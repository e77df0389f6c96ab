"""One line of the log: what one command did, without a word that a customer or an operator typed."""

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field

from omen_cli.model.base import Value

Counts = dict[str, dict[str, int]]


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

    def is_success_for(self, store_id: str) -> bool:
        """Tell whether the command did for this store what it was to do: also one of many that failed elsewhere."""
        if self.error_code is None:
            return True
        return store_id in self.outcomes and store_id not in self.errors and bool(self.errors)
