"""Answers that reach the browser at once: a small extension of the Jupyter server.

A kernel sends three short messages for each act: busy, the answer, idle. Nagle's algorithm keeps
the second back until the browser's machine has confirmed the first, which by default takes 40 ms
[1]_. Here the server is told not to wait. Installed with the package, it is on in every
``jupyter lab`` of the same environment; nothing else is changed.

References
----------
.. [1] Nagle, J. (1984). Congestion control in IP/TCP internetworks. RFC 896; delayed
   acknowledgement: RFC 1122, section 4.2.3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__ = ["prompt"]

_SETTING = "kernel_websocket_connection_class"


def _jupyter_server_extension_points() -> list[dict[str, str]]:  # pyright: ignore[reportUnusedFunction] - called by the server
    return [{"module": "workbench.coding.desk.prompt_answers"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:  # pyright: ignore[reportUnusedFunction] - called by the server
    settings: dict[str, Any] = server.web_app.settings
    settings[_SETTING] = prompt(settings[_SETTING])


def prompt(connection: type[Any]) -> type[Any]:
    """Return a kind of connection to a kernel that sends each message at once.

    Parameters
    ----------
    connection
        The kind the server uses otherwise; everything else stays as it does it.
    """

    class PromptConnection(connection):
        """The server's connection, without delay."""

        async def connect(self) -> Any:
            """Say that nothing is to be kept back, then connect."""
            self.websocket_handler.set_nodelay(True)
            return await super().connect()

    return PromptConnection
