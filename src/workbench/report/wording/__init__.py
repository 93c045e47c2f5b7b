"""Sentences made from results, one module per room of results or subject of a notebook."""
