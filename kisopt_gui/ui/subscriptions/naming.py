"""Names in a narrow list, where a label alone would be said of two contracts."""

from kisopt_gui.market.contract import PRODUCTS, Contract

_MAIN = PRODUCTS["K2I"]


def term(contract: Contract | None, language: str) -> str:
    """Say when a contract expires: "2026-12", "11/26 목", "미니 2026-12"; "" if not known.

    The product stands in front unless it is the main one or the weekday tells it.
    """
    if contract is None:
        return ""
    expiry = contract.expiry_label(language)
    product = contract.product
    if not expiry or product is None or product is _MAIN or "W" in contract.month:
        return expiry
    return f"{product.korean if language == 'ko' else product.english} {expiry}"


def full_name(contract: Contract | None, code: str, language: str) -> str:
    """Name a contract so that no other has the name: "콜 1,085.0 2026-12"; its code if unknown."""
    if contract is None:
        return code
    return f"{contract.label(language)} {term(contract, language)}".strip()
