"""A letter and its envelope become the bytes of a message, the same bytes every time."""

from email.message import MIMEPart
from email.policy import SMTP
from hashlib import sha256

from omen_cli.errors import InvalidArgument
from omen_cli.model.letter import Attachment, Envelope, Letter
from omen_cli.report.mime_headers import CRLF, MOST_OF_A_LINE, header_block, headers


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """Return the message, CRLF lines: text first, then HTML with its pictures, then what is attached.

    The boundaries are derived from the Message-ID, and hold `=_`, which no encoded part can.

    Raises:
        InvalidArgument: a header would not be what is meant.
    """
    meant = headers(letter.subject, envelope)
    root = _tree(letter)
    for index, part in enumerate(one for one in root.walk() if one.is_multipart()):
        part.set_boundary(f"=_omen_{sha256(f'{envelope.message_id} {index}'.encode()).hexdigest()[:32]}")
    kind = ("Content-Type", f'{root.get_content_type()}; boundary="{root.get_boundary()}"')
    _, _, body = root.as_bytes(policy=SMTP).partition(CRLF + CRLF)
    message = header_block((*meant, kind)) + CRLF + body
    if any(len(line) > MOST_OF_A_LINE for line in message.split(CRLF)):
        raise InvalidArgument("the message: a line is too long", hint="correct what is attached")
    return message


def _tree(letter: Letter) -> MIMEPart:
    text, html = _text(letter.text, "plain"), _related(letter)
    message = _multipart("alternative", text, html)
    if not letter.attachments:
        return message
    return _multipart("mixed", message, *map(_attached, letter.attachments))


def _related(letter: Letter) -> MIMEPart:
    html = _text(letter.html, "html")
    if not letter.pictures:
        return html
    pictures = []
    for picture in letter.pictures:
        part = _file(Attachment(f"{picture.cid.partition('@')[0]}.png", "image/png", picture.png), "inline")
        part["Content-ID"] = f"<{picture.cid}>"
        pictures.append(part)
    made = _multipart("related", html, *pictures)
    made.set_param("type", "text/html")
    return made


def _attached(attachment: Attachment) -> MIMEPart:
    return _file(attachment, "attachment")


def _file(file: Attachment, disposition: str) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    main, _, sub = file.media_type.partition("/")
    params = {"charset": "utf-8"} if main == "text" else {}
    part.set_content(file.content, main, sub, disposition=disposition, filename=file.name, params=params)
    return part


def _text(text: str, subtype: str) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    part.set_content(text, subtype=subtype, charset="utf-8", cte="quoted-printable")
    return part


def _multipart(subtype: str, *parts: MIMEPart) -> MIMEPart:
    made = MIMEPart(policy=SMTP)
    made["Content-Type"] = f"multipart/{subtype}"
    made.set_payload(list(parts))
    return made
