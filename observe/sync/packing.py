"""Compression, behind two functions: Zstandard (RFC 8878), which Python has from 3.14 on."""

import sys


class Bomb(ValueError):
    """Compressed data that is broken, or unpacks to more than it may."""


def pack(data: bytes) -> bytes:
    """Compress."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.compress(data)


def unpack(data: bytes, limit: int) -> bytes:
    """Decompress at most `limit` bytes. Raises Bomb."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    # 8 MiB of window is what level 3 needs at most; a frame that asks for more wants memory.
    unpacker = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})
    try:
        out = unpacker.decompress(data, limit + 1)
    except zstd.ZstdError:
        raise Bomb("its content cannot be unpacked") from None
    if len(out) > limit:
        raise Bomb(f"it unpacks to more than {limit >> 20} MiB")
    if not unpacker.eof or unpacker.unused_data:
        raise Bomb("its content cannot be unpacked")
    return out
