"""Pictures of the evidence as SVG, each with the rows it is drawn from; none says what to think."""
