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
    "return_ordered": Text("the mayor ordered its return", "返納命令"),
    "code_corrected": Text("the resident-record code was corrected", "住民票コードの修正"),
    "number_changed": Text("the My Number was changed", "個人番号の変更"),
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


EVENTS: dict[str, Text] = {
    "day": Text("a day passes", "日が経つ"),
    "born": Text("entered in the register", "住民票の記載"),
    "moveout_notified": Text("notice of moving out", "転出届"),
    "moved_in": Text("moves in", "転入"),
    "movein_notified": Text("notice of moving in", "転入届"),
    "card_presented": Text("card presented", "カードの提出"),
    "moved_out": Text("moves out again", "再び転出"),
    "record_corrected": Text("entry of the record changed", "住民票の記載の修正"),
    "record_deleted": Text("record deleted ex officio", "住民票の職権消除"),
    "moving_abroad_notified": Text("notice of moving abroad", "国外転出届"),
    "left_japan": Text("leaves Japan", "国外へ転出"),
    "stay_extended": Text("stay extended", "在留期間の更新"),
    "died": Text("dies", "死亡"),
    "card_requested": Text("applies for a card", "カードの交付申請"),
    "identity_checked": Text("identity checked", "本人確認"),
    "card_made": Text("card made", "カードの作成"),
    "card_delivered": Text("card delivered", "カードの交付"),
    "loss_reported": Text("loss reported", "紛失の届出"),
    "card_found": Text("card found", "カードの発見"),
    "reissue_requested": Text("reissue asked for", "再交付の求め"),
    "card_returned": Text("card returned", "カードの返納"),
    "return_ordered": Text("return of the card ordered", "カードの返納命令"),
    "code_corrected": Text("resident-record code corrected", "住民票コードの修正"),
    "number_changed": Text("My Number changed", "個人番号の変更"),
    "signature_issued": Text("signature certificate issued", "署名用電子証明書の発行"),
    "authentication_issued": Text("user-authentication certificate issued", "利用者証明用電子証明書の発行"),
    "signature_revocation_requested": Text(
        "revocation of the signature certificate asked for", "署名用の失効申請"
    ),
    "authentication_revocation_requested": Text(
        "revocation of the user-authentication certificate asked for", "利用者証明用の失効申請"
    ),
    "key_compromised": Text("private key no longer safe", "秘密鍵の危殆化の届出"),
    "pin_failed": Text("wrong PIN", "暗証番号の誤り"),
    "pin_reset": Text("PIN reset", "暗証番号の再設定"),
    "network_held": Text("network held up", "ネットワークの遅延"),
}


def event_text(kind: str) -> Text:
    """A kind of event in words."""
    return EVENTS[kind]
