"""The site is complete, new and calls nobody."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from threading import Thread

import pytest

from sessionproof.errors import SuiteWrong
from sessionproof.reporting import node, serving, site

ROOT = Path(__file__).parents[2]
CALL = (
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
    "<script>\nwindow.dataLayer = [];\n</script>"
)


def test_calls_to_a_foreign_host_are_taken_out() -> None:
    """And nothing else with them."""
    assert "<head>\n<script>own()</script></head>" == site.stripped(
        f"<head>{CALL}\n<script>own()</script></head>"
    )


def test_a_call_in_an_unknown_form_is_an_error(tmp_path: Path) -> None:
    """A new Allure may call in another way; a report that calls is not handed out."""
    (tmp_path / "index.html").write_text("<img src='https://www.googletagmanager.com/x'>")

    with pytest.raises(SuiteWrong, match="still calls a foreign host"):
        site.strip_tracking(tmp_path)


def test_missing_programs_are_told_with_what_to_do(tmp_path: Path) -> None:
    """Not a traceback of a file that is not there."""
    with pytest.raises(SuiteWrong, match="run `npm ci`"):
        node.allure(tmp_path)


def test_a_site_is_served_on_this_machine_only(tmp_path: Path) -> None:
    """A free port of the loopback interface."""
    (tmp_path / "index.html").write_text("the site")
    with serving.server(tmp_path) as server:
        Thread(target=server.handle_request, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        with urllib.request.urlopen(address, timeout=5) as answer:
            assert b"the site" == answer.read()
        assert "127.0.0.1" == server.server_address[0]


@pytest.mark.skipif(not (ROOT / "node_modules").is_dir(), reason="`npm ci` was not run")
def test_the_site_of_a_run_replaces_an_old_one_and_calls_nobody(tmp_path: Path) -> None:
    """Allure would leave an old first page in front of the new site."""
    root = tmp_path / "project"
    results, out = root / "allure-results", root / "allure-report"
    out.mkdir(parents=True)
    results.mkdir()
    (out / "index.html").write_text("old")
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    (root / "allurerc.mjs").write_text((ROOT / "allurerc.mjs").read_text())
    told = {"uuid": "a", "name": "a", "fullName": "a", "status": "passed", "start": 1, "stop": 2}
    (results / "a-result.json").write_text(json.dumps(told))

    address = site.build(results, out, root=root)

    page = Path(address.removeprefix("file://")).read_text()
    assert "Session platform certification" in page
    assert [] == [p for p in out.rglob("*") if p.is_file() and b"googletagmanager.com" in p.read_bytes()]
    assert (root / ".sessionproof" / "history.jsonl").is_file()
