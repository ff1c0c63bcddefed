"""Which source the user chose, as the command line and the settings write it."""

from dataclasses import dataclass

DEMO = "demo"
KIS = "kis"


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen source.

    Attributes:
        text: "demo", "kis", "kis:PROFILE", or an address.
    """

    text: str = DEMO

    @property
    def is_demo(self) -> bool:
        """Whether it is the embedded broker."""
        return self.text == DEMO

    @property
    def is_kis(self) -> bool:
        """Whether it is a profile of the user's keys."""
        return self.text == KIS or self.text.startswith(f"{KIS}:")

    @property
    def profile(self) -> str:
        """Name of the profile, "" for the one used last and for what is none."""
        return self.text.partition(":")[2].strip() if self.is_kis else ""
