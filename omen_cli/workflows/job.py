"""How requests are served, and what became of one: the values that the verbs of generating share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from omen_cli.archive.disk import FreeSpace
from omen_cli.config.settings import Settings
from omen_cli.errors import InvalidArgument
from omen_cli.model.rate import CountsAs
from omen_cli.model.snapshot import Computed, Entry, Snapshot, Via
from omen_cli.workflows.reason import require_line
from omen_cli.workflows.request import Caller, Request

Policy = Literal["skip", "fail", "replace", "refresh"]
Outcome = Literal["created", "duplicate_prevented", "unchanged", "dry_run"]
Compute = Callable[[Request], Computed]


@dataclass(frozen=True)
class Generated:
    """What became of one request.

    `entry` is the one that answers for it (None of a dry run), `snapshot` what was computed (None of a duplicate).
    `is_same_content` says of a new version that its content is that of the one before. `low_disk` is what
    the disk has left, given only where that is little.
    """

    request: Request
    outcome: Outcome
    entry: Entry | None
    snapshot: Snapshot | None
    is_same_content: bool = False
    low_disk: FreeSpace | None = None


@dataclass(frozen=True)
class Job:
    """How requests are served: where to, by whom, and what to do when a snapshot is already there.

    `counts_as` is how what is made counts toward the limit of the hour, `leaves` how many of that it leaves to what is
    more urgent.
    """

    settings: Settings
    caller: Caller
    compute: Compute
    omen_version: str
    policy: Policy = "skip"
    reason: str | None = None
    is_dry_run: bool = False
    via: Via = "cli"
    counts_as: CountsAs = "one"
    leaves: int = 0


def require_reason(policy: Policy, reason: str | None) -> None:
    """Refuse to supersede a snapshot without saying why; a refresh says why by itself.

    Raises:
        InvalidArgument: a new version without a reason, a reason that nothing needs, or one that is no line of text.
    """
    if policy == "replace" and not (reason or "").strip():
        raise InvalidArgument(
            "--force: a new version supersedes the old one and needs a reason", hint="say why with --reason TEXT"
        )
    if policy in ("skip", "fail") and reason is not None:
        raise InvalidArgument(
            "--reason: only a new version has one", hint="leave it out, or add --force or --if-exists refresh"
        )
    require_line(reason)
