from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bridge.domain.errors import StoreProblem
from bridge.store.engine import make_engine
from bridge.store.facade import open_store
from bridge.store.schema import alembic_config, check_schema, migrate
from bridge.store.tables import metadata
from tests.databases import TEST_KEYS
from tests.store.world import Clock


def test_the_migrations_make_exactly_the_tables_of_the_code(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    engine = make_engine(empty_url)
    migrate(engine)
    migrate(engine)
    check_schema(engine)
    engine.dispose()


def test_all_the_way_down_and_up_again(empty_url: str) -> None:
    engine = make_engine(empty_url)
    migrate(engine)
    with engine.execution_options(bridge_writes=True).begin() as connection:
        command.downgrade(alembic_config(connection), "base")
        assert set(sa.inspect(connection).get_table_names()) == {"alembic_version"}
    migrate(engine)
    check_schema(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "OLD_SCHEMA"),
        ("UPDATE alembic_version SET version_num = '9999'", "NEW_SCHEMA"),
        ("DELETE FROM alembic_version", "NO_SCHEMA"),
    ],
)
def test_another_schema_than_the_codes_is_refused(make_url: Callable[[], str], change: str, why: str) -> None:
    url = make_url()
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(change)
    engine.dispose()
    with pytest.raises(StoreProblem) as refused:
        open_store(url, TEST_KEYS, clock=Clock())
    assert refused.value.facts["why"] == why


def test_a_newer_schema_is_not_migrated(make_url: Callable[[], str]) -> None:
    engine = make_engine(make_url())
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreProblem, match="NEW_SCHEMA"):
        migrate(engine)
    engine.dispose()


def test_a_mistyped_file_is_not_made_a_database(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="NO_SCHEMA"):
        open_store(f"sqlite:///{tmp_path / 'typo.sqlite3'}", TEST_KEYS, clock=Clock())
    assert not (tmp_path / "typo.sqlite3").exists()


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense"])
def test_an_address_that_is_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(StoreProblem, match="BAD_ADDRESS"):
        make_engine(url)


def test_each_commit_is_synced_to_the_disk(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    migrate(engine)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()
