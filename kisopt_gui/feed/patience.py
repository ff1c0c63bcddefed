"""How long a connection waits for what: policy as a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the connection waits for what.

    Attributes:
        silent: Seconds without any message until the link is called silent.
        dead: Seconds without any message until it is given up.
        answer: Seconds to wait for the answer to a request.
        opening: Seconds to wait for a connection.
        steady: Seconds that a connection must serve until earlier failures are
            forgotten: a server that acks and then closes is not called at once.
    """

    silent: float = 30.0
    dead: float = 90.0
    answer: float = 10.0
    opening: float = 10.0
    steady: float = 10.0
