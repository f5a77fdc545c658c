"""The SDK for Remold transforms in Python.

A transform is a module `transform` with one of these functions:

* `migrate(rec: Record)` or `migrate_batch(batch: Batch)`, which changes records; beside it, if there is a way back,
  `revert` or `revert_batch`, and, if it reads other keys, `lookups(rec: Record)`, which returns or yields them;
* `run(keyspace: Keyspace)`, a program that lists, reads and writes keys itself.

They return nothing. `raise Skip(…)` and `raise Reject(…)` are the other outcomes; anything else that is raised fails
the record alone.
"""

from .batch import Batch
from .context import Log, log, now, now_ms, parameters, seed
from .contract import ErrorCode, HashField, Kind, Scored
from .errors import HostError, OutOfRange, Reject, Skip
from .hashes import Hash
from .json_part import Json
from .jsontext import Number, from_json, to_json
from .keyspace import Applied, Keyspace
from .lists import List
from .record import Record
from .sets import Set
from .sorted_sets import SortedSet
from .streams import Stream, StreamEntry, StreamGroup, StreamId
from .values import (
    HashValue,
    ListValue,
    OpaqueValue,
    SetValue,
    SortedSetValue,
    StreamValue,
    TextValue,
    Value,
    hash_value,
    list_value,
    set_value,
    sorted_set_value,
    stream_value,
    text_value,
)

__all__ = [
    "Applied",
    "Batch",
    "ErrorCode",
    "Hash",
    "HashField",
    "HashValue",
    "HostError",
    "Json",
    "Keyspace",
    "Kind",
    "List",
    "ListValue",
    "Log",
    "Number",
    "OpaqueValue",
    "OutOfRange",
    "Record",
    "Reject",
    "Scored",
    "Set",
    "SetValue",
    "Skip",
    "SortedSet",
    "SortedSetValue",
    "Stream",
    "StreamEntry",
    "StreamGroup",
    "StreamId",
    "StreamValue",
    "TextValue",
    "Value",
    "from_json",
    "hash_value",
    "list_value",
    "log",
    "now",
    "now_ms",
    "parameters",
    "seed",
    "set_value",
    "sorted_set_value",
    "stream_value",
    "text_value",
    "to_json",
]
