"""Every letter holds to what all mail programs need: tags, sizes, parts, headers, contrast; and each check can fail."""

from dataclasses import replace

import pytest

from omen_cli.report.mime import compose
from tests.conftest import Clock, Omen
from tests.letters import ENVELOPE, HOSTILE, made_cases, names_of, sample_cases
from tests.unit.mail_contrast import dark_rules, ratio, texts_too_faint
from tests.unit.mail_gate import MAX_HTML, Page, parsed, part_of, wrong_with

MADE = tuple(made_cases())


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    return sample_cases(folder, Omen(cwd=folder, clock=Clock()))


@pytest.mark.parametrize("name", MADE)
def test_a_letter_holds_to_what_mail_programs_need(name):
    assert wrong_with(compose(made_cases()[name].letter, ENVELOPE)) == []


@pytest.mark.parametrize("name", ["NJWeedWizard-weekly", "NJWeedWizard-daily", "NJWeedWizard-monthly", "CaliCannabis-weekly"])  # fmt: skip
def test_the_sample_stores_letters_hold_to_it_too(samples, name):
    made = samples[name].letter
    assert wrong_with(compose(made, ENVELOPE)) == []
    assert [one.cid.startswith("trend.") for one in made.pictures] == [True]
    assert texts_too_faint(made.html, []) == texts_too_faint(made.html, dark_rules(made.html)) == []


@pytest.mark.parametrize("name", MADE)
def test_every_text_stands_out_light_and_dark(name):
    html = made_cases()[name].letter.html
    assert texts_too_faint(html, []) == []
    assert texts_too_faint(html, dark_rules(html)) == []


@pytest.mark.parametrize("name", MADE)
def test_the_text_has_the_headline_numbers_and_says_what_the_page_says(name):
    case = made_cases()[name]
    made = case.letter
    page = Page(made.html)
    values = [text for text in page.text if text.strip()]
    said = " ".join(made.text.split())
    figures = [
        values[at + 1].strip() for at, text in enumerate(values) if text in ("Net sales", "Gross profit", "Items")
    ]
    assert figures
    assert all(figure in said for figure in figures)
    assert case.snapshot.id in said
    assert case.snapshot.content_sha256 in said
    assert max(map(len, made.text.splitlines())) <= 78


def test_a_preheader_is_40_to_90_characters_long_with_the_store_and_the_number(samples):
    for case in (*made_cases().values(), *samples.values()):
        preheader = Page(case.letter.html).preheader
        assert 40 <= len(preheader) <= 90, preheader
    assert Page(made_cases()["busy"].letter.html).preheader.startswith("NJ Weed Wizard: Net sales $1,161.50, up")


def test_a_hostile_name_is_text_and_nothing_else():
    calm, bad = made_cases()["held"], made_cases()["hostile"]
    html = bad.letter.html
    assert set(names_of(html)) <= set(names_of(made_cases()["busy"].letter.html)) | set(names_of(calm.letter.html))
    for mark in ("\u202e", "\u200b", "\x1b"):
        assert mark in HOSTILE
        assert mark not in html + bad.letter.text + bad.letter.subject
    assert "&lt;script&gt;alert(1)" in html
    assert "W" * 400 not in html + bad.letter.text


def test_a_letter_of_3000_items_is_no_larger_than_mail_programs_show():
    made = made_cases()["large"].letter
    assert len(made.html.encode()) <= MAX_HTML
    assert "more, in the attached file or the snapshot itself" in made.html
    assert made.attachments[0].content.count(b"\r\n") == 3_001


def test_what_outgrows_the_limit_is_cut_shorter_until_it_fits():
    made = made_cases()["crowded"].letter
    assert len(made.html.encode()) <= MAX_HTML
    assert made.subject.startswith('"<&')
    assert "its numbers will still change." in " ".join(made.text.split())


BROKEN = (
    ("</body>", "<script>x</script></body>"),
    ("</body>", '<div style="display: flex">x</div></body>'),
    ("</body>", '<div style="position:absolute">x</div></body>'),
    ("</body>", '<img src="data:image/png;base64,AA" alt="x" width="1"></body>'),
    ("</body>", '<img src="cid:nobody@omen" alt="x" width="1"></body>'),
    ("</body>", '<div onclick="x">x</div></body>'),
    ("</body>", "<table><tr><td>x</td></tr></table></body>"),
    ("</body>", "<div>x</body>"),
    ("</body>", "x" * MAX_HTML + "</body>"),
    ("@media", "." + "x" * 17_000 + "{color:red}@media"),
    (' lang="en-US"', ""),
    ('<div class="hidden"', '<div class="x"'),
    (' alt="Net', ' title="Net'),
    ("cellspacing", 'background="https://x.example/y.png" cellspacing'),
)


@pytest.mark.parametrize(("sound", "broken"), BROKEN)
def test_each_check_of_the_page_turns_red(sound, broken):
    made = made_cases()["busy"].letter
    assert sound in made.html
    assert wrong_with(compose(replace(made, html=made.html.replace(sound, broken, 1)), ENVELOPE)) != []


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\nBcc: x@example.com\r\n"),
        (b"Auto-Submitted: auto-generated\r\n", b""),
        (b"List-Id", b"List-Id: <x>\r\nList-Id"),
        (b"quoted-printable", b"8bit"),
        (b"\r\n\r\n--", b"\r\n\r\n" + b"x" * 999 + b"\r\n--"),
        (b"\r\n\r\n--", b"\r\n\r\nx\n--"),
        (b"multipart/alternative", b"multipart/mixed"),
    ],
)
def test_each_check_of_the_bytes_turns_red(sound, broken):
    message = compose(made_cases()["held"].letter, ENVELOPE)
    assert sound in message
    assert wrong_with(message.replace(sound, broken, 1)) != []


def test_contrast_is_measured_as_wcag_measures_it():
    assert ratio("#000000", "#ffffff") == ratio("#fff", "#000") == 21
    assert 4.47 < ratio("#777777", "#ffffff") < 4.48
    assert texts_too_faint(made_cases()["busy"].letter.html.replace("#1f2937", "#bbbbbb"), []) != []


def test_the_parts_of_a_message_are_what_the_letter_says():
    made = made_cases()["busy"].letter
    message = parsed(compose(made, ENVELOPE))
    assert _lines(part_of(message, "text/plain")) == made.text.splitlines()
    assert _lines(part_of(message, "text/html")) == made.html.splitlines()
    assert part_of(message, "image/png").get_content() == made.pictures[0].png
    assert part_of(message, "text/csv").get_payload(decode=True) == made.attachments[0].content


def _lines(part):
    return part.get_content().splitlines()
