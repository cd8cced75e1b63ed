"""What Sphinx needs to know of the course: how it writes formulas and headings, and what a page loads."""

from pathlib import Path
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

STATIC = Path(__file__).parent / "static"
NOTEBOOK = Path(__file__).parents[2] / "coursekit" / "notebook"
SHARED = (  # what a notebook's panel is made of
    "player.js", "ground.js", "words.js", "access.js", "layout.js", "found.js", "marks.js", "access.css",
)  # fmt: skip
SETTINGS: dict[str, Any] = {
    "project": "Tune a network",
    "html_title": "Tune a network",
    "extensions": ["myst_nb", "sphinx_copybutton", "website.extension"],
    "nb_execution_mode": "off",
    "myst_enable_extensions": ["dollarmath"],
    "myst_heading_anchors": 3,
    "myst_heading_slug_func": "website.extension.jupyter_slug",
    "html_theme": "furo",
    "html_static_path": [str(STATIC), *(str(NOTEBOOK / name) for name in SHARED)],
    "html_favicon": str(STATIC / "favicon.svg"),
    "html_math_renderer": "mathml",
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_sphinx": False,
    "html_show_copyright": False,
    "html_last_updated_fmt": None,
    "pygments_style": "a11y-high-contrast-light",
    "copybutton_selector": "div.cell_input pre, div.highlight-default pre, .exercise pre, .jupyter pre",
    "html_theme_options": {"top_of_page_buttons": []},
}


def jupyter_slug(title: str) -> str:
    """Return a heading's anchor as Jupyter makes it, so that the notebooks' own links hold."""
    return title.replace(" ", "-")


def _inline(translator: Any, node: nodes.Element) -> None:
    translator.body.append(convert(node.astext(), display="inline"))
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.Element) -> None:
    translator.body.append(convert(node.astext(), display="block"))
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Be an extension."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.add_css_file("access.css")
    app.add_css_file("course.css")
    app.add_js_file("course.js", type="module")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
