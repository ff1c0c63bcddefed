"""`kisopt logout` and `kisopt profiles`, after logins at the embedded broker."""

import pytest

from kisopt_gui.commands import login, logout, profiles
from kisopt_gui.commands.logout import WhoError
from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.errors import UnknownProfileError
from kisopt_gui.keys.profile import Place, Profile
from tests.commands.accounts import KEY, PASSPHRASE, SECRET, address, done, places
from tests.feed.peers import trading
from tests.keys import rings

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("english")]


async def test_logout_forgets_everything_and_says_what(ring, typed, capsys, tmp_path):
    async with trading() as broker:
        for name, keep in (("a", "keyring"), ("b", "file")):
            typed(KEY, SECRET, PASSPHRASE)
            await done(login, name, "--server", address(broker), "--keep", keep)
    capsys.readouterr()
    assert await done(logout, "A") == 0
    told = capsys.readouterr().out
    assert "a: removed app key and secret, what the broker had issued, the profile." in told
    assert rings.contents() == {}
    assert await done(logout, "--all") == 0
    assert "b: removed app key and secret, what the broker had issued" in capsys.readouterr().out
    assert [*(tmp_path / "config" / "keys").iterdir()] == []
    assert await done(logout, "--all") == 0
    assert capsys.readouterr().out == "There is no profile.\n"


async def test_logout_says_that_variables_are_still_set(monkeypatch, capsys):
    monkeypatch.setenv("KISOPT_APP_KEY_E", KEY)
    monkeypatch.setenv("KISOPT_APP_SECRET_E", SECRET)
    await done(login, "e", "--keep", "environment", "--no-check")
    assert await done(logout, "e") == 0
    assert "KISOPT_APP_KEY_E and KISOPT_APP_SECRET_E are still set" in capsys.readouterr().out


async def test_a_keyring_that_is_locked_stops_one_logout_and_not_the_others(
    ring, typed, monkeypatch, capsys
):
    typed(KEY, SECRET)
    await done(login, "a", "--no-check")
    typed(KEY, SECRET, PASSPHRASE)
    await done(login, "b", "--no-check", "--keep", "file")
    monkeypatch.setenv(rings.MOOD, "locked")
    capsys.readouterr()
    with pytest.raises(KisOptError):
        await done(logout, "a")
    assert await done(logout, "--all") == 1
    told = capsys.readouterr()
    assert "a: " in told.err
    assert "unlock it" in told.err
    assert [each.name for each in places()[0].all()] == ["a"]


@pytest.mark.parametrize("words", [(), ("a", "--all")])
async def test_logout_wants_to_know_whom(words):
    with pytest.raises(WhoError):
        await done(logout, *words)


async def test_logout_of_nobody_names_those_there_are(ring, typed):
    typed(KEY, SECRET)
    await done(login, "main", "--no-check")
    with pytest.raises(UnknownProfileError, match="there are: main"):
        await done(logout, "x")


async def test_profiles_are_listed_with_where_their_keys_are(ring, typed, capsys, monkeypatch):
    assert await done(profiles) == 0
    assert "kisopt login" in capsys.readouterr().out
    typed(KEY, SECRET)
    await done(login, "--no-check")
    typed(KEY, SECRET, PASSPHRASE)
    await done(
        login, "모의", "--server", "paper", "--custtype", "B", "--keep", "file", "--no-check"
    )
    places()[0].save(Profile("env", place=Place.ENVIRONMENT))
    places()[0].use("모의")
    capsys.readouterr()
    assert await done(profiles) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["real", "real", "person", "keyring", "there"]
    assert lines[2].split() == ["*", "모의", "paper", "company", "encrypted", "file", "there"]
    assert "missing (KISOPT_APP_KEY, KISOPT_APP_SECRET)" in lines[3]
    customer = lines[0].index("CUSTOMER")
    assert lines[1].index("person") == lines[3].index("person") == customer
    assert lines[2].index("company") == customer - 2  # Hangul is as wide as two letters
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    monkeypatch.setenv(rings.MOOD, "locked")
    assert await done(profiles) == 1
    told = capsys.readouterr().out
    assert "잠겨 있습니다" in told
    assert "암호화 파일" in told


def test_every_word_is_in_both_languages():
    for module in (login, logout, profiles):
        words = module._WORDS
        assert {*words["ko"]} == {*words["en"]}
