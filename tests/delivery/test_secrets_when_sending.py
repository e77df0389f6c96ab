"""The password is in no answer, message, audit or file of an installation, also when a server echoes it."""

from base64 import b64encode
from urllib.parse import quote

import pytest

from tests.cli.stores import NJ, configure, whole_tree
from tests.delivery.servers import PASSWORD, USER, smtp_server


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("is_right", [True, False], ids=["right", "wrong"])
def test_sending_leaves_the_password_where_it_was(two_stores, omen, ca, tmp_path, form, is_right):
    password = PASSWORD if is_right else f"{PASSWORD}-wrong"
    (tmp_path / "secret").write_text(password, "utf-8")
    (tmp_path / "secret").chmod(0o600)
    with smtp_server(starttls=ca.context(), has_login=True) as server:
        server.is_echoing = True
        url = f"smtp+starttls://{quote(USER, safe='')}@127.0.0.1:{server.port}"
        mail = f"{{url: '{url}', password_file: secret, ca_file: '{ca.ca_file}', from: r@omen.example}}"
        configure(two_stores, "stores:\n", f"mail: {mail}\nstores:\n")
        snapshot = two_stores.generate(NJ, "2026-01-09")
        runs = [
            omen("send", "--store", NJ, "--snapshot", snapshot.id, *form),
            omen("deliveries", "--store", NJ, *form),
            omen("audit", "--store", NJ, *form),
        ]

    assert runs[0].code == (0 if is_right else 8), runs[0].err
    assert len(server.messages) == is_right
    said = "".join(run.out + run.err for run in runs).encode()
    kept = b"".join(raw or b"" for path, raw in whole_tree(tmp_path).items() if path != "secret")
    encoded = b64encode(password.encode())[:12]
    assert all(form not in said + kept for form in (b"c4n4ry", quote(PASSWORD, safe="").encode(), encoded))
    assert is_right or b"no such login: operator@omen.example *** ***" in kept
