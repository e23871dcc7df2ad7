"""Pages say what they are for, lead where they say, and quote what is really printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, blocks, prose

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
QUOTES = ROOT / "docs" / "troubleshooting.md"
QUOTED = sorted(
    {
        message
        for line in QUOTES.read_text().splitlines()
        if line.startswith("| `")
        for message in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
)
"""What the first columns of the tables quote."""
by_name = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@by_name
def test_a_page_opens_with_what_it_is_for(page: Path) -> None:
    """One heading, and under it a paragraph: who reads it knows whether to read on."""
    text = re.sub(r"<!--.*?-->\s*", "", page.read_text(), flags=re.DOTALL)

    assert re.match(r"# \S.*\n\n[A-Za-z(][^#|\n]", text), text[:120]


@by_name
def test_links_lead_somewhere(page: Path) -> None:
    """To files that are there, and to headings in them."""
    assert [] == [link for link in LINK.findall(prose(page)) if not leads(page, link)]


@by_name
def test_blocks_say_their_language(page: Path) -> None:
    """What is to be typed is told from what is shown; drawings are of no language."""
    known = {"", "sh", "console", "text", "python", "gherkin", "yaml", "toml", "json"}

    assert set() == {block.language for block in blocks(page)} - known


def test_the_index_has_every_page() -> None:
    """Nobody has to guess that a page exists."""
    index = (ROOT / "docs/README.md").read_text()

    assert [] == [
        p.name
        for p in PAGES
        if p.parent == ROOT / "docs" and p.stem != "README" and f"({p.name})" not in index
    ]


@pytest.mark.parametrize("message", QUOTED)
def test_a_quoted_message_is_one_that_is_printed(message: str, printed: str) -> None:
    """
    A reader searches for what stands before her.

    If this fails, a message was changed: change docs/troubleshooting.md with it.
    """
    parts = [part for piece in message.split("…") if len(part := piece.strip(" ;:,.()")) > 2]

    assert parts
    assert [] == [part for part in parts if part not in printed]


@pytest.fixture(scope="module")
def printed() -> str:
    """Every text of the library and the cluster, a line each, without what is filled in."""
    return "\n".join(
        text.replace("`", "")
        for folder in ("sessionproof", "cluster/sessionproof_cluster")
        for file in sorted((ROOT / folder).rglob("*.py"))
        for text in _texts(ast.parse(file.read_text(encoding="utf-8")))
    )


def leads(page: Path, link: str) -> bool:
    """Whether a link of *page* has an end; addresses elsewhere are taken for granted."""
    if link.startswith(("https://", "http://")):
        return True
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not anchor or anchor in {slug(heading) for heading in HEADING.findall(target.read_text())}


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("link", ["no-such.md", "steps.md#no-such-heading", "#no-such-heading"])
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    """The rule above can fail."""
    assert not leads(ROOT / "docs/authoring.md", link)
