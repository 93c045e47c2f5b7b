"""From interviews, surveys and experiments to reports a decision can rest on.

Every public name stands once, in ``__init__.pyi``, and is imported on first use, so that
``import workbench`` costs milliseconds.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
