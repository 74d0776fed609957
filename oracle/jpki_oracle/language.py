"""The words that reports and commands speak to people, in English and Japanese."""

import locale
import os

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


PHRASES: dict[str, tuple[str, str]] = {
    "pass": ("pass", "合格"),
    "acceptable": ("acceptable", "許容"),
    "fail": ("fail", "不合格"),
    "inconclusive": ("inconclusive", "判定不能"),
    "not applicable": ("not applicable", "対象外"),
    "pack": ("pack", "パック"),
    "scenarios": ("scenarios", "シナリオ"),
    "judging": (
        "{name} {version} at {address}, judged by edition {law}",
        "{name} {version}（{address}）を版 {law} で判定",
    ),
    "not-started": ("{address} could not be judged: {detail}", "{address} を判定できません：{detail}"),
    "failures-head": (
        "What is wrong, the simplest case of each kind",
        "不合格の内容（種類ごとに最も単純な例）",
    ),
    "acceptable-head": (
        "Right only under another reading",
        "別の読み方でのみ正しいもの",
    ),
    "inconclusive-head": ("What could not be judged", "判定できなかったもの"),
    "case": ("case", "シナリオ"),
    "asked": ("asked", "質問"),
    "expected": ("expected", "期待"),
    "observed": ("observed", "回答"),
    "rule": ("rule", "規則"),
    "clause": ("clause", "条項"),
    "because": ("because", "理由"),
    "edge": ("edge", "境界"),
    "effect": ("effect", "影響"),
    "reading": ("right if", "次の読み方なら正しい"),
    "and-like-it": ("and {count} more like it", "同種のもの 他 {count} 件"),
    "none": ("none", "なし"),
    "yes": ("valid", "正しい"),
    "no": ("not valid", "正しくない"),
    "held-valid": (
        "something that is not valid is held valid from {start} to {end}",
        "{start} から {end} まで、無効なものを有効と扱う",
    ),
    "held-invalid": (
        "something valid is refused from {start} to {end}",
        "{start} から {end} まで、有効なものを無効と扱う",
    ),
    "state-held-valid": ("something that is not valid is held valid", "無効なものを有効と扱う"),
    "state-held-invalid": ("something valid is refused", "有効なものを無効と扱う"),
    "number-accepted": ("a wrong number is accepted", "誤った番号を受け入れる"),
    "number-refused": ("a right number is refused", "正しい番号を拒む"),
    "known": ("{count} of them on record as known", "うち既知として記録済み {count} 件"),
    "fixed": (
        "on record as {recorded}, but did not fail: {id}",
        "記録では {recorded} だが不合格でない：{id}",
    ),
    "changed": (
        "on record as {recorded}, but came out differently: {id}",
        "記録 {recorded} と異なる結果：{id}",
    ),
    "vanished": ("on record, but not among the scenarios: {ids}", "記録にあるがシナリオにない：{ids}"),
    "unanswered": ("never answered: {names}", "回答のなかった項目：{names}"),
    "result-0": ("All that was judged is right.", "判定したものはすべて正しい。"),
    "result-0-known": ("Exactly the failures on record, and no other.", "記録済みの不合格のみ。"),
    "result-1": ("Some answers are wrong.", "誤った回答がある。"),
    "result-2": ("Not everything could be judged.", "判定できないものがある。"),
    "nothing-judged": ("Nothing was judged.", "何も判定していない。"),
    "written": ("Written: {files}", "出力：{files}"),
}
