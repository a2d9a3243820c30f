"""The questions as SQL for Datasette: one statement each, parts by json_group_array."""

from __future__ import annotations

from urllib.parse import urlencode

from benchmarks.floor_sql import FIRST, GROUPS, OVERLAPS, RANKED, SOUND, STUDY_COLUMNS
from benchmarks.floor_statements import days_of, words_of
from benchmarks.work import LISTS, Asked

PARTS = """
(SELECT json_group_array(json_object('key', p.key, 'label', p.label, 'n', p.n, 'sex', p.sex,
 'age_min', p.age_min, 'age_max', p.age_max, 'age_group', p.age_group,
 'conditions', (SELECT json_group_array(t.slug) FROM population_conditions c
  JOIN terms t ON t.id = c.condition_id WHERE c.population_id = p.id)))
 FROM populations p WHERE p.study_id = s.id) AS populations,
(SELECT json_group_array(json_object('key', a.key, 'label', a.label, 'n', a.n,
 'treatments', (SELECT json_group_array(t.slug) FROM arm_treatments x
  JOIN terms t ON t.id = x.treatment_id WHERE x.arm_id = a.id)))
 FROM arms a WHERE a.study_id = s.id) AS arms,
(SELECT json_group_array(json_object('slug', c.slug, 'title', c.title, 'year', c.year))
 FROM study_citations l JOIN citations c ON c.id = l.citation_id WHERE l.study_id = s.id)
 AS citations"""
OWN = f"s.{STUDY_COLUMNS.replace(', ', ', s.')}"
ONE = f"""SELECT {OWN}, {PARTS},
(SELECT json_group_array(json_object('slug', o.slug, 'role', o.role, 'definition', o.definition,
 'measure', t.slug, 'results', (SELECT json_group_array(json_object('statistic', r.statistic,
  'value', r.value, 'unit', r.unit, 'n', r.n, 'numerator', r.numerator,
  'denominator', r.denominator, 'percent', r.percent, 'p', r.p))
  FROM results r WHERE r.outcome_id = o.id)))
 FROM outcomes o JOIN terms t ON t.id = o.measure_id WHERE o.study_id = s.id) AS outcomes,
(SELECT json_group_array(json_object('slug', e.slug, 'term_verbatim', e.term_verbatim,
 'adverse_effect', t.slug, 'serious', e.serious,
 'counts', (SELECT json_group_array(json_object('group', g.key, 'affected', c.affected,
  'at_risk', c.at_risk, 'percent', c.percent)) FROM adverse_event_counts c
  JOIN groups g ON g.id = c.group_id WHERE c.adverse_event_id = e.id)))
 FROM adverse_events e JOIN terms t ON t.id = e.adverse_effect_id
 WHERE e.study_id = s.id) AS adverse_events,
(SELECT json_group_array(json_object('slug', c.slug, 'title', c.title, 'abstract', c.abstract))
 FROM study_citations l JOIN citations c ON c.id = l.citation_id WHERE l.study_id = s.id)
 AS citation_cards
FROM studies s WHERE s.slug = :slug"""
HARMS = """WITH below AS (SELECT a.term_id
 FROM term_ancestors a JOIN terms t ON t.id = a.ancestor_id
 WHERE t.kind = 'treatment' AND t.slug = :treatment)
SELECT x.slug AS adverse_effect, e.slug, e.term_verbatim, c.affected, c.at_risk, e.serious,
 c.percent, s.slug AS study, s.label, s.year, g.key AS group_key, g.title
FROM adverse_events e JOIN studies s ON s.id = e.study_id
JOIN adverse_event_counts c ON c.adverse_event_id = e.id JOIN groups g ON g.id = c.group_id
JOIN terms x ON x.id = e.adverse_effect_id
WHERE e.study_id IN (SELECT r.study_id FROM arms r JOIN arm_treatments y ON y.arm_id = r.id
 WHERE y.treatment_id IN below)
 AND +e.adverse_effect_id IN (SELECT id FROM terms WHERE id IN (
  SELECT d.adverse_effect_id FROM arm_treatments y JOIN group_arms a ON a.arm_id = y.arm_id
  JOIN adverse_event_counts n ON n.group_id = a.group_id
  JOIN adverse_events d ON d.id = n.adverse_event_id
  WHERE y.treatment_id IN below AND d.status = 'current'
  UNION SELECT object_id FROM claims WHERE subject_id IN below
   AND kind = 'adverse_effect' AND status = 'current') ORDER BY name, slug LIMIT 50)
 ORDER BY s.year_key DESC, s.id, e.id, c.position"""


def datasette(asked: Asked) -> str:
    """The address of the equivalent query."""
    given = dict(asked.given)
    if asked.work == "W1":
        statement = ONE
    elif asked.work == "W6":
        statement = HARMS
    elif asked.work in LISTS:
        statement = _list(given)
    elif asked.work == "W5":
        statement = _facets(given)
    else:
        statement = _list(given, limit=100_000)
    query = {"sql": " ".join(statement.split()), "_shape": "array", **given}
    return f"/{asked.database}.json?{urlencode(query)}"


def _list(given: dict[str, str], limit: int = 50) -> str:
    where = _matching(given)
    if "q" in given:
        given["q"] = words_of(given["q"])
        best = f"SELECT * FROM ({RANKED.format(':q', where)}) ORDER BY 2 DESC, 1 DESC LIMIT {limit}"
        source = f"({best}) r JOIN studies s ON s.id = r.number - {FIRST}"
        return f"SELECT {OWN}, {PARTS} FROM {source} ORDER BY r.score DESC, r.number DESC"
    if after := given.pop("after", None):
        year, number = after.split(",")
        where += " AND (s.year_key, s.id) < (CAST(:year AS INTEGER), CAST(:number AS INTEGER))"
        given |= {"year": year, "number": number}
    order = f"ORDER BY s.year_key DESC, s.id DESC LIMIT {limit}"
    return f"SELECT {OWN}, {PARTS} FROM studies s WHERE {where} {order}"


def _facets(given: dict[str, str]) -> str:
    names = given.pop("facet").split(",")
    where = _matching(given)
    found = f"SELECT s.* FROM studies s WHERE {where} AND {SOUND}"
    counts = (
        f"SELECT '{name}' AS facet, {name} AS value, count(*) AS count FROM found GROUP BY 2"
        for name in names
    )
    return f"WITH found AS MATERIALIZED ({found}) {' UNION ALL '.join(counts)}"


def _matching(given: dict[str, str]) -> str:
    """The same criteria as the floor's, with named parameters."""
    parts = ["s.status = 'current'"]
    people = ["p.study_id = s.id"]
    if group := given.get("age_group"):
        people.append(GROUPS[group])
    if ages := given.pop("age", None):
        low, end = days_of(ages)
        people.append(OVERLAPS.format(low=":low", end=":end"))
        given |= {"low": str(low), "end": str(end)}
    if "sex" in given:
        people.append("p.sex IN (:sex, 'all')")
    if "condition" in given:
        people.append(
            "EXISTS (SELECT 1 FROM population_conditions c JOIN term_ancestors a "
            "ON a.term_id = c.condition_id JOIN terms t ON t.id = a.ancestor_id "
            "WHERE c.population_id = p.id AND t.kind = 'condition' AND t.slug = :condition)"
        )
    parts.append(f"EXISTS (SELECT 1 FROM populations p WHERE {' AND '.join(people)})")
    return " AND ".join(parts)
