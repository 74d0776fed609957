"""Where the checkout is, and the environment in which its commands are run."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(**changes: str) -> dict[str, str]:
    """This environment in a plain English locale, without what colours or widens output."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "COLUMNS", "FORCE_COLOR"))
    }
    return {**kept, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **changes}
