"""PostgreSQL for tests."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from .debian import postgres_folder
from .private import HOST, Private

# durable on purpose: the ledger refuses a server that may forget what it committed
SETTINGS = {"listen_addresses": HOST, "unix_socket_directories": "", "max_connections": "200"}


class PostgresServer(Protocol):
    @property
    def url(self) -> str: ...

    def create_database(self, name: str, template: str = "template1") -> str:
        """A copy of the database `template`, which nobody may be using; returns its URL."""

    def drop_database(self, name: str) -> None:
        """Remove it, whoever is still connected."""


class _Databases:
    @property
    def url(self) -> str:
        raise NotImplementedError

    def create_database(self, name: str, template: str = "template1") -> str:
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def drop_database(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


class NamedPostgres(_Databases):
    """A server that somebody else runs; its user must be allowed to create databases."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def url(self) -> str:
        return self._url


class Postgres(_Databases, Private):
    """A private PostgreSQL. `settings` are added to its command line."""

    _polite = signal.SIGINT  # "fast": does not wait for clients to leave

    def __init__(self, **settings: str) -> None:
        self._programs = postgres_folder()
        super().__init__()
        self._settings = {**SETTINGS, "port": str(self.port), **settings}
        self._password = secrets.token_hex(8)

    @property
    def url(self) -> str:
        return f"postgresql://lienthong:{self._password}@{HOST}:{self.port}/postgres"

    def _commands(self) -> list[list[str]]:
        data = self.folder / "data"
        if not data.exists():
            self._initialise(str(data))
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        return [[*self._as_user(), str(self._programs / "postgres"), "-D", str(data), *options]]

    def _initialise(self, data: str) -> None:
        password = self.folder / "password"
        password.write_text(self._password)
        if os.geteuid() == 0:
            for path in (self.folder, password):
                shutil.chown(path, *self._account())
        options = ["--username=lienthong", "--auth=password", f"--pwfile={password}", "--no-sync"]
        command = [str(self._programs / "initdb"), "-D", data, "--encoding=UTF8", "--no-locale", *options]
        done = subprocess.run(
            [*self._as_user(), *command], env=self._environment(), cwd=self.folder, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")

    @staticmethod
    def _account() -> tuple[int, int]:
        user = pwd.getpwnam("postgres")
        return user.pw_uid, user.pw_gid

    def _as_user(self) -> list[str]:
        """PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return []
        uid, gid = self._account()
        return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--init-groups"]

    def _ready(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True
