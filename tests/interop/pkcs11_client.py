"""A program that signs with one token of a PKCS#11 module: `pkcs11_client.py MODULE LABEL PIN`, JSON to stdout.

It is a process of its own, since a card in the same one could not answer while the module waits for it.
"""

import json
import sys

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass

MESSAGE = b"message"


def main() -> None:
    module, label, pin = sys.argv[1:]
    tokens = [slot.get_token() for slot in pkcs11.lib(module).get_slots(token_present=True)]
    token = next(token for token in tokens if label in token.label)
    try:
        with token.open(user_pin=pin) as session:
            (key,) = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
            certificate = next(
                found[Attribute.VALUE]
                for found in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
                if found[Attribute.ID] == key.id
            )
            signature = key.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS, pin=pin)
            answer = {"certificate": certificate.hex(), "signature": signature.hex()}
    except pkcs11.exceptions.PKCS11Error as error:
        answer = {"error": type(error).__name__}
    print(json.dumps(answer))


main()
