"""Whether bytes are what a text export can be: UTF-8, no NUL, lines that end; checked chunk by chunk."""

import codecs

from omen_cli.errors import SourceInvalid

MAX_LINE_BYTES = 1 << 20
_BLANK = "\ufeff \t\r\n"


class TextCheck:
    """Takes a text in chunks; `first_character` is its first that is not blank, `lines` counts physical lines.

    A line ends with LF, CR or CRLF; the last one need not end.
    """

    def __init__(self, name: str, *, one_line: bool) -> None:
        self.first_character = ""
        self._name = name
        self._one_line = one_line
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._ends = 0
        self._last = b"\n"
        self._since_end = 0

    @property
    def lines(self) -> int:
        """Return the physical lines so far."""
        return self._ends + (self._last not in b"\r\n")

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            SourceInvalid: a NUL, bytes that are not UTF-8, or a line of over 1 MiB where lines must be short.
        """
        if b"\0" in chunk:
            raise self._refusal(f"binary data near line {self._line_at(chunk, chunk.index(0))}, not text")
        self._check_line_length(chunk)
        if not self.first_character or not self._is_ascii_between_characters(chunk):
            text = self._decode(chunk)
            self.first_character = self.first_character or text.lstrip(_BLANK)[:1]
        self._ends += _line_ends(chunk) - (self._last == b"\r" and chunk[:1] == b"\n")
        self._last = chunk[-1:]

    def finish(self) -> None:
        """Check what only the end can tell.

        Raises:
            SourceInvalid: the text is blank, or breaks off within a character.
        """
        self._decode(b"", is_final=True)
        if not self.first_character:
            raise self._refusal("the file is empty", hint="export it again")

    def _is_ascii_between_characters(self, chunk: bytes) -> bool:
        """Tell whether there is nothing to decode: ASCII alone, and no character broke off before it."""
        return chunk.isascii() and not self._decoder.getstate()[0]

    def _decode(self, chunk: bytes, *, is_final: bool = False) -> str:
        try:
            return self._decoder.decode(chunk, is_final)
        except UnicodeDecodeError as error:
            raise self._refusal(f"not UTF-8 near line {self._line_at(error.object, error.start)}") from error

    def _check_line_length(self, chunk: bytes) -> None:
        first, last = _first_end(chunk), max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        length = self._since_end + (len(chunk) if first < 0 else first)
        self._since_end = length if last < 0 else len(chunk) - last - 1
        if length > MAX_LINE_BYTES and not self._one_line:
            line = self._ends + 1
            raise self._refusal(f"line {line} is longer than 1 MiB: not a table", hint="export it again")

    def _line_at(self, chunk: bytes, position: int) -> int:
        return self._ends + _line_ends(chunk[:position]) + 1

    def _refusal(self, problem: str, hint: str = "export it again as UTF-8 text") -> SourceInvalid:
        return SourceInvalid(f"{self._name}: {problem}", hint=hint)


def _line_ends(chunk: bytes) -> int:
    ends = chunk.count(b"\n")
    if b"\r" in chunk:  # most files have none, and to count what is not there takes as long
        ends += chunk.count(b"\r") - chunk.count(b"\r\n")
    return ends


def _first_end(chunk: bytes) -> int:
    """Return where the first line end stands, -1 when there is none."""
    found = [at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0]
    return min(found, default=-1)
