"""Which values come more than once, exactly, in memory that does not grow with the rows.

Hashes of 64 bits stream into a temporary file, parted by their first byte; each part is sorted on
its own. Values with different hashes are different, so where no hash repeats, no value does. Those
few that share a hash are left to be compared themselves.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

__all__ = ["hash_batches", "repeated_hashes"]

PARTS = 256
FIRST_BYTE = np.uint64(56)
WIDTH = np.dtype(np.uint64).itemsize


def hash_batches(relation: duckdb.DuckDBPyRelation) -> Iterator[np.ndarray]:
    """Yield the first column of a relation, which holds hashes, batch by batch."""
    for batch in pa.RecordBatchReader.from_stream(relation):
        yield batch.column(0).to_numpy()


def repeated_hashes(batches: Iterable[np.ndarray], *, most: int) -> np.ndarray | None:
    """Return the hashes that come more than once, or None when they are more than ``most``.

    Examples
    --------
    >>> repeated_hashes([np.array([5, 7], np.uint64), np.array([7, 9], np.uint64)], most=10)
    array([7], dtype=uint64)
    """
    repeated: list[np.ndarray] = []
    found = 0
    with tempfile.TemporaryFile() as file:
        counts = _written(cast("BinaryIO", file), batches)
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).reshape(counts.shape)
        for part in range(PARTS):
            values = _read(cast("BinaryIO", file), starts[:, part], counts[:, part])
            values.sort()
            own = np.unique(values[1:][values[1:] == values[:-1]])
            repeated.append(own)
            found += len(own)
            if found > most:
                return None
    return np.concatenate(repeated)


def _written(file: BinaryIO, batches: Iterable[np.ndarray]) -> np.ndarray:
    """Write hashes, each batch in the order of its parts; return counts by batch and part."""
    counts = [np.zeros(PARTS, dtype=np.int64)]
    for hashes in batches:
        part = (hashes >> FIRST_BYTE).astype(np.uint8)
        file.write(hashes[np.argsort(part, kind="stable")].tobytes())
        counts.append(np.bincount(part, minlength=PARTS))
    return np.array(counts)


def _read(file: BinaryIO, starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return one part: a piece of every batch."""
    pieces: list[bytes] = []
    for start, count in zip(starts, counts, strict=True):
        file.seek(int(start) * WIDTH)
        pieces.append(file.read(int(count) * WIDTH))
    return np.frombuffer(b"".join(pieces), dtype=np.uint64).copy()
