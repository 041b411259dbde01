"""Debian's packages for the servers that tests need: found, or installed when we may, or the cure in words.

`python -m tests.support.debian` does it ahead of the tests, so that an installation counts in nobody's time limit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

POLICY = Path("/usr/sbin/policy-rc.d")
DO_NOT_START_SERVICES = "#!/bin/sh\nexit 101\n"


def postgres_folder() -> Path:
    """The folder of `initdb` and `postgres`, the newest version first."""
    return _found(_postgres_folder, "postgresql", "LIENTHONG_TEST_POSTGRES=postgresql://...")


def rabbitmq_script() -> Path:
    """The script `rabbitmq-server` itself, not Debian's wrapper around it, which only root may use."""
    return _found(_rabbitmq_script, "rabbitmq-server", "LIENTHONG_TEST_RABBITMQ=amqp://...")


def promtool() -> Path:
    """Prometheus' own checker of metrics and alert rules."""
    return _found(_promtool, "prometheus", None)


def _promtool() -> Path | None:
    on_path = which("promtool")
    return Path(on_path) if on_path else None


def _postgres_folder() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = which("initdb")
    if installed:
        return installed[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def _rabbitmq_script() -> Path | None:
    return next(Path("/usr/lib/rabbitmq").glob("bin/rabbitmq-server"), None)


def _found(find: Callable[[], Path | None], package: str, instead: str | None) -> Path:
    found = find()
    if found is None and os.geteuid() == 0 and which("apt-get"):
        _install(package)
        found = find()
    if found is None:
        cure = f"as root, run `apt-get install -y {package}`"
        raise RuntimeError(
            f"the tests need Debian's package {package}, which is not installed: {cure}"
            + (f", or name a server of your own with {instead}" if instead else "")
        )
    return found


def _install(package: str) -> None:
    print(f"installing Debian's package {package} for the tests", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = "-oDPkg::Lock::Timeout=300"
    with _services_left_alone():
        subprocess.run(["apt-get", wait, "-q", "update"], check=True, env=environment, stdout=sys.stderr)
        subprocess.run(
            ["apt-get", wait, "-q", "install", "-y", "--no-install-recommends", package],
            check=True,
            env=environment,
            stdout=sys.stderr,
        )


@contextmanager
def _services_left_alone() -> Iterator[None]:
    """Debian asks policy-rc.d whether a package may start its service; ours says no. One that exists is kept."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text(DO_NOT_START_SERVICES)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def main() -> None:
    """Ends with the cure on standard error if a server is missing and may not be installed."""
    try:
        if "LIENTHONG_TEST_POSTGRES" not in os.environ:
            postgres_folder()
        if "LIENTHONG_TEST_RABBITMQ" not in os.environ:
            rabbitmq_script()
        promtool()
    except RuntimeError as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
