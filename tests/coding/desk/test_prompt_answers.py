"""The server's extension: nothing is kept back, and it is on wherever the package is installed."""

import asyncio
import importlib
import json
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

from workbench.coding.desk.prompt_answers import prompt


class Connection:
    """A connection of the server, and what was asked of it in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.websocket_handler = SimpleNamespace(
            set_nodelay=lambda value: self.asked.append(f"nodelay {value}")
        )

    async def connect(self) -> str:
        self.asked.append("connect")
        return "connected"


def test_nothing_is_kept_back_from_the_first_message_on() -> None:
    connection = prompt(Connection)()
    with ThreadPoolExecutor(1) as apart:  # browser tests hold a loop in this thread
        answer = apart.submit(lambda: asyncio.run(connection.connect())).result()
    assert answer == "connected"
    assert connection.asked == ["nodelay True", "connect"]


def test_the_package_turns_it_on_for_every_server_of_the_environment(repository: Path) -> None:
    settings = repository / "pyproject.toml"
    build = tomllib.loads(settings.read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    (file, place), *more = build["targets"]["wheel"]["shared-data"].items()
    assert more == []
    assert place.startswith("etc/jupyter/jupyter_server_config.d/")
    [(name, on)] = json.loads((repository / file).read_text(encoding="utf-8"))["ServerApp"][
        "jpserver_extensions"
    ].items()
    assert on
    module = importlib.import_module(name)
    assert module._jupyter_server_extension_points() == [{"module": name}]
    setting = {"kernel_websocket_connection_class": Connection}
    module._load_jupyter_server_extension(
        SimpleNamespace(web_app=SimpleNamespace(settings=setting))
    )
    assert issubclass(setting["kernel_websocket_connection_class"], Connection)
    assert setting["kernel_websocket_connection_class"] is not Connection
