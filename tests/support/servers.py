"""The real servers of the tests. Private ones can be killed and started again; named ones are only used."""

from __future__ import annotations

from .postgres import NamedPostgres, Postgres, PostgresServer
from .rabbitmq import NamedRabbitMQ, RabbitMQ, RabbitMQServer

__all__ = ["NamedPostgres", "NamedRabbitMQ", "Postgres", "PostgresServer", "RabbitMQ", "RabbitMQServer"]
