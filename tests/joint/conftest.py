"""Helpers of these tests are importable; public studies are opened as in ``tests/real_data``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
