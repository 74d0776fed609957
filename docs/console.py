"""Runs the commands in the ```console blocks of the READMEs and writes what they print below them.

`--check` changes nothing and exits 1 where a README does not show what is printed. Commands that begin with `make`
take minutes and are left alone unless `--all` is given. A line `…` at the end of a block stands for further lines.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READMES = {"README.md": "en", "README.ja.md": "ja"}
BLOCK = re.compile(r"(?<=```console\n).*?(?=```\n)", re.DOTALL)
MORE = "…\n"


def refreshed(text: str, language: str, everything: bool) -> str:
    """The text of a README with the output of its commands as it is now."""
    return BLOCK.sub(lambda match: _block(match[0], language, everything), text)


def _block(block: str, language: str, everything: bool) -> str:
    parts = re.split(r"(?m)^(?=\$ )", block)
    return "".join(_command(part, language, everything) for part in parts)


def _command(part: str, language: str, everything: bool) -> str:
    first, _, shown = part.partition("\n")
    command = first.removeprefix("$ ")
    if not first.startswith("$ ") or (command.startswith("make ") and not everything):
        return part
    environment = {**os.environ, "LC_ALL": "C.UTF-8" if language == "en" else "ja_JP.UTF-8", "COLUMNS": "110"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    printed = done.stdout or done.stderr
    lines = printed.rstrip("\n").splitlines(keepends=True)
    if shown.endswith(MORE):
        kept = max(shown.count("\n") - 1, 1)
        return f"{first}\n{''.join(lines[:kept]).rstrip()}\n{MORE}"
    return f"{first}\n{''.join(lines)}\n"


def main() -> int:
    """Refresh or check every README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--all", action="store_true", dest="everything")
    options = parser.parse_args()
    stale = []
    for name, language in READMES.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        now = refreshed(text, language, options.everything)
        if now != text:
            stale.append(name)
            if not options.check:
                path.write_text(now, encoding="utf-8")
    if options.check and stale:
        print(f"not what is printed now: {', '.join(stale)}; run `python docs/console.py`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
