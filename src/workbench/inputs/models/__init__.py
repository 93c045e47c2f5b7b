"""The typed tables of ``study.toml``, one module per part."""
