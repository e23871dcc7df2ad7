"""The folder of results: what is written there, by whom, and what is read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from allure_commons.logger import AllureFileLogger

from sessionproof.reporting.told import Measure

_OURS = (
    "*-result.json",
    "*-container.json",
    "*-attachment*",
    "*-globals.json",
    "*-perf.json",
    "*.json.tmp",
    "environment.properties",
    "plan.json",
    "started.jsonl",
)


class ResultFiles(AllureFileLogger):
    """Names a result's file after its uuid, so that whether a scenario was reported can be seen."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))  # type: ignore[no-untyped-call]

    def _report_item(self, item: Any) -> None:
        prefix = getattr(item, "uuid", None)
        if prefix is None:
            super()._report_item(item)  # type: ignore[no-untyped-call]
        else:
            write(self._report_dir / item.file_pattern.format(prefix=prefix), plain(item))

    def write_result(self, result: Any) -> None:
        """Write a scenario's result as it is."""
        self._report_item(result)

    def metrics(self, result: Any, measures: Iterable[Measure]) -> None:
        """Hand what was measured to the report's page of trends."""
        points = [
            {
                "id": f"{result.uuid}-{number}",
                "key": f"{measure.budget}.{measure.at}",
                "value": measure.judged,
                "start": result.start,
                "stop": result.stop,
            }
            for number, measure in enumerate(measures)
        ]
        if points:
            write(self._report_dir / f"{result.uuid}-perf.json", points)


def plain(item: Any) -> Any:
    """An item of Allure's model as JSON carries it: nothing that is empty."""
    if isinstance(item, list):
        return [plain(each) for each in item]
    fields = getattr(type(item), "__attrs_attrs__", None)
    if fields is None:
        return item
    values = ((field.name, getattr(item, field.name)) for field in fields)
    return {name: plain(value) for name, value in values if value or value is False}


def write(path: Path, data: Any) -> None:
    """Write JSON so that a reader sees the whole file or none."""
    half = path.with_name(path.name + ".tmp")
    half.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    half.replace(path)


def read(folder: Path) -> Iterator[dict[str, Any]]:
    """Every result in *folder* and in the folders of shards below it."""
    for path in sorted(folder.rglob("*-result.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def written(folder: Path) -> list[Path]:
    """What runs of ours wrote into *folder*; files of others are not in it."""
    return [path for pattern in _OURS for path in folder.glob(pattern)]
