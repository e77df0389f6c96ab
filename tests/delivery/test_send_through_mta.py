"""`omen send` through a real mail server: what the archive keeps as sent is what lies in the mailbox."""

import pytest

from tests.cli.stores import NJ, configure


@pytest.mark.parametrize("scheme", ["smtp", "smtp+starttls"])
def test_the_mailbox_holds_what_the_archive_keeps_as_sent(two_stores, omen, mail_server, scheme):
    mail = f"{{url: '{scheme}://127.0.0.1:{mail_server.port}', ca_file: '{mail_server.ca_file}', from: OMEN <r@omen.example>}}"
    configure(two_stores, "stores:\n", f"mail: {mail}\nstores:\n")
    snapshot = two_stores.generate(NJ, "2026-01-09")

    looked = omen("doctor", "--mail")
    sent = omen("send", "--store", NJ, "--snapshot", snapshot.id)
    again = omen("send", "--store", NJ, "--snapshot", snapshot.id)

    assert (looked.code, sent.code, again.code) == (0, 0, 0), looked.out + sent.err + again.err
    (kept,) = (two_stores.archive(NJ) / "deliveries" / snapshot.id).glob("*.sent.eml")
    assert mail_server.messages(1) == [kept.read_bytes()]
    assert mail_server.messages(0) == []
