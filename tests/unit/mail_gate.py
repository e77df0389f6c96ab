"""What a message must hold to in every mail program, judged from its bytes: a list of what is wrong, empty when well."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

MAX_HTML, MAX_STYLE, MAX_LINE = 80 * 1024, 16 * 1024, 998
TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "table",
        "tbody",
        "tr",
        "td",
        "th",
        "img",
        "strong",
        "br",
        "span",
    ]
)
ATTRIBUTES = frozenset(
    [
        "lang",
        "dir",
        "charset",
        "name",
        "content",
        "class",
        "style",
        "role",
        "width",
        "height",
        "cellpadding",
        "cellspacing",
        "border",
        "bgcolor",
        "align",
        "valign",
        "colspan",
        "scope",
        "src",
        "alt",
    ]
)
BANNED_CSS = re.compile(
    r"(display\s*:\s*(?:inline-)?(?:flex|grid)|position\s*:|float\s*:|var\(|calc\(|url\(|expression|@import|gradient)",
    re.I,
)
LAYOUT = "presentation"
REQUIRED = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Id", "MIME-Version", "Content-Type")


class Page(HTMLParser):
    """The tags of a page with their attributes, and its style sheet."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.style = ""
        self.preheader = ""
        self.unbalanced: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        elif self.tags and self.tags[-1][1].get("class") == "hidden" and not self.preheader:
            self.preheader = data
        else:
            self.text.append(data)


def parsed(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=default)


def part_of(message: EmailMessage, kind: str) -> EmailMessage:
    (found,) = (part for part in message.walk() if part.get_content_type() == kind)
    return found


def wrong_with(message: bytes) -> list[str]:
    """Everything that is wrong with a message."""
    return [*_wrong_bytes(message), *_wrong_tree(parsed(message)), *_wrong_page(parsed(message))]


def _wrong_bytes(message: bytes) -> Iterator[str]:
    lines = message.split(b"\r\n")
    if any(len(line) > MAX_LINE for line in lines):
        yield "a line over 998 bytes"
    if any(b"\r" in line or b"\n" in line for line in lines):
        yield "a line that does not end with CRLF"
    if any(byte > 126 for byte in message):
        yield "a byte that is not ASCII"
    block = message.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].decode() for line in block.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    allowed = [name for name in names if not name.startswith("List-Unsubscribe")]
    if sorted(allowed) != sorted(REQUIRED):
        yield f"headers: {names}"


def _wrong_tree(message: EmailMessage) -> Iterator[str]:
    kinds = [part.get_content_type() for part in message.walk()]
    body = kinds[1:] if kinds[0] == "multipart/mixed" else kinds
    pictures = body[4:5] == ["image/png"]
    wanted = ["multipart/alternative", "text/plain", *(("multipart/related",) if pictures else ()), "text/html"]
    if body[: len(wanted)] != wanted or body[len(wanted) :] not in (
        [],
        ["image/png"],
        ["image/png", "text/csv"],
        ["text/csv"],
    ):
        yield f"parts: {kinds}"
    for part in message.walk():
        if part.get_content_maintype() != "multipart" and part["Content-Transfer-Encoding"] not in (
            "quoted-printable",
            "base64",
        ):
            yield f"{part.get_content_type()} is not encoded"
    for part in message.walk():
        if part.defects:
            yield f"defects: {part.defects}"


def _wrong_page(message: EmailMessage) -> Iterator[str]:
    html = part_of(message, "text/html").get_content()
    page = Page(html)
    if len(html.encode()) > MAX_HTML:
        yield f"HTML of {len(html.encode())} bytes"
    if len(page.style.encode()) > MAX_STYLE or "@media" not in page.style:
        yield "style sheet"
    if page.unbalanced or page.open:
        yield f"tags do not match: {page.unbalanced} {page.open}"
    for name in BANNED_CSS.findall(html):
        yield f"CSS: {name}"
    cids = {part["Content-ID"] for part in message.walk() if part["Content-ID"]}
    for tag, attributes in page.tags:
        yield from _wrong_tag(tag, attributes, cids)
    yield from _wrong_document(page)


def _wrong_tag(tag: str, attributes: dict[str, str], cids: set[str]) -> Iterator[str]:
    if tag not in TAGS:
        yield f"<{tag}>"
    for name in attributes:
        if name not in ATTRIBUTES:
            yield f"{tag} {name}="
    for name in ("src", "href", "background"):
        if re.match(r"\s*(data|https?|javascript|//)", attributes.get(name, ""), re.I):
            yield f"{tag} {name}={attributes[name][:40]}"
    if tag == "img":
        if not attributes.get("alt") or not attributes.get("width", "").isdigit():
            yield "img without alt or width"
        if f"<{attributes.get('src', '').removeprefix('cid:')}>" not in cids:
            yield f"img of no part: {attributes.get('src')}"
    is_cell = tag in ("td", "th", "body")
    if re.search(r"(^|;)\s*padding", attributes.get("style", "")) and not is_cell:
        yield f"padding on {tag}"


def _wrong_document(page: Page) -> Iterator[str]:
    first = dict(page.tags)
    if not first["html"].get("lang") or first["html"].get("dir") not in ("ltr", "rtl"):
        yield "no language or direction"
    grids = [attributes for tag, attributes in page.tags if tag == "table" and attributes.get("role") != LAYOUT]
    heads = [attributes for tag, attributes in page.tags if tag == "th"]
    if any("grid" not in attributes.get("class", "").split() for attributes in grids) or any(
        "scope" not in one for one in heads
    ):
        yield "a table that is neither layout nor data"
    after_body = page.tags[[tag for tag, _ in page.tags].index("body") + 1]
    if after_body[1].get("class") != "hidden":
        yield "no preheader first"
