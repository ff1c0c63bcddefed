"""Profiles, their names and servers, and the file they are in."""

import json
import os
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kisopt_gui.files import DamagedFileError, FolderError
from kisopt_gui.keys.errors import (
    BrokenKeyError,
    CustomerError,
    DamagedProfileError,
    EmptyKeyError,
    KeyAsNameError,
    LongKeyError,
    NewerProfilesError,
    NoProfilesError,
    PlainServerError,
    ProfileError,
    ProfileNameError,
    ServerError,
    SwappedKeyError,
    UnknownProfileError,
)
from kisopt_gui.keys.profile import PAPER, REAL, Credentials, Place, Profile, Profiles

ON_DISK = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Nd"])
NAMES = st.builds(
    lambda first, rest: first + rest.rstrip(),
    LETTERS,
    st.text(LETTERS | st.sampled_from(" -_."), max_size=20),
)
SERVERS = st.sampled_from(
    [
        REAL,
        PAPER,
        "ws://127.0.0.1:1,http://127.0.0.1:2",
        "wss://h:1/x,https://h:2",
        "WS://H,https://H",
    ]
)
PROFILES = st.builds(Profile, NAMES, SERVERS, st.sampled_from("PB"), st.sampled_from(Place))


# one profile --------------------------------------------------------------------


def test_the_broker_has_two_servers_of_two_addresses_each():
    real, paper = Profile("a"), Profile("b", PAPER)
    assert real.ws == "ws://ops.koreainvestment.com:21000"
    assert real.http == "https://openapi.koreainvestment.com:9443"
    assert paper.ws == "ws://ops.koreainvestment.com:31000"
    assert paper.http == "https://openapivts.koreainvestment.com:29443"


def test_another_server_is_given_by_both_addresses():
    profile = Profile("a", " WS://127.0.0.1:21000/ , HTTP://127.0.0.1:8080/ ")
    assert profile.ws == "ws://127.0.0.1:21000"
    assert profile.http == "http://127.0.0.1:8080"
    assert Profile("a", "PAPER").server == PAPER


@pytest.mark.parametrize("name", ["main", "기본", "모의투자 2", "a-b_c.d", "日本", "7", "x" * 40])
def test_names_are_those_that_people_give(name):
    assert Profile(name).name == name


@pytest.mark.parametrize(
    "name", ["", " ", "-a", "a:b", "a/b", "a\\b", "a\nb\x00", "x" * 41, "..", "a*", "😀", "\u200b"]
)
def test_names_that_mean_something_to_a_shell_or_a_disk_are_refused(name):
    with pytest.raises(ProfileNameError) as caught:
        Profile(name)
    assert "40" in caught.value.sentence("ko")


def test_blanks_around_a_name_are_no_part_of_it_and_pieces_of_hangul_are_put_together():
    pieces = unicodedata.normalize("NFD", "기본")
    assert Profile(f"  {pieces}   둘 ").name == "기본 둘"


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost:1", "[::1]:1"])
def test_a_plain_rest_address_on_this_machine_is_fine(host):
    assert Profile("a", f"ws://{host},http://{host}").http == f"http://{host}"


@pytest.mark.parametrize(
    "host", ["broker", "192.168.0.4:80", "127.0.0.1.broker.kr", "localhost.kr"]
)
def test_a_secret_is_not_sent_in_the_open(host):
    with pytest.raises(PlainServerError) as caught:
        Profile("a", f"ws://{host},http://{host}")
    assert f"http://{host}" in caught.value.sentence("ko")


@pytest.mark.parametrize(
    "server",
    [
        "",
        "live",
        "ws://h:1",
        "ws://h:1,",
        ",https://h",
        "https://h,ws://h",
        "ws://h:0,https://h",
        "ws://h:99999,https://h",
        "ws://h,https://u:p@h",
        "ws://h,https://h#x",
        "ws://h,https://h?x",
        "ws://a b,https://h",
        "ws://[::1,https://h",
    ],
)
def test_what_is_no_server_is_refused(server):
    with pytest.raises(ServerError) as caught:
        Profile("a", server)
    assert "u:p" not in str(caught.value)


def test_a_customer_is_a_person_or_a_company():
    with pytest.raises(CustomerError):
        Profile("a", custtype="X")


# credentials --------------------------------------------------------------------


def test_what_copying_adds_around_a_key_is_taken_off():
    assert Credentials(" key\r\n", "\tsecret ") == Credentials("key", "secret")
    assert Credentials(" key\r\n", "\tsecret ").problem() is None


@pytest.mark.parametrize(
    ("key", "secret", "problem"),
    [
        ("", "s", EmptyKeyError),
        ("k", " \n", EmptyKeyError),
        ("a b", "s", BrokenKeyError),
        ("k", "a\nb", BrokenKeyError),
        ("키", "s", BrokenKeyError),
        ("k", "s\x7f", BrokenKeyError),
        ("k", "s" * 501, LongKeyError),
        ("k" * 180, "s" * 36, SwappedKeyError),
        ("k" * 180, "k" * 180, SwappedKeyError),
    ],
)
def test_what_cannot_be_a_key_is_said_without_asking_the_broker(key, secret, problem):
    found = Credentials(key, secret).problem()
    assert type(found) is problem
    assert found.sentence("ko")


@given(st.text(min_size=5), st.text(min_size=5))
def test_no_text_about_credentials_has_them_in_it(key, secret):
    pair = Credentials(key, secret)
    assert repr(pair) == str(pair) == "Credentials()"
    problem = pair.problem()
    assert problem is None or not {*problem.facts.values()} & {pair.app_key, pair.app_secret}


# the file -----------------------------------------------------------------------


@ON_DISK
@given(st.lists(PROFILES, max_size=6, unique_by=lambda profile: profile.identity))
def test_profiles_come_back_as_they_were_saved(tmp_path, wanted):
    path = tmp_path / "round.json"
    path.unlink(missing_ok=True)
    for profile in wanted:
        Profiles(path).save(profile)
    again = Profiles(path)
    assert again.all() == wanted
    assert again.problems == []
    for profile in wanted:
        again.use(profile.name)
        assert Profiles(path).default() == profile == again.get(profile.name.casefold())
    for profile in wanted:
        again.remove(profile.name)
    assert Profiles(path).all() == []


@ON_DISK
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_a_file_of_anything_is_set_aside_whole_or_read(tmp_path, content):
    folder = tmp_path / "any"
    folder.mkdir(exist_ok=True)
    for each in folder.iterdir():
        each.unlink()
    path = folder / "profiles.json"
    path.write_bytes(content)
    profiles = Profiles(path)
    found = profiles.all()
    profiles.save(Profile("new"))
    assert [*found, Profile("new")] == profiles.all()
    if profiles.problems:
        assert any(each.read_bytes() == content for each in folder.iterdir())


@ON_DISK
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=8,
    )
)
def test_an_entry_of_anything_costs_no_other_profile(tmp_path, entry):
    path = tmp_path / "entry.json"
    good = {"name": "good", "server": "real", "custtype": "B", "place": "file"}
    path.write_text(json.dumps({"version": 1, "used": "good", "profiles": [entry, good]}))
    profiles = Profiles(path)
    assert profiles.all() == [Profile("good", REAL, "B", Place.FILE)]
    [problem] = profiles.problems
    assert isinstance(problem, DamagedProfileError)
    assert json.loads(problem.facts["kept"].read_text()) == [entry]
    assert Profiles(path).all() == profiles.all()


def test_the_first_is_the_default_until_one_was_used(profiles):
    assert profiles.default() is None
    profiles.save(Profile("one"))
    profiles.save(Profile("two"))
    assert profiles.default() == Profile("one")
    profiles.use("TWO")
    assert profiles.default() == Profile("two")
    profiles.remove("two")
    assert profiles.default() == Profile("one")


def test_case_does_not_tell_two_profiles_apart(profiles):
    profiles.save(Profile("Main"))
    profiles.save(Profile("other"))
    profiles.save(Profile("MAIN", PAPER))
    assert profiles.all() == [Profile("MAIN", PAPER), Profile("other")]
    assert profiles.get("main").server == PAPER


def test_an_unknown_profile_is_told_with_those_there_are(profiles):
    with pytest.raises(NoProfilesError) as caught:
        profiles.get("x")
    assert "kisopt login" in str(caught.value)
    profiles.save(Profile("하나"))
    profiles.save(Profile("two"))
    for what in (profiles.get, profiles.use, profiles.remove):
        with pytest.raises(UnknownProfileError) as caught:
            what("x")
        assert str(caught.value) == "there is no profile 'x'; there are: 하나, two"
        assert "하나, two" in caught.value.sentence("ko")


def test_what_another_instance_saved_is_seen(profiles, tmp_path):
    assert profiles.all() == []
    Profiles(tmp_path / "profiles.json").save(Profile("a"))
    profiles.save(Profile("b"))
    assert [each.name for each in profiles.all()] == ["a", "b"]


def test_a_damaged_file_is_kept_under_another_name(profiles, tmp_path):
    (tmp_path / "profiles.json").write_text("{ half")
    assert profiles.all() == []
    [problem] = profiles.problems
    assert isinstance(problem, DamagedFileError)
    assert problem.facts["kept"].read_text() == "{ half"
    assert profiles.all() == []
    assert len(profiles.problems) == 1


def test_a_file_of_a_newer_program_is_kept_under_another_name(profiles, tmp_path):
    (tmp_path / "profiles.json").write_text('{"version": 2, "accounts": {}}')
    assert profiles.all() == []
    [problem] = profiles.problems
    assert isinstance(problem, NewerProfilesError)
    assert "accounts" in problem.facts["kept"].read_text()


def test_two_entries_of_one_name_are_one_and_the_other_is_told(profiles, tmp_path):
    entry = {"name": "a", "server": "real", "custtype": "P", "place": "keyring"}
    twice = {"version": 1, "profiles": [entry, {**entry, "name": "A", "server": "paper"}]}
    (tmp_path / "profiles.json").write_text(json.dumps(twice))
    assert profiles.all() == [Profile("a")]
    assert profiles.problems[0].facts["names"] == "A"


@pytest.mark.skipif(os.name == "nt", reason="a folder in place of a file is refused otherwise")
def test_a_file_that_cannot_be_read_is_told_once_and_never_overwritten(tmp_path):
    path = tmp_path / "profiles.json"
    path.mkdir()
    profiles = Profiles(path)
    assert profiles.all() == []
    assert profiles.default() is None
    [problem] = profiles.problems
    assert isinstance(problem, FolderError)
    with pytest.raises(FolderError):
        profiles.save(Profile("a"))


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_refused(text):
    try:
        profile = Profile(text)
    except ProfileError:
        return
    assert Profile(profile.name) == profile
    assert 0 < len(profile.name) <= 40


def test_an_app_key_is_no_name_and_is_not_repeated():
    pasted = "PSabcdefghijklmnopqrstuvwxyz01234567"
    with pytest.raises(KeyAsNameError) as caught:
        Profile(pasted, "real", "P", Place.FILE)
    for language in ("ko", "en"):
        assert pasted not in caught.value.sentence(language)
    assert pasted not in repr(caught.value)
