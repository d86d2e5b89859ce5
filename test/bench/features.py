"""Data of the benchmark, and the same join by DuckDB and Feast.

python features.py make FOLDER ROWS ENTITIES | duckdb FOLDER | windows FOLDER | feast FOLDER file|duckdb
Prints CPU seconds of the process and its peak memory as JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

task, folder = sys.argv[1], Path(sys.argv[2])


def make(rows, entities):
    """Rows of a source with 10,000 keys over a year, 2 % of them later corrections, and rows that ask."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    year = 365 * 86400 * 1_000_000
    start = 1_704_067_200_000_000
    late = rows // 50
    n = rows - late
    event = start + rng.integers(0, year, n)
    created = event + rng.integers(1, 3_600_000_000, n)
    keys = rng.integers(0, 10_000, n)
    values = [rng.normal(100, 30, n).round(2), rng.normal(0, 1, n), rng.integers(0, 1000, n)]
    again = rng.choice(n, late, replace=False)
    event = np.concatenate([event, event[again]])
    created = np.concatenate([created, created[again] + rng.integers(86_400_000_000, 60 * 86_400_000_000, late)])
    keys = np.concatenate([keys, keys[again]])
    values = [np.concatenate([v, (v[again] + 1).astype(v.dtype)]) for v in values]
    order = np.argsort(created, kind="stable")
    utc = pa.timestamp("us", tz="UTC")
    source = {
        "id": pa.array(keys[order], pa.int64()),
        "event": pa.array(event[order], utc),
        "created": pa.array(created[order], utc),
        "a": pa.array(values[0][order], pa.float64()),
        "b": pa.array(values[1][order], pa.float64()),
        "c": pa.array(values[2][order], pa.int64()),
    }
    pq.write_table(pa.table(source), folder / "source.parquet")
    asked = {
        "row": pa.array(np.arange(entities), pa.int64()),
        "id": pa.array(rng.integers(0, 10_000, entities), pa.int64()),
        "event_timestamp": pa.array(start + rng.integers(0, year, entities), utc),
    }
    pq.write_table(pa.table(asked), folder / "asked.parquet")


def duckdb_join():
    """The ASOF join that only breaks ties by created time, which is less than what ours answers."""
    import duckdb

    duckdb.sql(f"""
      copy (
        with best as (
          select * from '{folder}/source.parquet'
          qualify row_number() over (partition by id, event order by created desc) = 1
        )
        select a.*, b.a, b.b, b.c
        from '{folder}/asked.parquet' a asof left join best b on a.id = b.id and a.event_timestamp >= b.event
      ) to '{folder}/duckdb.parquet'
    """)


def duckdb_windows():
    import duckdb

    duckdb.sql(f"""
      copy (
        select a.row, count(b.id) n, sum(b.a) s, avg(b.a) m
        from '{folder}/asked.parquet' a left join '{folder}/source.parquet' b
          on a.id = b.id and b.event <= a.event_timestamp and b.event > a.event_timestamp - interval 30 day
             and b.created <= a.event_timestamp
        group by a.row
      ) to '{folder}/windows.parquet'
    """)


def feast_join(store):
    import shutil
    from datetime import timedelta

    import pandas as pd
    from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
    from feast.types import Float64, Int64

    repo = folder / f"feast-{store}"
    shutil.rmtree(repo, ignore_errors=True)
    repo.mkdir()
    config = RepoConfig(
        project="bench",
        provider="local",
        registry=str(repo / "registry.db"),
        offline_store={"type": store},
        online_store={"type": "sqlite", "path": str(repo / "online.db")},
        entity_key_serialization_version=3,
    )
    features = FeatureStore(config=config)
    entity = Entity(name="id", join_keys=["id"], value_type=ValueType.INT64)
    source = FileSource(
        path=str(folder / "source.parquet"), timestamp_field="event", created_timestamp_column="created"
    )
    schema = [Field(name="a", dtype=Float64), Field(name="b", dtype=Float64), Field(name="c", dtype=Int64)]
    view = FeatureView(name="v", entities=[entity], ttl=timedelta(days=400), schema=schema, source=source)
    features.apply([entity, view])
    global began
    began = spent()
    asked = pd.read_parquet(folder / "asked.parquet")
    result = features.get_historical_features(entity_df=asked, features=["v:a", "v:b", "v:c"]).to_df()
    result.to_parquet(repo / "result.parquet")


def spent():
    return sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


began = 0.0
started = time.time()
if task == "make":
    make(int(sys.argv[3]), int(sys.argv[4]))
elif task == "duckdb":
    duckdb_join()
elif task == "windows":
    duckdb_windows()
else:
    feast_join(sys.argv[3])
print(
    json.dumps(
        {
            "cpu": spent(),
            "join": spent() - began,
            "took": time.time() - started,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        }
    )
)
