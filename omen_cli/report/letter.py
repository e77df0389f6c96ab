"""A snapshot becomes a letter: its subject, its text, its HTML with one picture, and the items as a file."""

from omen_cli.model.letter import Correction, Letter, Picture
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.charts import png
from omen_cli.report.items_csv import items_csv
from omen_cli.report.letter_content import said
from omen_cli.report.letter_limits import Limits, curtailed
from omen_cli.report.letter_page import letter_page
from omen_cli.report.letter_text import letter_text
from omen_cli.report.numbers import Numbers
from omen_cli.report.subject import subject
from omen_cli.report.trend_chart import trend_spec
from omen_cli.report.trend_periods import periods

MAX_HTML = 80 * 1024
_LIMITS = (
    Limits(cell=60, line=400),
    Limits(cell=40, line=160),
    Limits(cell=20, line=120, rows=8, lines=8),
)


def letter(snapshot: Snapshot, locale: str, *, correction: Correction | None = None, has_items: bool = False) -> Letter:
    """Return what a message says of the snapshot: pure, the same bytes for the same input.

    Args:
        snapshot: what it is about.
        locale: how the store's people write numbers and dates.
        correction: which snapshot it takes the place of, when that was sent before.
        has_items: the items go with it, as CSV.

    The HTML is never larger than 80 KB, since mail programs clip what is: long names are cut shorter until it is not.
    """
    attached = (items_csv(snapshot),) if has_items else ()
    whole = said(snapshot, locale, correction, attached[0].name if attached else None)
    picture = _picture(snapshot, locale)
    numbers = Numbers(locale, snapshot.content.currency)
    for limits in _LIMITS:
        shown = curtailed(whole, limits)
        html = letter_page(shown, numbers, picture.cid if picture else None)
        if len(html.encode("utf-8")) <= MAX_HTML:
            break
    return Letter(
        subject=subject(snapshot, locale, is_corrected=correction is not None),
        text=letter_text(shown),
        html=html,
        pictures=(picture,) if picture else (),
        attachments=attached,
    )


def _picture(snapshot: Snapshot, locale: str) -> Picture | None:
    content = snapshot.content
    if not periods(content):
        return None
    spec = trend_spec(content, Numbers(locale, content.currency))
    return Picture(cid=f"trend.{snapshot.content_sha256[:16]}@omen", png=png(spec))
