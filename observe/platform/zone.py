"""The IANA name of this machine's zone, without the cost of a time library where the system gives it."""

from __future__ import annotations

import os
import sys
import zoneinfo
from pathlib import Path


def machine_zone(root: Path = Path("/")) -> str:
    """IANA name by TZ, else by what this system keeps; `UTC` when nothing names a zone that is known here.

    `root` is where /etc lies.
    """
    named = [os.environ.get("TZ", "").removeprefix(":")]
    if sys.platform == "win32":
        named.append(_windows_zone())
    else:
        named += _linked_zones(root / "etc/localtime")
        named += _first_lines(root / "etc/timezone")  # Debian, where localtime is a copy
        if "ANDROID_ROOT" in os.environ:
            named.append(_android_zone())
    return next((zone for name in named if (zone := _known_zone(name))), "UTC")


def _known_zone(name: str) -> str:
    # Absolute paths and the variants with leap seconds name the same zones by another way.
    name = name.rpartition("zoneinfo/")[2].removeprefix("posix/").removeprefix("right/").strip()
    try:
        return zoneinfo.ZoneInfo(name).key if name not in {"", "localtime", "Factory"} else ""
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return ""


def _linked_zones(path: Path) -> list[str]:
    # One link at a time: following all at once can turn a zone into the one it is an alias of.
    names: list[str] = []
    for _ in range(8):
        try:
            path = path.parent / os.readlink(path)
        except OSError:
            break
        if "zoneinfo/" in str(path):
            names.append(str(path))
    return names


def _first_lines(path: Path) -> list[str]:
    try:
        return path.read_text().split()[:1]
    except (OSError, ValueError):
        return []


def _android_zone() -> str:
    import subprocess

    try:
        return subprocess.run(
            ["getprop", "persist.sys.timezone"], capture_output=True, text=True, timeout=2, check=False
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _windows_zone() -> str:
    if sys.platform != "win32":
        return ""
    import winreg

    from pendulum.tz.data.windows import windows_timezones  # Windows has its own names; pendulum keeps the table

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation") as key:
            name = str(winreg.QueryValueEx(key, "TimeZoneKeyName")[0]).partition("\0")[0]
    except OSError:
        return ""
    return windows_timezones.get(name, "")
