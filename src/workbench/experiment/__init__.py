"""Experiments: from a plan written before and a result file to one decision with its reasons."""
