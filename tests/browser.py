"""Finds a Chromium: the system's own, or the one playwright brought."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The program's path; empty where there is none."""
    system = next((path for name in NAMES if (path := shutil.which(name))), "")
    return system or next(map(str, sorted(_own().glob("chromium-*/chrome-linux*/chrome"))), "")


def _own() -> Path:
    return Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")


def options() -> list[str]:
    """What it is started with; as root it cannot have its sandbox."""
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync", "--font-render-hinting=none"]
    return [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet
