"""Seed files: a document's text and what curators read in it, as YAML that people can review."""

from app.ingest.seeding.load import SeedReport as SeedReport
from app.ingest.seeding.load import seed as seed
from app.ingest.seeding.yaml_nodes import SeedError as SeedError
