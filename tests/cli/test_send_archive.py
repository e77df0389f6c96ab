"""An archive that is damaged, full, old or copied: `omen send` sends from it what is whole, and else nothing."""

import pytest

from tests.cli.conftest import OWNER
from tests.cli.postbox import frozen, mail_to
from tests.cli.stores import NJ, configure
from tests.cli.test_send_refusals import refused


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff"])
def test_of_a_damaged_snapshot_nothing_is_sent(week, postbox, omen, damage):
    mail_to(week.stores, postbox.url)
    (week.stores.archive(NJ) / f"{week.id}.json").write_bytes(damage)
    run = omen(*week.named)
    assert (run.code, run.out, postbox.connections, frozen(week.stores)) == (7, "", 0, {})
    assert "omen verify" in run.err


def test_a_full_disk_sends_nothing(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    configure(week.stores, "stores:\n", "disk: {warn_free_gb: 90000000, min_free_gb: 90000000}\nstores:\n")
    run = omen(*week.named)
    assert (run.code, run.out, postbox.connections, frozen(week.stores)) == (12, "", 0, {})
    assert "min_free_gb" in run.err


def test_an_archive_of_the_old_system_is_not_touched(week, omen):
    (week.stores.data / ".omen-format").unlink()
    (week.stores.data / "snapshots" / "index.json").write_text("[]")
    command = f"omen migrate --from {week.stores.data / 'snapshots'}"
    assert refused(week, omen, 7, "--latest")[1] == f"run: {command}; nothing was changed"
    refused(week, omen, 7, "--snapshot", week.id)


def test_an_archive_copied_without_its_dotfiles_still_sends_once(week, postbox, omen):
    mail_to(week.stores, postbox.url)
    for path in [week.stores.data / ".omen-format", *week.stores.archive(NJ).glob(".*")]:
        path.unlink()
    assert [omen(*week.named).code for _ in range(2)] == [0, 0]
    assert postbox.recipients == [OWNER]
