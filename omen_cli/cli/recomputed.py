"""How `omen verify --recompute` says whether a snapshot comes out of its recorded inputs again."""

from typing import TYPE_CHECKING

from omen_cli.errors import CheckFailed
from omen_cli.model.blocks import Block, Paragraph, Table

if TYPE_CHECKING:
    from omen_cli.cli.session import Session
    from omen_cli.sources.verdict import InputVerdict
    from omen_cli.workflows.recomputed import Recomputed

SHOWN_OF_A_HASH = 12
COLUMNS = ("verdict", "role", "file", "recorded bytes", "bytes now", "recorded sha256", "sha256 now")
_FIRST = ("file", "verdict", "role", "recorded sha256", "sha256 now", "recorded bytes", "bytes now")
_RESTORE = "put the recorded file where the store's source points, then run it again"
_MAPPING = (
    "a snapshot does not record the `columns` and the `format` of its sources: either stores.yaml says something else "
    "of them now, or omen works otherwise"
)


def answer_recomputed(session: "Session", result: "Recomputed") -> None:
    """Write the answer; unless the bytes are the same, the JSON answer is the envelope of the error.

    Raises:
        CheckFailed: the bytes are not the same, or nobody can tell.
    """
    for warning in result.warnings:
        session.warn(f"omen: {warning}")
    if result.outcome == "same" or not session.as_json:
        session.answer(plain(result), blocks(result))
    raise_unless_same(result)


def raise_unless_same(result: "Recomputed") -> None:
    """Fail with what is not the same and what to do; the whole result goes with it, as `recomputed`.

    Raises:
        CheckFailed: the outcome is any but `same`.
    """
    if result.outcome == "same":
        return
    is_of_inputs = result.outcome in ("input_changed", "input_missing")
    hint = _RESTORE if is_of_inputs else f"{_MAPPING} ({_versions(result)})"
    raise CheckFailed(f"{result.snapshot.id}: {headline(result)}", hint=hint, recomputed=plain(result))


def headline(result: "Recomputed") -> str:
    """Return the answer in one line."""
    count = len(result.inputs)
    inputs = "its one recorded input" if count == 1 else f"its {count} recorded inputs"
    fields = ", ".join("inputs (rows counted)" if name == "inputs" else name for name in result.differs)
    if result.outcome == "same":
        return f"same bytes: made again from {inputs} it is the file that is kept, to the byte"
    if result.outcome == "same_content":
        return f"same content, other bytes: made again from {inputs} it differs in {fields}"
    if result.outcome == "different":
        how = f"cannot be read: {result.problem}" if result.problem else f"the snapshot differs in {fields}"
        return f"different: {inputs} {'is' if count == 1 else 'are'} the same, but {how}"
    return "; ".join(_not_the_same(one) for one in result.inputs if one.verdict != "same")


def blocks(result: "Recomputed") -> list[Block]:
    """Return the answer for people: the headline, what does not enter the verdict, and every input."""
    said: list[Block] = [Paragraph(headline(result), is_alarming=result.outcome != "same")]
    made = result.snapshot.generated_at.isoformat(sep=" ", timespec="minutes")
    said.append(
        Paragraph(f"{result.snapshot.id} · version {result.snapshot.version} · made {made} · {_versions(result)}")
    )
    if result.entry.superseded_by:
        said.append(Paragraph(f"superseded by {result.entry.superseded_by}"))
    if result.settings_changed:
        changes = ", ".join(f"{one.name} {one.before}, now {one.now}" for one in result.settings_changed)
        said.append(Paragraph(f"the recorded settings are used; the store has others today: {changes}"))
    if result.extra:
        said.append(Paragraph(f"left out, since they did not enter: {', '.join(result.extra)}"))
    return [*said, _table(result)]


def plain(result: "Recomputed") -> dict[str, object]:
    """Return the result as it stands in the JSON answer."""
    return {
        "outcome": result.outcome,
        "storeId": result.entry.store_id,
        "snapshotId": result.entry.id,
        "version": result.entry.version,
        "supersededBy": result.entry.superseded_by,
        "generatedAt": result.snapshot.generated_at,
        "recordedContentSha256": result.recorded_content_sha256,
        "recomputedContentSha256": result.recomputed_content_sha256,
        "recordedOmenVersion": result.snapshot.omen_version,
        "omenVersion": result.omen_version,
        "differs": list(result.differs),
        "problem": result.problem,
        "inputs": [_plain_input(one) for one in result.inputs],
        "extra": list(result.extra),
        "settingsChanged": [
            {"name": one.name, "recorded": one.before, "now": one.now} for one in result.settings_changed
        ],
    }


def _plain_input(one: "InputVerdict") -> dict[str, object]:
    return {
        "role": one.role,
        "name": one.name,
        "verdict": one.verdict,
        "recordedBytes": one.recorded_bytes,
        "foundBytes": one.found_bytes,
        "recordedSha256": one.recorded_sha256,
        "foundSha256": one.found_sha256,
    }


def _not_the_same(one: "InputVerdict") -> str:
    was = f"{one.recorded_bytes:,} bytes, sha256 {one.recorded_sha256[:SHOWN_OF_A_HASH]}"
    if one.found_sha256 is None:
        return f"input missing: {one.name} ({one.role}; was {was})"
    now = f"{one.found_bytes:,} bytes, {one.found_sha256[:SHOWN_OF_A_HASH]}"
    return f"input changed: {one.name} ({one.role}; was {was}; now {now})"


def _versions(result: "Recomputed") -> str:
    recorded, now = result.snapshot.omen_version, result.omen_version
    return f"omen {now}, then and now" if recorded == now else f"made by omen {recorded}, this is omen {now}"


def _table(result: "Recomputed") -> Table:
    rows = tuple(
        (
            one.verdict,
            one.role,
            one.name,
            str(one.recorded_bytes),
            "" if one.found_bytes is None else str(one.found_bytes),
            one.recorded_sha256[:SHOWN_OF_A_HASH],
            (one.found_sha256 or "")[:SHOWN_OF_A_HASH],
        )
        for one in result.inputs
    )
    return Table(
        COLUMNS, rows, right=frozenset({"recorded bytes", "bytes now"}), whole=frozenset({"file"}), first=_FIRST
    )
