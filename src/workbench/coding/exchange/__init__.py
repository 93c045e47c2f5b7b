"""To and from other tools: REFI-QDA, Excel, CSV, Word."""

from workbench.coding.exchange.incoming import ImportReport, import_refi
from workbench.coding.exchange.outgoing import export_refi
from workbench.coding.exchange.tables import export_excel, export_quotes_csv, import_excel
from workbench.coding.exchange.word import export_quotes_word

__all__ = [
    "ImportReport",
    "export_excel",
    "export_quotes_csv",
    "export_quotes_word",
    "export_refi",
    "import_excel",
    "import_refi",
]
