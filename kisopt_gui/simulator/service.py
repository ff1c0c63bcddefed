"""What the web server answers beside REST: ``/oauth2/Approval``, the master file, ``/control``.

Source: docs/spec/PROTOCOL.md section 1 (approval key, REST codes) and 4 (master
file). ``/control`` is ours, for tests and demonstrations: GET tells the
counters, POST ``{"fault": "lose", "value": 5}`` makes a fault happen at once.
"""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from kisopt_gui.simulator.faults import DEFAULTS, Fault, FaultError
from kisopt_gui.simulator.http import Response
from kisopt_gui.simulator.rest import WORDS, Rest

MASTER_PATH = "/common/master/fo_idx_code_mts.mst.zip"
APPROVAL_PATH = "/oauth2/Approval"
CONTROL_PATH = "/control"


class Broker(Protocol):
    """What the service needs of the broker.

    Attributes:
        rest: Tokens and quotations.
    """

    rest: Rest

    def approve(self, app_key: str) -> str | None:
        """Issue an approval key; None if the app key is refused."""

    def master(self) -> bytes:
        """Return the master file, a zip."""

    def counters(self) -> dict[str, object]:
        """Return what has happened so far."""

    async def inject(self, fault: Fault) -> None:
        """Make a fault happen now."""


async def answer(
    broker: Broker, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> Response:
    """Answer one request; the ``Date`` of every answer is the broker's clock."""
    found = await broker.rest.answer(method, path, body, headers)
    if found is None:
        found = await _beside_rest(broker, method, path, body)
    return found._replace(date=broker.rest.date)


async def _beside_rest(broker: Broker, method: str, path: str, body: bytes) -> Response:
    asked = method, path.partition("?")[0]
    if asked == ("POST", APPROVAL_PATH):
        return _approval(broker, body)
    if asked == ("GET", MASTER_PATH):
        return Response(200, "application/zip", broker.master())
    if asked == ("GET", CONTROL_PATH):
        return _json(200, broker.counters())
    if asked == ("POST", CONTROL_PATH):
        return await _control(broker, body)
    return _json(404, {"error": "not found"})


def _approval(broker: Broker, body: bytes) -> Response:
    asked = _object(body)
    if asked.get("grant_type") != "client_credentials":
        return _refusal("EGW00101")
    app_key, secret = asked.get("appkey"), asked.get("secretkey")
    if not isinstance(app_key, str) or not app_key:
        return _refusal("EGW00103")
    if not isinstance(secret, str) or not secret:
        return _refusal("EGW00105")
    approval = broker.approve(app_key)
    if approval is None:
        return _refusal("EGW00103")
    return _json(200, {"approval_key": approval})


async def _control(broker: Broker, body: bytes) -> Response:
    asked = _object(body)
    name, value = asked.get("fault"), asked.get("value")
    if value is None and isinstance(name, str):
        value = DEFAULTS.get(name)
    if name not in DEFAULTS or not isinstance(value, int | float) or not value >= 0:
        error = FaultError(given=name, names=", ".join(DEFAULTS))
        return _json(400, {"error": str(error)})
    await broker.inject(Fault(str(name), float(value)))
    return _json(200, broker.counters())


def _refusal(code: str) -> Response:
    return _json(403, {"error_description": WORDS[code], "error_code": code})


def _json(status: int, content: object) -> Response:
    return Response(status, "application/json; charset=utf-8", msgspec.json.encode(content))


def _object(body: bytes) -> dict[str, object]:
    try:
        content = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
    return content if isinstance(content, dict) else {}
