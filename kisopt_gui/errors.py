"""The base of every error a user can meet: facts as attributes, one sentence in two languages."""

from typing import ClassVar


class KisOptError(Exception):
    """An error whose sentence may be shown to the user.

    A subclass states its sentence once in each language, with the names of its
    facts in braces, and takes the facts as keyword arguments::

        class PortError(KisOptError):
            english = "port {port} is in use; choose another with --port"
            korean = "포트 {port}을(를) 이미 쓰고 있습니다. --port로 다른 포트를 고르세요"

    Attributes:
        facts: What the sentence speaks of, by name. Never a secret.
    """

    english: ClassVar[str] = "{reason}"
    korean: ClassVar[str] = "{reason}"

    def __init__(self, **facts: object) -> None:
        super().__init__(*facts.values())
        self.facts = facts

    def sentence(self, language: str = "en") -> str:
        """Return the sentence in ``language``: "ko" or "en"."""
        template = self.korean if language == "ko" else self.english
        return template.format_map(self.facts)

    def __str__(self) -> str:
        return self.sentence("en")
