"""Facets: what lists are counted by, counted by SQL or read from what the journal stores."""

from app.query.facets.counting import counted_over as counted_over
from app.query.facets.declaration import ALL as ALL
from app.query.facets.declaration import MOST_RECORDS as MOST_RECORDS
from app.query.facets.declaration import STATUS as STATUS
from app.query.facets.declaration import Also as Also
from app.query.facets.declaration import Facet as Facet
from app.query.facets.declaration import Facets as Facets
from app.query.facets.declaration import StoredFacets as StoredFacets
from app.query.facets.declaration import ValueForm as ValueForm
from app.query.facets.declaration import by_column as by_column
from app.query.facets.declaration import by_part as by_part
from app.query.facets.declaration import by_rule as by_rule
from app.query.facets.declaration import by_term as by_term
from app.query.facets.stored import FacetStatements as FacetStatements
from app.query.facets.stored import StoredRows as StoredRows
from app.query.facets.stored import counts_everything as counts_everything
