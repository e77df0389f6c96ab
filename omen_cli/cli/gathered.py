"""What a command says on its way that may be worth an alarm, kept until it has ended; most say nothing of the kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omen_cli.model.alarm import RUNS_LOW

if TYPE_CHECKING:
    from omen_cli.errors import OmenError
    from omen_cli.workflows.tick import Trouble


@dataclass
class Gathered:
    """The answer of a command with what its error tells of it, the error, and what was said of a disk that runs low.

    `troubles` are those that stand after a tick; `is_all` tells whether the command was about all stores.
    """

    answer: dict[str, object] = field(default_factory=dict)
    error: "OmenError | None" = None
    low_disk: str = ""
    troubles: "tuple[Trouble, ...]" = ()
    is_all: bool = False

    def take_answer(self, data: object) -> None:
        """Take in what is answered."""
        if isinstance(data, Mapping):
            self.answer.update(data)

    def take_error(self, error: "OmenError") -> None:
        """Take in why the command fails."""
        self.error = error
        self.answer.update(error.details)

    def take_warning(self, text: str) -> None:
        """Take in a line of talk, if it is about the disk."""
        if RUNS_LOW in text:
            self.low_disk = self.low_disk or next(line for line in text.split("\n") if RUNS_LOW in line)

    def take_troubles(self, troubles: "Iterable[Trouble]") -> None:
        """Take in what is wrong after a tick."""
        self.troubles = tuple(troubles)
