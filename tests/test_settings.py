"""Settings: each is described and documented; a value that makes no sense is refused by name."""

import pytest
from pydantic import ValidationError
from sqlalchemy import make_url

from app.settings import Settings

BAD = (
    ("database_url", "nonsense", "begins with sqlite:/// or postgresql"),
    ("database_url", "", "begins with sqlite:/// or postgresql"),
    ("database_url", "mysql://host/name", "begins with sqlite:/// or postgresql"),
    ("database_url", "sqlite:///", "names no file or database"),
    ("database_url", "postgresql://host:port/name", "names no file or database"),
    ("database_url", "postgresql://host", "names no file or database"),
    ("database_url", "postgresql://a:5432,b:port/name", "several hosts as a:5432,b:5433"),
    ("database_url", "postgresql:///name?host=a,b,c&port=1,2", "number of hosts and ports"),
    ("database_url", "postgresql://a,b/name?target_session_attrs=master", "one of any, read-write"),
    ("database_url", "postgresql://a/name?target_sesion_attrs=any", "invalid connection option"),
    ("pool_size", "0", "greater than or equal to 1"),
    ("pool_size", "many", "valid integer"),
    ("busy_timeout", "0", "greater than 0"),
    ("busy_timeout", "nan", "less than or equal to 600"),
    ("migrate_on_start", "perhaps", "valid boolean"),
    ("port", "65536", "less than or equal to 65535"),
    ("port", "http", "valid integer"),
    ("workers", "0", "greater than or equal to 1"),
    ("max_query_bytes", "1", "greater than or equal to 1024"),
    ("read_rate", "often", "is as 600/minute"),
    ("write_rate", "0/minute", "is as 600/minute"),
    ("refusal_rate", "5/fortnight", "is as 600/minute"),
    ("shutdown_timeout", "0", "greater than or equal to 1"),
    ("log_level", "loud", "'debug', 'info', 'warning' or 'error'"),
    ("log_format", "xml", "'json' or 'console'"),
)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"EVIDENCE_{name.upper()}", raising=False)


def test_every_setting_is_described_in_a_sentence() -> None:
    about = {name: field.description or "" for name, field in Settings.model_fields.items()}
    assert [name for name, words in about.items() if not words.endswith(".")] == []


def test_without_an_environment_every_setting_has_a_default() -> None:
    assert Settings().database_url == "sqlite:///data/evidence.db"


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_PORT", "8123")
    monkeypatch.setenv("EVIDENCE_MIGRATE_ON_START", "true")

    assert (Settings().port, Settings().migrate_on_start) == (8123, True)


@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_a_value_that_makes_no_sense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(f"EVIDENCE_{name.upper()}", value)

    with pytest.raises(ValidationError) as refused:
        Settings()

    [error] = refused.value.errors()
    assert error["loc"] == (name,)
    assert message in error["msg"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_may_be_written_with_or_without_its_driver(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("EVIDENCE_DATABASE_URL", f"{scheme}://ada:secret@host:5432/evidence")

    assert Settings().database_url == "postgresql+psycopg://ada:secret@host:5432/evidence"


SEVERAL = (
    "postgresql://ada:s%40cret@one:5432,two:5433/evidence",
    "postgresql://ada:s%40cret@/evidence?host=one,two&port=5432,5433",
    "postgresql://ada:s%40cret@/evidence?host=one:5432&host=two:5433",
    "postgresql://ada@one:5432,two:5433/evidence?password=s%40cret",
)


@pytest.mark.parametrize("written", SEVERAL)
def test_of_several_hosts_the_one_that_may_be_written_to_is_connected_to(written: str) -> None:
    url = make_url(Settings(database_url=written).database_url)

    connects = url.get_dialect()().create_connect_args(url)[1]
    assert connects == {
        "host": "one,two",
        "port": "5432,5433",
        "user": "ada",
        "password": "s@cret",
        "dbname": "evidence",
        "target_session_attrs": "read-write",
    }
    assert "cret" not in url.render_as_string(hide_password=True)


def test_of_several_hosts_any_may_be_asked_for_by_name() -> None:
    written = "postgresql://ada@[::1]:5432,two/evidence?target_session_attrs=any"

    url = make_url(Settings(database_url=written).database_url)

    connects = url.get_dialect()().create_connect_args(url)[1]
    assert (connects["host"], connects["port"]) == ("::1,two", "5432,")
    assert connects["target_session_attrs"] == "any"
