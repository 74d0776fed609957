"""What audits say to people, in English and Japanese."""

from collections.abc import Mapping

from jpki_oracle.audit.kinds import Kind
from jpki_oracle.language import LANGUAGES

PHRASES: dict[str, tuple[str, str]] = {
    "judged-by": ("{source}, judged by edition {law} on {engine}", "{source}（版 {law}、{engine}）"),
    "rows": ("rows", "行数"),
    "share": ("share", "割合"),
    "read": ("read", "読込"),
    "right": ("right", "正しい"),
    "wrong": ("wrong", "誤り"),
    "unjudged": ("cannot be judged", "判定不能"),
    "compared": ("compared: {outputs}", "比較した項目：{outputs}"),
    "wrong-head": ("What is wrong", "誤りの内容"),
    "unjudged-head": ("Why rows cannot be judged", "判定できない理由"),
    "explained-head": ("What explains it", "誤りの説明"),
    "output": ("output", "項目"),
    "rule": ("rule", "規則"),
    "clauses": ("clauses", "条項"),
    "kind": ("kind of fault", "誤りの種類"),
    "expected": ("expected", "期待"),
    "observed": ("observed", "実際"),
    "field": ("field", "項目"),
    "reason": ("reason", "理由"),
    "explains": ("explains {rows} of {all}", "{all} 件中 {rows} 件を説明"),
    "nothing": ("none", "なし"),
    "all-right": ("Every row is right.", "すべての行が正しい。"),
    "added": ("Added: {outputs}", "追加した項目：{outputs}"),
    "written": ("Written: {files}", "出力：{files}"),
    "kind-edition": ("the rules of edition {edition}", "版 {edition} の規則"),
    "kind-reading": ("the reading {question} = {answer}", "読み方 {question} = {answer}"),
    "kind-missing": ("nothing where there is a date", "日付があるべきところが空"),
    "kind-unexpected": ("something where there is nothing", "空であるべきところに値がある"),
    "kind-leap-march": ("1 March for 29 February", "2月29日の代わりに3月1日"),
    "kind-day-late": ("one day late", "1日遅い"),
    "kind-day-early": ("one day early", "1日早い"),
    "kind-swapped": ("day and month exchanged", "月と日の入れ替わり"),
    "kind-other-year": ("the right day of another year", "月日は正しいが年が異なる"),
    "kind-days": ("{days} days away", "{days} 日のずれ"),
    "kind-fault": (
        "rule {rule} with `{instead}` in the place of `{has}`",
        "規則 {rule} の `{has}` が `{instead}`",
    ),
    "kind-other": ("nothing that is known", "説明できない"),
    "reason-no-birth": ("no date of birth", "生年月日がない"),
    "reason-not-a-date": ("not a date of the form YYYY-MM-DD", "YYYY-MM-DD 形式の日付でない"),
    "reason-no-such-day": ("a day that does not exist", "存在しない日"),
    "reason-outside-calendar": ("outside of the calendar, 1868 to 2400", "暦の範囲（1868年〜2400年）の外"),
    "reason-before-birth": ("before birth", "生年月日より前"),
    "reason-unknown-value": ("not one of the field's values", "定められた値でない"),
    "reason-not-an-age": ("not an age", "年齢でない"),
    "rows-a-second": ("{what} ({rate} rows/s)", "{what}（{rate} 行/秒）"),
    "count": ("counting", "行数の確認"),
    "judge": ("judging", "判定"),
    "add": ("adding outputs", "項目の追加"),
    "compare": ("comparing", "比較"),
    "synth": ("writing", "書き出し"),
    "what-if-head": ("{output}: {one} against {other}", "{output}：{one} と {other} の比較"),
    "what-if-rows": (
        "{changed} of {rows} rows change ({share}): {later} later, {earlier} earlier, "
        "{gained} that had none, {lost} that no longer have one",
        "{rows} 行中 {changed} 行が変わる（{share}）："
        "遅くなる {later}、早くなる {earlier}、新たに生じる {gained}、なくなる {lost}",
    ),
    "what-if-days": (
        "by {least} to {most} days, on average {mean}",
        "{least} 〜 {most} 日、平均 {mean} 日",
    ),
    "what-if-same": ("no row changes", "変わる行はない"),
    "by-age": ("By age on the day of issue", "発行日の年齢別"),
    "by-year": ("By the year in which it would have ended", "終わる年別"),
    "age": ("age", "年齢"),
    "year": ("year", "年"),
    "changed": ("rows that change", "変わる行"),
    "mean-days": ("days, on average", "平均日数"),
    "rows-synth": ("{rows} rows written to {file}", "{rows} 行を {file} に書き出した"),
    "planted": (
        "{rows} wrong values planted, {dirty} dirty rows",
        "誤り {rows} 件、不正な行 {dirty} 件を混入",
    ),
}


def say(key: str, lang: str, **values: object) -> str:
    """A phrase with its values filled in."""
    return PHRASES[key][LANGUAGES.index(lang)].format(**values)


def kind_text(id: str, kinds: Mapping[str, Kind], lang: str) -> str:
    """A kind of fault in words, by its id."""
    kind = kinds.get(id)
    return say("kind-other", lang) if kind is None else say(kind.phrase, lang, **kind.values)


def count_text(count: int) -> str:
    """A count with thousands apart."""
    return f"{count:,}"


def share_text(part: int, whole: int) -> str:
    """A share in percent, as exact as it needs to be to tell it from none."""
    if whole == 0 or part == 0:
        return "0 %"
    percent = 100 * part / whole
    return f"{percent:.2f} %" if percent >= 0.01 else f"{percent:.1g} %"
