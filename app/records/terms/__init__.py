"""Terms: treatments, conditions, adverse effects and outcome measures."""
