"""Results become pages: typed parameters, a run, its record, two pages from one notebook."""
