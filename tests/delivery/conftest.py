"""What the tests of delivery share: an authority, and servers that start once."""

import pytest

from tests import mta
from tests.delivery.certificates import authority
from tests.delivery.misbehaving import Misbehaving


@pytest.fixture(scope="session")
def ca(tmp_path_factory):
    """A certificate authority that only a client with its `ca_file` trusts."""
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def misbehaving(ca):
    """The server that misbehaves as it is told."""
    with Misbehaving(ca.context()) as server:
        yield server


@pytest.fixture(scope="session")
def mail_server():
    """A real MTA that delivers into a mailbox of its own: `tests.mta.Mta`."""
    lacking = mta.missing()
    if lacking:
        pytest.skip(lacking)
    with mta.running() as server:
        yield server
