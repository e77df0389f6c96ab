"""Preview: the message that a send would make, for a person to look at; nothing is sent, nothing is recorded."""

from dataclasses import dataclass
from typing import Literal

from omen_cli.archive.archive import Archive
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import InvalidArgument
from omen_cli.model.delivery import delivery_key
from omen_cli.model.snapshot import Entry
from omen_cli.report.preview import preview as rendered
from omen_cli.workflows.choice import Choice, chosen
from omen_cli.workflows.compose import letter_of
from omen_cli.workflows.correction import correction_of
from omen_cli.workflows.envelope import envelope_of
from omen_cli.workflows.request import Caller
from omen_cli.workflows.terms import Terms

_NOBODY = "nobody@example.com"
_KINDS: dict[str, Literal["html", "eml", "txt"]] = {".html": "html", ".htm": "html", ".eml": "eml", ".txt": "txt"}


@dataclass(frozen=True)
class Previewed:
    """The bytes of the file, the subject of the message, and the snapshot that it is about."""

    raw: bytes
    subject: str
    entry: Entry


def preview(
    settings: Settings,
    store: StoreSettings,
    choice: Choice,
    terms: Terms,
    caller: Caller,
    suffix: str,
    *,
    has_items: bool,
    is_strict: bool = False,
) -> Previewed:
    """Return the message to the first recipient, held or not, as the file's suffix asks.

    Raises:
        InvalidArgument: no kind of file ends so, or no snapshot was named.
        NotFound, Forbidden: as for the choice.
        ArchiveDamaged: the snapshot is lost or damaged.
    """
    kind = _KINDS.get(suffix.lower())
    if kind is None:
        raise InvalidArgument(f"--preview: no message ends in {suffix[:10]!r}", hint="use .html, .eml or .txt")
    archive = Archive(settings.data, store.store_id)
    entry = chosen(settings, archive, choice, caller, is_strict=is_strict or settings.access.strict_send)
    snapshot = archive.load(entry)
    recipient = next(iter(terms.to or store.recipients), _NOBODY)
    envelope = envelope_of(settings, store, recipient, delivery_key(store.store_id, entry.id, recipient), caller.at)
    has_csv = has_items or settings.mail.attach_items
    correction = correction_of(archive, entry, snapshot, has_server=settings.mail.folder is None)
    made = letter_of(snapshot, store.locale, correction, has_items=has_csv)
    return Previewed(rendered(made, envelope, kind), made.subject, entry)
