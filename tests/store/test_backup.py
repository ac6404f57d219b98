import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.store.archive import KEYS, verify_archive
from bridge.store.backup import backup
from bridge.store.engine import make_engine
from bridge.store.facade import Store, open_store
from bridge.store.keys import Keyring, load_keys, new_keyring, save_keys
from bridge.store.restore import Onto, restore
from tests.databases import TEST_KEYS
from tests.store.world import SCHOOL, YEAR, Clock, World


@pytest.fixture
def keys_path(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    save_keys(path, TEST_KEYS)
    return path


@pytest.fixture
def made(store: Store, world: World, url: str, keys_path: Path, tmp_path: Path) -> Path:
    """A backup of a store with one of most things in it."""
    one, two = world.pupils()
    world.accept([world.draft(one)], id="s-1")
    world.send([world.draft(two)], id="s-2")
    store.runs.end("run-2", now=world.clock())
    target = tmp_path / "backup.zip"
    backup(url, keys_path, target, now=world.clock())
    return target


def contents(url: str) -> dict[str, list[object]]:
    engine = make_engine(url)
    with engine.begin() as connection:
        tables = sa.inspect(connection).get_table_names()
        found = {name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}"))) for name in tables}
    engine.dispose()
    return found


def test_all_that_was_there_is_there_again(made: Path, url: str, make_url: Callable[[], str], tmp_path: Path) -> None:
    other, other_keys = make_url(), tmp_path / "other-keys.json"
    restore(made, other, other_keys)
    assert contents(other) == contents(url)
    assert load_keys(other_keys) == TEST_KEYS
    assert other_keys.stat().st_mode & 0o777 == 0o600
    again = open_store(other, load_keys(other_keys), clock=Clock())
    assert [kept.submission.id for kept in again.submissions.open(SCHOOL)] == ["s-2"]
    assert again.audit.verify(SCHOOL) is not None
    with pytest.raises(StoreProblem), again.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
    again.close()


def test_into_a_place_where_there_was_nothing(made: Path, empty_url: str, tmp_path: Path) -> None:
    restore(made, empty_url, tmp_path / "other-keys.json")
    opened = open_store(empty_url, TEST_KEYS, clock=Clock())
    assert len(opened.ledger.standing(SCHOOL, YEAR).open) == 1
    opened.close()


def test_what_came_after_the_backup_is_gone(made: Path, store: Store, world: World, url: str, keys_path: Path) -> None:
    before = contents(url)
    world.run()
    store.close()
    restore(made, url, keys_path, onto=Onto.ANYTHING)
    assert contents(url) == before


def test_a_database_with_something_in_it_is_not_overwritten_by_mistake(made: Path, url: str, keys_path: Path) -> None:
    before = contents(url)
    with pytest.raises(StoreProblem, match="NOT_EMPTY"):
        restore(made, url, keys_path)
    assert contents(url) == before


def test_other_keys_are_not_overwritten_by_mistake(made: Path, make_url: Callable[[], str], tmp_path: Path) -> None:
    path, ring = tmp_path / "other-keys.json", new_keyring()
    save_keys(path, ring)
    with pytest.raises(StoreProblem, match="KEYS_DIFFER"):
        restore(made, make_url(), path)
    assert load_keys(path) == ring


def test_a_backup_with_the_wrong_keys_is_not_made(store: Store, world: World, url: str, tmp_path: Path) -> None:
    world.pupils()
    wrong = tmp_path / "wrong.json"
    save_keys(wrong, Keyring("k1", {"k1": b"\x09" * 32}, TEST_KEYS.lookup))
    with pytest.raises(StoreProblem, match="WRONG_KEY"):
        backup(url, wrong, tmp_path / "backup.zip", now=world.clock())
    assert sorted(path.name for path in tmp_path.glob("backup*")) == []


def test_an_older_backup_is_not_overwritten(made: Path, url: str, keys_path: Path) -> None:
    before = made.read_bytes()
    with pytest.raises(StoreProblem, match="BACKUP_EXISTS"):
        backup(url, keys_path, made, now=Clock()())
    assert made.read_bytes() == before


def test_a_backup_is_its_owners_alone(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600


def rewritten(archive: Path, change: Callable[[str, bytes], bytes | None], extra: str = "") -> None:
    """The archive as it is after some part was changed."""
    with zipfile.ZipFile(archive) as old:
        parts = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(archive, "w") as new:
        for name, data in parts.items():
            if data is not None:
                new.writestr(name, data)
        if extra:
            new.writestr(extra, b"")


@pytest.mark.parametrize("spoil", ["keys", "database", "missing", "extra", "manifest", "format", "cut", "not-a-zip"])
def test_a_spoilt_backup_changes_nothing(made: Path, make_url: Callable[[], str], tmp_path: Path, spoil: str) -> None:
    def change(name: str, data: bytes) -> bytes | None:
        if spoil == "keys" and name == KEYS:
            return data.replace(b"AQEB", b"AQEC")
        if spoil == "database" and name not in (KEYS, "manifest.json"):
            return data + b"x"
        if spoil == "missing" and name == KEYS:
            return None
        if spoil == "manifest" and name == "manifest.json":
            return b"{}"
        if spoil == "format" and name == "manifest.json":
            return json.dumps({**json.loads(data), "format": 2}).encode()
        return data

    if spoil == "cut":
        made.write_bytes(made.read_bytes()[:-40])
    elif spoil == "not-a-zip":
        made.write_bytes(b"nothing")
    else:
        rewritten(made, change, extra="more" if spoil == "extra" else "")
    url = make_url()
    before = contents(url)
    with pytest.raises(StoreProblem, match="BACKUP_BROKEN"):
        restore(made, url, tmp_path / "other-keys.json")
    assert contents(url) == before
    assert not (tmp_path / "other-keys.json").exists()


def test_a_backup_of_a_newer_program_is_refused(made: Path, make_url: Callable[[], str], tmp_path: Path) -> None:
    def change(name: str, data: bytes) -> bytes:
        return json.dumps({**json.loads(data), "schema": "9999"}).encode() if name == "manifest.json" else data

    rewritten(made, change)
    with pytest.raises(StoreProblem, match="NEW_SCHEMA"):
        restore(made, make_url(), tmp_path / "other-keys.json")


def test_a_backup_says_what_it_holds(made: Path, engine_name: str) -> None:
    manifest = verify_archive(made)
    assert manifest.engine == engine_name
    assert manifest.made_at == Clock()().isoformat()
    assert KEYS in manifest.parts


def test_another_engines_backup_is_refused(made: Path, engine_name: str, tmp_path: Path) -> None:
    other = "postgresql://nobody@127.0.0.1:1/none" if engine_name == "sqlite" else f"sqlite:///{tmp_path}/x.sqlite3"
    with pytest.raises(StoreProblem, match="BACKUP_OTHER_ENGINE"):
        restore(made, other, tmp_path / "other-keys.json")


def test_a_missing_backup_is_said(make_url: Callable[[], str], tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="CANNOT_OPEN"):
        restore(tmp_path / "none.zip", make_url(), tmp_path / "keys.json")
