"""`make screenshots`: pictures of a fresh practice instance, for README and docs."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium, options
from tests.world import ROOT, free_port

PICTURES = ROOT / "docs" / "pictures"
PATIENCE = 120.0
START = "import sys, pathlib, dev; dev.VAR = pathlib.Path(sys.argv[1]); sys.exit(dev.main(['run']))"
FILLED = "A class list to upload yourself"
SIZES = {"": (1280, 860), "-phone": (390, 780)}


def main() -> int:
    """Start, look, stop; 0 when every picture was written."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {**os.environ, "PORT": str(port), "PRACTICE_PORT": str(free_port())}
        log = Path(folder, "said.txt")
        with log.open("wb") as said:
            command = [sys.executable, "-c", START, str(Path(folder, "var"))]
            started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        try:
            name, password = _account(log, started)
            _take(f"http://127.0.0.1:{port}", name, password)
        finally:
            started.send_signal(signal.SIGINT)
            started.wait(PATIENCE)
    return 0


def _account(log: Path, started: "subprocess.Popen[bytes]") -> tuple[str, str]:
    """The name and password that the first start prints, once it is ready and filled."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and started.poll() is None:
        said = log.read_text()
        found = re.search(r"Sign in as (\S+) with the password (\S+)", said)
        if found and FILLED in said:
            return found[1], found[2]
        time.sleep(0.2)
    raise SystemExit(f"The practice instance did not start:\n{log.read_text()}")


def _take(address: str, name: str, password: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=chromium(), args=options())
        for suffix, (width, height) in SIZES.items():
            page = program.new_page(base_url=address, viewport={"width": width, "height": height})
            page.goto("/sign-in/")
            page.get_by_label("Username").fill(name)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
            _walk(page, suffix)
        program.close()


def _walk(page: Page, suffix: str) -> None:
    """Home, a roster to be checked, a roster that was sent, a learner, issuing one badge, history."""
    _shoot(page, f"home{suffix}")
    page.goto("/rosters/")
    page.get_by_role("link", name=re.compile("Digital Media")).first.click()
    _shoot(page, f"check{suffix}")
    page.goto("/rosters/")
    page.get_by_role("link", name=re.compile("Health and Social Care")).first.click()
    _shoot(page, f"run{suffix}")
    page.goto("/learners/")
    page.locator("tbody a").first.click()
    _shoot(page, f"learner{suffix}")
    page.goto("/issue/")
    _shoot(page, f"issue{suffix}")
    page.goto("/issuances/")
    _shoot(page, f"history{suffix}")


def _shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    path = PICTURES / f"{name}.png"
    page.screenshot(path=str(path))
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} kB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
