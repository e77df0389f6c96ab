"""What the tests of sending and of migrating share: two stores with a week each, servers, and an old archive."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.old_installation import Old
from tests.cli.postbox import Postbox
from tests.cli.stores import CALI, DAY, NJ
from tests.conftest import Clock, Omen, TwoStores
from tests.delivery.misbehaving import Misbehaving
from tests.factories import write_two_stores
from tests.old_sample import sample

OWNER = "owner@njweedwizard.example"


class Week(NamedTuple):
    """Two stores, the id of the weekly snapshot of each, and what `omen send` needs to be told to send NJ's."""

    stores: TwoStores
    id: str
    theirs: str
    named: tuple[str, ...]


@pytest.fixture(scope="session")
def _week_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("week")
    write_two_stores(folder)
    assert Omen(folder, Clock())("generate", "--all", "--as-of", DAY).code == 0
    return folder


@pytest.fixture
def week(_week_made: Path, tmp_path: Path, omen: Omen) -> Week:
    """Both stores in `tmp_path`, each with its weekly snapshot of DAY, ready to be sent."""
    shutil.copytree(_week_made, tmp_path, dirs_exist_ok=True)
    stores = TwoStores(tmp_path / "stores.yaml", omen)
    ids = [next(stores.archive(store).glob("snapshot_*.json")).stem for store in (NJ, CALI)]
    return Week(stores, ids[0], ids[1], ("send", "--store", NJ, "--snapshot", ids[0]))


@pytest.fixture
def postbox():
    """A mail server that takes what it is given."""
    with Postbox() as server:
        yield server


@pytest.fixture
def misbehaving():
    """A mail server that misbehaves as it is told."""
    with Misbehaving() as server:
        yield server


@pytest.fixture
def old(two_stores: TwoStores, omen: Omen) -> Old:
    """Both stores, and no old archive yet where the new ones go."""
    return Old(two_stores, omen)


@pytest.fixture
def migrated(old: Old) -> Old:
    """The sample of the old system, brought over in place."""
    run = old.lay(sample()).migrate()
    assert run.code == 0, run.out + run.err
    return old
