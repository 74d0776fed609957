"""A history as a picture: a lane for each card, certificate and period, its events below; SVG, black and white."""

from datetime import date, timedelta
from xml.sax.saxutils import escape

from jpki_oracle.histories.lanes import Bar, Lane, Lanes
from jpki_oracle.histories.words import cause_text, event_text
from jpki_oracle.language import say

WIDTH, LEFT, RIGHT, TOP = 1000, 230, 24, 60
LANE, BAR, ROW = 46, 18, 17
FONT = "font-family='Noto Sans CJK JP, IPAGothic, Hiragino Sans, Yu Gothic, sans-serif'"
HALO = "paint-order='stroke' stroke='white' stroke-width='3'"
"""White about a text, so that lines do not cross it."""
FILLS = {
    "valid": "#444",
    "expired": "white",
    "lapsed": "url(#ended)",
    "revoked": "url(#ended)",
    "period": "url(#waits)",
}
_PATTERNS = (
    "<defs><pattern id='ended' width='6' height='6' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'>"
    "<rect width='6' height='6' fill='white'/><line x1='0' y1='0' x2='0' y2='6' stroke='black' stroke-width='2'/>"
    "</pattern><pattern id='waits' width='5' height='5' patternUnits='userSpaceOnUse'>"
    "<rect width='5' height='5' fill='white'/><circle cx='2' cy='2' r='1' fill='black'/></pattern></defs>"
)


def lanes_svg(lanes: Lanes, lang: str) -> str:
    """The picture as a whole SVG document."""
    scale = _Scale(lanes.history.start - timedelta(days=12), lanes.until)
    bottom = TOP + LANE * len(lanes.lanes)
    height = bottom + 34 + ROW * len(lanes.events)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' "
        f"viewBox='0 0 {WIDTH} {height}' {FONT} font-size='13' role='img'>",
        f"<title>{escape(lanes.history.one_line())}</title>",
        _PATTERNS,
        f"<rect width='{WIDTH}' height='{height}' fill='white'/>",
        f"<text x='12' y='22' font-size='15'>{escape(say('edition', lang))} {escape(str(lanes.law))}</text>",
        *_months(scale, bottom),
    ]
    head, parts, lines = parts, list[str](), list[str]()
    for number, lane in enumerate(lanes.lanes):
        parts += _lane(TOP + LANE * number, lane, scale, lang)
    for number, (event, refused) in enumerate(lanes.events):
        y, x = bottom + 26 + ROW * number, scale.x(event.on)
        text = f"{event.on} {event_text(event.kind)[lang]}"
        text += f" — {say('history-refused', lang)} ({refused})" if refused else ""
        left = x < WIDTH * 0.55
        side, offset = ("start", 8) if left else ("end", -8)
        mark = f"<circle cx='{x}' cy='{y}' r='3.5' fill='{'white' if refused else 'black'}' stroke='black'/>"
        lines.append(f"<line x1='{x}' y1='{TOP - 6}' x2='{x}' y2='{y}' stroke='#999'/>")
        parts += [
            mark,
            f"<text x='{x + offset}' y='{y + 4}' font-size='11' text-anchor='{side}' {HALO}>{escape(text)}</text>",
        ]
    return "\n".join([*head, *lines, *parts, "</svg>"]) + "\n"


class _Scale:
    """Days to places on the picture; what lies outside of it stands at its edge."""

    def __init__(self, start: date, end: date) -> None:
        self.start, self.end = start, end

    def x(self, day: date) -> float:
        share = (day - self.start).days / max((self.end - self.start).days, 1)
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)


def _lane(top: int, lane: Lane, scale: _Scale, lang: str) -> list[str]:
    title = say(lane.item, lang) + (
        f" {lane.number}" if lane.number > 1 and not lane.item.startswith("period") else ""
    )
    parts = [f"<text x='12' y='{top + 14}'>{escape(title)}</text>"]
    labels: list[tuple[float, str]] = []
    for bar in lane.bars:
        if bar.start > scale.end:
            continue
        left = scale.x(bar.start)
        right = scale.x(bar.end + timedelta(days=1)) if bar.end else float(WIDTH - RIGHT)
        parts.append(
            f"<rect x='{left}' y='{top}' width='{max(right - left, 1):.1f}' height='{BAR}' "
            f"fill='{FILLS[bar.state]}' stroke='black'/>"
        )
        if labels and left < labels[-1][0] + _width(labels[-1][1]):
            before, text = labels.pop()
            labels.append((before, f"{text} → {_label(bar, lang)}"))
        else:
            labels.append((left, _label(bar, lang)))
    return [*parts, *(_below(top, left, text) for left, text in labels)]


def _label(bar: Bar, lang: str) -> str:
    if bar.state == "period":
        return say("history-until", lang, day=bar.end)
    return f"{say(bar.state, lang)} {bar.start}" + (f" {cause_text(bar.why)[lang]}" if bar.why else "")


def _below(top: int, left: float, text: str) -> str:
    near_edge = left + _width(text) > WIDTH - RIGHT
    side, x = ("end", WIDTH - RIGHT) if near_edge else ("start", left)
    return (
        f"<text x='{x}' y='{top + BAR + 13}' font-size='11' text-anchor='{side}' {HALO}>{escape(text)}</text>"
    )


def _width(text: str) -> float:
    """About how wide a label is: an ideograph is as wide as its size, a Latin letter some half of that."""
    return sum(11 if ord(letter) > 0x2E80 else 6.5 for letter in text) + 8


def _months(scale: _Scale, bottom: int) -> list[str]:
    parts = []
    months = (scale.end.year - scale.start.year) * 12 + scale.end.month - scale.start.month
    step = max(1, -(-months // 12))
    for number in range(1, months + 1, step):
        index = scale.start.month - 1 + number
        day = date(scale.start.year + index // 12, index % 12 + 1, 1)
        x = scale.x(day)
        parts.append(f"<line x1='{x}' y1='44' x2='{x}' y2='{bottom}' stroke='#bbb' stroke-dasharray='2 3'/>")
        parts.append(f"<text x='{x}' y='40' font-size='11' text-anchor='middle'>{day:%Y-%m}</text>")
    return parts
