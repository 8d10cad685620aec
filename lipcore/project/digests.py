"""Digests: what tells the content of one file or label map from another."""

from __future__ import annotations

import hashlib


def digest(data: bytes) -> str:
    """32 hexadecimal digits that differ for different content."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()
