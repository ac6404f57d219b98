import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.store.facade import Store, open_store
from bridge.store.keys import Keyring, dump_keys, load_keys, new_keyring, parse_keys, save_keys, with_new_key
from bridge.store.tables.people import identifiers, people
from bridge.store.vault import Vault
from tests.databases import TEST_KEYS
from tests.store.world import SCHOOL, Clock, World, pupil


@pytest.fixture
def filled(store: Store, world: World) -> Store:
    world.pull({"10A1": [pupil("HS1", ministry="7900000001", name="Nguyễn Văn Thử")]})
    return store


def everything(store: Store) -> str:
    """All that the database holds, as text."""
    with store.database.read() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all()) for table in tables]
    return "\n".join(rows)


def test_no_name_and_no_identifier_stands_in_the_clear(filled: Store) -> None:
    text = everything(filled)
    for secret in ("Thử", "HS1", "7900000001", "2011-03-04", "NAM"):
        assert secret not in text


def test_one_text_is_never_sealed_the_same_way_twice() -> None:
    vault = Vault(TEST_KEYS, os.urandom)
    assert vault.seal("An", "here") != vault.seal("An", "here")


def test_a_sealed_value_opens_only_where_it_belongs(filled: Store, world: World) -> None:
    world.pull({"10A1": [pupil("HS1"), pupil("HS2", name="Trần Thị Khác")]})
    one, two = (filled.rosters.directory(SCHOOL).key_of[code] for code in ("HS1", "HS2"))
    with filled.database.write() as connection:
        name = connection.scalar(sa.select(people.c.name).where(people.c.key == one))
        connection.execute(sa.update(people).where(people.c.key == two).values(name=name))
    with pytest.raises(StoreProblem, match="WRONG_KEY"):
        filled.rosters.names(SCHOOL, [two])


@pytest.mark.parametrize(
    ("ring", "why"),
    [
        (Keyring("k1", {"k1": b"\x09" * 32}, TEST_KEYS.lookup), "WRONG_KEY"),
        (Keyring("k1", TEST_KEYS.keys, b"\x09" * 32), "WRONG_KEY"),
        (Keyring("k2", {"k2": b"\x01" * 32}, TEST_KEYS.lookup), "MISSING_KEY"),
    ],
)
def test_another_key_is_refused_when_the_store_is_opened(filled: Store, url: str, ring: Keyring, why: str) -> None:
    with pytest.raises(StoreProblem) as refused:
        open_store(url, ring, clock=Clock())
    assert refused.value.facts["why"] == why


def test_after_a_rotation_the_old_key_may_be_dropped(filled: Store, url: str, world: World) -> None:
    key = filled.rosters.directory(SCHOOL).key_of["HS1"]
    both = with_new_key(TEST_KEYS)
    with_both = open_store(url, both, clock=world.clock)
    assert with_both.rosters.names(SCHOOL, [key]) == {key: "Nguyễn Văn Thử"}
    assert with_both.rekey() == 5  # name, birth date, sex, two codes
    assert with_both.rekey() == 0
    with_both.close()
    new_alone = Keyring(both.current, {both.current: both.keys[both.current]}, both.lookup)
    again = open_store(url, new_alone, clock=world.clock)
    assert again.rosters.names(SCHOOL, [key]) == {key: "Nguyễn Văn Thử"}
    assert again.rosters.directory(SCHOOL).code_of == {key: "HS1"}
    again.close()


def test_identifiers_are_a_list_with_dates(filled: Store, world: World) -> None:
    first = world.clock()
    world.clock.pass_seconds(86400)
    world.pull({"10A1": [pupil("HS1-NEW", ministry="7900000001")]})
    query = sa.select(identifiers.c.valid_from, identifiers.c.valid_to).where(identifiers.c.type == "CITY")
    with filled.database.read() as connection:
        spans = connection.execute(query.order_by(identifiers.c.valid_from)).all()
    assert spans == [(first, world.clock()), (world.clock(), None)]


@pytest.mark.parametrize("value", ["A1", " A1 ", "A1\n"])
def test_outer_blanks_do_not_matter_to_a_look_up(value: str) -> None:
    vault = Vault(TEST_KEYS, os.urandom)
    assert vault.lookup(SCHOOL, "CITY", value) == vault.lookup(SCHOOL, "CITY", "A1")


@pytest.mark.parametrize(("school", "kind"), [("79000002", "CITY"), (SCHOOL, "MINISTRY")])
def test_a_look_up_tells_nothing_across_schools_and_kinds(school: str, kind: str) -> None:
    vault = Vault(TEST_KEYS, os.urandom)
    assert vault.lookup(school, kind, "A1") != vault.lookup(SCHOOL, "CITY", "A1")


class TestKeysFile:
    def test_it_is_its_owners_alone_and_comes_back(self, tmp_path: Path) -> None:
        path, ring = tmp_path / "keys.json", new_keyring()
        save_keys(path, ring)
        assert path.stat().st_mode & 0o777 == 0o600
        assert load_keys(path) == ring
        save_keys(path, with_new_key(ring))
        assert load_keys(path).current == "k2"

    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
    def test_one_that_others_may_read_is_refused(self, tmp_path: Path, mode: int) -> None:
        path = tmp_path / "keys.json"
        save_keys(path, new_keyring())
        path.chmod(mode)
        with pytest.raises(StoreProblem, match="KEYS_EXPOSED"):
            load_keys(path)

    def test_a_missing_one_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(StoreProblem, match="KEYS_FILE"):
            load_keys(tmp_path / "none.json")
        with pytest.raises(StoreProblem, match="KEYS_FILE"):
            save_keys(tmp_path / "no folder" / "keys.json", new_keyring())

    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"[]",
            b"{}",
            b'{"current": "k1", "keys": {}, "lookup": ""}',
            b'{"current": "k1", "keys": {"k1": "AAAA"}, "lookup": "AAAA"}',
            b'{"current": "k1", "keys": {"k1": "%%%"}, "lookup": "AAAA"}',
            dump_keys(TEST_KEYS).replace('"current": "k1"', '"current": "k9"').encode(),
        ],
    )
    def test_a_broken_one_is_refused(self, text: bytes) -> None:
        with pytest.raises(StoreProblem, match="KEYS_BROKEN"):
            parse_keys(text)

    def test_keys_do_not_show_in_a_message(self) -> None:
        assert "\\x01" not in repr(TEST_KEYS)
