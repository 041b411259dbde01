"""Registries as text, and the texts of several processes as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import exposition as plain
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.openmetrics import exposition as open_metrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_plain
from prometheus_client.registry import Collector

END = "# EOF"


class _Families(Collector):
    """What the writers of prometheus_client take for a registry; without `_created`, which double the series."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        for family in self._families:
            family.samples = [sample for sample in family.samples if sample.name != f"{family.name}_created"]
            yield family


def render(registry: Collector, openmetrics: bool) -> tuple[bytes, str]:
    """(text, content type)"""
    families = _Families(registry.collect())
    if openmetrics:
        write: Callable[[Collector], bytes] = open_metrics.generate_latest
        return write(families), open_metrics.CONTENT_TYPE_LATEST
    return plain.generate_latest(families), plain.CONTENT_TYPE_PLAIN_0_0_4


def merge(texts: Mapping[str, str | bytes | None], openmetrics: bool = False) -> tuple[bytes, str]:
    """(text, content type) of several processes, told apart by a label `process`.

    Exemplars survive where the process answered in OpenMetrics. A process that did not answer (`None`), or with
    something else, does not take the others' figures away: `lienthong_process_up` is 0 for it.
    """
    merged: dict[str, Metric] = {}
    up = GaugeMetricFamily("lienthong_process_up", "1 if the process answered with its metrics.", labels=["process"])
    for process, text in texts.items():
        families = _parse(text)
        up.add_metric([process], float(families is not None))
        for family in families or ():
            _add(merged, family, process)
    return render(_Families([*merged.values(), up]), openmetrics)


def _parse(text: str | bytes | None) -> list[Metric] | None:
    if text is None:
        return None
    try:
        words = text.decode() if isinstance(text, bytes) else text
        return list((parse_openmetrics if words.rstrip().endswith(END) else parse_plain)(words))
    except (ValueError, KeyError, IndexError):
        # half an answer, or somebody else's: the parsers know no error of their own
        return None


def _add(merged: dict[str, Metric], family: Metric, process: str) -> None:
    whole = merged.setdefault(family.name, Metric(family.name, family.documentation, family.type, family.unit))
    whole.samples += [sample._replace(labels={**sample.labels, "process": process}) for sample in family.samples]
