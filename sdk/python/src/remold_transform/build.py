"""Builds the component of a project: `python -m remold_transform.build -o build/NAME.wasm`.

It finds the world in the functions that `transform.py` defines, without running it, and calls componentize-py, which
must be installed beside this Python or be on the PATH.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "0.25.1"
"""The version of componentize-py that the SDK is made for: what it generates differs from one to the next."""

WORLDS = {
    ("migrate",): "record-transform",
    ("migrate", "revert"): "record-transform-with-revert",
    ("lookups", "migrate"): "record-transform-with-lookups",
    ("lookups", "migrate", "revert"): "record-transform-with-revert-and-lookups",
    ("run",): "program",
}
"""The world for what a transform exports."""

_EXPORTS = {
    "migrate": "migrate",
    "migrate_batch": "migrate",
    "revert": "revert",
    "revert_batch": "revert",
    "lookups": "lookups",
    "run": "run",
}

_SDK = Path(__file__).resolve().parent.parent


class BuildError(Exception):
    """What keeps a project from being built, for the person who builds it."""


def world_of(source: str, file: str = "transform.py") -> str:
    """Returns the world that has the functions which a module defines or imports at its top.

    Raises a BuildError where they are no transform.
    """
    try:
        tree = ast.parse(source, file)
    except SyntaxError as error:
        raise BuildError(f"{file}:{error.lineno}: {error.msg}") from None
    _refuse_clock(tree, file)
    names = [name for statement in tree.body for name in _names(statement, file)]
    for name in ("migrate", "revert"):
        if name in names and f"{name}_batch" in names:
            raise BuildError(f"{file} defines {name} and {name}_batch; a transform has one form of each")
    exports = tuple(sorted({_EXPORTS[name] for name in names if name in _EXPORTS}))
    world = WORLDS.get(exports)
    if world is None:
        found = ", ".join(exports) or "none of them"
        raise BuildError(
            f"{file} defines {found}; a transform defines migrate(rec) or migrate_batch(batch), beside it revert and "
            "lookups where it has them, and a program run(keyspace)"
        )
    return world


def build(project: Path, output: Path) -> None:
    """Builds the component of a project folder. Raises a BuildError that says what keeps it from being built."""
    file = project / "transform.py"
    if not file.is_file():
        raise BuildError(f"{file} is not there; it is where a transform in Python is")
    world = world_of(file.read_text(encoding="utf-8"))
    output.parent.mkdir(parents=True, exist_ok=True)
    command = [_tool(), "--quiet", "--wit-path", str(_wit()), "--world", world, "componentize", "--stub-wasi"]
    command += ["--python-path", str(project), "--python-path", str(_SDK), "--output", str(output)]
    command += ["remold_transform.sandbox.app"]
    if subprocess.run(command, env=_environment(), check=False).returncode != 0:
        raise BuildError("componentize-py failed; what it says is above")


def main() -> int:
    """Builds the project in the current folder and returns the exit code."""
    parser = argparse.ArgumentParser(prog="remold_transform.build", description="Builds a transform's component.")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file to write, such as build/NAME.wasm")
    parser.add_argument("--project", type=Path, default=Path(), help="the folder of transform.py, by default this one")
    arguments = parser.parse_args()
    try:
        build(arguments.project, arguments.output)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _names(statement: ast.stmt, file: str) -> list[str]:
    """Returns the names that a statement at the top of a module defines."""
    match statement:
        case ast.AsyncFunctionDef(name=name) if name in _EXPORTS:
            raise BuildError(f"{file}:{statement.lineno}: {name} is async; the sandbox calls plain functions")
        case ast.FunctionDef(name=name):
            return [name]
        case ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name for alias in aliases]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
            return [name]
    return []


def _refuse_clock(tree: ast.Module, file: str) -> None:
    """Raises a BuildError for a call that would end every batch: the class has no clock in the sandbox to ask."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=call) if owner in (
                "datetime",
                "date",
            ) and call in ("now", "utcnow", "today"):
                raise BuildError(
                    f"{file}:{node.lineno}: {owner}.{call} has no clock in the sandbox; use remold_transform.now()"
                )


def _tool() -> str:
    """Returns the path of componentize-py: the one beside this Python, or the one on the PATH."""
    beside = shutil.which("componentize-py", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("componentize-py")
    install = f"`{sys.executable} -m pip install componentize-py=={VERSION}` does that"
    if found is None:
        raise BuildError(f"componentize-py is not installed; {install}")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if said != f"componentize-py {VERSION}":
        raise BuildError(f"{found} is {said or 'broken'}, and {VERSION} is needed; {install}")
    return found


def _wit() -> Path:
    """Returns the folder of the WIT package."""
    folder = _SDK.parent / "wit"
    if not folder.is_dir():
        raise BuildError(f"{folder} is not there; the SDK is used as a folder with its WIT files")
    return folder


def _environment() -> dict[str, str]:
    """Returns the environment of the tool: packages that the transform imports are those of this Python's venv."""
    environment = dict(os.environ)
    environment.pop("VIRTUAL_ENV", None)
    if sys.prefix != sys.base_prefix:
        environment["VIRTUAL_ENV"] = sys.prefix
    return environment


if __name__ == "__main__":
    sys.exit(main())
