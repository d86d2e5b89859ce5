"""The join of the benchmark by DuckDB and Feast, from source.parquet and asked.parquet.

python features.py has MODULE | duckdb FOLDER | windows FOLDER | feast FOLDER file|duckdb
Prints as JSON the CPU seconds of the process with its start (`cpu`) and without (`work`), and its peak memory, MB.
"""

import importlib
import json
import resource
import sys
from pathlib import Path

task, folder = sys.argv[1], Path(sys.argv[2])
if task == "has":
    importlib.import_module(sys.argv[2])
    sys.exit()


def duckdb_join():
    """The ASOF join that only breaks ties by created time, which is less than what ours answers."""
    import duckdb

    begin()
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

    begin()
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
    begin()
    asked = pd.read_parquet(folder / "asked.parquet")
    result = features.get_historical_features(entity_df=asked, features=["v:a", "v:b", "v:c"]).to_df()
    result.to_parquet(repo / "result.parquet")


def spent():
    return sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def begin():
    global began
    began = spent()


began = 0.0
if task == "duckdb":
    duckdb_join()
elif task == "windows":
    duckdb_windows()
else:
    feast_join(sys.argv[3])
print(
    json.dumps(
        {
            "cpu": spent(),
            "work": spent() - began,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        }
    )
)
