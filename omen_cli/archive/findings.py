"""What `omen verify` may find: the kinds, what each means and what mends it; docs/recovery.md repeats this table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Kind:
    """A kind of finding; `is_lost` of those that `--repair` cannot mend, because data are gone."""

    name: str
    means: str
    remedy: str
    is_lost: bool = False


@dataclass(frozen=True)
class Finding:
    """One finding: `subject` is a path in the archive's folder (`index/2026-01.json`) or a snapshot's id.

    `evidence` is a hash of what was found, where a person's acceptance must not cover what is found later.
    """

    kind: str
    subject: str
    problem: str
    evidence: str = ""

    @property
    def is_lost(self) -> bool:
        """Tell whether no repair can mend it."""
        return KINDS[self.kind].is_lost


_ALL = (
    Kind(
        "unfinished",
        "a command died in the middle of a change, and none has run since",
        "--repair finishes the change, or undoes it when it is not whole; so does the next command that writes",
    ),
    Kind(
        "leftover",
        "a draft of a file, left by a command that died",
        "--repair removes it; nobody ever reads it",
    ),
    Kind(
        "incomplete",
        "a folder, a lock file or the README of the archive is missing",
        "--repair makes it anew; so does the next omen generate that makes a snapshot",
    ),
    Kind(
        "permissions",
        "other users of this machine can read or change it",
        "--repair takes their rights away; look first at who could have used them",
    ),
    Kind(
        "index_damaged",
        "a shard of the index cannot be believed; no snapshot is touched by that",
        "--repair makes it anew from the snapshots",
    ),
    Kind(
        "index_stale",
        "a shard of the index is missing, or does not say what the snapshots say",
        "--repair makes it anew from the snapshots",
    ),
    Kind(
        "unaudited",
        "a whole snapshot that the audit has no record of: restored from elsewhere, or the audit lost its last lines",
        "--repair audits it, with what its file says",
    ),
    Kind(
        "audit_torn",
        "the last line of the audit was not written to its end",
        "--repair closes it with a newline, which every reader passes over; so does the next command that writes",
    ),
    Kind(
        "linked",
        "a file of the audit has a second name elsewhere, as backups with hard links make them: nothing may be "
        "appended to it, or the backup would change, too",
        "--repair puts a copy in its place; make backups with cp -a",
    ),
    Kind(
        "foreign",
        "something stands here that omen did not keep here: another name, another store's, a version that is taken, "
        "or a snapshot that was pruned",
        "--repair moves it to quarantine/ with the reason beside it; nothing is deleted",
    ),
    Kind(
        "message_damaged",
        "a frozen message is not what was queued; what the audit says of its delivery holds",
        "--repair moves it to quarantine/; a delivery that was sent stays sent, one that was not is made anew by the "
        "next omen send",
    ),
    Kind(
        "snapshot_missing",
        "a snapshot that was acknowledged is gone",
        "copy its file back from a backup, then run omen verify --repair; when there is none, make a new version with "
        "omen generate --force --reason TEXT and settle the loss with omen verify --accept",
        is_lost=True,
    ),
    Kind(
        "snapshot_damaged",
        "the file of a snapshot is not what was acknowledged",
        "--repair moves it to quarantine/; then it is missing: copy it back from a backup, or make a new version",
        is_lost=True,
    ),
    Kind(
        "audit_broken",
        "a line of the audit was changed or removed after it was written, or a file of it cannot be read",
        "restore the file from a backup; when there is none, find out who changed it and settle it with omen verify "
        "--accept; a file that cannot be read is moved out of the archive",
        is_lost=True,
    ),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
