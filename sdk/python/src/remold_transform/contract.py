"""The types of the WIT contract: the sandbox's own ones inside of it, their equals in the stand-in outside.

Both have the same names and fields, so the rest of the package does not see the difference.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.platform != "wasi":
    from .standin import types
else:
    from wit_world.imports import types

ErrorCode = types.ErrorCode
Kind = types.ValueKind
HashField = types.HashField
Scored = types.Scored
Place = types.Place
Unhandled = types.Unhandled

__all__ = ["ErrorCode", "HashField", "Kind", "Place", "Scored", "Unhandled", "types"]
