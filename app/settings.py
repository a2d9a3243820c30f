"""The only reader of the environment: every setting, with its meaning and its default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode, urlsplit

from limits import parse_many
from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


def _is_a_rate(written: str) -> str:
    try:
        possible = all(each.amount for each in parse_many(written)) if written else True
    except ValueError:
        possible = False
    if not possible:
        raise ValueError("is as 600/minute, or 10/second; 2000/hour, or empty")
    return written


Rate = Annotated[str, AfterValidator(_is_a_rate)]


def _is_an_address(written: str) -> str:
    parts = urlsplit(written)
    if written and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("begins with https:// or http:// and names a host, or is empty")
    return written


Address = Annotated[str, AfterValidator(_is_an_address)]


# host:port,host:port, as libpq takes it, behind user and password
_HOSTS = re.compile(r"(postgresql\+psycopg://(?:[^:/@]*(?::[^@]*)?@)?)([^/?@]*,[^/?@]*)(.*)")
_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]]+))(?::(\d+))?")
_SERVERS = ("any", "read-write", "read-only", "primary", "standby", "prefer-standby")


def _postgresql_url(written: str) -> str:
    """The address as SQLAlchemy takes it; of several hosts the one that may be written to.

    Raises ValueError for what libpq would not take, so that it is known before the first request.
    """
    if several := _HOSTS.fullmatch(written):
        login, hosts, rest = several.groups()
        path, _, query = rest.partition("?")
        written = f"{login}{path}?{_hosts_and_ports(hosts)}&{query}"
    try:
        url = make_url(written)
    except ValueError:
        return ""
    if "password" in url.query:  # in its place it is hidden where the address is shown
        url = url.set(password=str(url.query["password"])).difference_update_query(["password"])
    try:
        connects = url.get_dialect()().create_connect_args(url)[1]
    except ArgumentError as error:
        raise ValueError(str(error)) from None
    if "," in str(connects.get("host", "")) and "target_session_attrs" not in url.query:
        url = url.update_query_dict({"target_session_attrs": "read-write"})
    if url.query.get("target_session_attrs", "any") not in _SERVERS:
        raise ValueError(f"target_session_attrs is one of {', '.join(_SERVERS)}")
    _check_connection_options(connects)
    return url.render_as_string(hide_password=False)


def _hosts_and_ports(written: str) -> str:
    """What stands between the login and the name of a database, as parameters of its address."""
    each = [_HOST.fullmatch(one) for one in written.split(",")]
    if not all(each):
        raise ValueError("names several hosts as a:5432,b:5433")
    hosts, ports = zip(*((one[1] or one[2], one[3] or "") for one in each if one), strict=True)
    return urlencode({"host": ",".join(hosts), "port": ",".join(ports)})


def _check_connection_options(options: Mapping[str, Any]) -> None:
    import psycopg  # noqa: PLC0415 # SQLite needs none of it

    try:
        psycopg.conninfo.make_conninfo(**options)
    except psycopg.ProgrammingError as error:
        raise ValueError(str(error).strip()) from None


class Settings(BaseSettings):
    """What an operator may set, each as an environment variable EVIDENCE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="EVIDENCE_", extra="ignore")

    database_url: str = Field(
        default="sqlite:///data/evidence.db",
        description="SQLAlchemy URL: sqlite:///path/to/file.db, or "
        "postgresql+psycopg://user:password@host/name; several hosts: @a:5432,b:5432/name.",
    )

    @field_validator("database_url")
    @classmethod
    def is_a_database_we_know(cls, url: str) -> str:
        """Let people write postgresql:// for the driver that is installed; refuse other engines."""
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                url = url.replace(prefix, "postgresql+psycopg://", 1)
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("begins with sqlite:/// or postgresql+psycopg://")
        try:
            if url.startswith("postgresql"):
                url = _postgresql_url(url)
            named = make_url(url).database
        except (ArgumentError, TypeError):
            named = None
        if not named:
            raise ValueError("names no file or database after its last slash, or cannot be read")
        return url

    pool_size: int = Field(
        default=5, ge=1, le=100, description="Connections to the database held by one process."
    )
    busy_timeout: float = Field(
        default=30,
        gt=0,
        le=600,
        description="Seconds to wait for a connection or for another writer, then 503.",
    )
    query_timeout: float = Field(
        default=10,
        ge=0,
        le=600,
        description="Seconds that one reading request may take in the database, then 503; 0: any.",
    )
    processes: int = Field(
        default=0,
        ge=0,
        le=64,
        description="Processes that share what verify, reindex and migrate do; 0: by the "
        "processors, and one where there are few records.",
    )
    migrate_on_start: bool = Field(
        default=False, description="Whether serve brings the schema up to date before it serves."
    )
    host: str = Field(default="127.0.0.1", description="Address that serve listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that serve listens on.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that serve.")
    max_connections: int = Field(
        default=1000,
        ge=1,
        le=100_000,
        description="Connections open at once to one process; more are told to try again. Let the "
        "system give a process more open files than this.",
    )
    max_connections_per_address: int = Field(
        default=200,
        ge=1,
        le=100_000,
        description="The same from one address (of IPv6 one /64), but for trusted proxies.",
    )
    client_timeout: float = Field(
        default=20,
        gt=0,
        le=600,
        description="Seconds in which the head of a request has to come, else 408; and over which "
        "the least rate is measured.",
    )
    max_header_bytes: int = Field(
        default=32_768,
        ge=4096,
        le=1_000_000,
        description="Longest headers of a request, in bytes; longer ones get 431.",
    )
    least_rate: int = Field(
        default=8_000,
        ge=0,
        le=10_000_000,
        description="Bytes a second that a client has to send of a body, or take of an answer; "
        "else its connection is ended.",
    )
    max_query_bytes: int = Field(
        default=16_384,
        ge=1024,
        le=50_000,
        description="Longest address answered, in bytes; longer ones get 414.",
    )
    max_body_bytes: int = Field(
        default=5_000_000,
        ge=1024,
        le=500_000_000,
        description="Longest record that is written, in bytes; longer ones get 413.",
    )
    max_upload_bytes: int = Field(
        default=64_000_000,
        ge=1024,
        le=64 * 1024 * 1024,
        description="Longest file of citations or notices, in bytes; longer ones get 413.",
    )
    public_url: str = Field(
        default="",
        description="Address that the outside reaches the server by, for links; empty: relative.",
    )
    anonymous_reads: bool = Field(
        default=True,
        description="Whether everybody may read; if not, whoever has a key of any scope.",
    )
    read_rate: Rate = Field(
        default="",
        description="Requests with one key, or from one address without, as 600/minute; then 429;"
        " empty: any number.",
    )
    write_rate: Rate = Field(
        default="1200/minute", description="Writes with one key; then 429; empty: any number."
    )
    refusal_rate: Rate = Field(
        default="600/minute",
        description="Keys refused from one address; then 429; empty: any number.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1,::1",
        description="Proxies whose X-Forwarded-For is believed, separated by commas; * for all.",
    )
    crossref_url: Address = Field(
        default="https://api.crossref.org",
        description="Crossref, which DOIs are looked up with; empty: it is not asked.",
    )
    pubmed_url: Address = Field(
        default="https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
        description="NCBI E-utilities, which PubMed numbers are looked up with; empty: not asked.",
    )
    pmc_url: Address = Field(
        default="https://pmc.ncbi.nlm.nih.gov/tools/idconv/api/v1/articles",
        description="The ID converter of PubMed Central; empty: it is not asked.",
    )
    clinical_trials_url: Address = Field(
        default="https://clinicaltrials.gov/api/v2",
        description="ClinicalTrials.gov, for trial numbers; empty: it is not asked.",
    )
    lookup_mailto: str = Field(
        default="",
        pattern=r"^([^\s@<>()]+@[^\s@<>()]+)?$",
        description="Your e-mail address, told to Crossref and NCBI as they ask for; empty: none.",
    )
    lookup_tool: str = Field(
        default="evidence-base",
        pattern=r"^[\w./-]+$",
        description="Name that lookups are made under, told to Crossref and NCBI.",
    )
    ncbi_api_key: SecretStr = Field(
        default=SecretStr(""), description="Key of NCBI, for more than 3 requests a second."
    )
    lookup_timeout: float = Field(
        default=10, gt=0, le=120, description="Seconds that one try of a lookup may take."
    )
    lookup_tries: int = Field(default=3, ge=1, le=10, description="Tries of a lookup, then 503.")
    lookup_patience: float = Field(
        default=20,
        ge=0,
        le=300,
        description="Seconds after which a lookup is not tried again, whatever the tries.",
    )
    lookup_proxy: Address = Field(
        default="", description="HTTP proxy that lookups go through; empty: none."
    )
    metrics_key: SecretStr = Field(
        default=SecretStr(""),
        description="What Prometheus sends as a Bearer token to read /metrics, 16 characters or "
        "more; empty: there is no /metrics.",
    )

    @field_validator("metrics_key")
    @classmethod
    def is_not_guessed(cls, key: SecretStr) -> SecretStr:
        """Refuse a key that somebody may guess."""
        if 0 < len(key.get_secret_value()) < 16:
            raise ValueError("has 16 characters or more, or is empty")
        return key

    shutdown_timeout: int = Field(
        default=20, ge=1, description="Seconds that requests may still take when told to stop."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least important message that is logged."
    )
    log_format: Literal["json", "console"] = Field(
        default="json", description="How log lines look: for machines or for people."
    )
    seed_folder: Path = Field(
        default=Path(__file__).parents[1] / "seed_data" / "ketamine",
        description="Folder that seed loads when none is named.",
    )
