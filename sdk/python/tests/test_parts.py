"""Lists, sets, sorted sets and streams."""

import pytest

from remold_transform import ErrorCode, HostError, OutOfRange, StreamId
from remold_transform.testing import record


def test_a_list_is_a_mutable_sequence():
    items = record({"list": ["a", "b", "c"]}).list
    items.append("d")
    items.append(b"\xff")
    items.appendleft(0)
    items.insert(1, "between")
    assert items.get_bytes(-1) == b"\xff" and items.pop(0) == "0"
    items[-1] = "e"
    assert items == ["between", "a", "b", "c", "d", "e"] and items[1:3] == ["a", "b"]
    del items[0], items[-2:]
    items.remove("b")
    items.extend(["x"])
    assert list(items) == ["a", "c", "x"] and "c" in items and len(items) == 3
    assert list(items.items_bytes()) == [b"a", b"c", b"x"]
    items.clear()
    assert len(items) == 0


def test_an_index_that_names_no_item_is_an_index_error_and_a_refusal():
    items = record({"list": ["a"]}).list
    for wrong in (lambda: items[1], lambda: items[-2], lambda: items.insert(2, "b"), lambda: items.__delitem__(1)):
        with pytest.raises(IndexError) as refused:
            wrong()
        assert isinstance(refused.value, OutOfRange) and refused.value.code is ErrorCode.OUT_OF_RANGE
    assert items[2**70 :] == []


def test_a_set_is_a_mutable_set():
    tags = record({"set": ["a", "b"]}).set
    tags.add("c")
    tags.add(b"\xff")
    tags.discard("a")
    tags.discard("not there")
    assert b"\xff" in tags and "a" not in tags and 5 not in tags
    tags.remove(b"\xff")
    tags.rename("b", "d")
    assert tags == {"c", "d"} and tags | {"e"} == {"c", "d", "e"} and len(tags) == 2
    assert set(tags.members_bytes()) == {b"c", b"d"}
    with pytest.raises(KeyError):
        tags.remove("a")
    tags.clear()
    assert not tags


def test_a_sorted_set_is_a_mapping_of_members_to_scores():
    board = record({"sortedSet": {"ada": 3, "bob": 1.5}}).sorted_set
    board["cy"] = 2
    board[b"\xff"] = -1
    assert board["ada"] == 3.0 and board.get("dan") is None and board.get("dan", 0.0) == 0.0
    assert list(board.items_bytes())[0] == (b"\xff", -1.0)
    board.discard(b"\xff")
    board.rename("cy", "cyd")
    assert list(board.items()) == [("bob", 1.5), ("cyd", 2.0), ("ada", 3.0)]
    assert list(board) == ["bob", "cyd", "ada"] and list(board.values()) == [1.5, 2.0, 3.0]
    assert board.pop("bob") == 1.5 and "bob" not in board and len(board) == 2
    del board["ada"]
    assert board == {"cyd": 2.0}
    with pytest.raises(HostError):
        board["cyd"] = float("nan")
    with pytest.raises(ValueError):
        board["cyd"] = 2**53 + 1
    board.clear()
    assert not board


def test_a_stream_keeps_ids_while_fields_change():
    events = record(
        {"stream": [{"id": "1-0", "fields": {"evt": "made", "usr": "1"}}, {"id": "2-0", "fields": {"a": "b"}}]}
    ).stream
    events.rename_field("1-0", "evt", "type")
    events.set_field("1-0", "usr", 2)
    events.set_field("1-0", "plan", "free")
    events.remove_field("1-0", b"usr")
    assert events.get("1-0") == [("type", "made"), ("plan", "free")]
    assert events.field("1-0", "type") == "made" and events.field("1-0", b"plan") == b"free"
    assert events.field("1-0", "usr") is None and events.get("7-0") is None
    events.set(StreamId(2, 0), [("a", "1"), ("a", "2")])
    events.add("3-1", {"c": "d"})
    assert [str(entry.id) for entry in events] == ["1-0", "2-0", "3-1"] and len(events) == 3
    assert events.last_id == StreamId(3, 1) and list(events.ids())[1] == StreamId.of("2-0")
    events.discard("1-0")
    assert [entry.fields for entry in events.entries_bytes()] == [[(b"a", b"1"), (b"a", b"2")], [(b"c", b"d")]]
    assert events.groups() == []


def test_what_a_stream_refuses():
    events = record({"stream": [{"id": "5-0", "fields": {"a": "b"}}]}).stream
    refused = [
        lambda: events.add("4-0", {"a": "b"}),
        lambda: events.set("5-0", {}),
        lambda: events.remove_field("5-0", "a"),
        lambda: events.set_field("6-0", "a", "b"),
    ]
    for wrong in refused:
        with pytest.raises(HostError):
            wrong()
    for id in ("5", "5-x", "-1-0", StreamId(-1, 0)):
        with pytest.raises(ValueError):
            events.get(id)
