"""What comes from data is shown harmless: one function, used wherever text leaves omen for a terminal."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def safe_text(text: str) -> str:
    """Return `text` with every unprintable, C1, bidi and zero-width character replaced by U+FFFD, on one line."""
    return text if text.isprintable() else "".join(char if char.isprintable() else REPLACEMENT for char in text)
