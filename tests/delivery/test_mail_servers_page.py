"""docs/mail-servers.md: every example is a stores.yaml that loads and means a server, and every key is told of."""

import re

import pytest

from omen_cli.config.load import load_settings
from omen_cli.config.sections import MailSettings
from omen_cli.delivery.server import Timeouts, server_of
from tests.guards import REPO

PAGE = (REPO / "docs" / "mail-servers.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SERVERS = [
    ("mail.example.com", 587, "operator"),
    ("email-smtp.us-east-1.amazonaws.com", 587, "AKIAIOSFODNN7EXAMPLE"),
    ("smtp.sendgrid.net", 587, "apikey"),
    ("smtp.postmarkapp.com", 587, "t0ken"),
    ("localhost", 25, None),
]


def means(tmp_path, text: str):
    """Return what an example says about mail."""
    path = tmp_path / "stores.yaml"
    path.write_text(text, "utf-8")
    return load_settings(path, {"POSTMARK_TOKEN": "t0ken", "CREDENTIALS_DIRECTORY": "/run/credentials/omen"}).mail


@pytest.mark.parametrize(("text", "expected"), list(zip(EXAMPLES, SERVERS, strict=True)))
def test_each_example_loads_and_names_its_server(tmp_path, text, expected):
    mail = means(tmp_path, text)
    server = server_of(mail.url, None, mail.ca_file, "omen.example", Timeouts())
    assert (server.host, server.port, server.user) == expected
    assert mail.sender == "OMEN <reports@example.com>"


@pytest.mark.parametrize("url", re.findall(r"`url: (\S+)`", PAGE))
def test_an_url_within_the_text_loads_too(tmp_path, url):
    mail = means(tmp_path, re.sub(r"url: .*", f"url: {url}", EXAMPLES[1]))
    assert server_of(mail.url, None, None, "omen.example", Timeouts()).port == 465


def test_every_key_of_mail_has_its_row():
    keys = {field.alias or name for name, field in MailSettings.model_fields.items()}
    assert set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE)) == keys


def test_the_page_words_the_steps_as_the_doctor_does(tmp_path):
    from omen_cli.workflows.doctor_server import server_steps

    mail = means(tmp_path, EXAMPLES[2])
    shown = re.findall(r"^(?:ok|failed|warning|not tried) +([a-z]+): ", PAGE, re.MULTILINE)
    steps = server_steps(server_of(mail.url, None, None, "omen.example", Timeouts()))
    assert tuple(step for step in shown if step in steps) == steps
