"""What the old index says only on another run, recorded by a migration that is killed at every call of it."""

from dataclasses import replace
from random import Random

from tests.cli.postbox import unreachable
from tests.legacy.drawn import built
from tests.legacy.dying import end_of, killed_everywhere
from tests.legacy.migrations import Installation, install
from tests.legacy.old_archives import OldArchive, as_json, write
from tests.legacy.old_shapes import wrapper_named_by_key

LATE = {
    "emailSent": True,
    "emailSentAt": "2026-01-13T08:00:00.000Z",
    "emailRecipient": ["one@njweedwizard.example", "other@njweedwizard.example"],
}


def told_later(tmp_path, old: OldArchive, later: OldArchive) -> Installation:
    """Return an installation that was migrated before the old index told of the recipients."""
    installation = install(tmp_path, old)
    assert installation.migrate().code == 0
    index = installation.root / "index.json"
    index.unlink(missing_ok=True)
    write(later, installation.root)
    return replace(installation, old=later)


def unsent(tmp_path, old: OldArchive, later: OldArchive, url: str) -> Installation:
    """Return the same with messages of omen's own to those recipients, which nobody at the URL took."""
    installation = told_later(tmp_path, old, later)
    config = installation.folder / "stores.yaml"
    mail = f"mail: {{url: '{url}', from: OMEN <omen@example.com>}}\n"
    config.write_text(config.read_text("utf-8") + mail, "utf-8")
    to = [part for name in LATE["emailRecipient"] for part in ("--to", name)]
    for row in later.rows:
        sent = installation.omen("send", "--store", row["store"], "--snapshot", row["id"], *to)
        assert sent.code == 8, sent.err
    assert len(list(installation.folder.rglob("*.queued.eml"))) == 2 * len(later.rows)
    return installation


def test_a_late_mark_is_recorded_once_wherever_the_migration_was_killed(tmp_path):
    old = built(Random(7).choice, [wrapper_named_by_key])
    rows = tuple({**row, **LATE} for row in old.rows)
    later = replace(old, rows=rows, index=as_json(list(rows)))
    clean = told_later(tmp_path, old, later)
    run = clean.migrate()
    assert (run.code, len(run.data["recipientsToldSince"])) == (0, 2 * len(rows)), run.err
    wanted = end_of(clean, run.data["items"])
    assert sum(wanted[1][event] for event in wanted[1] if event[0] == "delivery.sent") == 2 * len(rows)

    kills, found = killed_everywhere(told_later(tmp_path, old, later), wanted, lambda kills: kills)

    assert not found, "\n".join(found[:5])
    assert kills > 20


def test_a_late_mark_beside_a_message_that_nobody_took_is_recorded_once_wherever_it_was_killed(tmp_path):
    old = built(Random(7).choice, [wrapper_named_by_key])
    rows = tuple({**row, **LATE} for row in old.rows)
    later = replace(old, rows=rows, index=as_json(list(rows)))
    url = unreachable()
    clean = unsent(tmp_path, old, later, url)
    run = clean.migrate()
    assert (run.code, len(run.data["recipientsToldSince"])) == (0, 2 * len(rows)), run.err
    wanted = end_of(clean, run.data["items"])

    kills, found = killed_everywhere(unsent(tmp_path, old, later, url), wanted, lambda kills: kills)

    assert not found, "\n".join(found[:5])
    assert kills > 20
    plain = clean.omen(
        "send", "--store", rows[0]["store"], "--snapshot", rows[0]["id"], "--to", LATE["emailRecipient"][0]
    )
    assert (plain.code, "already_sent" in plain.out) == (0, True)


def test_a_history_that_is_told_late_is_recorded_once_wherever_it_was_killed(tmp_path):
    whole = built(Random(7).choice, [wrapper_named_by_key])
    rows = tuple({**row, **LATE} for row in whole.rows)
    later = replace(whole, rows=rows, index=as_json(list(rows)))
    clean = told_later(tmp_path, replace(whole, rows=(), index=None), later)
    run = clean.migrate()
    assert (run.code, len(run.data["historyToldSince"])) == (0, len(rows)), run.err
    wanted = end_of(clean, run.data["items"])

    kills, found = killed_everywhere(
        told_later(tmp_path, replace(whole, rows=(), index=None), later), wanted, lambda kills: kills
    )

    assert not found, "\n".join(found[:5])
    assert kills > 20
