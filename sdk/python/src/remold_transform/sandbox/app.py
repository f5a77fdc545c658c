"""The app module of the component: the exports of its world, over the user's module `transform`.

componentize-py imports it when the component is built and keeps the state of the interpreter. What is exported depends
on the world alone; a function that the world does not have is never called.
"""

import importlib

from ..entry import Transform
from .confinement import confine
from .output import Output

_transform = Transform(importlib.import_module("transform"))
_output = Output()
confine()
_output.install()


class WitWorld:
    """The exports."""

    def migrate(self, count: int) -> None:
        """Transforms the records `0 .. count`."""
        _transform.migrate(count)
        _output.flush()

    def revert(self, count: int) -> None:
        """Transforms the records `0 .. count` back."""
        _transform.revert(count)
        _output.flush()

    def lookups(self, count: int) -> None:
        """Asks for the keys that the records `0 .. count` will look up."""
        _transform.lookups(count)
        _output.flush()

    def run(self) -> None:
        """Runs the program to its end."""
        _transform.run()
        _output.flush()
