"""A disk of its own, small, real and without any right of an administrator: a tmpfs in a user namespace of a child."""

import json
import subprocess
import sys
from typing import Any

import pytest

_PRELUDE = """
import ctypes, json, os, subprocess, sys

disk, size = sys.argv[1:3]
libc = ctypes.CDLL(None, use_errno=True)
uid, gid = os.getuid(), os.getgid()
NEWUSER, NEWNS, READ_ONLY_AGAIN = 0x10000000, 0x00020000, 1 | 32
try:
    if libc.unshare(NEWUSER | NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    if libc.mount(b"tmpfs", disk.encode(), b"tmpfs", 0, f"size={size},mode=700".encode()):
        raise OSError(ctypes.get_errno(), "mount")
except (AttributeError, OSError) as error:
    print(error)
    sys.exit(77)
home = disk + "/home"

def observe(*args, stdin=""):
    command = [sys.executable, "-m", "observe", "--home", home, *args]
    run = subprocess.run(command, input=stdin, capture_output=True, text=True)
    return {"status": run.returncode, "out": run.stdout, "err": run.stderr}

def fill():
    with open(disk + "/filler", "ab", buffering=0) as filler:
        for size in (1 << 20, 4096):
            try:
                while filler.write(bytes(size)) == size:
                    pass
            except OSError:
                pass

def free():
    os.unlink(disk + "/filler")

def read_only():
    if libc.mount(b"tmpfs", disk.encode(), b"tmpfs", READ_ONLY_AGAIN, None):
        raise OSError(ctypes.get_errno(), "remount")

def look(note):
    return json.dumps({"channel": "engagement", "code": "deep", "student": "Bo Chen", "note": note}) + "\\n"

with open(disk + "/roster.csv", "w") as roster:
    roster.write("Name,Section\\nBo Chen,4B\\nAna Ruiz,4B\\n")
assert observe("import", "roster", disk + "/roster.csv")["status"] == 0
visit = observe("start", "4B")["out"].strip()
said = {}
"""


def on_small_disk(folder: str, size: str, steps: str) -> Any:
    """Run `steps` on such a disk, with a school and a live visit on it; what they put into `said`."""
    script = f"{_PRELUDE}\n{steps}\nprint(json.dumps(said))"
    run = subprocess.run([sys.executable, "-c", script, folder, size], capture_output=True, text=True, check=False)
    if run.returncode == 77:
        pytest.skip(f"this system gives no disk of one's own to a test: {run.stdout.strip()}")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
