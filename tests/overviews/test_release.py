"""A release is everything that is current, the same bytes wherever the content is the same."""

import hashlib
import json
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.__main__ import cli
from app.db.database import Database
from app.overviews.release import write_release
from app.records.catalogue import KINDS, RESOURCES
from tests.conftest import ENGINES, Templates
from tests.factories import Evidence
from tests.query.exporting import pages

CURRENT = "/v1/releases/current"
FILE = f"{CURRENT}/evidence.ndjson"


def released(database: Database) -> bytes:
    """The release of a database."""
    file = BytesIO()
    with database.read() as connection:
        sha256, size, _ = write_release(connection, file)
    assert hashlib.sha256(file.getvalue()).hexdigest() == sha256
    assert len(file.getvalue()) == size
    return file.getvalue()


def test_the_same_seeds_make_the_same_file_on_both_engines(
    templates: dict[str, Templates],
) -> None:
    files = []
    for engine in ENGINES:
        address = templates[engine].copy("ketamine")
        database = Database(address)
        files.append(released(database))
        database.close()
        templates[engine].drop(address)
    assert files[0] == files[1]


def test_the_same_content_written_in_another_order_is_the_same_file(
    templates: dict[str, Templates],
) -> None:
    files = []
    for engine, slugs in zip(ENGINES, (["a", "b", "c"], ["c", "a", "b"]), strict=True):
        address = templates[engine].copy("empty")
        database = Database(address)
        for slug in slugs:
            Evidence(database).treatment(slug)
        files.append(released(database))
        database.close()
        templates[engine].drop(address)
    assert files[0] == files[1]


def test_the_metadata_is_that_of_the_file(reader: TestClient) -> None:
    about, file = reader.get(CURRENT).json(), reader.get(FILE)
    assert about["url"] == FILE
    assert about["size"] == len(file.content) == int(file.headers["content-length"])
    assert about["sha256"] == hashlib.sha256(file.content).hexdigest()
    assert file.headers["etag"] == f'"{about["sha256"]}"'
    assert file.headers["content-type"] == "application/x-ndjson"
    assert 'filename="evidence.ndjson"' in file.headers["content-disposition"]
    assert about["licence"]["identifier"] == "CC-BY-4.0"
    assert about["last_change"] == 1


def test_the_file_has_every_record_of_every_kind(reader: TestClient) -> None:
    header, *records = map(json.loads, reader.get(FILE).content.splitlines())
    for resource in RESOURCES:
        kind = resource.listing.kind
        cards = [each["card"] for each in records if each["kind"] == kind.name]
        assert cards == sorted(pages(reader, f"/v1/{kind.path}"), key=lambda card: card["slug"])
        assert header["counts"][kind.name] == len(cards)
    order = [kind.name for kind in KINDS]
    assert [each["kind"] for each in records] == sorted(
        (each["kind"] for each in records), key=order.index
    )


def test_the_header_tells_what_the_file_is(reader: TestClient) -> None:
    header = json.loads(reader.get(FILE).content.splitlines()[0])
    assert header["title"] == "Evidence Base"
    assert header["card_formats"].keys() == header["counts"].keys()
    assert header["vocabulary"] == reader.get("/v1/vocabularies").json()["items"]


def test_it_is_made_anew_after_a_change_only(client: TestClient, evidence: Evidence) -> None:
    evidence.treatment("first")
    before = client.get(CURRENT).json()
    assert client.get(CURRENT).json() == before
    evidence.treatment("second")
    after = client.get(CURRENT).json()
    assert after["last_change"] > before["last_change"]
    assert after["sha256"] != before["sha256"]
    assert after["counts"]["treatment"] == 2


def test_a_download_goes_on_by_range_and_costs_nothing_when_held(reader: TestClient) -> None:
    whole = reader.get(FILE)
    rest = {"Range": "bytes=1000-", "If-Range": whole.headers["etag"]}
    assert reader.get(FILE, headers=rest).content == whole.content[1000:]
    held = {"If-None-Match": whole.headers["etag"]}
    assert reader.get(FILE, headers=held).status_code == 304


@pytest.mark.parametrize("address", [CURRENT, FILE])
def test_parameters_are_refused(reader: TestClient, address: str) -> None:
    assert reader.get(f"{address}?x=1").status_code == 422


def test_the_command_line_writes_the_same_file(
    ketamine: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ketamine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("EVIDENCE_DATABASE_URL", address)
    file = tmp_path / "evidence.ndjson"
    found = CliRunner().invoke(cli, ["export", str(file)])
    assert found.exit_code == 0, found.output
    assert file.read_bytes() == released(ketamine)
    assert hashlib.sha256(file.read_bytes()).hexdigest() in found.output


def test_the_command_line_writes_one_list(
    ketamine: Database, ketamine_client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ketamine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("EVIDENCE_DATABASE_URL", address)
    file = tmp_path / "studies.csv"
    found = CliRunner().invoke(cli, ["export", str(file), "studies", "--format", "csv"])
    assert found.exit_code == 0, found.output
    assert file.read_bytes() == ketamine_client.get("/v1/studies?format=csv").content


@pytest.mark.parametrize("wrong", [["studys"], ["--format", "csv"]])
def test_what_the_command_line_cannot_write_leaves_no_file(
    ketamine: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: list[str]
) -> None:
    address = ketamine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("EVIDENCE_DATABASE_URL", address)
    assert CliRunner().invoke(cli, ["export", str(tmp_path / "x"), *wrong]).exit_code == 1
    assert list(tmp_path.iterdir()) == []
