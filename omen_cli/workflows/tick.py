"""One tick of `omen run`: what it did, what went wrong, and which of that nobody was told of yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from omen_cli.archive.run_memory import Told
from omen_cli.config.settings import StoreSettings
from omen_cli.errors import ArchiveDamaged, InsufficientStorage, OmenError, SourceInvalid
from omen_cli.workflows.deliver import Tools
from omen_cli.workflows.job import Compute, Generated
from omen_cli.workflows.sent import Result, Sent

MAIL, DISK, REFUSED = "mail", "disk", "disk refused"  # troubles of no store: what they are called
_SOURCE = "source"
_MOST_NAMED = 5


@dataclass(frozen=True)
class Means:
    """What a tick needs of the outside: what computes a snapshot, and the tools by which a store's messages go out."""

    compute: Compute
    tools: Callable[[StoreSettings], Tools]


@dataclass(frozen=True)
class Trouble:
    """Something that went wrong; `key` is the same at the next tick while the same is wrong. `about` names it."""

    key: str
    store_id: str | None
    about: str
    error: Exception

    @property
    def code(self) -> str:
        """Return the code of its error; that of a bug is `internal`."""
        return self.error.code if isinstance(self.error, OmenError) else "internal"


def key_of_failure(store_id: str, timeframe: str, code: str, message: str) -> str:
    """Return what names it that a snapshot could not be made.

    That is the file of the export which is wrong, or that the archive is damaged, whichever timeframe met it; of what
    else there is, the timeframe and the code. Numbers in a message make nothing new.
    """
    if code == SourceInvalid.code:
        return f"{store_id} {_SOURCE} {message.partition(': ')[0]}"
    return f"{store_id} {code}" if code == ArchiveDamaged.code else f"{store_id} generate {timeframe} {code}"


@dataclass
class Tick:
    """What a tick did so far.

    `unsure` are the stores that were not looked at to the end (busy, or at their limit): what was wrong there may be
    so still. `refused` are those that a full disk keeps waiting. `unreached` counts the messages in a row for which the
    mail server could not be talked to; `has_waiting` tells whether some message did not go out.
    """

    generated: list[Generated] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    troubles: dict[str, Trouble] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    unreached: int = 0
    has_waiting: bool = False

    def meet(self, trouble: Trouble) -> None:
        """Take a trouble in, once; the first to say it says it."""
        self.troubles.setdefault(trouble.key, trouble)

    def refuse(self, store_id: str, error: InsufficientStorage) -> None:
        """Take in that a full disk keeps a store waiting; it is one disk, and one trouble, that names the stores."""
        self.unsure.add(store_id)
        if store_id not in self.refused:
            self.refused.append(store_id)
        known = self.troubles.get(REFUSED)
        first = known.error if known and isinstance(known.error, InsufficientStorage) else error
        what = first.message.partition("; it keeps waiting: ")[0]
        rest = len(self.refused) - _MOST_NAMED
        waiting = ", ".join(self.refused[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
        said = InsufficientStorage(f"{what}; it keeps waiting: {waiting}", hint=first.hint)
        self.troubles[REFUSED] = Trouble(REFUSED, None, DISK, said)

    @property
    def results(self) -> tuple[tuple[Sent, Result], ...]:
        """Return what became of each message that was offered."""
        return tuple((sent, one) for sent in self.sent for one in sent.results if one.phase is not None)

    @property
    def is_delivering(self) -> bool:
        """Tell whether the mail server took something."""
        return any(one.outcome == "sent" for _, one in self.results)

    def new(self, told: Mapping[str, Told]) -> tuple[Trouble, ...]:
        """Return the troubles that nobody was told of yet."""
        return tuple(one for key, one in self.troubles.items() if key not in told)

    def still_told(self, told: Mapping[str, Told], at: datetime) -> dict[str, Told]:
        """Return what was told of when this tick has told; what is over is forgotten, and told when it comes again."""
        kept = {key: one for key, one in told.items() if key in self.troubles or self._may_stand(key, one)}
        fresh = {one.key: Told(one.store_id, at.isoformat()) for one in self.new(told)}
        return kept | fresh

    def _may_stand(self, key: str, told: Told) -> bool:
        if told.store_id is not None:
            return told.store_id in self.unsure or self._may_be_hidden(key, f"{told.store_id} {_SOURCE} ")
        if key.startswith(MAIL):
            return self.has_waiting and not self.is_delivering
        return not self.generated and (key == DISK or (key == REFUSED and bool(self.unsure)))

    def _may_be_hidden(self, key: str, of_its_export: str) -> bool:
        """Tell whether it is about a file of a store's export of which another file is wrong now: that is met first."""
        return key.startswith(of_its_export) and any(one.startswith(of_its_export) for one in self.troubles)
