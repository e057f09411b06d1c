"""A home with a specialist-year of observations, for measuring: 900 visits of 250.

    python bench/big_home.py DIR [--visits 900] [--each 250]

Written through the journal like everything, one transaction a visit.
"""

import argparse
import random
import sys
from pathlib import Path

from observe.domain.codec import iso
from observe.platform import Platform
from observe.services.home import Home, open_home
from observe.services.protocols import find, keep
from observe.store.journal import Act

DAY = 86_400_000


class Then(Platform):
    """This machine, with the wall clock set to the moment that is being written."""

    now = 0

    def wall_ms(self) -> int:
        return self.now

    def monotonic_ms(self) -> int:
        return self.now


def fill(home: Home, platform: Then, visits: int, each: int, last_day: int, seed: int = 1) -> None:
    """`visits` visits to five sections, five a school day, the last on the day that begins at `last_day` (ms)."""
    rng = random.Random(seed)
    protocol = find(home, "push_in")
    sections = [home.new_key() for _ in range(5)]
    students = {s: [home.new_key() for _ in range(25)] for s in sections}

    def roster(act: Act) -> None:
        act.put("import", home.new_key(), {"what": "roster"}, new=True)
        keep(home, act, protocol)
        for number, section in enumerate(sections):
            act.put("section", section, {"name": f"Section {number + 1}", "teacher": f"Teacher {number % 4 + 1}"})
            for seat, student in enumerate(students[section], 1):
                act.put(
                    "student", student, {"name": f"Student {number + 1}-{seat:02d}", "identified": rng.random() < 0.2}
                )
                act.put("member", f"{section}/{student}", {"section": section, "student": student, "seat": seat})

    codes = [(c, code.key) for c in protocol.channels for code in c.codes]
    platform.now = last_day - (visits // 5 + 1) * DAY
    home.write(roster)
    for visit in range(visits):
        start = last_day - ((visits - 1 - visit) // 5) * DAY + (8 * 60 + visit % 5 * 60) * 60_000
        section = sections[visit % 5]

        def write(act: Act, start: int = start, section: str = section) -> None:
            key = home.new_key()
            act.put("visit", key, {"section": section, "protocol": "push_in", "protocol_version": protocol.version,
                                   "zone": home.zone, "observer": "Bench"}, new=True)  # fmt: skip
            act.put("visit.start", key, {"at": iso(start), "roster": students[section]})
            for at in sorted(rng.randrange(45 * 60_000) for _ in range(each)):
                channel, code = rng.choice(codes)
                data = {"visit": key, "at": iso(start + at), "channel": channel.name, "code": code}
                if channel.kind == "toggle":
                    data["on"] = rng.random() < 0.5
                elif channel.kind != "state" and (channel.about == "student" or rng.random() < 0.8):
                    data["student"] = rng.choice(students[section])
                act.put("observation", home.new_key(), data, new=True)
            act.put("visit.end", key, {"at": iso(start + 45 * 60_000)})

        platform.now = start + 45 * 60_000
        home.write(write)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--visits", type=int, default=900)
    parser.add_argument("--each", type=int, default=250)
    options = parser.parse_args()
    platform = Then()
    platform.now = Platform().wall_ms()
    today = platform.now - platform.now % DAY
    home = open_home(options.dir, platform)
    fill(home, platform, options.visits, options.each, today - DAY)
    home.close()


if __name__ == "__main__":
    sys.exit(main())
