"""Set up, run and check the project: `python3 dev.py test|lock`."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PYTHON = ROOT / ".venv" / "bin" / "python"


def install(lock: str) -> None:
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ROOT / ".venv")], check=True)
    command = [str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", f"requirements/{lock}.txt"]
    subprocess.run(command, cwd=ROOT, check=True)


def part(name: str, *command: str) -> None:
    began = time.monotonic()
    code = subprocess.run([str(PYTHON), "-m", *command], cwd=ROOT, check=False).returncode
    print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)
    if code:
        sys.exit(code)


def test() -> None:
    install("dev")
    part("ruff", "ruff", "check", "issuing/enums.py", "issuing/exceptions.py", "issuing/workflow", "navigatr_admin")
    part("tests", "pytest", "-p", "no:django", "-o", "addopts=", "-o", "filterwarnings=", "tests/test_enums.py")


def lock() -> None:
    for name in ("base", "dev"):
        options = ["--generate-hashes", "--universal", "--python-version", "3.11"]
        options += ["--custom-compile-command", "make lock", "-o", f"requirements/{name}.txt"]
        subprocess.run(
            [str(PYTHON), "-m", "uv", "pip", "compile", "-q", *options, f"requirements/{name}.in"], cwd=ROOT, check=True
        )


if __name__ == "__main__":
    {"test": test, "lock": lock}[sys.argv[1]]()
