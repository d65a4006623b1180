"""The run folder, and the figures and the page drawn from it; no metric is computed here."""
