"""Encrypted frames: AES-256-CBC, PKCS7, base64; key and iv are texts of an ack.

Source: docs/spec/PROTOCOL.md section 2. Only order notices come encrypted, so
the library is loaded when the first one does.
"""

import base64


def decrypt(text: str, key: str, iv: str) -> str:
    """Return the plain body of an encrypted frame.

    Args:
        text: The body as received, base64.
        key: The ack's ``output.key``, 32 characters.
        iv: The ack's ``output.iv``, 16 characters.

    Raises:
        ValueError: The text is not base64 of whole blocks, the key or iv has a
            wrong length, or the padding shows that the key does not fit.
    """
    from cryptography.hazmat.primitives import padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    opener = Cipher(algorithms.AES(key.encode()), modes.CBC(iv.encode())).decryptor()
    padded = opener.update(base64.b64decode(text, validate=True)) + opener.finalize()
    unpadder = padding.PKCS7(128).unpadder()
    return (unpadder.update(padded) + unpadder.finalize()).decode("utf-8")


def encrypt(text: str, key: str, iv: str) -> str:
    """Return the body of an encrypted frame; what `decrypt` undoes."""
    from cryptography.hazmat.primitives import padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    padder = padding.PKCS7(128).padder()
    padded = padder.update(text.encode("utf-8")) + padder.finalize()
    closer = Cipher(algorithms.AES(key.encode()), modes.CBC(iv.encode())).encryptor()
    return base64.b64encode(closer.update(padded) + closer.finalize()).decode("ascii")
