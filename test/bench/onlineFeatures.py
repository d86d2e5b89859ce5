"""The online half of the benchmark by Feast (SQLite store, its default).

python onlineFeatures.py prepare FOLDER | materialise FOLDER | read FOLDER KEYS
`prepare` makes a repository for `feast -c FOLDER/feast serve` beside source.parquet. Prints milliseconds as JSON.
"""

import json
import logging
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

logging.disable(logging.WARNING)
task, folder = sys.argv[1], Path(sys.argv[2])
repository = folder / "feast"


def prepare():
    repository.mkdir(exist_ok=True)
    (repository / "feature_store.yaml").write_text(
        "project: bench\nregistry: registry.db\nprovider: local\nonline_store: {type: sqlite, path: online.db}\n"
        "entity_key_serialization_version: 3\n"
    )


def store():
    from feast import Entity, FeatureStore, FeatureView, Field, FileSource
    from feast.types import Float64, Int64
    from feast.value_type import ValueType

    found = FeatureStore(repo_path=str(repository))
    entity = Entity(name="id", join_keys=["id"], value_type=ValueType.INT64)
    source = FileSource(
        path=str(folder.resolve() / "source.parquet"), timestamp_field="event", created_timestamp_column="created"
    )
    view = FeatureView(
        name="loans",
        entities=[entity],
        ttl=timedelta(days=365),
        schema=[Field(name=name, dtype=Int64 if name == "e" else Float64) for name in "abcde"],
        source=source,
    )
    found.apply([entity, view])
    return found


def materialise():
    feast = store()
    begun, cpu = time.perf_counter(), time.process_time()
    feast.materialize(datetime.now(timezone.utc) - timedelta(days=60), datetime.now(timezone.utc))
    print(json.dumps({"took": (time.perf_counter() - begun) * 1000, "cpu": (time.process_time() - cpu) * 1000}))


def read(keys):
    import random

    feast = store()
    names = [f"loans:{name}" for name in "abcde"]
    found = {}
    for count in (1, 100):
        took = []
        for _ in range(300):
            rows = [{"id": random.randrange(keys)} for _ in range(count)]
            begun = time.perf_counter()
            feast.get_online_features(features=names, entity_rows=rows).to_dict()
            took.append((time.perf_counter() - begun) * 1000)
        took.sort()
        found[str(count)] = took[len(took) // 2]
    print(json.dumps(found))


{"prepare": prepare, "materialise": materialise, "read": lambda: read(int(sys.argv[3]))}[task]()
