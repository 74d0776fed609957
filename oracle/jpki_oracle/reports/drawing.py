"""A timeline as a picture: a lane for the card and each certificate, the life's events below; SVG, black and white."""

from datetime import date, timedelta
from xml.sax.saxutils import escape

from jpki_model.timeline import Span, Timeline

from jpki_oracle.language import say

WIDTH, LEFT, RIGHT = 960, 190, 30
LANE, BAR, TOP = 54, 22, 64
FONT = "font-family='Noto Sans CJK JP, IPAGothic, Hiragino Sans, Yu Gothic, sans-serif'"
FILLS = {"valid": "url(#valid)", "expired": "white", "lapsed": "url(#ended)", "revoked": "url(#ended)"}


def timeline_svg(line: Timeline, lang: str) -> str:
    """The picture as a whole SVG document."""
    days = [day for name, day in line.events if name != "birth"]
    days += [day for span in line.spans for day in (span.start, span.end) if day]
    first, last = min(days, default=date(2016, 1, 1)), max(days, default=date(2016, 1, 1))
    scale = _Scale(first - timedelta(60), last + timedelta(240))
    items = list(dict.fromkeys(span.item for span in line.spans))
    lanes = [part for number, item in enumerate(items) for part in _lane(number, item, line, scale, lang)]
    bottom = TOP + LANE * len(items)
    events = _events(line, scale, bottom + 24)
    height = bottom + 46 + 18 * len(events)
    marks = _years(scale, bottom)
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' "
        f"viewBox='0 0 {WIDTH} {height}' {FONT} font-size='13' role='img'>"
    )
    title = escape(f"{line.life.one_line()} ({say('edition', lang)} {line.law})")
    body = [
        head,
        f"<title>{title}</title>",
        _PATTERNS,
        f"<rect width='{WIDTH}' height='{height}' fill='white'/>",
    ]
    body.append(
        f"<text x='12' y='24' font-size='15'>{escape(say('edition', lang))} {escape(str(line.law))}</text>"
    )
    return "\n".join([*body, *marks, *lanes, *(part for parts in events for part in parts), "</svg>"]) + "\n"


_PATTERNS = (
    "<defs><pattern id='valid' width='6' height='6' patternUnits='userSpaceOnUse'>"
    "<rect width='6' height='6' fill='#444'/></pattern>"
    "<pattern id='ended' width='6' height='6' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'>"
    "<rect width='6' height='6' fill='white'/><line x1='0' y1='0' x2='0' y2='6' stroke='black' stroke-width='2'/>"
    "</pattern></defs>"
)


class _Scale:
    def __init__(self, start: date, end: date) -> None:
        self.start, self.end = start, end

    def x(self, day: date) -> float:
        share = (day - self.start).days / max((self.end - self.start).days, 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _lane(number: int, item: str, line: Timeline, scale: _Scale, lang: str) -> list[str]:
    top = TOP + LANE * number
    parts = [f"<text x='12' y='{top + 16}'>{escape(say(item, lang))}</text>"]
    for span in (span for span in line.spans if span.item == item):
        parts += _bar(span, top, scale, lang)
    return parts


def _bar(span: Span, top: int, scale: _Scale, lang: str) -> list[str]:
    left = scale.x(span.start)
    right = scale.x(span.end + timedelta(1)) if span.end else float(WIDTH - RIGHT)
    words = say(span.state, lang)
    label = f"{words} {span.start}"
    bar = (
        f"<rect x='{left}' y='{top}' width='{max(right - left, 1):.1f}' height='{BAR}' "
        f"fill='{FILLS.get(span.state, 'white')}' stroke='black'/>"
    )
    anchor, x = ("end", right) if left > WIDTH - RIGHT - 150 else ("start", left)
    return [
        bar,
        f"<text x='{x:.1f}' y='{top + BAR + 14}' font-size='11' text-anchor='{anchor}'>{escape(label)}</text>",
    ]


def _years(scale: _Scale, bottom: int) -> list[str]:
    years = range(scale.start.year + 1, scale.end.year + 1)
    step = max(1, len(years) // 12)
    parts = []
    for year in years:
        x = scale.x(date(year, 1, 1))
        parts.append(f"<line x1='{x}' y1='44' x2='{x}' y2='{bottom}' stroke='#bbb' stroke-dasharray='2 3'/>")
        if (year - years[0]) % step == 0:
            parts.append(f"<text x='{x}' y='40' font-size='11' text-anchor='middle'>{year}</text>")
    return parts


def _events(line: Timeline, scale: _Scale, top: int) -> list[list[str]]:
    rows = []
    for number, (name, day) in enumerate((n, d) for n, d in line.events if n != "birth"):
        y, x = top + 18 * number, scale.x(day)
        side = "end" if x > WIDTH * 0.6 else "start"
        offset = -8 if side == "end" else 8
        text = f"<text x='{x + offset}' y='{y + 4}' font-size='11' text-anchor='{side}'>{name} {day}</text>"
        rows.append(
            [
                f"<line x1='{x}' y1='{TOP - 8}' x2='{x}' y2='{y}' stroke='#999'/>",
                f"<circle cx='{x}' cy='{y}' r='3'/>",
                text,
            ]
        )
    return rows
