"""Makes a hash of a session that is JSON in a text.

One field of a session can then be read and written alone: HGET instead of GET, parse, print, SET.
"""

from typing import Any

from remold_transform import HostError, Record, Reject, from_json, hash_value, text_value, to_json


def migrate(rec: Record) -> None:
    try:
        session = rec.json[""]
    except (HostError, ValueError) as error:
        raise Reject("not-json", str(error)) from error
    if not isinstance(session, dict):
        raise Reject("not-an-object", f"the session is of type {type(session).__name__}")
    # Null and a field that is not there say the same.
    rec.value = hash_value({name: field(session[name]) for name in sorted(session) if session[name] is not None})


def field(value: Any) -> Any:
    match value:
        case bool():
            return "1" if value else "0"
        case dict() | list():
            return to_json(value)
        case _:
            return value  # texts, and numbers as they were written


def revert(rec: Record) -> None:
    session: dict[str, Any] = dict(rec.hash.items())
    for name in ("seen", "score", "roles"):
        session[name] = from_json(session[name])  # keeps 4.50 as it is
    session["admin"] = session.get("admin") == "1"
    rec.value = text_value(to_json({name: session[name] for name in sorted(session)}))
