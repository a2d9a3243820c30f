"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE search_index USING fts5(head, body, content='search_texts', content_rowid='id', tokenize='ascii', prefix='1')",
    "INSERT INTO search_index(search_index, rank) VALUES ('hashsize', 16777216)",
    "CREATE TRIGGER search_index_insert AFTER INSERT ON search_texts BEGIN INSERT INTO search_index(rowid, head, body) VALUES (new.id, new.head, new.body); END",
    "CREATE TRIGGER search_index_delete AFTER DELETE ON search_texts BEGIN INSERT INTO search_index(search_index, rowid, head, body) VALUES ('delete', old.id, old.head, old.body); END",
    "CREATE TRIGGER search_index_update AFTER UPDATE ON search_texts BEGIN INSERT INTO search_index(search_index, rowid, head, body) VALUES ('delete', old.id, old.head, old.body); INSERT INTO search_index(rowid, head, body) VALUES (new.id, new.head, new.body); END",
)
POSTGRESQL_SEARCH = (
    "CREATE FUNCTION search_lexemes(head text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CAST(coalesce(string_agg(word || ':' || least(place, 16383) || weight, ' '), '') AS tsvector) FROM (SELECT word, place, 'A' AS weight FROM string_to_table(head, ' ') WITH ORDINALITY AS h(word, place) UNION ALL SELECT word, place, 'D' FROM string_to_table(body, ' ') WITH ORDINALITY AS b(word, place)) AS words WHERE word NOT IN ('', '¶') $$",
    "ALTER TABLE search_texts ADD COLUMN tsv tsvector GENERATED ALWAYS AS (search_lexemes(head, body)) STORED",
    "CREATE INDEX search_index ON search_texts USING gin (tsv)",
)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", WORDS, nullable=False, comment="Name that changes are recorded under."),
        sa.Column("created_at", WORDS, nullable=False, comment="When, ISO 8601 in UTC."),
        sa.Column("disabled_at", WORDS, nullable=True, comment="Since when shut out; empty: not."),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index("uq_accounts_name", "accounts", ["name"], unique=True)
    op.create_table(
        "changes",
        sa.Column("at", WORDS, nullable=False, comment="When, ISO 8601 in UTC with microseconds."),
        sa.Column("actor", WORDS, nullable=False, comment="Who: the name of an account, or seed."),
        sa.Column("action", WORDS, nullable=False, comment="What it did."),
        sa.Column("reason", WORDS, nullable=False, comment="Why, in the actor's words."),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "action IN ('seed', 'edit', 'withdraw', 'restore', 'import', 'accept', 'merge', 'unmerge', 'retract')",
            name=op.f("ck_changes_action_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index("uq_changes_at", "changes", ["at"], unique=True)
    op.create_table(
        "citations",
        sa.Column("type", WORDS, nullable=False, comment="What kind of publication it is."),
        sa.Column("title", WORDS, nullable=False, comment="Title, as published."),
        sa.Column(
            "container_title",
            WORDS,
            nullable=True,
            comment="Journal or book it appeared in; empty: none, or not known.",
        ),
        sa.Column(
            "year", sa.Integer(), nullable=True, comment="Year of publication; empty: not known."
        ),
        sa.Column(
            "year_key",
            sa.Integer(),
            sa.Computed("coalesce(year, 0)", persisted=True),
            nullable=False,
            comment="Derived: the year, 0 when not known, to sort by.",
        ),
        sa.Column("volume", WORDS, nullable=True, comment="Volume, as printed; empty: not known."),
        sa.Column("issue", WORDS, nullable=True, comment="Issue, as printed; empty: not known."),
        sa.Column("pages", WORDS, nullable=True, comment="Pages, as printed; empty: not known."),
        sa.Column("abstract", WORDS, nullable=True, comment="Abstract; empty: not held."),
        sa.Column(
            "verbatim",
            WORDS,
            nullable=True,
            comment="The reference as the source wrote it; empty: it came in fields.",
        ),
        sa.Column(
            "authors_truncated",
            sa.Boolean(),
            nullable=False,
            comment="The list of authors ends in et al.: there are more.",
        ),
        sa.Column(
            "publication_status",
            WORDS,
            nullable=False,
            comment="What became of it after it appeared.",
        ),
        sa.Column(
            "slug",
            WORDS,
            nullable=False,
            comment="Name in addresses; never changes and is never used twice.",
        ),
        sa.Column("status", WORDS, nullable=False, comment="Whether the record stands."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Counts edits of the record's own content, from 1.",
        ),
        sa.Column("stamp", KEY, nullable=False, comment="The change that last altered the card."),
        sa.Column(
            "edited",
            KEY,
            nullable=False,
            comment="The change that last edited the record's own content.",
        ),
        sa.Column(
            "card", sa.Text(), nullable=False, comment="The record's public JSON, as it is served."
        ),
        sa.Column(
            "card_format",
            sa.SmallInteger(),
            nullable=False,
            comment="Which layout the stored card has.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "publication_status IN ('ordinary', 'corrected', 'expression_of_concern', 'retracted')",
            name=op.f("ck_citations_publication_status_known"),
        ),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')", name=op.f("ck_citations_status_known")
        ),
        sa.CheckConstraint(
            "type IN ('article_journal', 'article', 'book', 'chapter', 'dataset', 'paper_conference', 'report', 'thesis', 'webpage', 'patent', 'legislation', 'document')",
            name=op.f("ck_citations_type_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citations")),
    )
    op.create_index(op.f("ix_citations_stamp"), "citations", ["stamp"], unique=False)
    op.create_index(
        "ix_citations_publication_status", "citations", ["publication_status"], unique=False
    )
    op.create_index("ix_citations_year_key_id", "citations", ["year_key", "id"], unique=False)
    op.create_index("uq_citations_slug", "citations", ["slug"], unique=True)
    op.create_table(
        "discrepancies",
        sa.Column("title", WORDS, nullable=False, comment="What they disagree on."),
        sa.Column(
            "note", WORDS, nullable=True, comment="What a reader should know; empty: nothing."
        ),
        sa.Column(
            "slug",
            WORDS,
            nullable=False,
            comment="Name in addresses; never changes and is never used twice.",
        ),
        sa.Column("status", WORDS, nullable=False, comment="Whether the record stands."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Counts edits of the record's own content, from 1.",
        ),
        sa.Column("stamp", KEY, nullable=False, comment="The change that last altered the card."),
        sa.Column(
            "edited",
            KEY,
            nullable=False,
            comment="The change that last edited the record's own content.",
        ),
        sa.Column(
            "card", sa.Text(), nullable=False, comment="The record's public JSON, as it is served."
        ),
        sa.Column(
            "card_format",
            sa.SmallInteger(),
            nullable=False,
            comment="Which layout the stored card has.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')",
            name=op.f("ck_discrepancies_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancies")),
    )
    op.create_index(op.f("ix_discrepancies_stamp"), "discrepancies", ["stamp"], unique=False)
    op.create_index("uq_discrepancies_slug", "discrepancies", ["slug"], unique=True)
    op.create_table(
        "documents",
        sa.Column("title", WORDS, nullable=False, comment="What the document is called."),
        sa.Column("publisher", WORDS, nullable=True, comment="Who published it; empty: not known."),
        sa.Column("url", WORDS, nullable=True, comment="Where it was found; empty: not known."),
        sa.Column(
            "retrieved_on",
            WORDS,
            nullable=True,
            comment="When it was read, ISO 8601; empty: not known.",
        ),
        sa.Column("text", WORDS, nullable=False, comment="The text itself, unchanged."),
        sa.Column(
            "sha256", WORDS, nullable=False, comment="SHA-256 of the text in UTF-8, hexadecimal."
        ),
        sa.Column(
            "slug",
            WORDS,
            nullable=False,
            comment="Name in addresses; never changes and is never used twice.",
        ),
        sa.Column("status", WORDS, nullable=False, comment="Whether the record stands."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Counts edits of the record's own content, from 1.",
        ),
        sa.Column("stamp", KEY, nullable=False, comment="The change that last altered the card."),
        sa.Column(
            "edited",
            KEY,
            nullable=False,
            comment="The change that last edited the record's own content.",
        ),
        sa.Column(
            "card", sa.Text(), nullable=False, comment="The record's public JSON, as it is served."
        ),
        sa.Column(
            "card_format",
            sa.SmallInteger(),
            nullable=False,
            comment="Which layout the stored card has.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')", name=op.f("ck_documents_status_known")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_documents_sha256_is_hex")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_stamp"), "documents", ["stamp"], unique=False)
    op.create_index("ix_documents_title_id", "documents", ["title", "id"], unique=False)
    op.create_index("uq_documents_slug", "documents", ["slug"], unique=True)
    op.create_table(
        "idempotency_keys",
        sa.Column("key", WORDS, nullable=False, comment="The client's key."),
        sa.Column("actor", WORDS, nullable=False, comment="Whose key it is."),
        sa.Column(
            "request_sha256",
            WORDS,
            nullable=False,
            comment="What was asked, to refuse another use.",
        ),
        sa.Column("status", sa.Integer(), nullable=False, comment="HTTP status of the answer."),
        sa.Column("headers", WORDS, nullable=False, comment="Headers of the answer, JSON."),
        sa.Column("body", WORDS, nullable=False, comment="Body of the answer."),
        sa.Column("created_at", WORDS, nullable=False, comment="When, ISO 8601 in UTC."),
        sa.PrimaryKeyConstraint("key", "actor", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False
    )
    op.create_table(
        "registry_records",
        sa.Column("registry_name", WORDS, nullable=False, comment="Which registry."),
        sa.Column(
            "identifier", WORDS, nullable=False, comment="The entry's number in the registry."
        ),
        sa.Column(
            "entry_version",
            WORDS,
            nullable=False,
            comment="Version or date of the entry, as it says.",
        ),
        sa.Column("retrieved_on", WORDS, nullable=False, comment="When it was read, ISO 8601."),
        sa.Column(
            "sha256", WORDS, nullable=False, comment="SHA-256 of the entry's bytes, hexadecimal."
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "registry_name IN ('clinicaltrials_gov', 'isrctn', 'eu_ctr', 'other')",
            name=op.f("ck_registry_records_registry_name_known"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_registry_records_sha256_is_hex")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_records")),
    )
    op.create_index(
        "uq_registry_records_registry_name_identifier_entry_version",
        "registry_records",
        ["registry_name", "identifier", "entry_version"],
        unique=True,
    )
    op.create_table(
        "revisions",
        sa.Column("kind", WORDS, nullable=False, comment="The kind of record."),
        sa.Column("record_id", KEY, nullable=False, comment="The record's row."),
        sa.Column("from_change", KEY, nullable=False, comment="The change that made this card."),
        sa.Column("to_change", KEY, nullable=False, comment="The change that superseded it."),
        sa.Column(
            "owner",
            KEY,
            nullable=True,
            comment="The study that an outcome or adverse event belongs to; empty: none.",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="The record's version then."),
        sa.Column("status", WORDS, nullable=False, comment="The record's status then."),
        sa.Column(
            "sort_key",
            WORDS,
            nullable=False,
            comment="What the kind's default order sorted by then.",
        ),
        sa.Column("card", WORDS, nullable=False, comment="The card's bytes then."),
        sa.Column(
            "card_format", sa.Integer(), nullable=False, comment="Which layout the card has."
        ),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')", name=op.f("ck_revisions_status_known")
        ),
        sa.CheckConstraint("to_change > from_change", name=op.f("ck_revisions_span_not_empty")),
        sa.PrimaryKeyConstraint("kind", "record_id", "from_change", name=op.f("pk_revisions")),
    )
    op.create_index(
        "ix_revisions_kind_to_change",
        "revisions",
        ["kind", "to_change", "record_id", "from_change"],
        unique=False,
    )
    op.create_index(
        "ix_revisions_from_change",
        "revisions",
        ["from_change", "kind", "record_id"],
        unique=False,
    )
    op.create_index("ix_revisions_owner_kind", "revisions", ["owner", "kind"], unique=False)
    op.create_table(
        "search_texts",
        sa.Column("kind", WORDS, nullable=False, comment="The kind of record."),
        sa.Column("record_id", KEY, nullable=False, comment="The record's row."),
        sa.Column("slug", WORDS, nullable=False, comment="The record's slug."),
        sa.Column("title", WORDS, nullable=False, comment="How a list of finds names the record."),
        sa.Column(
            "head",
            WORDS,
            nullable=False,
            comment="The words of its title, folded: lower case, no accents; ¶ ends a member.",
        ),
        sa.Column(
            "body",
            WORDS,
            nullable=False,
            comment="Its other words, folded, each member ended by ¶.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_texts")),
    )
    op.create_index(
        "uq_search_texts_kind_record_id", "search_texts", ["kind", "record_id"], unique=True
    )
    op.create_table(
        "slug_redirects",
        sa.Column("kind", WORDS, nullable=False, comment="The kind of record."),
        sa.Column(
            "slug", WORDS, nullable=False, comment="The slug that no longer names a current record."
        ),
        sa.Column(
            "target", WORDS, nullable=False, comment="The slug of the record that took its place."
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slug_redirects")),
    )
    op.create_index("uq_slug_redirects_kind_slug", "slug_redirects", ["kind", "slug"], unique=True)
    op.create_table(
        "study_condition_pages",
        sa.Column(
            "term_id",
            KEY,
            nullable=False,
            comment="The condition or a broader one; 0: whatever; -1: none is told.",
        ),
        sa.Column(
            "year_key", sa.Integer(), nullable=False, comment="The study's year, 0: unknown."
        ),
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("population_id", KEY, nullable=False, comment="The population; 0: none is told."),
        sa.Column(
            "direct",
            sa.Boolean(),
            nullable=False,
            comment="The population has this very condition.",
        ),
        sa.Column(
            "age_min", sa.Integer(), nullable=True, comment="As in populations, or their parents."
        ),
        sa.Column(
            "age_max", sa.Integer(), nullable=True, comment="As in populations, or their parents."
        ),
        sa.Column(
            "age_group", WORDS, nullable=True, comment="As in populations, or their parents."
        ),
        sa.Column(
            "age_basis", WORDS, nullable=False, comment="As in populations, or their parents."
        ),
        sa.Column("sex", WORDS, nullable=True, comment="As in populations, or their parents."),
        sa.Column("n", sa.Integer(), nullable=True, comment="As in populations, or their parents."),
        sa.Column(
            "countries_id",
            KEY,
            nullable=True,
            comment="The population whose countries are theirs; empty: none is told.",
        ),
        sa.Column(
            "countries_all",
            sa.Boolean(),
            nullable=False,
            comment="They come from each of those countries, and not only from some.",
        ),
        sa.Column("study_type", WORDS, nullable=True, comment="As in studies."),
        sa.Column("phase", WORDS, nullable=True, comment="As in studies."),
        sa.CheckConstraint(
            "age_basis IN ('stated', 'registry', 'derived_from_label', 'derived_from_parent', 'unknown')",
            name=op.f("ck_study_condition_pages_age_basis_known"),
        ),
        sa.CheckConstraint(
            "age_group IN ('child', 'adult', 'older_adult')",
            name=op.f("ck_study_condition_pages_age_group_known"),
        ),
        sa.CheckConstraint(
            "phase IN ('na', 'early_phase1', 'phase1', 'phase1_phase2', 'phase2', 'phase2_phase3', 'phase3', 'phase4')",
            name=op.f("ck_study_condition_pages_phase_known"),
        ),
        sa.CheckConstraint(
            "sex IN ('all', 'female', 'male')", name=op.f("ck_study_condition_pages_sex_known")
        ),
        sa.CheckConstraint(
            "study_type IN ('interventional', 'observational', 'expanded_access', 'case_series', 'case_report', 'review', 'commentary')",
            name=op.f("ck_study_condition_pages_study_type_known"),
        ),
        sa.PrimaryKeyConstraint(
            "term_id",
            "year_key",
            "study_id",
            "population_id",
            name=op.f("pk_study_condition_pages"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_study_condition_pages_study_id", "study_condition_pages", ["study_id"], unique=False
    )
    op.create_table(
        "citation_blocks",
        sa.Column(
            "key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The hash of what two descriptions of one publication may share.",
        ),
        sa.Column("citation_id", KEY, nullable=False, comment="The citation."),
        sa.PrimaryKeyConstraint("key", "citation_id", name=op.f("pk_citation_blocks")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_citation_blocks_citation_id", "citation_blocks", ["citation_id"], unique=False
    )
    op.create_table(
        "study_treatment_pages",
        sa.Column("term_id", KEY, nullable=False, comment="The treatment or a broader one."),
        sa.Column(
            "year_key", sa.Integer(), nullable=False, comment="The study's year, 0: unknown."
        ),
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("role", WORDS, nullable=False, comment="What the treatment is to an arm."),
        sa.Column(
            "direct", sa.Boolean(), nullable=False, comment="The study gives this very treatment."
        ),
        sa.Column("study_type", WORDS, nullable=True, comment="As in studies."),
        sa.Column("phase", WORDS, nullable=True, comment="As in studies."),
        sa.CheckConstraint(
            "phase IN ('na', 'early_phase1', 'phase1', 'phase1_phase2', 'phase2', 'phase2_phase3', 'phase3', 'phase4')",
            name=op.f("ck_study_treatment_pages_phase_known"),
        ),
        sa.CheckConstraint(
            "role IN ('investigated', 'comparator', 'background', 'rescue', 'assessment')",
            name=op.f("ck_study_treatment_pages_role_known"),
        ),
        sa.CheckConstraint(
            "study_type IN ('interventional', 'observational', 'expanded_access', 'case_series', 'case_report', 'review', 'commentary')",
            name=op.f("ck_study_treatment_pages_study_type_known"),
        ),
        sa.PrimaryKeyConstraint(
            "term_id", "year_key", "study_id", "role", name=op.f("pk_study_treatment_pages")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_study_treatment_pages_study_id", "study_treatment_pages", ["study_id"], unique=False
    )
    op.create_table(
        "terms",
        sa.Column(
            "folded",
            WORDS,
            nullable=False,
            comment="Derived: the name folded for look-up: lower case, no accents, hyphens as spaces.",
        ),
        sa.Column("kind", WORDS, nullable=False, comment="Which of the four kinds of term it is."),
        sa.Column("name", WORDS, nullable=False, comment="The preferred name."),
        sa.Column(
            "definition", WORDS, nullable=True, comment="What the term means; empty: not given."
        ),
        sa.Column(
            "parent_id",
            KEY,
            nullable=True,
            comment="The next broader term of the same kind; empty: none.",
        ),
        sa.Column(
            "type",
            WORDS,
            nullable=True,
            comment="Treatments: what sort of thing it is; empty: not said.",
        ),
        sa.Column(
            "route",
            WORDS,
            nullable=True,
            comment="Treatments: how it enters the body; empty: any, or not said.",
        ),
        sa.Column(
            "form",
            WORDS,
            nullable=True,
            comment="Treatments: the form that it names; empty: not said.",
        ),
        sa.Column(
            "organ_system",
            WORDS,
            nullable=True,
            comment="Adverse effects: the body system; empty: not said.",
        ),
        sa.Column(
            "domain",
            WORDS,
            nullable=True,
            comment="Outcome measures: what part of life; empty: not said.",
        ),
        sa.Column(
            "better",
            WORDS,
            nullable=True,
            comment="Outcome measures: which way is better; empty: not said.",
        ),
        sa.Column(
            "slug",
            WORDS,
            nullable=False,
            comment="Name in addresses; never changes and is never used twice.",
        ),
        sa.Column("status", WORDS, nullable=False, comment="Whether the record stands."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Counts edits of the record's own content, from 1.",
        ),
        sa.Column("stamp", KEY, nullable=False, comment="The change that last altered the card."),
        sa.Column(
            "edited",
            KEY,
            nullable=False,
            comment="The change that last edited the record's own content.",
        ),
        sa.Column(
            "card", sa.Text(), nullable=False, comment="The record's public JSON, as it is served."
        ),
        sa.Column(
            "card_format",
            sa.SmallInteger(),
            nullable=False,
            comment="Which layout the stored card has.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "better IN ('higher', 'lower', 'neither')", name=op.f("ck_terms_better_known")
        ),
        sa.CheckConstraint(
            "domain IN ('pain', 'function', 'quality_of_life', 'mental_health', 'sleep', 'physiology', 'mortality', 'resource_use', 'safety', 'other')",
            name=op.f("ck_terms_domain_known"),
        ),
        sa.CheckConstraint(
            "form IN ('substance', 'enantiomer', 'preparation', 'infusion', 'booster', 'coma', 'program', 'class')",
            name=op.f("ck_terms_form_known"),
        ),
        sa.CheckConstraint(
            "kind = 'adverse_effect' OR organ_system IS NULL",
            name=op.f("ck_terms_adverse_effect_columns"),
        ),
        sa.CheckConstraint(
            "kind = 'outcome_measure' OR (domain IS NULL AND better IS NULL)",
            name=op.f("ck_terms_outcome_measure_columns"),
        ),
        sa.CheckConstraint(
            "kind = 'treatment' OR (type IS NULL AND route IS NULL AND form IS NULL)",
            name=op.f("ck_terms_treatment_columns"),
        ),
        sa.CheckConstraint(
            "kind IN ('treatment', 'condition', 'adverse_effect', 'outcome_measure')",
            name=op.f("ck_terms_kind_known"),
        ),
        sa.CheckConstraint(
            "organ_system IN ('blood', 'cardiac', 'congenital', 'ear', 'endocrine', 'eye', 'gastrointestinal', 'general', 'hepatobiliary', 'immune', 'infections', 'injury', 'investigations', 'metabolism', 'musculoskeletal', 'neoplasms', 'nervous_system', 'pregnancy', 'product_issues', 'psychiatric', 'renal_urinary', 'reproductive', 'respiratory', 'skin', 'social', 'surgical', 'vascular')",
            name=op.f("ck_terms_organ_system_known"),
        ),
        sa.CheckConstraint(
            "route IN ('oral', 'intravenous', 'intramuscular', 'subcutaneous', 'intranasal', 'sublingual', 'buccal', 'rectal', 'topical', 'transdermal', 'inhalation', 'epidural', 'intrathecal', 'other')",
            name=op.f("ck_terms_route_known"),
        ),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')", name=op.f("ck_terms_status_known")
        ),
        sa.CheckConstraint(
            "type IN ('behavioral', 'biological', 'combination_product', 'device', 'diagnostic_test', 'dietary_supplement', 'drug', 'genetic', 'procedure', 'radiation', 'other')",
            name=op.f("ck_terms_type_known"),
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_terms_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["terms.id"], name=op.f("fk_terms_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
    )
    op.create_index("ix_terms_folded", "terms", ["folded"], unique=False)
    op.create_index("ix_terms_kind_name_id", "terms", ["kind", "name", "id"], unique=False)
    op.create_index(op.f("ix_terms_parent_id"), "terms", ["parent_id"], unique=False)
    op.create_index(op.f("ix_terms_stamp"), "terms", ["stamp"], unique=False)
    op.create_index("uq_terms_kind_slug", "terms", ["kind", "slug"], unique=True)
    op.create_table(
        "api_keys",
        sa.Column("account_id", KEY, nullable=False, comment="Whom it speaks for."),
        sa.Column(
            "prefix", WORDS, nullable=False, comment="First characters, to tell keys apart by."
        ),
        sa.Column("sha256", WORDS, nullable=False, comment="SHA-256 of the secret, hexadecimal."),
        sa.Column("scope", WORDS, nullable=False, comment="What it allows."),
        sa.Column("created_at", WORDS, nullable=False, comment="When, ISO 8601 in UTC."),
        sa.Column("expires_at", WORDS, nullable=True, comment="Until when; empty: no end."),
        sa.Column("revoked_at", WORDS, nullable=True, comment="Since when revoked; empty: not."),
        sa.Column("last_used_at", WORDS, nullable=True, comment="Last use; empty: never."),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "scope IN ('reader', 'contributor', 'curator', 'admin')",
            name=op.f("ck_api_keys_scope_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_api_keys_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_index(op.f("ix_api_keys_account_id"), "api_keys", ["account_id"], unique=False)
    op.create_index("uq_api_keys_prefix", "api_keys", ["prefix"], unique=True)
    op.create_table(
        "access_events",
        sa.Column("at", WORDS, nullable=False, comment="When, ISO 8601 in UTC with microseconds."),
        sa.Column(
            "actor", WORDS, nullable=False, comment="Who: the name of an account, or command line."
        ),
        sa.Column("action", WORDS, nullable=False, comment="What it did."),
        sa.Column("account_id", KEY, nullable=False, comment="The account that it is about."),
        sa.Column("key_id", KEY, nullable=True, comment="The key that it is about; empty: none."),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "action IN ('create_key', 'revoke_key', 'disable_account', 'enable_account')",
            name=op.f("ck_access_events_action_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_access_events_account_id")
        ),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_access_events_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_events")),
    )
    op.create_index(
        op.f("ix_access_events_account_id"), "access_events", ["account_id"], unique=False
    )
    op.create_index(op.f("ix_access_events_key_id"), "access_events", ["key_id"], unique=False)
    op.create_table(
        "desk_sessions",
        sa.Column("sha256", WORDS, nullable=False, comment="SHA-256 of the cookie, hexadecimal."),
        sa.Column("key_id", KEY, nullable=False, comment="The key that it was exchanged for."),
        sa.Column("created_at", WORDS, nullable=False, comment="When, ISO 8601 in UTC."),
        sa.Column("expires_at", WORDS, nullable=False, comment="Until when at most."),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_desk_sessions_key_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_desk_sessions")),
    )
    op.create_index(
        op.f("ix_desk_sessions_expires_at"), "desk_sessions", ["expires_at"], unique=False
    )
    op.create_index(op.f("ix_desk_sessions_key_id"), "desk_sessions", ["key_id"], unique=False)
    op.create_table(
        "citation_authors",
        sa.Column("citation_id", KEY, nullable=False, comment="The publication."),
        sa.Column("family", WORDS, nullable=True, comment="Family name; empty: see literal."),
        sa.Column(
            "given", WORDS, nullable=True, comment="Given names or initials; empty: not known."
        ),
        sa.Column(
            "literal",
            WORDS,
            nullable=True,
            comment="Name that does not fall into parts, as of a group.",
        ),
        sa.Column("orcid", WORDS, nullable=True, comment="ORCID iD; empty: not known."),
        sa.Column(
            "folded",
            WORDS,
            nullable=False,
            comment="Derived: family name or literal, folded for look-up: lower case, no accents.",
        ),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "family IS NOT NULL OR literal IS NOT NULL", name=op.f("ck_citation_authors_has_a_name")
        ),
        sa.ForeignKeyConstraint(
            ["citation_id"], ["citations.id"], name=op.f("fk_citation_authors_citation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation_authors")),
    )
    op.create_index(
        op.f("ix_citation_authors_citation_id"), "citation_authors", ["citation_id"], unique=False
    )
    op.create_index("ix_citation_authors_folded", "citation_authors", ["folded"], unique=False)
    op.create_table(
        "citation_identifiers",
        sa.Column("citation_id", KEY, nullable=False, comment="The publication."),
        sa.Column("scheme", WORDS, nullable=False, comment="Who gives out the identifier."),
        sa.Column(
            "value", WORDS, nullable=False, comment="The identifier, normalised by its scheme."
        ),
        sa.Column(
            "shared", sa.Boolean(), nullable=False, comment="Several publications rightly carry it."
        ),
        sa.Column(
            "current", sa.Boolean(), nullable=False, comment="Derived: whether its citation stands."
        ),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "scheme IN ('doi', 'pmid', 'pmcid', 'nct', 'isrctn', 'isbn')",
            name=op.f("ck_citation_identifiers_scheme_known"),
        ),
        sa.ForeignKeyConstraint(
            ["citation_id"], ["citations.id"], name=op.f("fk_citation_identifiers_citation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation_identifiers")),
    )
    op.create_index(
        op.f("ix_citation_identifiers_citation_id"),
        "citation_identifiers",
        ["citation_id"],
        unique=False,
    )
    op.create_index(
        "ix_citation_identifiers_value", "citation_identifiers", ["value"], unique=False
    )
    op.create_index(
        "uq_citation_identifiers_scheme_value",
        "citation_identifiers",
        ["scheme", "value"],
        unique=True,
        sqlite_where=sa.text("current AND NOT shared"),
        postgresql_where=sa.text("current AND NOT shared"),
    )
    op.create_table(
        "claims",
        sa.Column("kind", WORDS, nullable=False, comment="What the statement is about."),
        sa.Column("subject_id", KEY, nullable=True, comment="What it speaks of; empty: see note."),
        sa.Column(
            "object_id", KEY, nullable=True, comment="What it says of it; empty: not a term."
        ),
        sa.Column("polarity", WORDS, nullable=False, comment="Whether it affirms."),
        sa.Column("modality", WORDS, nullable=False, comment="How firmly it is made."),
        sa.Column("hedge", WORDS, nullable=True, comment="Words that soften it, as written."),
        sa.Column(
            "quote",
            WORDS,
            nullable=True,
            comment="The words themselves; where there are several passages, joined by ' … '.",
        ),
        sa.Column(
            "summary",
            WORDS,
            nullable=True,
            comment="What the source says there, in the curator's words.",
        ),
        sa.Column(
            "note",
            WORDS,
            nullable=True,
            comment="What is ambiguous or was assumed; empty: nothing.",
        ),
        sa.Column(
            "source_citation_id",
            KEY,
            nullable=True,
            comment="The publication it was read in, where that is no document here.",
        ),
        sa.Column(
            "source_location",
            WORDS,
            nullable=True,
            comment="Where in that publication: abstract, table 2, registry results.",
        ),
        sa.Column(
            "slug",
            WORDS,
            nullable=False,
            comment="Name in addresses; never changes and is never used twice.",
        ),
        sa.Column("status", WORDS, nullable=False, comment="Whether the record stands."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Counts edits of the record's own content, from 1.",
        ),
        sa.Column("stamp", KEY, nullable=False, comment="The change that last altered the card."),
        sa.Column(
            "edited",
            KEY,
            nullable=False,
            comment="The change that last edited the record's own content.",
        ),
        sa.Column(
            "card", sa.Text(), nullable=False, comment="The record's public JSON, as it is served."
        ),
        sa.Column(
            "card_format",
            sa.SmallInteger(),
            nullable=False,
            comment="Which layout the stored card has.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "kind IN ('classification', 'finding', 'adverse_effect', 'regulatory', 'opinion', 'evidence_gap', 'case')",
            name=op.f("ck_claims_kind_known"),
        ),
        sa.CheckConstraint(
            "modality IN ('stated', 'tendency', 'possible', 'association', 'emerging_signal', 'observed')",
            name=op.f("ck_claims_modality_known"),
        ),
        sa.CheckConstraint(
            "polarity IN ('affirmed', 'negated', 'not_proven')",
            name=op.f("ck_claims_polarity_known"),
        ),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')", name=op.f("ck_claims_status_known")
        ),
        sa.CheckConstraint(
            "(source_citation_id IS NULL) = (source_location IS NULL)",
            name=op.f("ck_claims_source_has_location"),
        ),
        sa.CheckConstraint(
            "quote IS NOT NULL OR summary IS NOT NULL", name=op.f("ck_claims_says_something")
        ),
        sa.ForeignKeyConstraint(["object_id"], ["terms.id"], name=op.f("fk_claims_object_id")),
        sa.ForeignKeyConstraint(
            ["source_citation_id"], ["citations.id"], name=op.f("fk_claims_source_citation_id")
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["terms.id"], name=op.f("fk_claims_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_object_id"), "claims", ["object_id"], unique=False)
    op.create_index(
        op.f("ix_claims_source_citation_id"), "claims", ["source_citation_id"], unique=False
    )
    op.create_index(op.f("ix_claims_stamp"), "claims", ["stamp"], unique=False)
    op.create_index(op.f("ix_claims_subject_id"), "claims", ["subject_id"], unique=False)
    op.create_index("uq_claims_slug", "claims", ["slug"], unique=True)
    op.create_table(
        "discrepancy_treatments",
        sa.Column("discrepancy_id", KEY, nullable=False, comment="The discrepancy."),
        sa.Column("treatment_id", KEY, nullable=False, comment="A treatment it is about."),
        sa.ForeignKeyConstraint(
            ["discrepancy_id"],
            ["discrepancies.id"],
            name=op.f("fk_discrepancy_treatments_discrepancy_id"),
        ),
        sa.ForeignKeyConstraint(
            ["treatment_id"], ["terms.id"], name=op.f("fk_discrepancy_treatments_treatment_id")
        ),
        sa.PrimaryKeyConstraint(
            "discrepancy_id", "treatment_id", name=op.f("pk_discrepancy_treatments")
        ),
    )
    op.create_index(
        op.f("ix_discrepancy_treatments_treatment_id"),
        "discrepancy_treatments",
        ["treatment_id"],
        unique=False,
    )
    op.create_table(
        "duplicate_candidates",
        sa.Column("first_id", KEY, nullable=False, comment="The older citation."),
        sa.Column("second_id", KEY, nullable=False, comment="The newer citation."),
        sa.Column("score", sa.Double(), nullable=False, comment="How alike they are, 0 to 1."),
        sa.Column("reasons", WORDS, nullable=False, comment="Why, JSON."),
        sa.Column("answer", WORDS, nullable=False, comment="What was decided, or computed."),
        sa.Column("decided_by", WORDS, nullable=True, comment="Who decided; empty: computed."),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "answer IN ('same', 'probable', 'different')",
            name=op.f("ck_duplicate_candidates_answer_known"),
        ),
        sa.CheckConstraint(
            "first_id < second_id", name=op.f("ck_duplicate_candidates_pair_in_order")
        ),
        sa.CheckConstraint(
            "score >= 0 AND score <= 1", name=op.f("ck_duplicate_candidates_score_is_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["citations.id"], name=op.f("fk_duplicate_candidates_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["citations.id"], name=op.f("fk_duplicate_candidates_second_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_candidates")),
    )
    op.create_index(
        op.f("ix_duplicate_candidates_second_id"),
        "duplicate_candidates",
        ["second_id"],
        unique=False,
    )
    op.create_index(
        "uq_duplicate_candidates_first_id_second_id",
        "duplicate_candidates",
        ["first_id", "second_id"],
        unique=True,
    )
    op.create_table(
        "imports",
        sa.Column("filename", WORDS, nullable=True, comment="Its name; empty: pasted."),
        sa.Column("format", WORDS, nullable=False, comment="The format that was recognised."),
        sa.Column("encoding", WORDS, nullable=False, comment="The encoding that was recognised."),
        sa.Column("sha256", WORDS, nullable=False, comment="SHA-256 of its bytes, hexadecimal."),
        sa.Column(
            "counted",
            sa.Integer(),
            nullable=False,
            comment="Records that a second look at the bytes finds.",
        ),
        sa.Column(
            "problems",
            WORDS,
            nullable=True,
            comment="What was wrong between its records, JSON; empty: nothing.",
        ),
        sa.Column("state", WORDS, nullable=False, comment="How far it has come."),
        sa.Column("actor", WORDS, nullable=False, comment="Who handed it in."),
        sa.Column("created_at", WORDS, nullable=False, comment="When, ISO 8601 in UTC."),
        sa.Column(
            "change_id", KEY, nullable=True, comment="The change that saved it; empty: none."
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "state IN ('previewed', 'committing', 'committed', 'abandoned')",
            name=op.f("ck_imports_state_known"),
        ),
        sa.ForeignKeyConstraint(["change_id"], ["changes.id"], name=op.f("fk_imports_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_change_id"), "imports", ["change_id"], unique=False)
    op.create_index("uq_imports_sha256_actor", "imports", ["sha256", "actor"], unique=True)
    op.create_table(
        "merges",
        sa.Column("kind", WORDS, nullable=False, comment="The kind of record."),
        sa.Column("kept", WORDS, nullable=False, comment="Slug of the record that stayed."),
        sa.Column("merged", WORDS, nullable=False, comment="Slug of the record that went into it."),
        sa.Column("change_id", KEY, nullable=False, comment="The change that merged them."),
        sa.Column(
            "undone_by", KEY, nullable=True, comment="The change that undid it; empty: none."
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.ForeignKeyConstraint(["change_id"], ["changes.id"], name=op.f("fk_merges_change_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["changes.id"], name=op.f("fk_merges_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_change_id"), "merges", ["change_id"], unique=False)
    op.create_index(op.f("ix_merges_undone_by"), "merges", ["undone_by"], unique=False)
    op.create_table(
        "passages",
        sa.Column("document_id", KEY, nullable=False, comment="The document."),
        sa.Column(
            "start", sa.Integer(), nullable=False, comment="First character, counted from 0."
        ),
        sa.Column("end", sa.Integer(), nullable=False, comment="One after the last character."),
        sa.Column("exact", WORDS, nullable=False, comment="The words themselves."),
        sa.Column("prefix", WORDS, nullable=False, comment="Up to 32 characters before them."),
        sa.Column("suffix", WORDS, nullable=False, comment="Up to 32 characters after them."),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_passages_not_empty")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_passages_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
    )
    op.create_index(
        "uq_passages_document_id_start_end",
        "passages",
        ["document_id", "start", "end"],
        unique=True,
    )
    op.create_table(
        "proposals",
        sa.Column("kind", WORDS, nullable=False, comment="The kind of record."),
        sa.Column("slug", WORDS, nullable=False, comment="The record, or the slug it would get."),
        sa.Column(
            "base_version",
            sa.Integer(),
            nullable=True,
            comment="The version it was made on; empty: a new record.",
        ),
        sa.Column(
            "patch", WORDS, nullable=False, comment="The change as a JSON merge patch (RFC 7396)."
        ),
        sa.Column("reason", WORDS, nullable=False, comment="Why, in the author's words."),
        sa.Column("state", WORDS, nullable=False, comment="What became of it."),
        sa.Column("author", WORDS, nullable=False, comment="Who proposed it."),
        sa.Column("created_at", WORDS, nullable=False, comment="When, ISO 8601 in UTC."),
        sa.Column("reviewer", WORDS, nullable=True, comment="Who decided; empty: nobody yet."),
        sa.Column("decided_at", WORDS, nullable=True, comment="When decided; empty: not yet."),
        sa.Column("decision", WORDS, nullable=True, comment="Why so decided; empty: not yet."),
        sa.Column(
            "fields",
            WORDS,
            nullable=True,
            comment="The fields that were accepted, JSON; empty: all of it, or nothing yet.",
        ),
        sa.Column("change_id", KEY, nullable=True, comment="The change it became; empty: none."),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'rejected', 'retracted')",
            name=op.f("ck_proposals_state_known"),
        ),
        sa.CheckConstraint(
            "reviewer <> author", name=op.f("ck_proposals_nobody_accepts_their_own")
        ),
        sa.ForeignKeyConstraint(["change_id"], ["changes.id"], name=op.f("fk_proposals_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_change_id"), "proposals", ["change_id"], unique=False)
    op.create_index("ix_proposals_state_id", "proposals", ["state", "id"], unique=False)
    op.create_table(
        "regulatory_statuses",
        sa.Column("treatment_id", KEY, nullable=False, comment="The exact treatment decided on."),
        sa.Column(
            "use", WORDS, nullable=True, comment="For which use; empty: the source names none."
        ),
        sa.Column(
            "jurisdiction",
            WORDS,
            nullable=False,
            comment="Country, ISO 3166-1 alpha-2; EU for the EMA.",
        ),
        sa.Column("state", WORDS, nullable=False, comment="What was decided."),
        sa.Column(
            "as_of",
            WORDS,
            nullable=True,
            comment="Since or on which date, ISO 8601 as precise as the source; empty: undated.",
        ),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "state IN ('approved', 'not_approved', 'under_review', 'suspended', 'revoked')",
            name=op.f("ck_regulatory_statuses_state_known"),
        ),
        sa.CheckConstraint(
            "use IS NULL OR use <> ''", name=op.f("ck_regulatory_statuses_use_not_blank")
        ),
        sa.CheckConstraint(
            "length(jurisdiction) = 2", name=op.f("ck_regulatory_statuses_jurisdiction_is_iso_3166")
        ),
        sa.ForeignKeyConstraint(
            ["treatment_id"], ["terms.id"], name=op.f("fk_regulatory_statuses_treatment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulatory_statuses")),
    )
    op.create_index(
        op.f("ix_regulatory_statuses_treatment_id"),
        "regulatory_statuses",
        ["treatment_id"],
        unique=False,
    )
    op.create_table(
        "segments",
        sa.Column("document_id", KEY, nullable=False, comment="The document."),
        sa.Column("kind", WORDS, nullable=False, comment="What sort of part it is."),
        sa.Column(
            "start", sa.Integer(), nullable=False, comment="First character, counted from 0."
        ),
        sa.Column("end", sa.Integer(), nullable=False, comment="One after the last character."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "kind IN ('paragraph', 'sentence', 'list_header', 'list_item', 'reference', 'boilerplate')",
            name=op.f("ck_segments_kind_known"),
        ),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_segments_not_empty")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_segments_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
    )
    op.create_index(op.f("ix_segments_document_id"), "segments", ["document_id"], unique=False)
    op.create_table(
        "studies",
        sa.Column("label", WORDS, nullable=False, comment="What curators call it."),
        sa.Column(
            "study_type",
            WORDS,
            nullable=True,
            comment="How people came to be studied; empty: the sources do not say.",
        ),
        sa.Column(
            "allocation",
            WORDS,
            nullable=True,
            comment="How people came into their arm; empty: not said.",
        ),
        sa.Column(
            "intervention_model",
            WORDS,
            nullable=True,
            comment="How arms are arranged; empty: not said.",
        ),
        sa.Column(
            "observational_model",
            WORDS,
            nullable=True,
            comment="How people were chosen and followed; empty: not said.",
        ),
        sa.Column(
            "primary_purpose",
            WORDS,
            nullable=True,
            comment="What the study is for; empty: not said.",
        ),
        sa.Column(
            "masking", WORDS, nullable=True, comment="Who did not know the arm; empty: not said."
        ),
        sa.Column("phase", WORDS, nullable=True, comment="Phase of the trial; empty: not said."),
        sa.Column(
            "study_status",
            WORDS,
            nullable=True,
            comment="How far the study has come; empty: not said.",
        ),
        sa.Column(
            "enrollment",
            sa.Integer(),
            nullable=True,
            comment="How many people took part, or were to; empty: not said.",
        ),
        sa.Column(
            "enrollment_type",
            WORDS,
            nullable=True,
            comment="Whether the enrollment was counted or planned; empty: not said.",
        ),
        sa.Column(
            "start_date",
            WORDS,
            nullable=True,
            comment="When it began, ISO 8601 as precise as the source; empty: not said.",
        ),
        sa.Column(
            "completion_date",
            WORDS,
            nullable=True,
            comment="When it ended, ISO 8601 as precise as the source; empty: not said.",
        ),
        sa.Column(
            "year",
            sa.Integer(),
            nullable=True,
            comment="Year of its first results, else of its start; empty: not known.",
        ),
        sa.Column(
            "year_key",
            sa.Integer(),
            sa.Computed("coalesce(year, 0)", persisted=True),
            nullable=False,
            comment="Derived: the year, 0 when not known, to sort by.",
        ),
        sa.Column(
            "basis",
            WORDS,
            nullable=False,
            comment="Derived: the best basis among what is known of it.",
        ),
        sa.Column(
            "registry_record_id",
            KEY,
            nullable=True,
            comment="The registry entry it was read from; empty: none.",
        ),
        sa.Column(
            "slug",
            WORDS,
            nullable=False,
            comment="Name in addresses; never changes and is never used twice.",
        ),
        sa.Column("status", WORDS, nullable=False, comment="Whether the record stands."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Counts edits of the record's own content, from 1.",
        ),
        sa.Column("stamp", KEY, nullable=False, comment="The change that last altered the card."),
        sa.Column(
            "edited",
            KEY,
            nullable=False,
            comment="The change that last edited the record's own content.",
        ),
        sa.Column(
            "card", sa.Text(), nullable=False, comment="The record's public JSON, as it is served."
        ),
        sa.Column(
            "card_format",
            sa.SmallInteger(),
            nullable=False,
            comment="Which layout the stored card has.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "allocation IN ('randomized', 'non_randomized', 'na')",
            name=op.f("ck_studies_allocation_known"),
        ),
        sa.CheckConstraint(
            "basis IN ('full_text', 'abstract', 'registry', 'secondary_document', 'title_only')",
            name=op.f("ck_studies_basis_known"),
        ),
        sa.CheckConstraint(
            "enrollment_type IN ('actual', 'estimated')",
            name=op.f("ck_studies_enrollment_type_known"),
        ),
        sa.CheckConstraint(
            "intervention_model IN ('single_group', 'parallel', 'crossover', 'factorial', 'sequential')",
            name=op.f("ck_studies_intervention_model_known"),
        ),
        sa.CheckConstraint(
            "masking IN ('none', 'single', 'double', 'triple', 'quadruple')",
            name=op.f("ck_studies_masking_known"),
        ),
        sa.CheckConstraint(
            "observational_model IN ('cohort', 'case_control', 'case_only', 'case_crossover', 'ecologic_or_community', 'family_based', 'defined_population', 'natural_history', 'other')",
            name=op.f("ck_studies_observational_model_known"),
        ),
        sa.CheckConstraint(
            "phase IN ('na', 'early_phase1', 'phase1', 'phase1_phase2', 'phase2', 'phase2_phase3', 'phase3', 'phase4')",
            name=op.f("ck_studies_phase_known"),
        ),
        sa.CheckConstraint(
            "primary_purpose IN ('treatment', 'prevention', 'diagnostic', 'ect', 'supportive_care', 'screening', 'health_services_research', 'basic_science', 'device_feasibility', 'other')",
            name=op.f("ck_studies_primary_purpose_known"),
        ),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')", name=op.f("ck_studies_status_known")
        ),
        sa.CheckConstraint(
            "study_status IN ('not_yet_recruiting', 'recruiting', 'enrolling_by_invitation', 'active_not_recruiting', 'completed', 'suspended', 'terminated', 'withdrawn', 'available', 'no_longer_available', 'temporarily_not_available', 'approved_for_marketing', 'withheld', 'unknown')",
            name=op.f("ck_studies_study_status_known"),
        ),
        sa.CheckConstraint(
            "study_type IN ('interventional', 'observational', 'expanded_access', 'case_series', 'case_report', 'review', 'commentary')",
            name=op.f("ck_studies_study_type_known"),
        ),
        sa.CheckConstraint("enrollment >= 0", name=op.f("ck_studies_enrollment_not_negative")),
        sa.ForeignKeyConstraint(
            ["registry_record_id"],
            ["registry_records.id"],
            name=op.f("fk_studies_registry_record_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studies")),
    )
    op.create_index(
        op.f("ix_studies_registry_record_id"), "studies", ["registry_record_id"], unique=False
    )
    op.create_index(op.f("ix_studies_stamp"), "studies", ["stamp"], unique=False)
    op.create_index("ix_studies_year_key_id", "studies", ["year_key", "id"], unique=False)
    op.create_index("uq_studies_slug", "studies", ["slug"], unique=True)
    op.create_table(
        "term_ancestors",
        sa.Column("term_id", KEY, nullable=False, comment="The narrower term."),
        sa.Column(
            "ancestor_id", KEY, nullable=False, comment="The broader term, or the term itself."
        ),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["terms.id"], name=op.f("fk_term_ancestors_ancestor_id")
        ),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_term_ancestors_term_id")),
        sa.PrimaryKeyConstraint("term_id", "ancestor_id", name=op.f("pk_term_ancestors")),
    )
    op.create_index(
        op.f("ix_term_ancestors_ancestor_id"), "term_ancestors", ["ancestor_id"], unique=False
    )
    op.create_table(
        "term_codes",
        sa.Column("term_id", KEY, nullable=False, comment="The term it stands for."),
        sa.Column("scheme", WORDS, nullable=False, comment="The terminology."),
        sa.Column("code", WORDS, nullable=False, comment="The code, as the terminology writes it."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "scheme IN ('MeSH', 'HPO', 'ICD-10-CM', 'ChEBI', 'PubChem', 'RxNorm', 'ATC', 'LOINC', 'SNOMED-CT', 'MedDRA')",
            name=op.f("ck_term_codes_scheme_known"),
        ),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_term_codes_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_codes")),
    )
    op.create_index("ix_term_codes_code_scheme", "term_codes", ["code", "scheme"], unique=False)
    op.create_index(op.f("ix_term_codes_term_id"), "term_codes", ["term_id"], unique=False)
    op.create_index(
        "uq_term_codes_term_id_scheme_code",
        "term_codes",
        ["term_id", "scheme", "code"],
        unique=True,
    )
    op.create_table(
        "term_labels",
        sa.Column("term_id", KEY, nullable=False, comment="The term it names."),
        sa.Column("label", WORDS, nullable=False, comment="The name as people write it."),
        sa.Column(
            "folded",
            WORDS,
            nullable=False,
            comment="Derived: the name folded for look-up: lower case, no accents, hyphens as spaces.",
        ),
        sa.Column("kind", WORDS, nullable=False, comment="How the name relates to the term."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "kind IN ('synonym', 'abbreviation', 'verbatim', 'misspelling')",
            name=op.f("ck_term_labels_kind_known"),
        ),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_term_labels_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_labels")),
    )
    op.create_index("ix_term_labels_folded", "term_labels", ["folded"], unique=False)
    op.create_index(op.f("ix_term_labels_term_id"), "term_labels", ["term_id"], unique=False)
    op.create_index(
        "uq_term_labels_term_id_label", "term_labels", ["term_id", "label"], unique=True
    )
    op.create_table(
        "arms",
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("label", WORDS, nullable=False, comment="What the source calls the arm."),
        sa.Column("type", WORDS, nullable=True, comment="What the arm is for; empty: not said."),
        sa.Column(
            "n",
            sa.Integer(),
            nullable=True,
            comment="How many were allocated; empty: not reported.",
        ),
        sa.Column("basis", WORDS, nullable=False, comment="How it is known."),
        sa.Column(
            "key",
            WORDS,
            nullable=False,
            comment="Short name inside its record; stays the same when the part is edited.",
        ),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "basis IN ('full_text', 'abstract', 'registry', 'secondary_document', 'title_only')",
            name=op.f("ck_arms_basis_known"),
        ),
        sa.CheckConstraint(
            "type IN ('experimental', 'active_comparator', 'placebo_comparator', 'sham_comparator', 'no_intervention', 'other')",
            name=op.f("ck_arms_type_known"),
        ),
        sa.CheckConstraint("n >= 0", name=op.f("ck_arms_n_not_negative")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_arms_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arms")),
    )
    op.create_index("uq_arms_study_id_key", "arms", ["study_id", "key"], unique=True)
    op.create_table(
        "case_reports",
        sa.Column("label", WORDS, nullable=False, comment="What curators call it."),
        sa.Column("reporter", WORDS, nullable=False, comment="Who tells of it."),
        sa.Column("citation_id", KEY, nullable=True, comment="The publication that tells of it."),
        sa.Column(
            "study_id",
            KEY,
            nullable=True,
            comment="The study in which its patients are counted too; empty: none.",
        ),
        sa.Column(
            "patients", sa.Integer(), nullable=True, comment="How many patients; empty: not said."
        ),
        sa.Column("sex", WORDS, nullable=True, comment="Sex of the patient; empty: not said."),
        sa.Column("basis", WORDS, nullable=False, comment="How it is known."),
        sa.Column(
            "slug",
            WORDS,
            nullable=False,
            comment="Name in addresses; never changes and is never used twice.",
        ),
        sa.Column("status", WORDS, nullable=False, comment="Whether the record stands."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Counts edits of the record's own content, from 1.",
        ),
        sa.Column("stamp", KEY, nullable=False, comment="The change that last altered the card."),
        sa.Column(
            "edited",
            KEY,
            nullable=False,
            comment="The change that last edited the record's own content.",
        ),
        sa.Column(
            "card", sa.Text(), nullable=False, comment="The record's public JSON, as it is served."
        ),
        sa.Column(
            "card_format",
            sa.SmallInteger(),
            nullable=False,
            comment="Which layout the stored card has.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.Column(
            "age_min",
            sa.Integer(),
            nullable=True,
            comment="Youngest age in days; 0: no lower limit; empty: not stated.",
        ),
        sa.Column(
            "age_max",
            sa.Integer(),
            nullable=True,
            comment="First age in days that is too old; 2147483647: no upper limit; empty: not stated.",
        ),
        sa.Column(
            "age_group",
            WORDS,
            nullable=True,
            comment="The standard age group that a label such as children names; empty: none.",
        ),
        sa.Column("age_basis", WORDS, nullable=False, comment="How the ages are known."),
        sa.CheckConstraint(
            "(reporter = 'citation') = (citation_id IS NOT NULL)",
            name=op.f("ck_case_reports_reporter_named"),
        ),
        sa.CheckConstraint(
            "age_basis IN ('stated', 'registry', 'derived_from_label', 'derived_from_parent', 'unknown')",
            name=op.f("ck_case_reports_age_basis_known"),
        ),
        sa.CheckConstraint(
            "age_group IN ('child', 'adult', 'older_adult')",
            name=op.f("ck_case_reports_age_group_known"),
        ),
        sa.CheckConstraint(
            "basis IN ('full_text', 'abstract', 'registry', 'secondary_document', 'title_only')",
            name=op.f("ck_case_reports_basis_known"),
        ),
        sa.CheckConstraint(
            "reporter IN ('document_authors', 'citation')",
            name=op.f("ck_case_reports_reporter_known"),
        ),
        sa.CheckConstraint(
            "sex IN ('all', 'female', 'male')", name=op.f("ck_case_reports_sex_known")
        ),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')",
            name=op.f("ck_case_reports_status_known"),
        ),
        sa.CheckConstraint("age_max > age_min", name=op.f("ck_case_reports_ages_in_order")),
        sa.CheckConstraint("patients >= 1", name=op.f("ck_case_reports_patients_at_least_one")),
        sa.ForeignKeyConstraint(
            ["citation_id"], ["citations.id"], name=op.f("fk_case_reports_citation_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_case_reports_study_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_reports")),
    )
    op.create_index(
        op.f("ix_case_reports_citation_id"), "case_reports", ["citation_id"], unique=False
    )
    op.create_index(op.f("ix_case_reports_stamp"), "case_reports", ["stamp"], unique=False)
    op.create_index(op.f("ix_case_reports_study_id"), "case_reports", ["study_id"], unique=False)
    op.create_index("uq_case_reports_slug", "case_reports", ["slug"], unique=True)
    op.create_table(
        "claim_citations",
        sa.Column("claim_id", KEY, nullable=False, comment="The claim."),
        sa.Column("citation_id", KEY, nullable=False, comment="The publication."),
        sa.Column("basis", WORDS, nullable=False, comment="How the link is known."),
        sa.Column(
            "confidence",
            WORDS,
            nullable=True,
            comment="How sure the curator is; empty: the source says so.",
        ),
        sa.Column("rationale", WORDS, nullable=True, comment="Why the curator thinks so."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "basis <> 'curator_inferred' OR rationale IS NOT NULL",
            name=op.f("ck_claim_citations_inferred_told"),
        ),
        sa.CheckConstraint(
            "basis IN ('in_text', 'registry', 'curator_inferred', 'unresolved')",
            name=op.f("ck_claim_citations_basis_known"),
        ),
        sa.CheckConstraint(
            "confidence IN ('high', 'moderate', 'low')",
            name=op.f("ck_claim_citations_confidence_known"),
        ),
        sa.ForeignKeyConstraint(
            ["citation_id"], ["citations.id"], name=op.f("fk_claim_citations_citation_id")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_citations_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_citations")),
    )
    op.create_index(
        op.f("ix_claim_citations_citation_id"), "claim_citations", ["citation_id"], unique=False
    )
    op.create_index(
        "uq_claim_citations_claim_id_citation_id",
        "claim_citations",
        ["claim_id", "citation_id"],
        unique=True,
    )
    op.create_table(
        "claim_passages",
        sa.Column("claim_id", KEY, nullable=False, comment="The claim."),
        sa.Column("passage_id", KEY, nullable=False, comment="A place where it is stated."),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_passages_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passages.id"], name=op.f("fk_claim_passages_passage_id")
        ),
        sa.PrimaryKeyConstraint("claim_id", "passage_id", name=op.f("pk_claim_passages")),
        comment="Where claims are stated.",
    )
    op.create_index(
        op.f("ix_claim_passages_passage_id"), "claim_passages", ["passage_id"], unique=False
    )
    op.create_table(
        "discrepancy_sides",
        sa.Column("discrepancy_id", KEY, nullable=False, comment="The discrepancy."),
        sa.Column("says", WORDS, nullable=False, comment="What this source says, or leaves out."),
        sa.Column("claim_id", KEY, nullable=True, comment="The claim that says it; empty: none."),
        sa.Column(
            "citation_id",
            KEY,
            nullable=True,
            comment="The publication that says it; empty: see the claim.",
        ),
        sa.Column("location", WORDS, nullable=True, comment="Where in the publication."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "claim_id IS NOT NULL OR citation_id IS NOT NULL",
            name=op.f("ck_discrepancy_sides_source_named"),
        ),
        sa.ForeignKeyConstraint(
            ["citation_id"], ["citations.id"], name=op.f("fk_discrepancy_sides_citation_id")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_discrepancy_sides_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["discrepancy_id"],
            ["discrepancies.id"],
            name=op.f("fk_discrepancy_sides_discrepancy_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancy_sides")),
    )
    op.create_index(
        op.f("ix_discrepancy_sides_citation_id"), "discrepancy_sides", ["citation_id"], unique=False
    )
    op.create_index(
        op.f("ix_discrepancy_sides_claim_id"), "discrepancy_sides", ["claim_id"], unique=False
    )
    op.create_index(
        "uq_discrepancy_sides_discrepancy_id_position",
        "discrepancy_sides",
        ["discrepancy_id", "position"],
        unique=True,
    )
    op.create_table(
        "discrepancy_studies",
        sa.Column("discrepancy_id", KEY, nullable=False, comment="The discrepancy."),
        sa.Column("study_id", KEY, nullable=False, comment="A study it is about."),
        sa.ForeignKeyConstraint(
            ["discrepancy_id"],
            ["discrepancies.id"],
            name=op.f("fk_discrepancy_studies_discrepancy_id"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_discrepancy_studies_study_id")
        ),
        sa.PrimaryKeyConstraint("discrepancy_id", "study_id", name=op.f("pk_discrepancy_studies")),
    )
    op.create_index(
        op.f("ix_discrepancy_studies_study_id"), "discrepancy_studies", ["study_id"], unique=False
    )
    op.create_table(
        "document_references",
        sa.Column("document_id", KEY, nullable=False, comment="The document."),
        sa.Column(
            "number", sa.Integer(), nullable=False, comment="Its number in the list, from 1."
        ),
        sa.Column("citation_id", KEY, nullable=False, comment="The publication it names."),
        sa.Column("passage_id", KEY, nullable=False, comment="Where the entry stands in the text."),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.ForeignKeyConstraint(
            ["citation_id"], ["citations.id"], name=op.f("fk_document_references_citation_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_references_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passages.id"], name=op.f("fk_document_references_passage_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_references")),
    )
    op.create_index(
        op.f("ix_document_references_citation_id"),
        "document_references",
        ["citation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_document_references_passage_id"),
        "document_references",
        ["passage_id"],
        unique=False,
    )
    op.create_index(
        "uq_document_references_document_id_number",
        "document_references",
        ["document_id", "number"],
        unique=True,
    )
    op.create_table(
        "import_rows",
        sa.Column("import_id", KEY, nullable=False, comment="The import."),
        sa.Column("position", sa.Integer(), nullable=False, comment="Place in the file, from 1."),
        sa.Column("line", sa.Integer(), nullable=False, comment="First line in the file, from 1."),
        sa.Column("last_line", sa.Integer(), nullable=False, comment="Last line in the file."),
        sa.Column("raw", WORDS, nullable=False, comment="The record as it stood in the file."),
        sa.Column(
            "parsed", WORDS, nullable=True, comment="What was understood, JSON; empty: broken."
        ),
        sa.Column(
            "problems", WORDS, nullable=True, comment="What was wrong, JSON; empty: nothing."
        ),
        sa.Column(
            "unread",
            WORDS,
            nullable=True,
            comment="What it says and no field takes, with tags and lines, JSON; empty: nothing.",
        ),
        sa.Column(
            "related",
            WORDS,
            nullable=True,
            comment="Other publications that it names, as one it retracts, JSON; empty: none.",
        ),
        sa.Column(
            "matches",
            WORDS,
            nullable=True,
            comment="What it may be already, with reasons, JSON; empty: nothing like it.",
        ),
        sa.Column("outcome", WORDS, nullable=False, comment="What became of it."),
        sa.Column("citation_id", KEY, nullable=True, comment="The citation it became or equals."),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "outcome IN ('new', 'identical', 'probable_duplicate', 'broken', 'saved', 'skipped')",
            name=op.f("ck_import_rows_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["citation_id"], ["citations.id"], name=op.f("fk_import_rows_citation_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
    )
    op.create_index(
        op.f("ix_import_rows_citation_id"), "import_rows", ["citation_id"], unique=False
    )
    op.create_index(
        "uq_import_rows_import_id_position", "import_rows", ["import_id", "position"], unique=True
    )
    op.create_table(
        "merge_moves",
        sa.Column("merge_id", KEY, nullable=False, comment="The merge."),
        sa.Column("table_name", WORDS, nullable=False, comment="The table of the row."),
        sa.Column("row_id", KEY, nullable=False, comment="The row."),
        sa.Column(
            "column_name",
            WORDS,
            nullable=True,
            comment="What was replaced: a foreign key, or a value; empty: the row was left out.",
        ),
        sa.Column(
            "old_value",
            WORDS,
            nullable=False,
            comment="What stood there before, or the row, JSON.",
        ),
        sa.Column(
            "new_value",
            WORDS,
            nullable=True,
            comment="What stands there since, JSON; empty: the row was left out.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merge_moves_merge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_moves")),
    )
    op.create_index(op.f("ix_merge_moves_merge_id"), "merge_moves", ["merge_id"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("measure_id", KEY, nullable=False, comment="What was measured."),
        sa.Column(
            "instrument",
            WORDS,
            nullable=True,
            comment="The scale or device, as the source names it; empty: not said.",
        ),
        sa.Column(
            "definition",
            WORDS,
            nullable=True,
            comment="The source's own definition of the outcome; empty: not given.",
        ),
        sa.Column(
            "cutoff",
            WORDS,
            nullable=True,
            comment="What counts as a response, in the source's words; empty: not given.",
        ),
        sa.Column("role", WORDS, nullable=False, comment="What it was to the study."),
        sa.Column("metric", WORDS, nullable=True, comment="What of the measure; empty: not said."),
        sa.Column("reporting", WORDS, nullable=False, comment="How far it was reported."),
        sa.Column("basis", WORDS, nullable=False, comment="How it is known."),
        sa.Column(
            "registry_record_id",
            KEY,
            nullable=True,
            comment="The registry entry it was read from; empty: none.",
        ),
        sa.Column(
            "slug",
            WORDS,
            nullable=False,
            comment="Name in addresses; never changes and is never used twice.",
        ),
        sa.Column("status", WORDS, nullable=False, comment="Whether the record stands."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Counts edits of the record's own content, from 1.",
        ),
        sa.Column("stamp", KEY, nullable=False, comment="The change that last altered the card."),
        sa.Column(
            "edited",
            KEY,
            nullable=False,
            comment="The change that last edited the record's own content.",
        ),
        sa.Column(
            "card", sa.Text(), nullable=False, comment="The record's public JSON, as it is served."
        ),
        sa.Column(
            "card_format",
            sa.SmallInteger(),
            nullable=False,
            comment="Which layout the stored card has.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "basis IN ('full_text', 'abstract', 'registry', 'secondary_document', 'title_only')",
            name=op.f("ck_outcomes_basis_known"),
        ),
        sa.CheckConstraint(
            "metric IN ('value', 'change', 'event', 'time_to_event', 'duration', 'peak', 'count')",
            name=op.f("ck_outcomes_metric_known"),
        ),
        sa.CheckConstraint(
            "reporting IN ('reported', 'p_value_only', 'stated_not_significant', 'analysed_not_reported', 'measured_not_analysed', 'planned_not_collected', 'not_measured', 'unclear')",
            name=op.f("ck_outcomes_reporting_known"),
        ),
        sa.CheckConstraint(
            "role IN ('primary', 'secondary', 'other', 'post_hoc', 'not_stated')",
            name=op.f("ck_outcomes_role_known"),
        ),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')", name=op.f("ck_outcomes_status_known")
        ),
        sa.ForeignKeyConstraint(["measure_id"], ["terms.id"], name=op.f("fk_outcomes_measure_id")),
        sa.ForeignKeyConstraint(
            ["registry_record_id"],
            ["registry_records.id"],
            name=op.f("fk_outcomes_registry_record_id"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_outcomes_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_measure_id"), "outcomes", ["measure_id"], unique=False)
    op.create_index(
        op.f("ix_outcomes_registry_record_id"), "outcomes", ["registry_record_id"], unique=False
    )
    op.create_index(op.f("ix_outcomes_stamp"), "outcomes", ["stamp"], unique=False)
    op.create_index(op.f("ix_outcomes_study_id"), "outcomes", ["study_id"], unique=False)
    op.create_index("uq_outcomes_slug", "outcomes", ["slug"], unique=True)
    op.create_table(
        "populations",
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("kind", WORDS, nullable=False, comment="Which people of the study they are."),
        sa.Column(
            "parent_id",
            KEY,
            nullable=True,
            comment="The population that it is a part of, or (of one kind, no subgroup, and no other n) whose people it tells of again; filters take from it what is left open here; empty: none.",
        ),
        sa.Column(
            "label", WORDS, nullable=False, comment="What the source calls them, word for word."
        ),
        sa.Column(
            "n", sa.Integer(), nullable=True, comment="How many people; empty: not reported."
        ),
        sa.Column(
            "females",
            sa.Integer(),
            nullable=True,
            comment="How many are female; empty: not reported.",
        ),
        sa.Column("sex", WORDS, nullable=True, comment="Which sexes; empty: not stated."),
        sa.Column("basis", WORDS, nullable=False, comment="How it is known."),
        sa.Column(
            "key",
            WORDS,
            nullable=False,
            comment="Short name inside its record; stays the same when the part is edited.",
        ),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.Column(
            "age_min",
            sa.Integer(),
            nullable=True,
            comment="Youngest age in days; 0: no lower limit; empty: not stated.",
        ),
        sa.Column(
            "age_max",
            sa.Integer(),
            nullable=True,
            comment="First age in days that is too old; 2147483647: no upper limit; empty: not stated.",
        ),
        sa.Column(
            "age_group",
            WORDS,
            nullable=True,
            comment="The standard age group that a label such as children names; empty: none.",
        ),
        sa.Column("age_basis", WORDS, nullable=False, comment="How the ages are known."),
        sa.CheckConstraint(
            "age_basis IN ('stated', 'registry', 'derived_from_label', 'derived_from_parent', 'unknown')",
            name=op.f("ck_populations_age_basis_known"),
        ),
        sa.CheckConstraint(
            "age_group IN ('child', 'adult', 'older_adult')",
            name=op.f("ck_populations_age_group_known"),
        ),
        sa.CheckConstraint(
            "basis IN ('full_text', 'abstract', 'registry', 'secondary_document', 'title_only')",
            name=op.f("ck_populations_basis_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('eligible', 'enrolled', 'analysed', 'subgroup')",
            name=op.f("ck_populations_kind_known"),
        ),
        sa.CheckConstraint(
            "sex IN ('all', 'female', 'male')", name=op.f("ck_populations_sex_known")
        ),
        sa.CheckConstraint("age_max > age_min", name=op.f("ck_populations_ages_in_order")),
        sa.CheckConstraint("age_min >= 0", name=op.f("ck_populations_age_min_not_negative")),
        sa.CheckConstraint(
            "females >= 0 AND (n IS NULL OR females <= n)",
            name=op.f("ck_populations_females_within_n"),
        ),
        sa.CheckConstraint("n >= 0", name=op.f("ck_populations_n_not_negative")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_populations_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["populations.id"], name=op.f("fk_populations_parent_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_populations_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_populations")),
    )
    op.create_index(op.f("ix_populations_parent_id"), "populations", ["parent_id"], unique=False)
    op.create_index("uq_populations_study_id_key", "populations", ["study_id", "key"], unique=True)
    op.create_table(
        "study_citations",
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("citation_id", KEY, nullable=False, comment="The publication."),
        sa.Column("role", WORDS, nullable=False, comment="What it is to the study."),
        sa.Column("basis", WORDS, nullable=False, comment="How the link is known."),
        sa.Column("rationale", WORDS, nullable=True, comment="Why the curator thinks so."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "basis IN ('in_text', 'registry', 'curator_inferred', 'unresolved')",
            name=op.f("ck_study_citations_basis_known"),
        ),
        sa.CheckConstraint(
            "role IN ('results', 'protocol', 'follow_up', 'comment', 'registry')",
            name=op.f("ck_study_citations_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["citation_id"], ["citations.id"], name=op.f("fk_study_citations_citation_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_study_citations_study_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_citations")),
    )
    op.create_index(
        op.f("ix_study_citations_citation_id"), "study_citations", ["citation_id"], unique=False
    )
    op.create_index(
        op.f("ix_study_citations_study_id"), "study_citations", ["study_id"], unique=False
    )
    op.create_table(
        "study_identifiers",
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("scheme", WORDS, nullable=False, comment="Who gives out the identifier."),
        sa.Column(
            "value", WORDS, nullable=False, comment="The identifier, normalised by its scheme."
        ),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "scheme IN ('doi', 'pmid', 'pmcid', 'nct', 'isrctn', 'isbn')",
            name=op.f("ck_study_identifiers_scheme_known"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_study_identifiers_study_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_identifiers")),
    )
    op.create_index("ix_study_identifiers_value", "study_identifiers", ["value"], unique=False)
    op.create_index(
        "uq_study_identifiers_study_id_scheme_value",
        "study_identifiers",
        ["study_id", "scheme", "value"],
        unique=True,
    )
    op.create_table(
        "study_relations",
        sa.Column("study_id", KEY, nullable=False, comment="The study spoken of."),
        sa.Column("type", WORDS, nullable=False, comment="What it is to the other."),
        sa.Column("other_id", KEY, nullable=False, comment="The other study."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "type IN ('shares_participants_with', 'subset_of', 'extension_of', 'pools', 'reviews')",
            name=op.f("ck_study_relations_type_known"),
        ),
        sa.CheckConstraint("study_id <> other_id", name=op.f("ck_study_relations_not_to_itself")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["studies.id"], name=op.f("fk_study_relations_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_study_relations_study_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_relations")),
    )
    op.create_index(
        op.f("ix_study_relations_other_id"), "study_relations", ["other_id"], unique=False
    )
    op.create_index(
        op.f("ix_study_relations_study_id"), "study_relations", ["study_id"], unique=False
    )
    op.create_table(
        "arm_treatments",
        sa.Column("arm_id", KEY, nullable=False, comment="The arm."),
        sa.Column(
            "treatment_id", KEY, nullable=False, comment="The treatment, in the exact form named."
        ),
        sa.Column("role", WORDS, nullable=False, comment="What it is to the arm."),
        sa.Column("dose_low", sa.Double(), nullable=True, comment="Lowest dose; empty: not said."),
        sa.Column(
            "dose_high", sa.Double(), nullable=True, comment="Highest dose; empty: not said."
        ),
        sa.Column("dose_unit", WORDS, nullable=True, comment="Unit of the dose, as mg/h."),
        sa.Column("dose_per", WORDS, nullable=True, comment="What the dose is for, as 70 kg."),
        sa.Column("route", WORDS, nullable=True, comment="How it is given; empty: not said."),
        sa.Column("frequency", WORDS, nullable=True, comment="How often; empty: not said."),
        sa.Column("duration", WORDS, nullable=True, comment="How long; empty: not said."),
        sa.Column("regimen", WORDS, nullable=True, comment="The plan in the source's words."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "role IN ('investigated', 'comparator', 'background', 'rescue', 'assessment')",
            name=op.f("ck_arm_treatments_role_known"),
        ),
        sa.CheckConstraint(
            "route IN ('oral', 'intravenous', 'intramuscular', 'subcutaneous', 'intranasal', 'sublingual', 'buccal', 'rectal', 'topical', 'transdermal', 'inhalation', 'epidural', 'intrathecal', 'other')",
            name=op.f("ck_arm_treatments_route_known"),
        ),
        sa.CheckConstraint("dose_low <= dose_high", name=op.f("ck_arm_treatments_doses_in_order")),
        sa.CheckConstraint(
            "dose_low IS NULL AND dose_high IS NULL OR dose_unit IS NOT NULL",
            name=op.f("ck_arm_treatments_dose_has_unit"),
        ),
        sa.ForeignKeyConstraint(["arm_id"], ["arms.id"], name=op.f("fk_arm_treatments_arm_id")),
        sa.ForeignKeyConstraint(
            ["treatment_id"], ["terms.id"], name=op.f("fk_arm_treatments_treatment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arm_treatments")),
    )
    op.create_index(op.f("ix_arm_treatments_arm_id"), "arm_treatments", ["arm_id"], unique=False)
    op.create_index(
        op.f("ix_arm_treatments_treatment_id"), "arm_treatments", ["treatment_id"], unique=False
    )
    op.create_table(
        "case_events",
        sa.Column("case_report_id", KEY, nullable=False, comment="The case report."),
        sa.Column("type", WORDS, nullable=False, comment="What sort of thing happened."),
        sa.Column(
            "term_id",
            KEY,
            nullable=True,
            comment="The treatment, adverse effect or condition; empty: only in words.",
        ),
        sa.Column(
            "verbatim", WORDS, nullable=True, comment="What happened, in the source's words."
        ),
        sa.Column("count", sa.Integer(), nullable=True, comment="How often; empty: not said."),
        sa.Column(
            "country", WORDS, nullable=True, comment="Where, ISO 3166-1 alpha-2; empty: not said."
        ),
        sa.Column(
            "onset", WORDS, nullable=True, comment="When, in the source's words; empty: not said."
        ),
        sa.Column("outcome", WORDS, nullable=True, comment="How it ended; empty: not said."),
        sa.Column(
            "drug_role",
            WORDS,
            nullable=True,
            comment="What the treatment is to the case; empty: not said.",
        ),
        sa.Column(
            "recurred",
            WORDS,
            nullable=True,
            comment="On re-exposure: whether the harm came back; empty otherwise.",
        ),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "drug_role IN ('suspect', 'concomitant', 'interacting', 'treatment')",
            name=op.f("ck_case_events_drug_role_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('recovered', 'recovering', 'ongoing', 'recovered_with_sequelae', 'fatal', 'unknown')",
            name=op.f("ck_case_events_outcome_known"),
        ),
        sa.CheckConstraint(
            "recurred IN ('yes', 'no', 'not_stated')", name=op.f("ck_case_events_recurred_known")
        ),
        sa.CheckConstraint(
            "type = 're_exposure' OR recurred IS NULL",
            name=op.f("ck_case_events_recurs_on_re_exposure"),
        ),
        sa.CheckConstraint(
            "type IN ('exposure', 're_exposure', 'response', 'adverse_event', 'action_taken', 'diagnosis')",
            name=op.f("ck_case_events_type_known"),
        ),
        sa.CheckConstraint("count >= 1", name=op.f("ck_case_events_count_at_least_one")),
        sa.CheckConstraint(
            "country IS NULL OR length(country) = 2",
            name=op.f("ck_case_events_country_is_iso_3166"),
        ),
        sa.CheckConstraint(
            "term_id IS NOT NULL OR verbatim IS NOT NULL",
            name=op.f("ck_case_events_says_something"),
        ),
        sa.ForeignKeyConstraint(
            ["case_report_id"], ["case_reports.id"], name=op.f("fk_case_events_case_report_id")
        ),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_case_events_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index(op.f("ix_case_events_term_id"), "case_events", ["term_id"], unique=False)
    op.create_index(
        "uq_case_events_case_report_id_position",
        "case_events",
        ["case_report_id", "position"],
        unique=True,
    )
    op.create_table(
        "case_report_conditions",
        sa.Column("case_report_id", KEY, nullable=False, comment="The case report."),
        sa.Column("condition_id", KEY, nullable=False, comment="A condition of the patient."),
        sa.ForeignKeyConstraint(
            ["case_report_id"],
            ["case_reports.id"],
            name=op.f("fk_case_report_conditions_case_report_id"),
        ),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["terms.id"], name=op.f("fk_case_report_conditions_condition_id")
        ),
        sa.PrimaryKeyConstraint(
            "case_report_id", "condition_id", name=op.f("pk_case_report_conditions")
        ),
    )
    op.create_index(
        op.f("ix_case_report_conditions_condition_id"),
        "case_report_conditions",
        ["condition_id"],
        unique=False,
    )
    op.create_table(
        "groups",
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column(
            "population_id",
            KEY,
            nullable=True,
            comment="The population they belong to; empty: not told apart.",
        ),
        sa.Column(
            "title", WORDS, nullable=False, comment="What the source calls them, word for word."
        ),
        sa.Column("analysis_set", WORDS, nullable=False, comment="Who of those allocated it is."),
        sa.Column("n", sa.Integer(), nullable=True, comment="How many; empty: not reported."),
        sa.Column("unit", WORDS, nullable=False, comment="What n counts."),
        sa.Column(
            "key",
            WORDS,
            nullable=False,
            comment="Short name inside its record; stays the same when the part is edited.",
        ),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "analysis_set IN ('all_randomised', 'intention_to_treat', 'per_protocol', 'safety', 'completers', 'other', 'not_stated')",
            name=op.f("ck_groups_analysis_set_known"),
        ),
        sa.CheckConstraint(
            "unit IN ('participants', 'body_parts', 'sessions', 'samples', 'clusters', 'other')",
            name=op.f("ck_groups_unit_known"),
        ),
        sa.CheckConstraint("n >= 0", name=op.f("ck_groups_n_not_negative")),
        sa.ForeignKeyConstraint(
            ["population_id"], ["populations.id"], name=op.f("fk_groups_population_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_groups_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )
    op.create_index(op.f("ix_groups_population_id"), "groups", ["population_id"], unique=False)
    op.create_index("uq_groups_study_id_key", "groups", ["study_id", "key"], unique=True)
    op.create_table(
        "population_conditions",
        sa.Column("population_id", KEY, nullable=False, comment="The population."),
        sa.Column(
            "condition_id", KEY, nullable=False, comment="A condition that all its people have."
        ),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["terms.id"], name=op.f("fk_population_conditions_condition_id")
        ),
        sa.ForeignKeyConstraint(
            ["population_id"],
            ["populations.id"],
            name=op.f("fk_population_conditions_population_id"),
        ),
        sa.PrimaryKeyConstraint(
            "population_id", "condition_id", name=op.f("pk_population_conditions")
        ),
    )
    op.create_index(
        op.f("ix_population_conditions_condition_id"),
        "population_conditions",
        ["condition_id"],
        unique=False,
    )
    op.create_table(
        "population_countries",
        sa.Column("population_id", KEY, nullable=False, comment="The population."),
        sa.Column("country", WORDS, nullable=False, comment="Country, ISO 3166-1 alpha-2."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "length(country) = 2", name=op.f("ck_population_countries_country_is_iso_3166")
        ),
        sa.ForeignKeyConstraint(
            ["population_id"],
            ["populations.id"],
            name=op.f("fk_population_countries_population_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population_countries")),
    )
    op.create_index(
        op.f("ix_population_countries_country"), "population_countries", ["country"], unique=False
    )
    op.create_index(
        "uq_population_countries_population_id_country",
        "population_countries",
        ["population_id", "country"],
        unique=True,
    )
    op.create_table(
        "results",
        sa.Column("outcome_id", KEY, nullable=False, comment="The outcome."),
        sa.Column("contrast", WORDS, nullable=False, comment="What the result compares."),
        sa.Column("time_verbatim", WORDS, nullable=True, comment="When, in the source's words."),
        sa.Column(
            "time_relation",
            WORDS,
            nullable=True,
            comment="How the result lies to that time; empty: not said.",
        ),
        sa.Column(
            "time_days", sa.Double(), nullable=True, comment="The time in days; empty: not said."
        ),
        sa.Column(
            "time_anchor",
            WORDS,
            nullable=True,
            comment="What the time is counted from, as start of treatment; empty: not said.",
        ),
        sa.Column(
            "statistic",
            WORDS,
            nullable=True,
            comment="What sort of number it is; empty: no number.",
        ),
        sa.Column(
            "statistic_words",
            WORDS,
            nullable=True,
            comment="The statistic in the source's words, where the list has no name for it.",
        ),
        sa.Column("value", sa.Double(), nullable=True, comment="The number; empty: none given."),
        sa.Column(
            "value_qualifier",
            WORDS,
            nullable=True,
            comment="How the number is bounded: <= makes it an upper bound, not a point.",
        ),
        sa.Column("unit", WORDS, nullable=True, comment="Unit of the number; empty: none."),
        sa.Column(
            "n", sa.Integer(), nullable=True, comment="How many were analysed; empty: not reported."
        ),
        sa.Column("n_unit", WORDS, nullable=True, comment="What n counts; empty: participants."),
        sa.Column(
            "numerator", sa.Integer(), nullable=True, comment="How many; empty: not reported."
        ),
        sa.Column(
            "denominator", sa.Integer(), nullable=True, comment="Of how many; empty: not reported."
        ),
        sa.Column(
            "percent",
            sa.Double(),
            nullable=True,
            comment="The percentage as reported, even where it fits no count; empty: not reported.",
        ),
        sa.Column(
            "dispersion",
            WORDS,
            nullable=True,
            comment="What the plus-minus stands for; empty: none given.",
        ),
        sa.Column(
            "dispersion_value", sa.Double(), nullable=True, comment="The plus-minus; empty: none."
        ),
        sa.Column(
            "dispersion_low", sa.Double(), nullable=True, comment="Its lower end; empty: none."
        ),
        sa.Column(
            "dispersion_high", sa.Double(), nullable=True, comment="Its upper end; empty: none."
        ),
        sa.Column("ci_level", sa.Double(), nullable=True, comment="Confidence level in percent."),
        sa.Column("ci_low", sa.Double(), nullable=True, comment="Lower confidence limit."),
        sa.Column("ci_high", sa.Double(), nullable=True, comment="Upper confidence limit."),
        sa.Column("p", sa.Double(), nullable=True, comment="p value; empty: not reported."),
        sa.Column("p_qualifier", WORDS, nullable=True, comment="How the p value is bounded."),
        sa.Column(
            "adjusted",
            sa.Boolean(),
            nullable=True,
            comment="Whether it was adjusted for other factors; empty: not said.",
        ),
        sa.Column("derived", sa.Boolean(), nullable=False, comment="A number that we computed."),
        sa.Column("derivation", WORDS, nullable=True, comment="The rule it was computed by."),
        sa.Column(
            "change", WORDS, nullable=True, comment="What the quantity itself did; empty: not said."
        ),
        sa.Column(
            "direction",
            WORDS,
            nullable=True,
            comment="What that means for the patient along the contrast; empty: not said.",
        ),
        sa.Column(
            "direction_basis",
            WORDS,
            nullable=True,
            comment="Whether the direction was stated or derived; never from a p value.",
        ),
        sa.Column(
            "conclusion",
            WORDS,
            nullable=True,
            comment="What the source concluded; empty: not said.",
        ),
        sa.Column("hedge", WORDS, nullable=True, comment="Words that soften it, as seemed."),
        sa.Column("location", WORDS, nullable=True, comment="Where in the source, as table 2."),
        sa.Column(
            "note", WORDS, nullable=True, comment="What a reader should know about the number."
        ),
        sa.Column("basis", WORDS, nullable=False, comment="How it is known."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "basis IN ('full_text', 'abstract', 'registry', 'secondary_document', 'title_only')",
            name=op.f("ck_results_basis_known"),
        ),
        sa.CheckConstraint(
            "change IN ('increase', 'decrease', 'none', 'mixed', 'unclear')",
            name=op.f("ck_results_change_known"),
        ),
        sa.CheckConstraint(
            "conclusion IN ('difference', 'no_difference', 'no_improvement', 'no_benefit', 'not_significant', 'equivalent', 'non_inferior', 'inconclusive', 'none_drawn')",
            name=op.f("ck_results_conclusion_known"),
        ),
        sa.CheckConstraint(
            "contrast IN ('single_group', 'from_baseline', 'between_groups', 'between_subgroups', 'interaction', 'dose_trend', 'not_stated')",
            name=op.f("ck_results_contrast_known"),
        ),
        sa.CheckConstraint(
            "direction IN ('better', 'worse', 'none', 'mixed', 'unclear')",
            name=op.f("ck_results_direction_known"),
        ),
        sa.CheckConstraint(
            "direction_basis IN ('stated', 'derived')",
            name=op.f("ck_results_direction_basis_known"),
        ),
        sa.CheckConstraint(
            "dispersion IN ('sd', 'se', 'iqr', 'range', 'cv', 'unknown')",
            name=op.f("ck_results_dispersion_known"),
        ),
        sa.CheckConstraint(
            "n_unit IN ('participants', 'body_parts', 'sessions', 'samples', 'clusters', 'other')",
            name=op.f("ck_results_n_unit_known"),
        ),
        sa.CheckConstraint(
            "p_qualifier IN ('=', '<', '<=', '>', '>=', 'about')",
            name=op.f("ck_results_p_qualifier_known"),
        ),
        sa.CheckConstraint(
            "statistic <> 'other' OR statistic_words IS NOT NULL",
            name=op.f("ck_results_other_told"),
        ),
        sa.CheckConstraint(
            "statistic IN ('count', 'proportion', 'rate', 'mean', 'least_squares_mean', 'median', 'mean_difference', 'standardised_mean_difference', 'ratio_of_means', 'risk_ratio', 'odds_ratio', 'hazard_ratio', 'rate_ratio', 'risk_difference', 'kaplan_meier_probability', 'test_statistic', 'other')",
            name=op.f("ck_results_statistic_known"),
        ),
        sa.CheckConstraint(
            "time_relation IN ('at', 'over', 'during', 'not_after')",
            name=op.f("ck_results_time_relation_known"),
        ),
        sa.CheckConstraint(
            "value_qualifier IN ('=', '<', '<=', '>', '>=', 'about')",
            name=op.f("ck_results_value_qualifier_known"),
        ),
        sa.CheckConstraint(
            "(direction IS NULL) = (direction_basis IS NULL)",
            name=op.f("ck_results_direction_has_basis"),
        ),
        sa.CheckConstraint(
            "NOT derived OR derivation IS NOT NULL", name=op.f("ck_results_derived_has_rule")
        ),
        sa.CheckConstraint(
            "ci_level > 0 AND ci_level < 100", name=op.f("ck_results_ci_level_is_percent")
        ),
        sa.CheckConstraint("ci_low <= ci_high", name=op.f("ck_results_ci_in_order")),
        sa.CheckConstraint(
            "dispersion_low <= dispersion_high", name=op.f("ck_results_dispersion_in_order")
        ),
        sa.CheckConstraint("n >= 0", name=op.f("ck_results_n_not_negative")),
        sa.CheckConstraint(
            "numerator >= 0 AND numerator <= denominator",
            name=op.f("ck_results_proportion_possible"),
        ),
        sa.CheckConstraint("p >= 0 AND p <= 1", name=op.f("ck_results_p_possible")),
        sa.CheckConstraint(
            "percent >= 0 AND percent <= 100", name=op.f("ck_results_percent_possible")
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_results_outcome_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
    )
    op.create_index(
        "uq_results_outcome_id_position", "results", ["outcome_id", "position"], unique=True
    )
    op.create_table(
        "adverse_events",
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("group_id", KEY, nullable=False, comment="The people it was counted in."),
        sa.Column(
            "adverse_effect_id",
            KEY,
            nullable=True,
            comment="The harm; empty where the scope is not one term.",
        ),
        sa.Column(
            "term_verbatim",
            WORDS,
            nullable=False,
            comment="What the source calls it, word for word.",
        ),
        sa.Column("scope", WORDS, nullable=False, comment="What the count covers."),
        sa.Column("serious", WORDS, nullable=False, comment="Whether the events were serious."),
        sa.Column(
            "results_in_death", sa.Boolean(), nullable=True, comment="ICH E2B; empty: not told."
        ),
        sa.Column(
            "life_threatening", sa.Boolean(), nullable=True, comment="ICH E2B; empty: not told."
        ),
        sa.Column(
            "hospitalisation", sa.Boolean(), nullable=True, comment="ICH E2B; empty: not told."
        ),
        sa.Column("disability", sa.Boolean(), nullable=True, comment="ICH E2B; empty: not told."),
        sa.Column(
            "congenital_anomaly", sa.Boolean(), nullable=True, comment="ICH E2B; empty: not told."
        ),
        sa.Column(
            "medically_important", sa.Boolean(), nullable=True, comment="ICH E2B; empty: not told."
        ),
        sa.Column(
            "relatedness", WORDS, nullable=False, comment="Whether only events blamed on it count."
        ),
        sa.Column(
            "severity_verbatim", WORDS, nullable=True, comment="How bad, in the source's words."
        ),
        sa.Column(
            "grade_low", sa.Integer(), nullable=True, comment="Lowest CTCAE grade; empty: not said."
        ),
        sa.Column(
            "grade_high",
            sa.Integer(),
            nullable=True,
            comment="Highest CTCAE grade; empty: not said.",
        ),
        sa.Column(
            "affected", sa.Integer(), nullable=True, comment="How many people; empty: not reported."
        ),
        sa.Column(
            "at_risk", sa.Integer(), nullable=True, comment="Of how many; empty: not reported."
        ),
        sa.Column(
            "events", sa.Integer(), nullable=True, comment="How many events; empty: not reported."
        ),
        sa.Column(
            "percent",
            sa.Double(),
            nullable=True,
            comment="The percentage as reported, even where it fits no count; empty: not reported.",
        ),
        sa.Column("assessment", WORDS, nullable=False, comment="How events were found."),
        sa.Column("time_frame", WORDS, nullable=True, comment="Over which time; empty: not said."),
        sa.Column(
            "note", WORDS, nullable=True, comment="What a reader should know about the count."
        ),
        sa.Column("basis", WORDS, nullable=False, comment="How it is known."),
        sa.Column(
            "registry_record_id",
            KEY,
            nullable=True,
            comment="The registry entry it was read from; empty: none.",
        ),
        sa.Column(
            "slug",
            WORDS,
            nullable=False,
            comment="Name in addresses; never changes and is never used twice.",
        ),
        sa.Column("status", WORDS, nullable=False, comment="Whether the record stands."),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Counts edits of the record's own content, from 1.",
        ),
        sa.Column("stamp", KEY, nullable=False, comment="The change that last altered the card."),
        sa.Column(
            "edited",
            KEY,
            nullable=False,
            comment="The change that last edited the record's own content.",
        ),
        sa.Column(
            "card", sa.Text(), nullable=False, comment="The record's public JSON, as it is served."
        ),
        sa.Column(
            "card_format",
            sa.SmallInteger(),
            nullable=False,
            comment="Which layout the stored card has.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "assessment IN ('systematic', 'non_systematic', 'not_stated')",
            name=op.f("ck_adverse_events_assessment_known"),
        ),
        sa.CheckConstraint(
            "basis IN ('full_text', 'abstract', 'registry', 'secondary_document', 'title_only')",
            name=op.f("ck_adverse_events_basis_known"),
        ),
        sa.CheckConstraint(
            "relatedness IN ('all_causes', 'related', 'not_stated')",
            name=op.f("ck_adverse_events_relatedness_known"),
        ),
        sa.CheckConstraint(
            "scope <> 'one_term' OR adverse_effect_id IS NOT NULL",
            name=op.f("ck_adverse_events_term_named"),
        ),
        sa.CheckConstraint(
            "scope IN ('one_term', 'any_event', 'any_serious', 'any_related', 'death', 'withdrawal')",
            name=op.f("ck_adverse_events_scope_known"),
        ),
        sa.CheckConstraint(
            "serious IN ('yes', 'no', 'not_stated')", name=op.f("ck_adverse_events_serious_known")
        ),
        sa.CheckConstraint(
            "status IN ('current', 'withdrawn', 'merged')",
            name=op.f("ck_adverse_events_status_known"),
        ),
        sa.CheckConstraint(
            "affected >= 0 AND affected <= at_risk",
            name=op.f("ck_adverse_events_affected_within_at_risk"),
        ),
        sa.CheckConstraint("at_risk >= 0", name=op.f("ck_adverse_events_at_risk_not_negative")),
        sa.CheckConstraint("events >= 0", name=op.f("ck_adverse_events_events_not_negative")),
        sa.CheckConstraint(
            "grade_low <= grade_high", name=op.f("ck_adverse_events_grades_in_order")
        ),
        sa.CheckConstraint(
            "grade_low >= 1 AND grade_high <= 5", name=op.f("ck_adverse_events_grades_are_ctcae")
        ),
        sa.CheckConstraint(
            "percent >= 0 AND percent <= 100", name=op.f("ck_adverse_events_percent_possible")
        ),
        sa.ForeignKeyConstraint(
            ["adverse_effect_id"], ["terms.id"], name=op.f("fk_adverse_events_adverse_effect_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_adverse_events_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["registry_record_id"],
            ["registry_records.id"],
            name=op.f("fk_adverse_events_registry_record_id"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_adverse_events_study_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_events")),
    )
    op.create_index(
        op.f("ix_adverse_events_adverse_effect_id"),
        "adverse_events",
        ["adverse_effect_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_adverse_events_group_id"), "adverse_events", ["group_id"], unique=False
    )
    op.create_index(
        op.f("ix_adverse_events_registry_record_id"),
        "adverse_events",
        ["registry_record_id"],
        unique=False,
    )
    op.create_index(op.f("ix_adverse_events_stamp"), "adverse_events", ["stamp"], unique=False)
    op.create_index(
        op.f("ix_adverse_events_study_id"), "adverse_events", ["study_id"], unique=False
    )
    op.create_index("uq_adverse_events_slug", "adverse_events", ["slug"], unique=True)
    op.create_table(
        "group_arms",
        sa.Column("group_id", KEY, nullable=False, comment="The group."),
        sa.Column("arm_id", KEY, nullable=False, comment="An arm whose people are in it."),
        sa.ForeignKeyConstraint(["arm_id"], ["arms.id"], name=op.f("fk_group_arms_arm_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_arms_group_id")),
        sa.PrimaryKeyConstraint("group_id", "arm_id", name=op.f("pk_group_arms")),
    )
    op.create_index(op.f("ix_group_arms_arm_id"), "group_arms", ["arm_id"], unique=False)
    op.create_table(
        "result_groups",
        sa.Column("result_id", KEY, nullable=False, comment="The result."),
        sa.Column("group_id", KEY, nullable=False, comment="The people."),
        sa.Column("role", WORDS, nullable=False, comment="Which side of the contrast."),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among its siblings, from 0, in the order of the source.",
        ),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.CheckConstraint(
            "role IN ('index', 'reference')", name=op.f("ck_result_groups_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_result_groups_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["results.id"], name=op.f("fk_result_groups_result_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_groups")),
    )
    op.create_index(op.f("ix_result_groups_group_id"), "result_groups", ["group_id"], unique=False)
    op.create_index(
        op.f("ix_result_groups_result_id"), "result_groups", ["result_id"], unique=False
    )
    op.create_table(
        "claim_facts",
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        sa.Column("claim_id", KEY, nullable=False, comment="The claim that supports the fact."),
        sa.Column("study_id", KEY, nullable=True, comment="The fact, where it is one of studies."),
        sa.Column(
            "population_id", KEY, nullable=True, comment="The fact, where it is one of populations."
        ),
        sa.Column("arm_id", KEY, nullable=True, comment="The fact, where it is one of arms."),
        sa.Column(
            "outcome_id", KEY, nullable=True, comment="The fact, where it is one of outcomes."
        ),
        sa.Column("result_id", KEY, nullable=True, comment="The fact, where it is one of results."),
        sa.Column(
            "adverse_event_id",
            KEY,
            nullable=True,
            comment="The fact, where it is one of adverse_events.",
        ),
        sa.Column(
            "case_report_id",
            KEY,
            nullable=True,
            comment="The fact, where it is one of case_reports.",
        ),
        sa.Column(
            "case_event_id", KEY, nullable=True, comment="The fact, where it is one of case_events."
        ),
        sa.Column(
            "regulatory_status_id",
            KEY,
            nullable=True,
            comment="The fact, where it is one of regulatory_statuses.",
        ),
        sa.CheckConstraint(
            "CASE WHEN study_id IS NULL THEN 0 ELSE 1 END + CASE WHEN population_id IS NULL THEN 0 ELSE 1 END + CASE WHEN arm_id IS NULL THEN 0 ELSE 1 END + CASE WHEN outcome_id IS NULL THEN 0 ELSE 1 END + CASE WHEN result_id IS NULL THEN 0 ELSE 1 END + CASE WHEN adverse_event_id IS NULL THEN 0 ELSE 1 END + CASE WHEN case_report_id IS NULL THEN 0 ELSE 1 END + CASE WHEN case_event_id IS NULL THEN 0 ELSE 1 END + CASE WHEN regulatory_status_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_claim_facts_one_fact"),
        ),
        sa.ForeignKeyConstraint(
            ["adverse_event_id"],
            ["adverse_events.id"],
            name=op.f("fk_claim_facts_adverse_event_id"),
        ),
        sa.ForeignKeyConstraint(["arm_id"], ["arms.id"], name=op.f("fk_claim_facts_arm_id")),
        sa.ForeignKeyConstraint(
            ["case_event_id"], ["case_events.id"], name=op.f("fk_claim_facts_case_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_report_id"], ["case_reports.id"], name=op.f("fk_claim_facts_case_report_id")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_facts_claim_id")),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_claim_facts_outcome_id")
        ),
        sa.ForeignKeyConstraint(
            ["population_id"], ["populations.id"], name=op.f("fk_claim_facts_population_id")
        ),
        sa.ForeignKeyConstraint(
            ["regulatory_status_id"],
            ["regulatory_statuses.id"],
            name=op.f("fk_claim_facts_regulatory_status_id"),
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["results.id"], name=op.f("fk_claim_facts_result_id")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_claim_facts_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_facts")),
        comment="Which facts rest on which claims.",
    )
    op.create_index(op.f("ix_claim_facts_claim_id"), "claim_facts", ["claim_id"], unique=False)
    op.create_index(
        "uq_claim_facts_adverse_event_id_claim_id",
        "claim_facts",
        ["adverse_event_id", "claim_id"],
        unique=True,
    )
    op.create_index(
        "uq_claim_facts_arm_id_claim_id", "claim_facts", ["arm_id", "claim_id"], unique=True
    )
    op.create_index(
        "uq_claim_facts_case_event_id_claim_id",
        "claim_facts",
        ["case_event_id", "claim_id"],
        unique=True,
    )
    op.create_index(
        "uq_claim_facts_case_report_id_claim_id",
        "claim_facts",
        ["case_report_id", "claim_id"],
        unique=True,
    )
    op.create_index(
        "uq_claim_facts_outcome_id_claim_id", "claim_facts", ["outcome_id", "claim_id"], unique=True
    )
    op.create_index(
        "uq_claim_facts_population_id_claim_id",
        "claim_facts",
        ["population_id", "claim_id"],
        unique=True,
    )
    op.create_index(
        "uq_claim_facts_regulatory_status_id_claim_id",
        "claim_facts",
        ["regulatory_status_id", "claim_id"],
        unique=True,
    )
    op.create_index(
        "uq_claim_facts_result_id_claim_id", "claim_facts", ["result_id", "claim_id"], unique=True
    )
    op.create_index(
        "uq_claim_facts_study_id_claim_id", "claim_facts", ["study_id", "claim_id"], unique=True
    )
    # ### end Alembic commands ###
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_SEARCH if sqlite else POSTGRESQL_SEARCH:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_index("uq_claim_facts_study_id_claim_id", table_name="claim_facts")
    op.drop_index("uq_claim_facts_result_id_claim_id", table_name="claim_facts")
    op.drop_index("uq_claim_facts_regulatory_status_id_claim_id", table_name="claim_facts")
    op.drop_index("uq_claim_facts_population_id_claim_id", table_name="claim_facts")
    op.drop_index("uq_claim_facts_outcome_id_claim_id", table_name="claim_facts")
    op.drop_index("uq_claim_facts_case_report_id_claim_id", table_name="claim_facts")
    op.drop_index("uq_claim_facts_case_event_id_claim_id", table_name="claim_facts")
    op.drop_index("uq_claim_facts_arm_id_claim_id", table_name="claim_facts")
    op.drop_index("uq_claim_facts_adverse_event_id_claim_id", table_name="claim_facts")
    op.drop_index(op.f("ix_claim_facts_claim_id"), table_name="claim_facts")
    op.drop_table("claim_facts")
    op.drop_index(op.f("ix_result_groups_result_id"), table_name="result_groups")
    op.drop_index(op.f("ix_result_groups_group_id"), table_name="result_groups")
    op.drop_table("result_groups")
    op.drop_index(op.f("ix_group_arms_arm_id"), table_name="group_arms")
    op.drop_table("group_arms")
    op.drop_index("uq_adverse_events_slug", table_name="adverse_events")
    op.drop_index(op.f("ix_adverse_events_study_id"), table_name="adverse_events")
    op.drop_index(op.f("ix_adverse_events_stamp"), table_name="adverse_events")
    op.drop_index(op.f("ix_adverse_events_registry_record_id"), table_name="adverse_events")
    op.drop_index(op.f("ix_adverse_events_group_id"), table_name="adverse_events")
    op.drop_index(op.f("ix_adverse_events_adverse_effect_id"), table_name="adverse_events")
    op.drop_table("adverse_events")
    op.drop_index("uq_results_outcome_id_position", table_name="results")
    op.drop_table("results")
    op.drop_index(
        "uq_population_countries_population_id_country", table_name="population_countries"
    )
    op.drop_index(op.f("ix_population_countries_country"), table_name="population_countries")
    op.drop_table("population_countries")
    op.drop_index(op.f("ix_population_conditions_condition_id"), table_name="population_conditions")
    op.drop_table("population_conditions")
    op.drop_index("uq_groups_study_id_key", table_name="groups")
    op.drop_index(op.f("ix_groups_population_id"), table_name="groups")
    op.drop_table("groups")
    op.drop_index(
        op.f("ix_case_report_conditions_condition_id"), table_name="case_report_conditions"
    )
    op.drop_table("case_report_conditions")
    op.drop_index("uq_case_events_case_report_id_position", table_name="case_events")
    op.drop_index(op.f("ix_case_events_term_id"), table_name="case_events")
    op.drop_table("case_events")
    op.drop_index(op.f("ix_arm_treatments_treatment_id"), table_name="arm_treatments")
    op.drop_index(op.f("ix_arm_treatments_arm_id"), table_name="arm_treatments")
    op.drop_table("arm_treatments")
    op.drop_index(op.f("ix_study_relations_study_id"), table_name="study_relations")
    op.drop_index(op.f("ix_study_relations_other_id"), table_name="study_relations")
    op.drop_table("study_relations")
    op.drop_index("uq_study_identifiers_study_id_scheme_value", table_name="study_identifiers")
    op.drop_index("ix_study_identifiers_value", table_name="study_identifiers")
    op.drop_table("study_identifiers")
    op.drop_index(op.f("ix_study_citations_study_id"), table_name="study_citations")
    op.drop_index(op.f("ix_study_citations_citation_id"), table_name="study_citations")
    op.drop_table("study_citations")
    op.drop_index("uq_populations_study_id_key", table_name="populations")
    op.drop_index(op.f("ix_populations_parent_id"), table_name="populations")
    op.drop_table("populations")
    op.drop_index("uq_outcomes_slug", table_name="outcomes")
    op.drop_index(op.f("ix_outcomes_study_id"), table_name="outcomes")
    op.drop_index(op.f("ix_outcomes_stamp"), table_name="outcomes")
    op.drop_index(op.f("ix_outcomes_registry_record_id"), table_name="outcomes")
    op.drop_index(op.f("ix_outcomes_measure_id"), table_name="outcomes")
    op.drop_table("outcomes")
    op.drop_index(op.f("ix_merge_moves_merge_id"), table_name="merge_moves")
    op.drop_table("merge_moves")
    op.drop_index("uq_import_rows_import_id_position", table_name="import_rows")
    op.drop_index(op.f("ix_import_rows_citation_id"), table_name="import_rows")
    op.drop_table("import_rows")
    op.drop_index("uq_document_references_document_id_number", table_name="document_references")
    op.drop_index(op.f("ix_document_references_passage_id"), table_name="document_references")
    op.drop_index(op.f("ix_document_references_citation_id"), table_name="document_references")
    op.drop_table("document_references")
    op.drop_index(op.f("ix_discrepancy_studies_study_id"), table_name="discrepancy_studies")
    op.drop_table("discrepancy_studies")
    op.drop_index("uq_discrepancy_sides_discrepancy_id_position", table_name="discrepancy_sides")
    op.drop_index(op.f("ix_discrepancy_sides_claim_id"), table_name="discrepancy_sides")
    op.drop_index(op.f("ix_discrepancy_sides_citation_id"), table_name="discrepancy_sides")
    op.drop_table("discrepancy_sides")
    op.drop_index(op.f("ix_claim_passages_passage_id"), table_name="claim_passages")
    op.drop_table("claim_passages")
    op.drop_index("uq_claim_citations_claim_id_citation_id", table_name="claim_citations")
    op.drop_index(op.f("ix_claim_citations_citation_id"), table_name="claim_citations")
    op.drop_table("claim_citations")
    op.drop_index("uq_case_reports_slug", table_name="case_reports")
    op.drop_index(op.f("ix_case_reports_study_id"), table_name="case_reports")
    op.drop_index(op.f("ix_case_reports_stamp"), table_name="case_reports")
    op.drop_index(op.f("ix_case_reports_citation_id"), table_name="case_reports")
    op.drop_table("case_reports")
    op.drop_index("uq_arms_study_id_key", table_name="arms")
    op.drop_table("arms")
    op.drop_index("uq_term_labels_term_id_label", table_name="term_labels")
    op.drop_index(op.f("ix_term_labels_term_id"), table_name="term_labels")
    op.drop_index("ix_term_labels_folded", table_name="term_labels")
    op.drop_table("term_labels")
    op.drop_index("uq_term_codes_term_id_scheme_code", table_name="term_codes")
    op.drop_index(op.f("ix_term_codes_term_id"), table_name="term_codes")
    op.drop_index("ix_term_codes_code_scheme", table_name="term_codes")
    op.drop_table("term_codes")
    op.drop_index(op.f("ix_term_ancestors_ancestor_id"), table_name="term_ancestors")
    op.drop_table("term_ancestors")
    op.drop_index("uq_studies_slug", table_name="studies")
    op.drop_index("ix_studies_year_key_id", table_name="studies")
    op.drop_index(op.f("ix_studies_stamp"), table_name="studies")
    op.drop_index(op.f("ix_studies_registry_record_id"), table_name="studies")
    op.drop_table("studies")
    op.drop_index(op.f("ix_segments_document_id"), table_name="segments")
    op.drop_table("segments")
    op.drop_index(op.f("ix_regulatory_statuses_treatment_id"), table_name="regulatory_statuses")
    op.drop_table("regulatory_statuses")
    op.drop_index("ix_proposals_state_id", table_name="proposals")
    op.drop_index(op.f("ix_proposals_change_id"), table_name="proposals")
    op.drop_table("proposals")
    op.drop_index("uq_passages_document_id_start_end", table_name="passages")
    op.drop_table("passages")
    op.drop_index(op.f("ix_merges_undone_by"), table_name="merges")
    op.drop_index(op.f("ix_merges_change_id"), table_name="merges")
    op.drop_table("merges")
    op.drop_index("uq_imports_sha256_actor", table_name="imports")
    op.drop_index(op.f("ix_imports_change_id"), table_name="imports")
    op.drop_table("imports")
    op.drop_index("uq_duplicate_candidates_first_id_second_id", table_name="duplicate_candidates")
    op.drop_index(op.f("ix_duplicate_candidates_second_id"), table_name="duplicate_candidates")
    op.drop_table("duplicate_candidates")
    op.drop_index(
        op.f("ix_discrepancy_treatments_treatment_id"), table_name="discrepancy_treatments"
    )
    op.drop_table("discrepancy_treatments")
    op.drop_index("uq_claims_slug", table_name="claims")
    op.drop_index(op.f("ix_claims_subject_id"), table_name="claims")
    op.drop_index(op.f("ix_claims_stamp"), table_name="claims")
    op.drop_index(op.f("ix_claims_source_citation_id"), table_name="claims")
    op.drop_index(op.f("ix_claims_object_id"), table_name="claims")
    op.drop_table("claims")
    op.drop_index(
        "uq_citation_identifiers_scheme_value",
        table_name="citation_identifiers",
        sqlite_where=sa.text("current AND NOT shared"),
        postgresql_where=sa.text("current AND NOT shared"),
    )
    op.drop_index("ix_citation_identifiers_value", table_name="citation_identifiers")
    op.drop_index(op.f("ix_citation_identifiers_citation_id"), table_name="citation_identifiers")
    op.drop_table("citation_identifiers")
    op.drop_index("ix_citation_authors_folded", table_name="citation_authors")
    op.drop_index(op.f("ix_citation_authors_citation_id"), table_name="citation_authors")
    op.drop_table("citation_authors")
    op.drop_index(op.f("ix_desk_sessions_key_id"), table_name="desk_sessions")
    op.drop_index(op.f("ix_desk_sessions_expires_at"), table_name="desk_sessions")
    op.drop_table("desk_sessions")
    op.drop_index(op.f("ix_access_events_key_id"), table_name="access_events")
    op.drop_index(op.f("ix_access_events_account_id"), table_name="access_events")
    op.drop_table("access_events")
    op.drop_index("uq_api_keys_prefix", table_name="api_keys")
    op.drop_index(op.f("ix_api_keys_account_id"), table_name="api_keys")
    op.drop_table("api_keys")
    op.drop_index("uq_terms_kind_slug", table_name="terms")
    op.drop_index(op.f("ix_terms_stamp"), table_name="terms")
    op.drop_index(op.f("ix_terms_parent_id"), table_name="terms")
    op.drop_index("ix_terms_kind_name_id", table_name="terms")
    op.drop_index("ix_terms_folded", table_name="terms")
    op.drop_table("terms")
    op.drop_index("ix_citation_blocks_citation_id", table_name="citation_blocks")
    op.drop_table("citation_blocks")
    op.drop_index("ix_study_treatment_pages_study_id", table_name="study_treatment_pages")
    op.drop_table("study_treatment_pages")
    op.drop_index("ix_study_condition_pages_study_id", table_name="study_condition_pages")
    op.drop_table("study_condition_pages")
    op.drop_index("uq_slug_redirects_kind_slug", table_name="slug_redirects")
    op.drop_table("slug_redirects")
    op.drop_index("uq_search_texts_kind_record_id", table_name="search_texts")
    op.drop_table("search_texts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_lexemes")
    op.drop_index("ix_revisions_owner_kind", table_name="revisions")
    op.drop_index("ix_revisions_kind_to_change", table_name="revisions")
    op.drop_index("ix_revisions_from_change", table_name="revisions")
    op.drop_table("revisions")
    op.drop_index(
        "uq_registry_records_registry_name_identifier_entry_version", table_name="registry_records"
    )
    op.drop_table("registry_records")
    op.drop_index(op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("uq_documents_slug", table_name="documents")
    op.drop_index("ix_documents_title_id", table_name="documents")
    op.drop_index(op.f("ix_documents_stamp"), table_name="documents")
    op.drop_table("documents")
    op.drop_index("uq_discrepancies_slug", table_name="discrepancies")
    op.drop_index(op.f("ix_discrepancies_stamp"), table_name="discrepancies")
    op.drop_table("discrepancies")
    op.drop_index("uq_citations_slug", table_name="citations")
    op.drop_index("ix_citations_year_key_id", table_name="citations")
    op.drop_index("ix_citations_publication_status", table_name="citations")
    op.drop_index(op.f("ix_citations_stamp"), table_name="citations")
    op.drop_table("citations")
    op.drop_index("uq_changes_at", table_name="changes")
    op.drop_table("changes")
    op.drop_index("uq_accounts_name", table_name="accounts")
    op.drop_table("accounts")
    # ### end Alembic commands ###
