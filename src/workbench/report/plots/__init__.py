"""One module per room of results: ``plot_<kind>(result, *, ax, language, narrow) -> Axes``.

A plot draws a result: it computes nothing, sets no global style and saves no file.
"""
