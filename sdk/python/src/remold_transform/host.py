"""The functions of the WIT contract: the host's inside the sandbox, the in-memory stand-in's outside of it.

Both raise `HostError` where the host refuses. The rest of the package calls the host through this module only.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.platform != "wasi":
    from .standin import (
        backup,
        columns,
        context,
        hashes,
        json,
        keyspace,
        lists,
        records,
        sets,
        sorted_sets,
        streams,
        texts,
    )
else:
    from .sandbox.imports import (
        backup,
        columns,
        context,
        hashes,
        json,
        keyspace,
        lists,
        records,
        sets,
        sorted_sets,
        streams,
        texts,
    )

__all__ = [
    "backup",
    "columns",
    "context",
    "hashes",
    "json",
    "keyspace",
    "lists",
    "records",
    "sets",
    "sorted_sets",
    "streams",
    "texts",
]
