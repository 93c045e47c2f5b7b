"""Themes meet scores and variants: the one room that may import every analysis room.

``wb.joint(answers, corpus, outcome)`` is :func:`workbench.joint.scores.joint`. The function and the
room have one name, and importing any part of the room puts the room where the name leads, unless
``lazy_loader`` is 0.6 or newer and guards it. So the room can be called, and does what the function
does.
"""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any


class _Room(ModuleType):
    """A room that can be called by the name of its main function."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from workbench.joint.scores import joint

        return joint(*args, **kwargs)

    @property
    def __signature__(self) -> inspect.Signature:
        from workbench.joint.scores import joint

        return inspect.signature(joint)


sys.modules[__name__].__class__ = _Room
