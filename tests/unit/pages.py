"""A page read back as a browser's parser reads it: its elements, its text, and a skeleton to compare."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("meta", "br", "img", "input", "link", "hr"))


@dataclass
class Element:
    """One element: its attributes, its own and inner text, and its children."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, spaces folded."""
        return " ".join("".join(self.words).split())

    def all(self, tag: str = "") -> list["Element"]:
        """The elements in it of this tag, in order; of any without one."""
        found = [self] if tag in ("", self.tag) else []
        return found + [one for child in self.children for one in child.all(tag)]

    def by_id(self, name: str) -> "Element":
        """The one element of this id."""
        (found,) = [one for one in self.all() if one.attributes.get("id") == name]
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(made)
        if tag not in VOID:
            self.at = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.at.tag, f"</{tag}> ends <{self.at.tag}>"
        assert self.at.parent
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        at: Element | None = self.at
        while at:
            at.words.append(data)
            at = at.parent


def parsed(html: str) -> Element:
    """The document; every element is closed, by its own tag."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.at is reader.root
    return reader.root


def skeleton(html: str) -> str:
    """What a page says, a line each: headings, sentences, charts, and of tables their columns and how many rows."""
    lines = []
    for one in parsed(html).all():
        if one.tag in ("h1", "h2", "h3", "p", "li", "dt", "dd"):
            lines.append(f"{one.tag} {one.text}")
        elif one.attributes.get("role") == "img":
            lines.append(f"img {one.attributes['aria-label']}")
        elif one.tag == "table":
            columns = " | ".join(cell.text for cell in one.all("thead")[0].all("tr")[0].children)
            lines.append(f"table {columns}: {len(one.all('tbody')[0].children)} rows")
    return "\n".join(lines) + "\n"


def rows(html: str, table: str) -> list[list[str]]:
    """The cells of a table's body, as they are read."""
    return [[cell.text for cell in row.children] for row in parsed(html).by_id(table).all("tbody")[0].children]
