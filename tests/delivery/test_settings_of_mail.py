"""What stores.yaml says about mail, made ready: the transport, the password, the sender, the recipients."""

import os
import struct

import pytest

from omen_cli.config.load import load_settings
from omen_cli.config.mail import address_of, checked_recipient
from omen_cli.delivery.folder import FolderTransport
from omen_cli.delivery.smtp import SmtpTransport
from omen_cli.errors import ConfigInvalid, InvalidArgument
from omen_cli.workflows.mail_password import password_of
from omen_cli.workflows.sender import sender_domain, sender_of
from omen_cli.workflows.transport import transport_of

CANARY = "c4n4ry-p4ss"
FROM = "from: OMEN <reports@omen.example>"
SERVER = f"mail: {{url: 'smtps://user@mail.example', password_file: secret, {FROM}}}"


@pytest.fixture
def settings(tmp_path):
    """`settings(line)`: what a stores.yaml with this line for mail means."""

    def load(mail: str = "", data: str = "data"):
        path = tmp_path / "stores.yaml"
        text = f"version: 1\ndata: {data}\n{mail}\ndefaults: {{timezone: UTC}}\n"
        path.write_text(f"{text}stores: {{NJWeedWizard: {{sources: {{inventory: {{path: i.csv}}}}}}}}\n", "utf-8")
        return load_settings(path, {})

    return load


def secret(folder, raw: bytes = CANARY.encode(), mode: int = 0o600):
    """Write the password file."""
    path = folder / "secret"
    path.write_bytes(raw)
    path.chmod(mode)
    return path


# --- the transport ---------------------------------------------------------------------------------------------------


def test_a_folder_needs_nothing_and_keeps_messages_on_this_machine(settings, tmp_path):
    found = transport_of(settings())
    assert isinstance(found, FolderTransport)
    assert not found.leaves_machine
    assert list(tmp_path.iterdir()) == [tmp_path / "stores.yaml"]


def test_a_server_gets_messages_that_leave_this_machine(settings, tmp_path):
    secret(tmp_path)
    found = transport_of(settings(SERVER))
    assert isinstance(found, SmtpTransport)
    assert found.leaves_machine


@pytest.mark.parametrize(
    ("mail", "data"),
    [("mail: {url: 'file:data/outbox'}", "data"), ("mail: {url: 'file:data'}", "data"), ("", "."),
     ("mail: {url: 'file:link/out'}", "data"), ("mail: {url: 'file:a/../data/out'}", "data")],
)  # fmt: skip
def test_below_data_only_the_archive_writes(settings, tmp_path, mail, data):
    (tmp_path / "data").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    with pytest.raises(ConfigInvalid, match="where only the archive writes") as caught:
        transport_of(settings(mail, data))
    assert "file:outbox" in caught.value.hint


def test_a_folder_beside_data_is_not_below_it(settings):
    assert isinstance(transport_of(settings("mail: {url: 'file:data-outbox'}")), FolderTransport)


# --- the password ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [CANARY, f"{CANARY}\n", f"{CANARY}\r\n"])
def test_one_newline_at_the_end_is_no_part_of_the_password(settings, tmp_path, raw):
    secret(tmp_path, raw.encode())
    found = password_of(settings(SERVER).mail)
    assert found is not None
    assert found.get_secret_value() == CANARY
    assert CANARY not in repr(found)


def test_blanks_and_letters_of_any_script_are_part_of_the_password(settings, tmp_path):
    secret(tmp_path, " pässwört ✓ \n".encode())
    found = password_of(settings(SERVER).mail)
    assert found is not None
    assert found.get_secret_value() == " pässwört ✓ "


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o602, 0o601])
def test_a_password_that_others_may_use_is_refused_with_the_command_to_run(settings, tmp_path, mode):
    path = secret(tmp_path, mode=mode)
    with pytest.raises(ConfigInvalid, match="others than its owner may use it") as caught:
        transport_of(settings(SERVER))
    assert caught.value.hint == f"chmod 600 {path}"


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"", "is empty"), (b"\n", "is empty"), (b"two\nlines\n", "more than one line"), (b"a\x00b", "control character"),
     (b"\xff\xfe", "not UTF-8"), (b"x" * 4097, "larger than 4 KiB")],
)  # fmt: skip
def test_what_is_no_password_is_refused_and_not_shown(settings, tmp_path, raw, said):
    secret(tmp_path, raw)
    with pytest.raises(ConfigInvalid, match=said) as caught:
        transport_of(settings(SERVER))
    assert caught.value.message.startswith(f"mail.password_file: {tmp_path}/secret: ")
    assert "two" not in caught.value.message


@pytest.mark.parametrize(
    ("make", "said"),
    [(lambda path: None, "No such file"), (lambda path: path.mkdir(), "not a regular file"), (os.mkfifo, "not a regular file")],
)  # fmt: skip
def test_a_password_stands_in_a_regular_file(settings, tmp_path, make, said):
    make(tmp_path / "secret")
    with pytest.raises(ConfigInvalid, match=said):
        transport_of(settings(SERVER))


def access_list(*entries: tuple[int, int, int]) -> bytes:
    """Return a POSIX access list as the kernel has it: tag, permissions, id."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@pytest.mark.parametrize(
    ("group", "other_user", "is_refused"), [(0, None, False), (4, None, True), (0, 12_345, True)]
)  # fmt: skip
def test_a_credential_that_systemd_hands_over_by_an_access_list_is_private(
    settings, tmp_path, group, other_user, is_refused
):
    path, nobody = secret(tmp_path), 0xFFFFFFFF
    users = [(0x02, 4, os.geteuid()), *([(0x02, 4, other_user)] if other_user else [])]
    entries = [(0x01, 4, nobody), *users, (0x04, group, nobody), (0x10, 4, nobody), (0x20, 0, nobody)]
    try:
        os.setxattr(path, "system.posix_acl_access", access_list(*entries))
    except OSError as error:
        pytest.skip(f"needs a file system with access lists: {error}")
    assert path.stat().st_mode & 0o070

    if is_refused:
        with pytest.raises(ConfigInvalid, match="others than its owner"):
            password_of(settings(SERVER).mail)
    else:
        assert password_of(settings(SERVER).mail) is not None


def test_a_user_without_a_password_is_refused(settings):
    with pytest.raises(ConfigInvalid, match="has a user and no password"):
        transport_of(settings(f"mail: {{url: 'smtps://user@mail.example', {FROM}}}"))


# --- the sender ------------------------------------------------------------------------------------------------------


def test_a_folder_has_a_sender_of_its_own(settings):
    assert (sender_of(settings()), sender_domain(settings())) == ("OMEN <omen@localhost>", "localhost")


def test_a_server_wants_to_know_who_sends_but_only_when_something_is_sent(settings):
    found = settings("mail: {url: 'smtps://mail.example'}")
    with pytest.raises(ConfigInvalid, match=r"mail\.from: is missing") as caught:
        sender_of(found)
    assert "from: OMEN <reports@example.com>" in caught.value.hint


@pytest.mark.parametrize(
    ("sender", "address"),
    [("OMEN <reports@omen.example>", "reports@omen.example"), ("reports@omen.example", "reports@omen.example"),
     ('"OMEN, Inc." <r@omen.example>', "r@omen.example")],
)  # fmt: skip
def test_the_address_of_a_sender_is_what_the_envelope_has(settings, sender, address):
    found = settings(f"mail: {{url: 'smtps://mail.example', from: '{sender}'}}")
    assert (sender_of(found), address_of(sender_of(found)), sender_domain(found)) == (sender, address, "omen.example")


# --- recipients ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["owner@example.com", "o'neil+omen@example.com", "root@localhost", "x@xn--bcher-kva.example"]
)
def test_a_plain_address_of_the_command_line_is_taken(address):
    assert checked_recipient(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "owner", "a@b@example.com", "Owner <a@example.com>", '"a b"@example.com', '"a"@example.com', "a@example.com\r\nBcc: x@example.com",
     "=?utf-8?q?x?=@example.com", "a@example.com,b@example.com", "a@example.com ", "ñ@example.com", "a@[127.0.0.1]",
     "a\x1b[31m@example.com", "a\u202e@example.com", f"{'a' * 5000}@example.com"],
)  # fmt: skip
def test_what_is_no_plain_address_is_an_invalid_argument_shown_harmless(address):
    with pytest.raises(InvalidArgument, match="not a plain e-mail address") as caught:
        checked_recipient(address)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 150
    assert caught.value.hint == "write one like owner@example.com, without a name and without quotes"


@pytest.mark.parametrize(
    ("address", "instead"),
    [("owner@bücher.example", "owner@xn--bcher-kva.example"), ("owner@例え.jp", "owner@xn--r8jz45g.jp")],
)
def test_a_domain_of_another_script_is_told_its_ascii_form(address, instead):
    with pytest.raises(InvalidArgument) as caught:
        checked_recipient(address)
    assert caught.value.hint == f"write its domain in ASCII: {instead}"
    assert checked_recipient(instead) == instead
