"""Fields of JSON that cannot be trusted: each function gives a value of its type and range or raises LipError."""

from __future__ import annotations

from lipcore.errors import LipError


def as_object(value: object, what: str) -> dict[str, object]:
    """A JSON object; LipError names `what` is wrong, as all functions here do."""
    if not isinstance(value, dict):
        raise LipError(f"{what} must be an object")
    return value


def as_list(value: object, what: str, longest: int) -> list[object]:
    """A JSON list of at most `longest` items."""
    if not isinstance(value, list) or len(value) > longest:
        raise LipError(f"{what} must be a list of at most {longest:,} items")
    return value


def as_text(value: object, what: str, longest: int = 4096) -> str:
    """A string of at most `longest` characters."""
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise LipError(f"{what} must be a text of at most {longest:,} characters")
    return value


def as_integer(value: object, what: str, low: int, high: int) -> int:
    """A whole number in low..high, both inclusive; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise LipError(f"{what} must be a whole number from {low:,} to {high:,}")
    return value


def as_number(value: object, what: str) -> float:
    """A number of at most 1e300, which is finite as a float."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e300:
        raise LipError(f"{what} must be a number")
    return float(value)


def as_flag(value: object, what: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise LipError(f"{what} must be true or false")
    return value
