"""What ran in the visits to a class and by whom, and what its teacher was seen to do."""

import json
import sqlite3


def ran(conn: sqlite3.Connection, section: str) -> list[tuple[str, int, str, str, str]]:
    """(visit, started ms, channel, code, by whom) of everything ticked as run in visits to a section."""
    sql = (
        "SELECT visit.id, started_at, channel, code, by_whom FROM ran JOIN visit ON visit.id = ran.visit"
        " WHERE section = ? AND started_at IS NOT NULL ORDER BY started_at, visit.id, channel, code"
    )
    return conn.execute(sql, (section,)).fetchall()


def moves(conn: sqlite3.Connection, section: str, channel: str) -> list[tuple[str, str, dict[str, object]]]:
    """(visit, code, modifiers) of everything logged on a channel in visits to a section, in order of time."""
    sql = (
        "SELECT observation.visit, code, more FROM observation JOIN visit ON visit.id = observation.visit"
        " WHERE section = ? AND channel = ? AND code IS NOT NULL ORDER BY at, ms, n, observation.device, seq"
    )
    rows = conn.execute(sql, (section, channel))
    return [(visit, code, (json.loads(more) if more else {}).get("modifiers", {})) for visit, code, more in rows]
