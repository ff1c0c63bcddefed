"""Encrypted frames: AES-256-CBC with a key and an iv that are texts."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.wire.cipher import decrypt, encrypt
from tests.records import captured, thorough

KEY, IV = "abcdefghijklmnopabcdefghijklmnop", "0123456789abcdef"

# Made with `openssl enc -aes-256-cbc -base64 -A` and this key and iv.
OPENSSL = [
    ("옵션^1.05^끝", "kGUHOEAyKldJ7/Jb4X6OMA=="),
    ("exactly16bytes!!", "5GD83a08q1P8QqXOvXZmZT6gTmiIfrHCBt55mjulwJM="),
]

keys = st.text("abcdefghij0123456789", min_size=32, max_size=32)
ivs = st.text("abcdefghij0123456789", min_size=16, max_size=16)


@pytest.mark.parametrize(("plain", "sealed"), OPENSSL)
def test_it_is_the_cipher_that_openssl_knows(plain, sealed):
    assert encrypt(plain, KEY, IV) == sealed
    assert decrypt(sealed, KEY, IV) == plain


@thorough
@given(st.text(st.characters(exclude_categories=["Cs"])), keys, ivs)
def test_what_was_encrypted_decrypts_to_the_same(text, key, iv):
    assert decrypt(encrypt(text, key, iv), key, iv) == text


@thorough
@given(st.text(), keys)
def test_junk_gives_text_or_a_value_error(text, key):
    for sealed in (text, base64.b64encode(text.encode("utf-8", "replace")).decode()):
        try:
            assert isinstance(decrypt(sealed, key, IV), str)
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("sealed", "key", "iv"),
    [
        (OPENSSL[0][1], "wrong-key-wrong-key-wrong-key-32", IV),
        (OPENSSL[0][1], KEY[:-1], IV),
        (OPENSSL[0][1], KEY, IV[:-1]),
        (OPENSSL[0][1], KEY, ""),
        (OPENSSL[0][1][4:], KEY, IV),  # not whole blocks
        (OPENSSL[0][1] + "*", KEY, IV),  # not base64
        ("옵션", KEY, IV),
        ("", KEY, IV),
    ],
)
def test_what_cannot_be_opened_is_a_value_error(sealed, key, iv):
    with pytest.raises(ValueError):  # noqa: PT011, the words are those of four libraries
        decrypt(sealed, key, iv)


def test_the_portals_sample_has_the_shape_that_the_cipher_needs():
    """Nine blocks of AES; its key was never published, so nothing more can be proven."""
    body = captured("portal_H0EUCNI0_encrypted.txt")[0].split("|", 3)[3]
    assert len(base64.b64decode(body, validate=True)) == 144
    with pytest.raises(ValueError, match="padding"):
        decrypt(body, KEY, IV)
