"""HTML for mail: the one door to css-inline."""

import css_inline


def inlined(html: str) -> str:
    """Return the page with its rules in `style` attributes; nothing is fetched, and what cannot be inlined stays."""
    return str(css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True).inline(html))
