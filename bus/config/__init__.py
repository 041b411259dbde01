"""The configuration: its models, and how a file becomes one."""

from .findings import Finding
from .load import Loaded, load
from .model import Config

__all__ = ["Config", "Finding", "Loaded", "load"]
