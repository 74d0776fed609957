"""What may be done with the card, its certificates and the number, from the wording of the clauses alone.

By the statutes and announcements up to 2026; where these say nothing, by the ministry's slides of 2017.
"""

from collections.abc import Callable, Mapping
from typing import Final

from .life import ParametersError, day_from_json

Facts = Mapping[str, object]
Result = dict[str, object]

IPHONE_READS = "2019-11-05"
ANDROID_HOLDS_CERTIFICATES = "2023-05-11"
IPHONE_HOLDS_CERTIFICATES = "2025-06-24"

LOGINS: Final = {"portal-login", "convenience-store", "other-login"}
MAY_HAVE_NUMBERS: Final = {"administrative", "employer", "named-otherwise"}
AFFAIRS_OF_THE_NUMBER: Final = {"social-security", "tax", "disaster-response", "ordinance"}


def service(facts: Facts) -> Result:
    """Logins and the shop's terminal take the user-authentication certificate, everything else a signature."""
    needed = "authentication" if facts["service"] in LOGINS else "signature"
    party = facts["relying_party"]
    relies = party == "administrative" or (party == "accredited" and facts["number_system"] == "since")
    has_it = facts[f"holds_{needed}"] is True
    return {"certificate": needed, "allowed": relies and has_it and facts["confirmation"] == "valid"}


def protection(facts: Facts) -> Result:
    """A login says who somebody is; only a signature says anything about a document."""
    return {"allowed": facts["threat"] == "impersonation" or facts["certificate"] == "signature"}


def transmission(facts: Facts) -> Result:
    """A signed document comes whole, with its encrypted form and certificate; a login with the random number."""
    wanted = {
        "sign": ("document", "encrypted_document", "signature_certificate"),
        "authenticate": ("encrypted_random", "authentication_certificate"),
    }[str(facts["operation"])]
    came = all(facts[part] is True for part in wanted)
    return {"allowed": came and facts["decryption"] == "matches" and facts["confirmation"] == "valid"}


def media(facts: Facts) -> Result:
    """Three ways of use; the phone needs to be able to, and to have been able to by then."""
    on = day_from_json(facts["on"], "on").isoformat()
    phone, login = facts["smartphone"], facts["operation"] == "authenticate"
    face = False
    match facts["medium"]:
        case "card-reader":
            able = all(facts[thing] is True for thing in ("card", "computer", "card_reader"))
        case "phone-reads-card":
            reads = phone == "android-supported" or (phone == "iphone" and on >= IPHONE_READS)
            able = reads and facts["card"] is True
        case "phone-holds-certificate":
            holding = {
                "android-supported": ANDROID_HOLDS_CERTIFICATES,
                "iphone": IPHONE_HOLDS_CERTIFICATES,
            }.get(str(phone))
            able = holding is not None and on >= holding
            face = phone == "iphone" and login
        case other:
            raise ParametersError(f"no such way of use: {other}")
    entered = facts["entry"] == "pin" or (facts["entry"] == "face-or-finger" and face)
    return {"allowed": able and entered}


def private_key(facts: Facts) -> Result:
    """The key works inside the chip, and a chip that is broken open is gone."""
    act = facts["key_act"]
    return {"allowed": act == "used-in-chip", "chip": "destroyed" if act == "read-by-force" else "works"}


def my_number(facts: Facts) -> Result:
    """Only those named, and only for affairs that somebody has laid down: use, collecting and keeping alike."""
    named = facts["requester"] in MAY_HAVE_NUMBERS
    return {"allowed": named and facts["affairs"] in AFFAIRS_OF_THE_NUMBER}


def identity_document(facts: Facts) -> Result:
    """The face proves who somebody is; a copy of the back takes the number along."""
    if facts["side"] == "back" or facts["card_force"] == "ended":
        return {"allowed": False}
    takes_number = facts["side"] == "both" and facts["handling"] == "copied"
    return {"allowed": not takes_number or facts["requester"] in MAY_HAVE_NUMBERS}


def card_entries(facts: Facts) -> Result:
    """Changes are added on the card while there is room."""
    return {"recorded_in": "additional-entries" if facts["room"] is True else "new-card"}


def seal(facts: Facts) -> Result:
    """The table of correspondences."""
    pairs = {
        "registered-seal": "private-key",
        "imprint": "public-key",
        "pressing": "signing",
        "registration-certificate": "signature-certificate",
    }
    return {"counterpart": pairs[str(facts["seal_part"])]}


def presumption(facts: Facts) -> Result:
    """Seal and signature of the person have the same effect, each by its own act."""
    acts = {"registered-seal": "civil-procedure-228-4", "electronic-signature": "electronic-signatures-3"}
    act = acts.get(str(facts["mark"])) if facts["mark_of"] == "the-person" else None
    return {"allowed": act is not None, "provision": act or "none"}


def free_area(facts: Facts) -> Result:
    """Local bodies by ordinance, the State and businesses as the Minister provides."""
    needed = {
        "municipality": "own-ordinance",
        "prefecture": "own-ordinance",
        "state": "minister",
        "business": "minister",
    }
    return {"allowed": needed.get(str(facts["area_user"])) == facts["basis"]}


def card_issue(facts: Facts) -> Result:
    """The mayor, on application, after a strict check."""
    asked = facts["applied"] is True and facts["issued_by"] == "mayor"
    return {"allowed": asked and facts["identity"] == "strictly-checked"}


def card_work(facts: Facts) -> Result:
    """Applications and production are with J-LIS; handing out is not."""
    return {"body": "mayor" if facts["work"] == "issuing-cards" else "agency"}


def card_standard(facts: Facts) -> Result:
    """Standard since the number system."""
    return {"allowed": facts["number_system"] == "since"}


def identity_check(facts: Facts) -> Result:
    """Somebody in the register, at the counter, with a document that agrees."""
    document = facts["proof"] != "neither" and facts["agreement"] is True
    there = facts["resident_record"] is True and facts["setting"] == "face-to-face"
    return {"allowed": there and document}


def issue_step(facts: Facts) -> Result:
    """Six steps in order, each with its own party."""
    steps = [
        ("none", "apply", "resident"),
        ("applied", "check", "mayor"),
        ("checked", "inform", "mayor"),
        ("informed", "issue", "agency"),
        ("issued", "send", "agency"),
        ("sent", "record", "mayor"),
    ]
    return {"allowed": (facts["step_done"], facts["step"], facts["actor"]) in steps}


def key_pair(facts: Facts) -> Result:
    """Made where it stays, in the chip: only the public key goes to J-LIS, and a certificate comes back."""
    happens = ("made-in-chip", "public-key-to-agency", "certificate-from-agency")
    return {"allowed": facts["key_event"] in happens}


def flow(facts: Facts) -> Result:
    """The arrows of the picture of the whole service."""
    arrows = [
        ("municipality", "identification", "register-network"),
        ("register-network", "attributes", "agency"),
        ("register-network", "changes", "agency"),
        ("agency", "certificate", "resident"),
        ("resident", "application", "verifier"),
        ("resident", "certificate", "verifier"),
        ("agency", "validity", "verifier"),
    ]
    return {"allowed": (facts["sender"], facts["information"], facts["receiver"]) in arrows}


TOPICS: Final[Mapping[str, Callable[[Facts], Result]]] = {
    "service": service,
    "protection": protection,
    "transmission": transmission,
    "media": media,
    "private-key": private_key,
    "my-number": my_number,
    "identity-document": identity_document,
    "card-entries": card_entries,
    "seal": seal,
    "presumption": presumption,
    "free-area": free_area,
    "card-issue": card_issue,
    "card-work": card_work,
    "card-standard": card_standard,
    "identity-check": identity_check,
    "issue-step": issue_step,
    "key-pair": key_pair,
    "flow": flow,
}


def answer_use(topic: object, facts: Facts) -> Result:
    """The answer to a question of a topic. Raises `ParametersError` for another topic, or facts that are missing."""
    if topic not in TOPICS:
        raise ParametersError(f"no such topic: {topic}")
    try:
        return TOPICS[str(topic)](facts)
    except KeyError as missing:
        raise ParametersError(f"the fact {missing} is missing or not known") from None
