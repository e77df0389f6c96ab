"""How this omen is started, for whoever is to start it again."""

import os
import sys
from pathlib import Path


def program_words(argv0: str) -> tuple[str, ...]:
    """Return the words by which this omen is started from anywhere: its script, or the module of this interpreter."""
    script = Path(os.path.abspath(argv0))  # noqa: PTH100  a link stays a link: what it names may move
    is_script = script.name == "omen" and os.access(script, os.X_OK)
    return (str(script),) if is_script else (sys.executable, "-m", "omen_cli")
