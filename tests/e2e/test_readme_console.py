"""The READMEs show what their commands print."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_readmes_show_what_is_printed() -> None:
    done = subprocess.run(
        [sys.executable, "docs/console.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
