"""The encrypted file: what opens it, what does not, and what tells the two from damage."""

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.keys import sealed
from kisopt_gui.keys.sealed import DamagedFormError, NewerFormError, Opener, WrongPassphraseError

OPENER = Opener(b"s" * 16, 17, b"k" * 32)
SECRET = b"CANARY of forty characters, as keys have"
FILE = sealed.seal(SECRET, "main/credentials", OPENER)


@given(st.binary(max_size=500), st.text(max_size=20))
def test_what_was_sealed_is_what_is_opened(content, owner):
    form = sealed.read_sealed(sealed.seal(content, owner, OPENER))
    assert form.owner == owner
    assert form.suits(OPENER)
    assert form.open(OPENER) == content


def test_a_passphrase_is_the_same_however_its_hangul_was_typed():
    opener = sealed.new_opener("열려라 참깨")
    form = sealed.read_sealed(sealed.seal(SECRET, "a", opener))
    assert form.open(sealed.opener_of(unicodedata.normalize("NFD", "열려라 참깨"), form)) == SECRET
    with pytest.raises(WrongPassphraseError):
        form.open(sealed.opener_of("열려라 들깨", form))


def test_two_files_of_one_content_have_nothing_in_common_to_see():
    bodies = {sealed.seal(SECRET, "a", OPENER).split(b"\n")[1] for _ in range(50)}
    assert len(bodies) == 50
    assert sealed.new_opener("a").salt != sealed.new_opener("a").salt


@given(st.integers(0, len(FILE) - 2), st.integers(1, 255))
def test_a_changed_byte_is_damage_and_no_wrong_passphrase(at, by):
    changed = FILE[:at] + bytes([FILE[at] ^ by]) + FILE[at + 1 :]
    with pytest.raises(DamagedFormError):
        sealed.read_sealed(changed)


@given(st.integers(0, len(FILE) - 2))
def test_a_file_cut_short_is_damage(length):
    with pytest.raises(DamagedFormError):
        sealed.read_sealed(FILE[:length])


@given(st.binary(max_size=200))
def test_anything_else_is_damage(data):
    with pytest.raises(DamagedFormError):
        sealed.read_sealed(data)


def test_line_ends_of_windows_do_no_harm():
    assert sealed.read_sealed(FILE.replace(b"\n", b"\r\n")).open(OPENER) == SECRET


def forged(**changes):
    """Change the head of the file, and the digest with it, as somebody who means it would."""
    head, body, _, _ = FILE.split(b"\n")
    head = msgspec.json.encode({**msgspec.json.decode(head), **changes})
    return b"\n".join((head, body, sealed._digest(head, body), b""))


def test_a_head_that_was_changed_on_purpose_opens_nothing():
    with pytest.raises(WrongPassphraseError):
        sealed.read_sealed(forged(owner="other/credentials")).open(OPENER)


@pytest.mark.parametrize(
    "change",
    [
        {"cost": 40},
        {"cost": 1},
        {"cost": True},
        {"cost": "17"},
        {"salt": ""},
        {"salt": "zz"},
        {"nonce": None},
        {"owner": 1},
        {"kisopt": "x"},
        {"version": "1"},
    ],
)
def test_a_head_that_asks_for_the_impossible_is_damage(change):
    with pytest.raises(DamagedFormError):
        sealed.read_sealed(forged(**change))


def test_a_newer_form_is_no_damage():
    with pytest.raises(NewerFormError):
        sealed.read_sealed(forged(version=2))


def test_nothing_about_a_file_or_its_opener_shows_the_secret():
    form = sealed.read_sealed(FILE)
    assert "kkkk" not in repr(OPENER)
    assert "CANARY" not in repr(form) + repr(FILE)
