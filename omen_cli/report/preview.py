"""A letter to look at before it is sent: as a browser shows it, as it would be sent, as plain text."""

from base64 import b64encode
from typing import Literal

from omen_cli.model.letter import Envelope, Letter
from omen_cli.report.mime import compose

Kind = Literal["html", "eml", "txt"]


def preview(letter: Letter, envelope: Envelope, kind: Kind) -> bytes:
    """Return the letter as a file of this kind.

    `eml` is the message to the byte, `txt` its text part, `html` its HTML part, in which the pictures are `data:` URIs:
    a browser knows no `cid:`. Mail never holds those, most clients drop them.

    Raises:
        InvalidArgument: the message could not be made.
    """
    message = compose(letter, envelope)  # whatever is looked at could be sent
    if kind == "eml":
        return message
    if kind == "txt":
        return letter.text.encode("utf-8")
    html = letter.html
    for picture in letter.pictures:
        html = html.replace(f'"cid:{picture.cid}"', f'"data:image/png;base64,{b64encode(picture.png).decode()}"')
    return html.encode("utf-8")
