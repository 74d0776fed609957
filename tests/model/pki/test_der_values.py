"""DER: values of X.690 by hand, what is refused, and every value written again as it was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jpki_model.pki import der
from jpki_model.pki.der import NotDer, Value


@pytest.mark.parametrize(
    ("number", "octets"),
    [
        (0, "020100"),
        (127, "02017f"),
        (128, "02020080"),
        (-128, "020180"),
        (-129, "0202ff7f"),
        (65537, "0203010001"),
    ],
)
def test_integers(number: int, octets: str) -> None:
    assert der.integer(number).encoded().hex() == octets
    assert der.number_in(der.decode(bytes.fromhex(octets))) == number


@pytest.mark.parametrize(
    ("dotted", "octets"),
    [
        ("2.999.3", "0603883703"),  # the example of X.690, 8.19.5
        ("1.2.840.113549", "06062a864886f70d"),
        ("1.2.392.200149.8.5.5.1", "060a2a83088c9b5508050501"),
    ],
)
def test_object_identifiers(dotted: str, octets: str) -> None:
    assert der.object_identifier(dotted).encoded().hex() == octets
    assert der.dotted(der.decode(bytes.fromhex(octets))) == dotted


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        ("", "ends within"),
        ("30", "ends within"),
        ("0500ff", "behind"),
        ("020200ff00", "behind"),
        ("02020001", "shortest"),
        ("0202ff80", "shortest"),
        ("0200", "empty integer"),
        ("010101", "neither 00 nor FF"),
        ("050100", "NULL with content"),
        ("0300", "unused bits"),
        ("03020801", "unused bits"),
        ("03020101", "unused bits set"),
        ("0602808100", "broken object identifier"),
        ("30800000", "not stated"),
        ("3081020500", "shortest form"),
        ("3003050001", "ends within"),
        ("31060201020201 01".replace(" ", ""), "not in order"),
        ("1003020100", "not constructed"),
        ("1f8101 00".replace(" ", ""), "several octets"),
        ("0485ffffffffff", "octets at octet"),
    ],
)
def test_what_is_no_der_is_refused_and_says_why(octets: str, words: str) -> None:
    with pytest.raises(NotDer, match=words):
        der.decode(bytes.fromhex(octets))


VALUES = st.recursive(
    st.one_of(
        st.integers(-(1 << 200), 1 << 200).map(der.integer),
        st.binary(max_size=300).map(der.octet_string),
        st.text(max_size=40).map(lambda text: Value(der.UTF8_STRING, text.encode())),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda values: der.sequence(*values)),
        st.lists(inner, max_size=4).map(lambda values: der.set_of(*values)),
        inner.map(lambda value: der.explicit(0, value)),
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_again_as_it_was(value: Value) -> None:
    assert der.decode(value.encoded()) == value


@given(st.binary(max_size=200))
def test_any_octets_are_a_value_that_is_written_the_same_or_refused(octets: bytes) -> None:
    try:
        value = der.decode(octets)
    except NotDer:
        return
    assert value.encoded() == octets
