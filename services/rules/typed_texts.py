"""How a button tells the words that were typed from others."""

from hashlib import sha256


def mark(words: str) -> int:
    """Tells these words from others, in what a button can carry: 31 bits, never 0.

    It keeps nobody out: whoever may tap may type.
    """
    return int.from_bytes(sha256(words.encode()).digest()[:4]) & 0x7FFFFFFF or 1
