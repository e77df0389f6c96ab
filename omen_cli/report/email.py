"""HTML for mail: the one door to css-inline."""

import css_inline


def inlined(html: str) -> str:
    """Return the page with its rules in `style` attributes; of its style sheet only the `@media` rules stay.

    Nothing is fetched.
    """
    inliner = css_inline.CSSInliner(
        load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True, minify_css=True
    )
    return str(inliner.inline(html))
