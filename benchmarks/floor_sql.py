"""The floor's statements, one a line; each {} stands for a list of numbers."""

from __future__ import annotations

from app.models.search_text import first_number
from app.query.fulltext.search import MOST_RANKED

# What a population has to be; as our own filter has it.
# A bound that is known lies inside, or both surround it; or the label names the group.
OVERLAPS = (
    "p.age_basis IN ('stated', 'registry') AND ("
    "p.age_min >= {low} AND p.age_min < {end} OR p.age_max > {low} AND p.age_max <= {end} OR "
    "p.age_min < {end} AND p.age_max > {low})"
)
OVERLAPS_TAKES = ("low", "end", "low", "end", "end", "low")  # where each {} is a ?
GROUPS = {
    group: f"(p.age_basis = 'derived_from_label' AND p.age_group = '{group}' OR "
    f"{OVERLAPS.format(low=start, end=end)})"
    for group, start, end in (
        ("child", 0, 6574),
        ("adult", 6574, 23741),
        ("older_adult", 23741, 2147483647),
    )
}
HAS_CONDITION = "SELECT 1 FROM population_conditions c JOIN term_ancestors a ON a.term_id = c.condition_id AND a.ancestor_id = ? WHERE c.population_id = p.id"
ORDER = "ORDER BY 1 DESC, 2 DESC"
# What rests on retracted publications only is not counted.
SOUND = (
    "s.id NOT IN (SELECT l.study_id FROM citations c JOIN study_citations l "
    "ON l.citation_id = c.id WHERE c.publication_status = 'retracted' AND NOT EXISTS "
    "(SELECT 1 FROM study_citations m JOIN citations d ON d.id = m.citation_id "
    "WHERE m.study_id = l.study_id AND d.publication_status <> 'retracted'))"
)
# The newest matches are put in order, as many as ours declares; a study's row of the full-text
# index is numbered from a fixed number on.
FIRST = first_number("study")
RANKED = (
    "SELECT rowid AS number, -bm25(search_index_study, 4.0, 1.0) AS score FROM search_index_study "
    "WHERE search_index_study MATCH {} "
    f"AND EXISTS (SELECT 1 FROM studies s WHERE s.id = search_index_study.rowid - {FIRST} "
    "AND s.status = 'current' AND {}) "
    f"ORDER BY rowid DESC LIMIT {MOST_RANKED}"
)
STUDY_COLUMNS = (
    "slug, label, study_type, allocation, intervention_model, observational_model, "
    "primary_purpose, masking, phase, study_status, enrollment, enrollment_type, start_date, "
    "completion_date, year, basis"
)
SAYS = (
    "SELECT f.{0}, k.slug, k.quote, k.summary FROM claim_facts f JOIN claims k ON k.id = f.claim_id "
    "WHERE f.{0} IN ({{}}) ORDER BY k.slug"
)
STUDIES = f"SELECT id, {STUDY_COLUMNS} FROM studies WHERE id IN ({{}})"
PARTS = {
    "identifiers": "SELECT study_id, scheme, value FROM study_identifiers WHERE study_id IN ({}) ORDER BY position",
    "citations": "SELECT l.study_id, l.role, l.basis, l.rationale, c.slug, c.title, c.year FROM study_citations l JOIN citations c ON c.id = l.citation_id WHERE l.study_id IN ({}) ORDER BY l.position",
    "relations": "SELECT r.study_id, r.type, o.slug, o.label, o.study_type, o.year FROM study_relations r JOIN studies o ON o.id = r.other_id WHERE r.study_id IN ({}) ORDER BY r.position",
    "populations": "SELECT study_id, id, key, kind, label, n, females, sex, age_group, age_basis, age_min, age_max, basis, parent_id FROM populations WHERE study_id IN ({}) ORDER BY position",
    "arms": "SELECT study_id, id, key, label, type, n, basis FROM arms WHERE study_id IN ({}) ORDER BY position",
    "groups": "SELECT g.study_id, g.id, g.key, g.title, g.analysis_set, g.n, g.unit, p.key AS population FROM groups g LEFT JOIN populations p ON p.id = g.population_id WHERE g.study_id IN ({}) ORDER BY g.position",
    "says": SAYS.format("study_id"),
}
INNER = {
    "populations": {
        "countries": "SELECT population_id, country FROM population_countries WHERE population_id IN ({}) ORDER BY position",
        "conditions": "SELECT c.population_id, t.kind, t.slug, t.name FROM population_conditions c JOIN terms t ON t.id = c.condition_id WHERE c.population_id IN ({}) ORDER BY t.slug",
        "says": SAYS.format("population_id"),
    },
    "arms": {
        "treatments": "SELECT a.arm_id, a.role, a.dose_low, a.dose_high, a.dose_unit, a.dose_per, a.route, a.frequency, a.duration, a.regimen, t.kind, t.slug, t.name FROM arm_treatments a JOIN terms t ON t.id = a.treatment_id WHERE a.arm_id IN ({}) ORDER BY a.position",
        "says": SAYS.format("arm_id"),
    },
    "groups": {
        "arms": "SELECT g.group_id, a.key, a.label FROM group_arms g JOIN arms a ON a.id = g.arm_id WHERE g.group_id IN ({}) ORDER BY a.position",
    },
}
EVENT_COLUMNS = (
    "e.slug, e.term_verbatim, e.scope, e.serious, e.results_in_death, e.life_threatening, "
    "e.hospitalisation, e.disability, e.congenital_anomaly, e.medically_important, e.relatedness, "
    "e.severity_verbatim, e.grade_low, e.grade_high, e.assessment, e.time_frame, e.note, e.basis"
)
COUNT_COLUMNS = "c.affected, c.at_risk, c.events, c.percent, c.note AS count_note, g.key, g.title"
EVENT_COUNTS = f"SELECT c.adverse_event_id, {COUNT_COLUMNS} FROM adverse_event_counts c JOIN groups g ON g.id = c.group_id WHERE c.adverse_event_id IN ({{}}) ORDER BY c.adverse_event_id, c.position"
CHILDREN = {
    "outcomes": "SELECT o.study_id, o.id, o.slug, o.instrument, o.definition, o.cutoff, o.role, o.metric, o.reporting, o.basis, t.slug AS measure, t.name FROM outcomes o JOIN terms t ON t.id = o.measure_id WHERE o.study_id IN ({}) AND o.status = 'current' ORDER BY o.slug",
    "adverse_events": f"SELECT e.study_id, e.id, {EVENT_COLUMNS}, t.slug AS adverse_effect, t.name FROM adverse_events e JOIN terms t ON t.id = e.adverse_effect_id WHERE e.study_id IN ({{}}) AND e.status = 'current' ORDER BY e.slug",
    "claims": "SELECT DISTINCT coalesce(f.study_id, o.study_id, e.study_id) AS study, k.id, k.slug, k.kind, k.polarity, k.modality, k.hedge, k.quote, k.summary, k.note, k.source_location, c.slug AS source_citation, c.title, c.year FROM claims k JOIN claim_facts f ON f.claim_id = k.id LEFT JOIN outcomes o ON o.id = f.outcome_id LEFT JOIN adverse_events e ON e.id = f.adverse_event_id LEFT JOIN citations c ON c.id = k.source_citation_id WHERE k.id IN (SELECT claim_id FROM claim_facts WHERE study_id IN ({}) UNION SELECT x.claim_id FROM claim_facts x JOIN outcomes y ON y.id = x.outcome_id WHERE y.study_id IN ({}) UNION SELECT x.claim_id FROM claim_facts x JOIN adverse_events y ON y.id = x.adverse_event_id WHERE y.study_id IN ({})) ORDER BY k.slug",
    "citation_cards": "SELECT l.study_id, c.id, c.slug, c.type, c.title, c.container_title, c.year, c.volume, c.issue, c.pages, c.abstract, c.verbatim, c.authors_truncated, c.publication_status FROM study_citations l JOIN citations c ON c.id = l.citation_id WHERE l.study_id IN ({}) AND c.status = 'current' ORDER BY c.year_key DESC, c.id DESC",
    "case_reports": "SELECT study_id, slug, label FROM case_reports WHERE study_id IN ({}) AND status = 'current' ORDER BY slug",
    "discrepancies": "SELECT s.study_id, d.slug, d.title FROM discrepancy_studies s JOIN discrepancies d ON d.id = s.discrepancy_id WHERE s.study_id IN ({}) AND d.status = 'current' ORDER BY d.slug",
}
RESULTS = "SELECT outcome_id, id, contrast, time_verbatim, time_relation, time_days, time_anchor, statistic, statistic_words, value, value_qualifier, unit, n, n_unit, numerator, denominator, percent, dispersion, dispersion_value, dispersion_low, dispersion_high, ci_level, ci_low, ci_high, p, p_qualifier, adjusted, derived, derivation, change, direction, direction_basis, conclusion, hedge, location, note, basis FROM results WHERE outcome_id IN ({}) ORDER BY position"
RESULT_GROUPS = "SELECT r.result_id, r.role, g.key, g.title, g.analysis_set, g.n, g.unit FROM result_groups r JOIN groups g ON g.id = r.group_id WHERE r.result_id IN ({}) ORDER BY r.position"
CITATION_PARTS = {
    "authors": "SELECT citation_id, family, given, literal, orcid FROM citation_authors WHERE citation_id IN ({}) ORDER BY position",
    "identifiers": "SELECT citation_id, scheme, value, shared FROM citation_identifiers WHERE citation_id IN ({}) ORDER BY position",
}
CLAIM_FACTS = "SELECT f.claim_id, s.slug AS study, o.slug AS outcome, e.slug AS adverse_event FROM claim_facts f LEFT JOIN studies s ON s.id = f.study_id LEFT JOIN outcomes o ON o.id = f.outcome_id LEFT JOIN adverse_events e ON e.id = f.adverse_event_id WHERE f.claim_id IN ({})"
BELOW = "SELECT term_id FROM term_ancestors WHERE ancestor_id = ?"
# The first harms by name that anything tells of under a treatment.
MOST_HARMS = 50
HARMS = f"SELECT id FROM terms WHERE id IN (SELECT e.adverse_effect_id FROM arm_treatments y JOIN group_arms a ON a.arm_id = y.arm_id JOIN adverse_event_counts c ON c.group_id = a.group_id JOIN adverse_events e ON e.id = c.adverse_event_id WHERE y.treatment_id IN ({BELOW}) AND e.status = 'current' UNION SELECT object_id FROM claims WHERE subject_id IN ({BELOW}) AND kind = 'adverse_effect' AND status = 'current') ORDER BY name, slug LIMIT {MOST_HARMS}"
HARM_CLAIMS = f"SELECT object_id, subject_id, modality, polarity, slug, quote, summary FROM claims WHERE status = 'current' AND kind = 'adverse_effect' AND object_id IN ({{}}) AND subject_id IN ({BELOW}) ORDER BY modality, polarity, slug"
GIVEN = f"SELECT a.study_id FROM arm_treatments t JOIN arms a ON a.id = t.arm_id WHERE t.treatment_id IN ({BELOW})"
HARM_COUNTS = f"SELECT e.id, e.adverse_effect_id, e.study_id, {EVENT_COLUMNS}, s.slug AS study, s.label, s.study_type, s.year, c.group_id, {COUNT_COLUMNS} FROM adverse_events e JOIN studies s ON s.id = e.study_id JOIN adverse_event_counts c ON c.adverse_event_id = e.id JOIN groups g ON g.id = c.group_id WHERE e.status = 'current' AND +e.adverse_effect_id IN ({{}}) AND e.study_id IN ({GIVEN}) ORDER BY s.year_key DESC, s.id, e.id, c.position"
TREATED = f"SELECT g.group_id, t.treatment_id FROM arm_treatments t JOIN group_arms g ON g.arm_id = t.arm_id WHERE t.treatment_id IN ({BELOW})"
