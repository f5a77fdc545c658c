"""What Python finds in the sandbox in place of a system, each in a process of its own."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from remold_transform.sandbox.output import Output
from remold_transform.testing import stand_in

SOURCES = Path(__file__).parent.parent / "src"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("time.monotonic()", "RuntimeError: time.monotonic: the sandbox has the run's frozen clock only"),
        ("time.sleep(1)", "RuntimeError: time.sleep: the sandbox has the run's frozen clock only"),
        ("uuid.uuid4()", "RuntimeError: os.urandom: the sandbox has no randomness of its own: use Record.random()"),
        ("random.SystemRandom().random()", "RuntimeError: os.urandom: the sandbox has no randomness"),
        ("open('/etc/hosts')", "RuntimeError: open: the sandbox has no files"),
        ("import colorsys", "ModuleNotFoundError: colorsys: import it at the top of the module"),
        ("assert time.time() == 1767225600", ""),
        ("b'x'.decode('cp1252'), datetime.datetime.strptime('2026', '%Y')", ""),
    ],
)
def test_what_is_missing_says_so(code, message):
    begin = "import datetime, random, time, uuid\nfrom remold_transform.sandbox.confinement import confine\nconfine()\n"
    program = (
        f"{begin}try:\n    {code}\nexcept Exception as error:\n    print(f'{{type(error).__name__}}: {{error}}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={"PYTHONPATH": str(SOURCES)}, check=True
    )
    assert done.stdout.startswith(message) and bool(done.stdout) == bool(message)


def test_what_is_printed_goes_to_the_log(monkeypatch):
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    with stand_in() as host:
        output = Output()
        output.install()
        print("two", "words\nand a line")
        print("half", end="")
        print("wrong", file=sys.stderr)
        logging.getLogger("mine").warning("logged %s", 1)
        logging.getLogger("mine").info("\ud800")
        output.flush()
    assert host.log == [
        ("info", "two words"),
        ("info", "and a line"),
        ("debug", "wrong"),
        ("warn", "logged 1"),
        ("info", "\\ud800"),
        ("info", "half"),
    ]
