"""The one way a record changes: version, card, revision, page rows and search text together.

Nothing outside this package writes version, stamp, edited, card, revisions, page indexes or search
texts. A change is one transaction:

    with journal.write(database, actor="ada", action=ChangeAction.EDIT, reason="typo") as change:
        study = change.open(STUDY, "adults-crps")
        study.label = "Ketamine against placebo"
        change.touch(study)
"""

from app.journal.change import Change as Change
from app.journal.change import write as write
from app.journal.search_texts import index_errors as index_errors
from app.journal.search_texts import reindex as reindex
from app.journal.support_rules import RuleBroken as RuleBroken
from app.journal.verify import verify as verify
from app.journal.verify import verify_database as verify_database
