"""Judgements of the packs on certificates as the campaign's events."""

from collections import Counter
from collections.abc import Iterable, Iterator

from jpki_oracle.campaign import COULD_NOT_JUDGE, FAILED, PASSED, Event, Finished, Judged, is_failure
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.known import KnownFailures, Standing


def judged_events(
    judgements: Iterable[Judgement], record: KnownFailures, pack: str, *, strict: bool = False
) -> Iterator[Event]:
    """An event for each judgement, compared with the failures on record, and the end with its exit code."""
    counts: Counter[Verdict] = Counter()
    failed = inconclusive = known = 0
    seen: set[str] = set()
    for judgement in judgements:
        standing = record.standing(judgement)
        counts[judgement.verdict] += 1
        seen.add(judgement.scenario.id)
        known += standing is Standing.KNOWN
        inconclusive += judgement.verdict is Verdict.INCONCLUSIVE and standing is not Standing.KNOWN
        failed += standing is Standing.UNLISTED and is_failure(judgement.verdict, strict)
        failed += standing in (Standing.FIXED, Standing.CHANGED)
        yield Judged(judgement, None, standing, record.lines.get(judgement.scenario.id, ""))
    judged = sum(count for verdict, count in counts.items() if verdict is not Verdict.NOT_APPLICABLE)
    vanished = tuple(sorted(id for id in record.ids() - seen if id.startswith(f"{pack}-")))
    code = COULD_NOT_JUDGE if inconclusive or not judged else FAILED if failed else PASSED
    yield Finished({pack: dict(counts)}, vanished, known, code)
