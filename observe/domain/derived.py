"""Keys that follow from what a thing is: two devices that write the same thing down give it the same one."""

import hashlib


def derived_key(*parts: str) -> str:
    """24 hexadecimal digits, the same for the same parts wherever and whenever it is asked."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
