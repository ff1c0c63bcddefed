"""The contracts of a source: today's, or the last good ones with their date."""

from datetime import date

import pytest

from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.listing import Listings, OldListingError
from kisopt_gui.feed.rest import master_file
from tests.feed.peers import http, service, trading

TODAY = date(2026, 11, 23)
HTML = b"<html><body>login to this hotel</body></html>"


@pytest.fixture
async def good():
    """A real master file, as the simulated broker serves it."""
    async with trading() as broker:
        return await master_file(broker.http_url)


def answer(body, status="200 OK"):
    return http(status, body, "application/zip")


async def test_a_good_one_is_kept_and_serves_when_the_network_is_gone(tmp_path, good):
    listings = Listings(tmp_path)
    async with service(answer(good)) as (address, _):
        first = await listings.fetch(address, TODAY)
    assert first.problem is None
    assert len(first.master.contracts) > 1000
    second = await listings.fetch(address, TODAY)  # nobody serves any more
    assert second.master.contracts == first.master.contracts
    assert isinstance(second.problem, OldListingError)
    for language, word in (("ko", "목록을 씁니다"), ("en", "are used")):
        sentence = second.problem.sentence(language)
        assert word in sentence
        assert f"{date.today():%Y-%m-%d}" in sentence


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
async def test_one_that_is_cut_short_does_not_replace_the_one_that_is_kept(tmp_path, good, cut):
    listings = Listings(tmp_path)
    async with service(answer(good), answer(good[: int(len(good) * cut)])) as (address, _):
        await listings.fetch(address, TODAY)
        [kept] = tmp_path.iterdir()
        told = await listings.fetch(address, TODAY)
    assert isinstance(told.problem, OldListingError)
    assert len(told.master.contracts) > 1000
    assert kept.read_bytes() == good


@pytest.mark.parametrize("body", [HTML, b"", b"PK\x03\x04 no zip"])
async def test_a_page_instead_of_a_file_is_an_error_when_none_is_kept(tmp_path, body):
    async with service(answer(body)) as (address, _):
        with pytest.raises(KisOptError) as refused:
            await Listings(tmp_path).fetch(address, TODAY)
    assert refused.value.sentence("ko") != refused.value.sentence("en")
    assert list(tmp_path.iterdir()) == []


async def test_a_kept_one_that_was_damaged_is_not_used(tmp_path, good):
    listings = Listings(tmp_path)
    async with service(answer(good)) as (address, _):
        await listings.fetch(address, TODAY)
    [kept] = tmp_path.iterdir()
    kept.write_bytes(good[:1000])
    with pytest.raises(KisOptError) as refused:
        await listings.fetch(address, TODAY)
    assert not isinstance(refused.value, OldListingError)  # the reason is what the network said


async def test_each_source_has_its_own(tmp_path, good):
    listings = Listings(tmp_path)
    async with service(answer(good)) as (one, _), service(answer(good)) as (other, _):
        await listings.fetch(one, TODAY)
        await listings.fetch(other, TODAY)
    assert len(list(tmp_path.iterdir())) == 2


async def test_nothing_is_kept_of_a_broker_whose_contracts_are_invented(tmp_path, good):
    listings = Listings(None)
    async with service(answer(good)) as (address, _):
        assert (await listings.fetch(address, TODAY)).problem is None
    with pytest.raises(KisOptError):
        await listings.fetch(address, TODAY)


async def test_a_folder_that_cannot_be_written_costs_nothing_today(tmp_path, good):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    async with service(answer(good)) as (address, _):
        assert (await Listings(blocked).fetch(address, TODAY)).problem is None
