"""A finished run in other forms: tables, figures, a page for a meeting, slides, a document."""
