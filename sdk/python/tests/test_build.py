"""Which world a module is built for, and what is said where it is none."""

import pytest

from remold_transform.build import BuildError, build, world_of


@pytest.mark.parametrize(
    ("source", "world"),
    [
        ("def migrate(rec): ...", "record-transform"),
        ("def migrate_batch(batch): ...", "record-transform"),
        ("def migrate(rec): ...\ndef revert_batch(batch): ...", "record-transform-with-revert"),
        ("from other import migrate\ndef lookups(rec): yield 'a'", "record-transform-with-lookups"),
        ("migrate = revert = lookups = print", "record-transform-with-revert-and-lookups"),
        ("from other import main as run", "program"),
        ("class Other:\n    def run(self): ...\ndef migrate(rec): ...", "record-transform"),
    ],
)
def test_the_world_follows_from_the_functions(source, world):
    assert world_of(source) == world


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "defines none of them"),
        ("def revert(rec): ...", "defines revert;"),
        ("def migrate(rec): ...\ndef run(keyspace): ...", "defines migrate, run;"),
        ("def migrate(rec): ...\ndef migrate_batch(batch): ...", "one form of each"),
        ("x = 1\nasync def migrate(rec): ...", "transform.py:2: migrate is async"),
        ("def migrate(rec)", "transform.py:1: expected ':'"),
        ("def migrate(rec):\n    datetime.now()", "transform.py:2: datetime.now has no clock"),
        ("def migrate(rec):\n    datetime.date.today()", "transform.py:2: date.today has no clock"),
    ],
)
def test_what_is_no_transform(source, message):
    with pytest.raises(BuildError, match=message):
        world_of(source)


def test_a_folder_without_a_transform(tmp_path):
    with pytest.raises(BuildError, match="transform.py is not there"):
        build(tmp_path, tmp_path / "build/x.wasm")
