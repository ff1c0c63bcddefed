"""What tests of `kisopt login`, `logout` and `profiles` share: a pair, and how commands run."""

import asyncio
import base64
import os
from contextlib import asynccontextmanager

from kisopt_gui.app.account import profiles_of, vault_of
from kisopt_gui.keys.profile import Credentials
from kisopt_gui.settings import Folders
from tests.feed.peers import HOST, http, service

KEY = "PScanaryKEYvalue7q2w9e4r1t6y8u3i5o0p"
SECRET = "canarySECRET/" + "Zx9Yw8Vu7Ts6Rq5Pn4Mk3Lj2" * 7
PASSPHRASE = "canary-passphrase-of-a-trader"
PAIR = Credentials(KEY, SECRET)
NOBODY = f"ws://{HOST}:9,http://{HOST}:9"
PAGE = http(200, b"<html>log in to the hotel's network</html>", "text/html")

FORMS = {
    form
    for value in (KEY, SECRET, PASSPHRASE)
    for text in (value, base64.b64encode(value.encode()).decode(), value.encode().hex())
    for form in (text[:12], text[10:24], text[-14:-2])
}
"""Pieces of every secret, as it is and as those write it who think that is safe."""


def leaks(text, forms=FORMS):
    """Return the pieces of secrets that are in a text."""
    return sorted(form for form in forms if form in text)


async def done(command, *words):
    """Run a command as the program does, on a thread of its own because it runs a loop."""
    return await asyncio.to_thread(command.run, [*words])


def places():
    """Return the profiles and the vault as the next run of the program has them."""
    folders = Folders.of(os.environ)
    return profiles_of(folders), vault_of(folders)


def address(broker):
    """Return a broker's addresses as a profile names them."""
    return f"{broker.url},{broker.http_url}"


@asynccontextmanager
async def answering(answer):
    """Serve one answer to every HTTP call; yield the server as a profile names it."""
    async with service(answer) as (web, asked):
        yield f"{web.replace('http', 'ws', 1)},{web}", asked
