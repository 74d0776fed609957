"""The language that reports and commands speak to people, and phrases in it."""

import locale
import os

from jpki_oracle.phrases import PHRASES

LANGUAGES = ("en", "ja")


def language(wanted: str | None = None) -> str:
    """`wanted` if it is one of LANGUAGES, else the locale's, else English."""
    if wanted in LANGUAGES:
        return str(wanted)
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ja" if (named or locale.getlocale()[0] or "").startswith("ja") else "en"


def say(key: str, lang: str, **values: object) -> str:
    """A phrase with its values filled in."""
    return PHRASES[key][LANGUAGES.index(lang)].format(**values)
