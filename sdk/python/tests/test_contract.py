"""The stand-in has every function of the WIT files with its parameters, and the SDK calls every one."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

SDK = Path(__file__).parent.parent
FUNCTION = re.compile(r"^    ([a-z-]+): func\((.*?)\)", re.MULTILINE)
INTERFACE = re.compile(r"^interface ([a-z-]+) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
RESERVED = {"from": "from_"}
NOT_FOR_PYTHON = {("context", "panic")}
"""An error of Python is told by `records.fail`; it never ends the call."""


def functions():
    """Walks interface, function and names of parameters in the WIT files."""
    for file in sorted((SDK / "wit").glob("*.wit")):
        for interface, body in INTERFACE.findall(file.read_text()):
            for name, parameters in FUNCTION.findall(body):
                names = [
                    snake(parameter.partition(":")[0])
                    for parameter in re.split(r", (?=[%a-z-]+:)", parameters)
                    if parameter
                ]
                yield snake(interface), snake(name), [RESERVED.get(name, name) for name in names]


def snake(name):
    """Returns a name as the bindings have it."""
    return name.strip().removeprefix("%").replace("-", "_")


ALL = list(functions())


def test_the_files_were_read():
    assert len(ALL) > 130 and ("hashes", "rename", ["i", "from_", "to"]) in ALL


@pytest.mark.parametrize(("interface", "name", "parameters"), ALL, ids=lambda part: str(part))
def test_the_stand_in_has_it(interface, name, parameters):
    module = importlib.import_module(f"remold_transform.standin.{interface}")
    assert list(inspect.signature(getattr(module, name)).parameters) == parameters


def test_the_sdk_calls_it():
    sources = "".join(
        file.read_text() for folder in ("", "sandbox") for file in (SDK / "src/remold_transform" / folder).glob("*.py")
    )
    called = {tuple(call) for call in re.findall(r"\b([a-z_]+)\.([a-z_]+)\b", sources)}
    uncalled = {(interface, name) for interface, name, _ in ALL} - called
    assert uncalled == NOT_FOR_PYTHON
