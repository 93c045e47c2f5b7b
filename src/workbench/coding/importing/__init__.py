"""From files people have to documents that can be coded, with a record of every change."""

from workbench.coding.importing.files import import_files
from workbench.coding.importing.open_answers import import_open_answers
from workbench.coding.importing.reading import read_original

__all__ = ["import_files", "import_open_answers", "read_original"]
