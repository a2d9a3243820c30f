"""How a list is asked and answered: parameters, filters, SQL, totals, facets, formats."""
