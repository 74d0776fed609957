"""What another law would change, as a picture: bars by year and by age for each output; SVG, black and white."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from jpki_oracle.audit.what_if import BAND, Change, Part, WhatIfResult
from jpki_oracle.audit.wording import count_text, say

WIDTH, LEFT, RIGHT = 960, 20, 20
PANEL, BARS, GAP = 250, 150, 40
FONT = "font-family='Noto Sans CJK JP, IPAGothic, Hiragino Sans, Yu Gothic, sans-serif'"


def changes_svg(result: WhatIfResult, lang: str) -> str:
    """The picture as a whole SVG document; an output of which nothing changes has no bars."""
    height = 50 + PANEL * max(len(result.changes), 1)
    title = f"{result.asked.name}: {result.asked.law} → {result.asked.other}"
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' "
        f"viewBox='0 0 {WIDTH} {height}' {FONT} font-size='12' role='img'>",
        f"<title>{escape(title)}</title>",
        f"<rect width='{WIDTH}' height='{height}' fill='white'/>",
        f"<text x='{LEFT}' y='26' font-size='15'>{escape(title)}</text>",
    ]
    for number, change in enumerate(result.changes):
        parts += _output(change, 50 + PANEL * number, lang)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _output(change: Change, top: int, lang: str) -> list[str]:
    changed = f"{say('changed', lang)}: {count_text(change.changed)}"
    if not change.changed:
        changed = say("what-if-same", lang)
    parts = [f"<text x='{LEFT}' y='{top + 16}' font-size='14'>{change.output}: {escape(changed)}</text>"]
    if not change.changed:
        return parts
    middle = LEFT + (WIDTH - LEFT - RIGHT) * 2 // 3
    years = [(str(part.start), part) for part in change.by_year]
    ages = [(_band(part), part) for part in change.by_age]
    parts += _bars(years, LEFT, middle - GAP, top + 30, say("by-year", lang))
    parts += _bars(ages, middle, WIDTH - RIGHT, top + 30, say("by-age", lang))
    return parts


def _band(part: Part) -> str:
    return "–" if part.start < 0 else f"{part.start}–{part.start + BAND - 1}"


def _bars(parts: Sequence[tuple[str, Part]], left: int, right: int, top: int, title: str) -> list[str]:
    step = (right - left) / max(len(parts), 1)
    most = max(part.rows for _, part in parts)
    base = top + 20 + BARS
    every = max(1, round(46 / step)) if step < 46 else 1
    drawn = [f"<text x='{left}' y='{top + 10}'>{escape(title)}</text>"]
    for number, (name, part) in enumerate(parts):
        tall = max(1.0, (BARS - 16) * part.rows / most)
        x = left + number * step
        drawn.append(
            f"<rect x='{x:.1f}' y='{base - tall:.1f}' width='{max(step - 2, 1):.1f}' height='{tall:.1f}' fill='#444'>"
            f"<title>{name}: {count_text(part.rows)}</title></rect>"
        )
        if number % every == 0:
            drawn.append(_label(x + step / 2, base + 14, name))
        if part.rows == most:
            drawn.append(_label(x + step / 2, base - tall - 4, count_text(part.rows)))
    drawn.append(f"<line x1='{left}' y1='{base}' x2='{right}' y2='{base}' stroke='black'/>")
    return drawn


def _label(x: float, y: float, text: str) -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='10' text-anchor='middle'>{text}</text>"
