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
    "further-kinds": (
        "… and {count} more kinds; `--out` has every case",
        "… 他 {count} 種類（`--out` にすべての結果）",
    ),
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
    "life": ("life", "一生"),
    "edition": ("edition", "版"),
    "outcome": ("outcome", "項目"),
    "value": ("value", "値"),
    "meaning": ("meaning", "意味"),
    "clauses": ("clauses", "条項"),
    "see-above": ("see above", "上記"),
    "state-on": ("state of the {item} on {day}", "{day} における{item}の状態"),
    "card": ("card", "カード"),
    "signature": ("signature certificate", "署名用電子証明書"),
    "authentication": ("user-authentication certificate", "利用者証明用電子証明書"),
    "flips": ("What would change it: the nearest edge for each", "結果が変わる最も近い境界"),
    "days-later": ("{days} day(s) later", "{days} 日遅い"),
    "days-earlier": ("{days} day(s) earlier", "{days} 日早い"),
    "flip": (
        "{field} {direction} ({to}): {outcome} {becomes} instead of {was}",
        "{field}（{meaning}）が{direction}（{to}）なら、{outcome} は {was} でなく {becomes}",
    ),
    "from": ("from", "から"),
    "to": ("to", "まで"),
    "item": ("item", "対象"),
    "state": ("state", "状態"),
    "not_yet": ("not yet", "発行前"),
    "valid": ("valid", "有効"),
    "expired": ("expired", "満了"),
    "lapsed": ("lapsed", "失効"),
    "revoked": ("revoked", "失効"),
    "found": ("A life for which it holds:", "成り立つ例："),
    "no-life": ("Proven: there is no such life", "証明：そのような例はない"),
    "proven": ("Proven: it holds for every life", "証明：すべての場合に成り立つ"),
    "vacuous": ("but it says nothing: {why}", "ただし空虚である：{why}"),
    "counterexample": ("It does not hold. A life against it:", "成り立たない。反例："),
    "unknown": ("Unknown: the solver gave up ({why})", "不明：求解を打ち切った（{why}）"),
    "outcomes": ("what the rules conclude for it", "この例についての結論"),
    "asked-of": (
        "asked of lives under edition {law} in which these exist: {names}",
        "版 {law}、次の日付がある場合：{names}",
    ),
    "clash": ("it clashes with: {assumptions}", "両立しない前提：{assumptions}"),
    "no-dates": ("no life has all the dates that it names", "挙げられた日付がすべてそろう場合がない"),
    "no-premise": ("no life meets its premise", "前提を満たす場合がない"),
    "day": ("day", "日"),
    "kinds": ("{count} kind(s) of difference", "違いの種類 {count}"),
    "unknown-rule": ("{rule} ({title}): the solver could not tell", "{rule}（{title}）：判定できない"),
    "same": ("Proven equal: {names}", "同一であることを証明：{names}"),
    "title": ("title", "名称"),
    "term": ("term", "項"),
    "source": ("source", "出典"),
    "place": ("place", "箇所"),
    "kind": ("kind", "種別"),
    "text": ("text", "内容"),
    "question": ("question", "問い"),
    "answers": ("answers (* default)", "答え（* 既定）"),
    "open-in": ("open in", "未確定の版"),
    "all": ("all", "すべて"),
    "in-force": ("in force", "施行日"),
    "is-law": ("law", "法令"),
    "yes-no": ("yes/no", "はい/いいえ"),
    "property": ("property", "性質"),
    "laws-proven": ("proven for", "証明した版・読み方"),
    "property-holds": ("proven", "証明済み"),
    "property-fails": ("fails", "成り立たない"),
    "distinct-proofs": (
        "{proofs} different proofs, {laws} claims in all",
        "異なる証明 {proofs} 件、主張 {laws} 件",
    ),
    "part": ("part", "部分"),
    "status": ("status", "状態"),
    "remedy": ("what to do", "対処"),
    "present": ("present", "あり"),
    "missing": ("missing", "なし"),
    "needed-for": ("needed for", "用途"),
    "event": ("event", "出来事"),
    "parameter": ("parameter", "パラメータ"),
}
