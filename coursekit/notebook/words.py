"""Text on the page: backticks become code, everything else stays what it is."""

import html
import re


def to_html(text: str) -> str:
    """Escape a text for HTML, and set what stands between backticks as code.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> to_html("is `a` < `b`?")
    'is <code>a</code> &lt; <code>b</code>?'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
