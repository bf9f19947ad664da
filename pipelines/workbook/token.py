"""The token in `_meta`: says whose workbook a file is, signed with the site's key."""

import hashlib
import hmac
import secrets
from pathlib import Path


def sign(key: bytes, issue_id: str, layout: str) -> str:
    """Return the token of an issue, HMAC-SHA-256 in hexadecimal."""
    return hmac.new(key, f"{issue_id}|{layout}".encode(), hashlib.sha256).hexdigest()


def is_genuine(key: bytes, issue_id: str, layout: str, token: str) -> bool:
    """Whether the token was signed by this site for this issue and layout."""
    # As bytes: a token with other than ASCII letters in it cannot be compared as text.
    return hmac.compare_digest(sign(key, issue_id, layout).encode(), token.encode())


def site_key(path: Path) -> bytes:
    """Read the site's key, made once and readable by its owner only."""
    if not path.exists():
        write_key(path, secrets.token_bytes(32))
    return path.read_bytes()


def write_key(path: Path, key: bytes) -> None:
    """Write a key that only its owner may read."""
    path.touch(mode=0o600)
    path.write_bytes(key)
