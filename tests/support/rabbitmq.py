"""RabbitMQ for tests."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path
from typing import Protocol

from kombu import Connection
from kombu.exceptions import OperationalError

from .debian import rabbitmq_script
from .private import HOST, Private, free_port

CONFIG = """\
listeners.tcp.1 = {host}:{port}
default_user = lienthong
default_pass = {password}
log.console = true
log.console.level = warning
log.file = false
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.relative = 0.6
"""

# Erlang's schedulers spin while idle, at the cost of everybody else on a small machine
ERLANG = "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"


class RabbitMQServer(Protocol):
    @property
    def url(self) -> str: ...


class NamedRabbitMQ:
    """A server that somebody else runs; the virtual host is that of its URL."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def url(self) -> str:
        return self._url


class RabbitMQ(Private):
    """A private RabbitMQ without plugins: own node name, data, cookie and epmd.

    `erlang`: options of its virtual machine. A quorum queue declared less than a second before `kill` is broken
    afterwards (consuming from it is never answered): RabbitMQ writes its name to disk half a second late.
    """

    def __init__(self, erlang: str = ERLANG) -> None:
        self._script = rabbitmq_script()
        super().__init__()
        self._erlang = erlang
        self._password = secrets.token_hex(8)
        self._node = f"lienthong-{secrets.token_hex(4)}@localhost"
        self._epmd_port, self._dist_port = free_port(), free_port()
        self._write(".erlang.cookie", secrets.token_hex(16)).chmod(0o400)
        self._write("plugins", "[].\n")
        self._write("rabbitmq.conf", CONFIG.format(host=HOST, port=self.port, password=self._password))

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    @property
    def url(self) -> str:
        return f"amqp://lienthong:{self._password}@{HOST}:{self.port}//"

    def _commands(self) -> list[list[str]]:
        # epmd is started here, because the one that Erlang starts by itself leaves home and lives for ever
        return [["epmd", "-port", str(self._epmd_port), "-address", HOST], [str(self._script)]]

    def _environment(self) -> dict[str, str]:
        folder = self.folder
        return {
            **super()._environment(),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": HOST,
            "RUNNING_UNDER_SYSTEMD": "true",  # the script then becomes the server instead of starting it
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": self._erlang,
        }

    def _ready(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), 1).close()
            with Connection(self.url, connect_timeout=2) as connection:
                connection.connect()
        except (OSError, OperationalError):
            return False
        return True
