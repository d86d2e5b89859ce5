"""Drives the stock MLflow client against the server named by MLFLOW_TRACKING_URI; any surprise is a failed assertion."""

import math
import os
import sys
import tempfile
import threading

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException


def refused(code, part, call):
    try:
        call()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, error.message)
        assert part in error.message, error.message
    else:
        raise AssertionError("not refused: " + part)


def experiments(client):
    assert client.get_experiment("0").name == "Default"
    made = client.create_experiment("first", tags={"team": "risk"})
    assert client.get_experiment(made).tags == {"team": "risk"}
    assert client.get_experiment_by_name("first").experiment_id == made
    assert client.get_experiment_by_name("none") is None
    refused("RESOURCE_ALREADY_EXISTS", "Experiment(name=first) already exists", lambda: client.create_experiment("first"))
    refused("RESOURCE_DOES_NOT_EXIST", "No Experiment with id=999999 exists", lambda: client.get_experiment("999999"))
    client.rename_experiment(made, "renamed")
    client.set_experiment_tag(made, "stage", "x" * 300)
    assert client.get_experiment(made).tags["stage"] == "x" * 300
    client.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    names = lambda view: {one.name for one in client.search_experiments(view_type=view)}
    assert names(ViewType.ACTIVE_ONLY) == {"Default"}, names(ViewType.ACTIVE_ONLY)
    assert names(ViewType.ALL) == {"Default", "renamed"}
    client.restore_experiment(made)
    found = client.search_experiments(filter_string="name LIKE 'ren%' AND tags.team = 'risk'")
    assert [one.experiment_id for one in found] == [made]


def fluent():
    mlflow.set_experiment("fluent")
    with mlflow.start_run(run_name="parent", description="a note") as parent:
        mlflow.log_param("alpha", 0.1)
        mlflow.log_params({"beta": 2, "gamma": "x" * 7000})
        mlflow.log_metric("loss", 1.5)
        for step in range(5):
            mlflow.log_metric("auc", 0.5 + step / 10, step=step)
        mlflow.log_metrics({"a": math.nan, "b": math.inf, "c": -math.inf}, step=3)
        mlflow.set_tag("colour", "blue")
        mlflow.set_tags({"x": 1, "y": "ä"})
        with mlflow.start_run(nested=True) as child:
            mlflow.log_metric("loss", 0.25)
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_dict({"a": 1}, "conf.json")
    run = mlflow.get_run(parent.info.run_id)
    assert run.info.status == "FINISHED" and run.info.run_name == "parent"
    assert run.data.params["alpha"] == "0.1" and len(run.data.params["gamma"]) == 6000
    assert run.data.metrics["auc"] == 0.9 and run.data.metrics["loss"] == 1.5
    assert math.isnan(run.data.metrics["a"]) and run.data.metrics["b"] == sys.float_info.max
    assert run.data.metrics["c"] == -sys.float_info.max
    assert run.data.tags["y"] == "ä" and run.data.tags["mlflow.note.content"] == "a note"
    assert mlflow.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    return parent.info.run_id, child.info.run_id


def artifacts(client, run_id):
    listed = {(one.path, one.is_dir, one.file_size) for one in client.list_artifacts(run_id)}
    assert listed == {("notes", True, None), ("conf.json", False, 12)}, listed
    assert [one.path for one in client.list_artifacts(run_id, "notes")] == ["notes/hello.txt"]
    with tempfile.TemporaryDirectory() as folder:
        path = client.download_artifacts(run_id, "notes", folder)
        with open(os.path.join(path, "hello.txt")) as file:
            assert file.read() == "hello"
    assert mlflow.artifacts.load_dict(f"runs:/{run_id}/conf.json") == {"a": 1}


def client_calls(client, run_id):
    history = client.get_metric_history(run_id, "auc")
    assert [(one.step, one.value) for one in history] == [(i, 0.5 + i / 10) for i in range(5)]
    refused("INVALID_PARAMETER_VALUE", "Changing param values is not allowed", lambda: client.log_param(run_id, "alpha", 9))
    refused("RESOURCE_DOES_NOT_EXIST", "Run with id=abc not found", lambda: client.get_run("abc"))
    big = 2**53 + 1
    client.log_batch(
        run_id,
        metrics=[Metric("big", 1.0, 1700000000000, big)],
        params=[Param("from-batch", "1")],
        tags=[RunTag("batch", "2")],
    )
    assert client.get_metric_history(run_id, "big")[0].step == big
    client.delete_tag(run_id, "batch")
    refused("RESOURCE_DOES_NOT_EXIST", "No tag with name: batch", lambda: client.delete_tag(run_id, "batch"))
    client.delete_run(run_id)
    refused("INVALID_PARAMETER_VALUE", "must be in the 'active' state. Current state is deleted", lambda: client.set_tag(run_id, "a", "b"))
    client.restore_run(run_id)
    client.set_terminated(run_id, "KILLED")
    assert client.get_run(run_id).info.status == "KILLED"


def datasets(client, run_id):
    from mlflow.entities import Dataset, DatasetInput, InputTag

    dataset = Dataset(name="d", digest="abc", source_type="local", source='{"uri":"x"}', schema="{}", profile=None)
    client.log_inputs(run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training"), InputTag("k", "v")])])
    logged = client.get_run(run_id).inputs.dataset_inputs
    assert len(logged) == 1 and logged[0].dataset.source == '{"uri":"x"}', logged
    assert {(tag.key, tag.value) for tag in logged[0].tags} == {("mlflow.data.context", "training"), ("k", "v")}


def searches(client, parent, child):
    experiment = client.get_experiment_by_name("fluent").experiment_id
    ids = lambda text, order=None: [one.info.run_id for one in client.search_runs([experiment], text, order_by=order)]
    assert ids("metrics.loss < 1") == [child]
    assert ids("params.alpha = '0.1' AND tags.colour LIKE 'b%'") == [parent]
    assert ids(f"tags.mlflow.parentRunId = '{parent}'") == [child]
    assert ids("attributes.status = 'KILLED'") == [parent]
    assert ids("dataset.name = 'd'") == [parent]
    assert ids("", ["metrics.loss DESC"]) == [parent, child]
    assert ids("", ["metrics.auc"]) == [parent, child]
    refused("INVALID_PARAMETER_VALUE", "Invalid clause(s) in filter string: 'OR'", lambda: ids("metrics.a > 1 OR metrics.b > 2"))
    for number in range(25):
        client.create_run(experiment, run_name=f"n{number}", start_time=number + 1)
    seen, token = [], None
    while True:
        page = client.search_runs([experiment], "attributes.run_name LIKE 'n%'", max_results=7, page_token=token)
        seen += [one.info.run_name for one in page]
        token = page.token
        if not token:
            break
    assert seen == [f"n{number}" for number in reversed(range(25))], seen
    frame = mlflow.search_runs([experiment], max_results=3, output_format="list")
    assert len(frame) == 3


def many_writers(client):
    experiment = client.create_experiment("writers")
    run_id = client.create_run(experiment).info.run_id

    def write(worker):
        for step in range(25):
            client.log_metric(run_id, f"m{worker}", step * 1.5, step=step)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in range(8):
        history = client.get_metric_history(run_id, f"m{worker}")
        assert [(one.step, one.value) for one in history] == [(step, step * 1.5) for step in range(25)]
    mlflow.set_experiment("writers")
    with mlflow.start_run(run_id=run_id):
        for step in range(200):
            mlflow.log_metric("asynchronous", step, step=step, synchronous=False)
    mlflow.flush_async_logging()
    assert len(client.get_metric_history(run_id, "asynchronous")) == 200


def main():
    client = MlflowClient()
    experiments(client)
    parent, child = fluent()
    artifacts(client, parent)
    datasets(client, parent)
    client_calls(client, parent)
    searches(client, parent, child)
    many_writers(client)
    print("ok", mlflow.__version__)


main()
