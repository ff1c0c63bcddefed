"""The form of an encrypted file: a head that anyone can read, a body that the passphrase opens.

Three lines: the head as JSON, the body, and a digest of both. AES-256-GCM seals the body and
vouches for the head; its key comes from the passphrase by scrypt. The digest is no protection, it
tells a file that was damaged from a passphrase that is wrong, which GCM alone cannot.
"""

import base64
import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field

import msgspec

VERSION = 1

_COST = 17
"""Logarithm of scrypt's cost: 128 MB and a third of a second, OWASP's first recommendation."""
_COSTS = range(14, 21)
_BLOCK = 8
_KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12


class DamagedFormError(ValueError):
    """It is not what was written."""


class NewerFormError(ValueError):
    """A newer program sealed it."""


class WrongPassphraseError(Exception):
    """The file is whole, and the passphrase another one."""


class _Head(msgspec.Struct, tag_field="kisopt", tag="sealed"):
    version: int
    owner: str
    cost: int
    salt: str
    nonce: str
    key: str = ""
    cipher: str = ""


@dataclass(frozen=True, slots=True)
class Opener:
    """What a passphrase amounts to for files of one salt.

    Attributes:
        salt: Of the files.
        cost: Logarithm of the cost.
        key: What opens them: a secret.
    """

    salt: bytes
    cost: int
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted file, not open yet.

    Attributes:
        owner: What it belongs to.
        salt: Of its key.
        cost: Logarithm of the cost of its key.
    """

    owner: str
    salt: bytes
    cost: int
    _nonce: bytes
    _head: bytes
    _body: bytes = field(repr=False)

    def suits(self, opener: Opener) -> bool:
        """Whether it was sealed with the salt of an opener."""
        return (self.salt, self.cost) == (opener.salt, opener.cost)

    def open(self, opener: Opener) -> bytes:
        """Return what is in it.

        Raises:
            WrongPassphraseError: The passphrase is another one.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(opener.key).decrypt(self._nonce, self._body, self._head)
        except InvalidTag:
            raise WrongPassphraseError from None


def new_opener(passphrase: str) -> Opener:
    """Return what opens and seals the files of a new passphrase."""
    return _derived(passphrase, secrets.token_bytes(_SALT_BYTES), _COST)


def opener_of(passphrase: str, sealed: Sealed) -> Opener:
    """Return what a passphrase amounts to for a file, right or wrong."""
    return _derived(passphrase, sealed.salt, sealed.cost)


def seal(content: bytes, owner: str, opener: Opener) -> bytes:
    """Return the encrypted file of a content.

    Args:
        content: What is to be kept secret.
        owner: What it belongs to; the file is not taken for another's.
        opener: What will open it.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    head = msgspec.json.encode(
        _Head(VERSION, owner, opener.cost, opener.salt.hex(), nonce.hex(), "scrypt", "AES-256-GCM")
    )
    body = base64.b64encode(AESGCM(opener.key).encrypt(nonce, content, head))
    return b"\n".join((head, body, _digest(head, body), b""))


def read_sealed(data: bytes) -> Sealed:
    """Read the form of an encrypted file.

    Raises:
        NewerFormError: It is of a newer program.
        DamagedFormError: It is not what was written.
    """
    lines = data.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    if len(lines) != 3 or lines[2] != _digest(*lines[:2]):
        raise DamagedFormError("digest")
    try:
        head = msgspec.json.decode(lines[0], type=_Head)
        if head.version > VERSION:
            raise NewerFormError(head.version)
        salt, nonce = bytes.fromhex(head.salt), bytes.fromhex(head.nonce)
        body = base64.b64decode(lines[1], validate=True)
    except NewerFormError:
        raise
    except (ValueError, RecursionError) as error:
        raise DamagedFormError("head") from error
    if (len(salt), len(nonce)) != (_SALT_BYTES, _NONCE_BYTES) or head.cost not in _COSTS:
        raise DamagedFormError("head")
    return Sealed(head.owner, salt, head.cost, nonce, lines[0], body)


def _derived(passphrase: str, salt: bytes, cost: int) -> Opener:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # Hangul typed on a Mac may come in pieces.
    typed = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    key = Scrypt(salt=salt, length=_KEY_BYTES, n=1 << cost, r=_BLOCK, p=1).derive(typed)
    return Opener(salt, cost, key)


def _digest(head: bytes, body: bytes) -> bytes:
    return hashlib.sha256(head + b"\n" + body).hexdigest().encode()
