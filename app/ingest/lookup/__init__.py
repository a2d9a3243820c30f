"""Lookups: what Crossref, PubMed and ClinicalTrials.gov say of one identifier, as a draft."""
