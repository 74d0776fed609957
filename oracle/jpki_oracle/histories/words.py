"""What ends a card or certificate in the world, in words."""

from jpki_spec.fields import Text

CAUSES: dict[str, Text] = {
    "move_not_notified": Text("no notice of moving in in time", "期間内に転入届がない"),
    "card_not_presented": Text("the card was not presented in time", "期間内にカードの提出がない"),
    "moved_on": Text("moved on without presenting the card", "カードを提出せず再び転出"),
    "left_japan": Text("left Japan", "国外転出"),
    "return_not_notified": Text(
        "no notice in time of a return from abroad", "国外からの転入届が期間内にない"
    ),
    "return_not_presented": Text(
        "the card was not presented after a return from abroad", "国外からの転入後にカードの提出がない"
    ),
    "died": Text("death", "死亡"),
    "record_deleted": Text("the resident record was deleted", "住民票の消除"),
    "card_returned": Text("the card was returned", "カードの返納"),
    "reissue_requested": Text("a reissue was asked for", "再交付の求め"),
    "moved": Text("a move to another municipality", "市町村をまたぐ転出"),
    "attributes_changed": Text("one of the four attributes changed", "４情報の異動"),
    "requested": Text("the holder asked for the revocation", "失効の申請"),
    "key_compromised": Text("the private key is no longer safe", "秘密鍵の危殆化"),
    "superseded": Text("replaced by a new one", "更新による失効"),
    "card_lapsed": Text("the card lapsed", "カードの失効"),
    "authentication_revoked": Text(
        "the user-authentication certificate was revoked", "利用者証明用電子証明書の失効"
    ),
}


def cause_text(cause: str) -> Text:
    """A cause in words; a refusal is told in its own."""
    return CAUSES.get(cause, Text(cause, cause))
