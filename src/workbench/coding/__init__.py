"""Thematic coding: documents, acts, codebook, agreement, tables of themes."""
