"""What another law would change, as a page: the picture and the tables, in one file without anything from elsewhere."""

from html import escape

from tabulate import tabulate

from jpki_oracle.audit.what_if import BAND, Change, Part, WhatIfResult
from jpki_oracle.audit.wording import count_text, say, share_text

_STYLE = (
    "body{font-family:'Noto Sans CJK JP','Hiragino Sans',sans-serif;margin:2em;max-width:70em}"
    "table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #999;padding:.2em .6em;text-align:right}"
    "svg{max-width:100%;height:auto}"
)


def what_if_html(result: WhatIfResult, picture: str, lang: str) -> str:
    """The page as one HTML document with the picture inside."""
    asked = result.asked
    title = escape(f"{asked.name}: {asked.law} → {asked.other}")
    body = [f"<h1>{title}</h1>", picture]
    for change in result.changes:
        body.append(f"<h2>{change.output}</h2>")
        body += [f"<p>{escape(line)}</p>" for line in change_lines(change, result, lang)]
        for name, rows in change_tables(change, lang):
            body.append(f"<h3>{escape(name)}</h3>")
            body.append(tabulate(rows, headers="keys", tablefmt="html", disable_numparse=True))
    head = f"<meta charset='utf-8'><title>{title}</title><style>{_STYLE}</style>"
    start = f"<!doctype html>\n<html lang='{lang}'><head>{head}</head>\n<body>"
    return "\n".join([start, *body, "</body></html>"]) + "\n"


def change_lines(change: Change, result: WhatIfResult, lang: str) -> list[str]:
    """What becomes of an output, in one or two sentences."""
    if not change.changed:
        return [say("what-if-same", lang)]
    counts = {
        name: count_text(getattr(change, name)) for name in ("changed", "later", "earlier", "gained", "lost")
    }
    share = share_text(change.changed, result.read)
    lines = [say("what-if-rows", lang, rows=count_text(result.read), share=share, **counts)]
    if change.mean_days is not None:
        days = {"least": change.least_days, "most": change.most_days, "mean": change.mean_days}
        lines.append(say("what-if-days", lang, **days))
    return lines


def change_tables(change: Change, lang: str) -> list[tuple[str, list[dict[str, object]]]]:
    """The rows that change by age and by year, as tables with their titles."""
    if not change.changed:
        return []
    return [
        (say("by-age", lang), [_row(say("age", lang), _age(part), part, lang) for part in change.by_age]),
        (
            say("by-year", lang),
            [_row(say("year", lang), str(part.start), part, lang) for part in change.by_year],
        ),
    ]


def _age(part: Part) -> str:
    return "" if part.start < 0 else f"{part.start}–{part.start + BAND - 1}"


def _row(name: str, value: str, part: Part, lang: str) -> dict[str, object]:
    mean = "" if part.mean_days is None else f"{part.mean_days:+.1f}"
    return {name: value, say("changed", lang): count_text(part.rows), say("mean-days", lang): mean}
