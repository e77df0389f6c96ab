"""One thing that the doctor looked at."""

from dataclasses import dataclass
from typing import Literal

from omen_cli.errors import OmenError
from omen_cli.model.safe_text import safe_text

Outcome = Literal["ok", "warning", "failed", "not tried"]


@dataclass(frozen=True)
class Check:
    """A step, what was found there, and what to do when it is not ok; harmless to print."""

    outcome: Outcome
    step: str
    found: str
    fix: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", safe_text(self.found))

    @classmethod
    def of_error(cls, step: str, error: OmenError) -> "Check":
        """Return the check that an error failed."""
        return cls("failed", step, error.message, error.hint)

    def plain(self) -> dict[str, object]:
        """Return the check as JSON has it."""
        return {"step": self.step, "outcome": self.outcome, "found": self.found, "fix": self.fix}


def not_tried(step: str) -> Check:
    """Return the check of a step that an earlier one kept from being tried."""
    return Check("not tried", step, "an earlier step failed")
