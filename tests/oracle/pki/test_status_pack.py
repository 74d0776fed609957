"""Status services judged: right ones, wrong ones, and those that give nothing to judge; never good by default."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import sleep

import pytest
from jpki_model.card.presets import EXAMPLE_HOLDER
from jpki_model.pki import status_answer
from jpki_model.pki.japan_time import JAPAN
from jpki_model.pki.service import CertificationService
from jpki_oracle.commands.emulate_authority import write_examples
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.pki.status_case import RULES
from jpki_oracle.pki.status_pack import (
    KnownCertificates,
    NoCertificates,
    NoService,
    fetching,
    list_judgements,
    ocsp_judgements,
    read_known_certificates,
)
from jpki_spec.certificate_readings import certificate_readings
from pki_examples import PURPOSES, key

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
KEYS = {
    f"{purpose}_{role}": key(f"{purpose} {role}")
    for purpose in PURPOSES
    for role in ("authority", "responder")
}
WHERE = (EXAMPLE_HOLDER.prefecture, EXAMPLE_HOLDER.municipality)
Spoil = Callable[[bytes | None], bytes]


@pytest.fixture(scope="module")
def service() -> CertificationService:
    return CertificationService.new(date(2023, 7, 16), date(2033, 7, 15), keys=KEYS)


@pytest.fixture(scope="module")
def known(service: CertificationService, tmp_path_factory: pytest.TempPathFactory) -> KnownCertificates:
    folder = tmp_path_factory.mktemp("known")
    write_examples(service, folder, NOW)
    return read_known_certificates(folder / "signature")


def asked(service: CertificationService, *, at: datetime = NOW) -> Spoil:
    return lambda request: service.answer("signature", request or b"", at)


def verdicts(known: KnownCertificates, fetch: Spoil) -> dict[str, Verdict]:
    return {each.scenario.id: each.verdict for each in ocsp_judgements(known, fetch, NOW)}


def of_lists(known: KnownCertificates, fetch: Spoil) -> dict[str, Verdict]:
    return {each.scenario.id: each.verdict for each in list_judgements(known, fetch, NOW)}


def test_examples_are_known_by_their_names(known: KnownCertificates) -> None:
    assert {each.state for each in known.certificates} == {"good", "revoked", "held"}
    assert len(known.certificates) == 9


def test_the_authoritys_own_responder_and_list_pass(
    service: CertificationService, known: KnownCertificates
) -> None:
    assert set(verdicts(known, asked(service)).values()) == {Verdict.PASS}
    listed = of_lists(known, lambda _: service.revocation_list("signature", date(2026, 4, 1), WHERE))
    assert set(listed.values()) == {Verdict.PASS}


def test_every_rule_about_status_is_judged(service: CertificationService, known: KnownCertificates) -> None:
    """Coverage of clauses counts on it."""
    judgements = [
        *ocsp_judgements(known, asked(service), NOW),
        *list_judgements(known, lambda _: service.revocation_list("signature", date(2026, 4, 1), WHERE), NOW),
        *list_judgements(known, lambda _: b"<html>", NOW),
    ]
    about_status = {rule.id for rule in RULES.values() if rule.id.startswith("status.")}
    assert about_status == {each.scenario.rule for each in judgements}


def test_an_answer_that_is_stale_confirms_nothing(
    service: CertificationService, known: KnownCertificates
) -> None:
    found = verdicts(known, asked(service, at=NOW - timedelta(hours=2)))
    assert found["status-service-ocsp-good-sha1"] is Verdict.FAIL


def test_a_list_of_the_day_before_yesterday_confirms_nothing(
    service: CertificationService, known: KnownCertificates
) -> None:
    found = of_lists(known, lambda _: service.revocation_list("signature", date(2026, 3, 30), WHERE))
    assert found.pop("status-service-crl-scope") is Verdict.PASS
    assert set(found.values()) == {Verdict.FAIL}


def test_whether_a_list_is_one_for_all_is_decided_by_a_reading(
    service: CertificationService, known: KnownCertificates
) -> None:
    one, parted = (
        lambda _, where=where: service.revocation_list("signature", date(2026, 4, 1), where)
        for where in (None, WHERE)
    )

    def scope(fetch: Spoil, answer: str) -> Judgement:
        readings = certificate_readings({"list_partition": answer})
        judgements = list_judgements(known, fetch, NOW, readings)
        return next(each for each in judgements if each.scenario.id == "status-service-crl-scope")

    assert scope(parted, "municipality").verdict is Verdict.PASS
    assert scope(one, "whole").verdict is Verdict.PASS
    assert scope(one, "municipality").readings == (("list_partition", "whole"),)
    assert scope(parted, "whole").readings == (("list_partition", "municipality"),)


def test_who_signs_answers_is_decided_by_a_reading(
    service: CertificationService, known: KnownCertificates
) -> None:
    direct = replace(
        service,
        responder_keys={purpose: each.key for purpose, each in service.authorities.items()},
    )

    def signer(by: CertificationService, answer: str) -> Judgement:
        readings = certificate_readings({"responder": answer})
        judgements = ocsp_judgements(known, asked(by), NOW, readings)
        return next(each for each in judgements if each.scenario.id == "status-service-ocsp-good-signer")

    assert signer(service, "delegated").verdict is Verdict.PASS
    assert signer(direct, "authority").verdict is Verdict.PASS
    assert signer(direct, "delegated").readings == (("responder", "authority"),)
    assert signer(service, "authority").readings == (("responder", "delegated"),)


def test_whether_an_expired_certificate_stays_on_the_list_is_decided_by_a_reading(
    service: CertificationService, known: KnownCertificates
) -> None:
    later = NOW + timedelta(days=5 * 365)
    day = later.astimezone(JAPAN).date()
    empty = CertificationService.new(date(2023, 7, 16), date(2033, 7, 15), keys=KEYS)

    def revoked(by: CertificationService, answer: str) -> Judgement:
        readings = certificate_readings({"expired_entries": answer})
        fetch = lambda _: by.revocation_list("signature", day, WHERE)  # noqa: E731
        judgements = list_judgements(known, fetch, later, readings)
        return next(each for each in judgements if "revoked-record-deleted" in each.scenario.id)

    assert revoked(service, "kept").verdict is Verdict.PASS
    assert revoked(empty, "dropped").verdict is Verdict.PASS
    assert revoked(empty, "kept").readings == (("expired_entries", "dropped"),)
    assert revoked(service, "dropped").readings == (("expired_entries", "kept"),)


@pytest.mark.parametrize("off", [timedelta(days=2), timedelta(days=-2), timedelta(days=3650)])
def test_answers_of_a_clock_far_off_are_not_judged_and_say_so(
    service: CertificationService, known: KnownCertificates, off: timedelta
) -> None:
    judgements = list(ocsp_judgements(known, asked(service, at=NOW + off), NOW))
    of_state = [each for each in judgements if each.scenario.rule == "status.state"]

    assert {each.verdict for each in of_state} == {Verdict.INCONCLUSIVE}
    assert "set the clock that is wrong" in of_state[0].reason


def test_a_list_of_a_clock_far_off_is_not_judged(
    service: CertificationService, known: KnownCertificates
) -> None:
    for day in (date(2026, 1, 1), date(2027, 4, 1)):
        found = of_lists(known, lambda _, day=day: service.revocation_list("signature", day, WHERE))
        assert found == {"status-service-crl-list": Verdict.INCONCLUSIVE}


def test_a_service_that_gives_nothing_is_asked_three_times_and_no_more(known: KnownCertificates) -> None:
    times = list[int]()

    def silent(request: bytes | None) -> bytes:
        times.append(1)
        raise NoService("no answer within 1 s")

    assert set(verdicts(known, silent).values()) == {Verdict.INCONCLUSIVE}
    assert len(times) == 3


def test_a_responder_that_answers_for_another_serial_is_wrong(
    service: CertificationService, known: KnownCertificates
) -> None:
    first: list[bytes] = []

    def always_the_first(request: bytes | None) -> bytes:
        first.append(request or b"")
        return service.answer("signature", first[0], NOW)

    found = verdicts(known, always_the_first)
    assert found["status-service-ocsp-revoked-record-deleted-sha1"] is Verdict.FAIL
    assert found["status-service-ocsp-never-issued"] is Verdict.FAIL


def test_a_responder_that_repeats_another_nonce_is_wrong(
    service: CertificationService, known: KnownCertificates
) -> None:
    def other_nonce(request: bytes | None) -> bytes:
        return service.answer("signature", (request or b"").replace(bytes(range(16)), bytes(16)), NOW)

    assert verdicts(known, other_nonce)["status-service-ocsp-good-nonce"] is Verdict.FAIL


@pytest.mark.parametrize(
    ("answer", "words"),
    [(b"", "0 octets"), (b"<html>503</html>", "a web page"), (b"\x30\x84\xff", "no OCSP answer")],
)
def test_what_is_no_answer_is_not_judged_and_named(
    known: KnownCertificates, answer: bytes, words: str
) -> None:
    judgements = list(ocsp_judgements(known, lambda _: answer, NOW))

    assert {each.verdict for each in judgements} == {Verdict.INCONCLUSIVE}
    assert all(words in each.reason for each in judgements)


@pytest.mark.parametrize("status", [status_answer.TRY_LATER, status_answer.UNAUTHORIZED])
def test_a_responder_that_gives_no_states_confirms_none(known: KnownCertificates, status: int) -> None:
    found = verdicts(known, lambda _: status_answer.error(status))
    assert found["status-service-ocsp-good-sha1"] is Verdict.FAIL


@pytest.mark.parametrize("octets", [b"", b"<html>", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_list_is_not_judged(known: KnownCertificates, octets: bytes) -> None:
    assert of_lists(known, lambda _: octets) == {"status-service-crl-list": Verdict.INCONCLUSIVE}


class _Slow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        sleep(1.5)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def test_a_service_that_hangs_is_given_up() -> None:
    with HTTPServer(("127.0.0.1", 0), _Slow) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with pytest.raises(NoService, match="no answer within"):
            fetching(f"http://127.0.0.1:{server.server_address[1]}/x.crl", 0.3)(None)
        sleep(1.3)


def test_a_service_that_is_not_there_is_told_so() -> None:
    with pytest.raises(NoService, match="cannot be asked"):
        fetching("http://127.0.0.1:1/x.crl", 1)(None)


@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), (b"x", "not a certificate")])
def test_a_folder_without_certificates_is_told_so(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "authority.pem").write_bytes(content)
    with pytest.raises(NoCertificates, match=words):
        read_known_certificates(tmp_path)
