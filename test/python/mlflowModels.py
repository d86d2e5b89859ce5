"""What people do with MLflow around models, against the server named by MLFLOW_TRACKING_URI: autolog with scikit-learn,
logged models, figures, tables, images, evaluation, system metrics, traces. Any surprise is a failed assertion.
Exit code 3: Python lacks a package (said on stderr).
"""

import os
import sys
import tempfile
import time
import warnings

try:
    import matplotlib
    import mlflow
    import mlflow.sklearn
    import numpy as np
    import pandas as pd
    from sklearn.datasets import make_classification
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
except ImportError as error:
    print(f"no {error.name} in {sys.executable}", file=sys.stderr)
    sys.exit(3)

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

matplotlib.use("Agg")
warnings.filterwarnings("ignore")

features, labels = make_classification(n_samples=120, n_features=4, random_state=0)
frame = pd.DataFrame(features, columns=list("abcd"))
client = MlflowClient()
own = f"-{os.getpid()}"  # the server may know earlier runs of this script


def autolog():
    mlflow.set_experiment("autolog" + own)
    mlflow.sklearn.autolog(serialization_format="cloudpickle")
    with mlflow.start_run() as run:
        model = LogisticRegression(C=0.5).fit(frame, labels)
        score = model.score(frame, labels)
    mlflow.sklearn.autolog(log_models=False)
    with mlflow.start_run() as searching:
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, cv=2).fit(frame, labels)
    mlflow.sklearn.autolog(disable=True)
    logged = mlflow.get_run(run.info.run_id)
    assert logged.info.status == "FINISHED" and logged.data.params["C"] == "0.5"
    scores = [value for key, value in logged.data.metrics.items() if key.startswith("LogisticRegression_score")]
    assert len(scores) == 1 and abs(scores[0] - score) < 1e-12, logged.data.metrics
    assert "train" in {one.tags[0].value for one in logged.inputs.dataset_inputs}, logged.inputs.dataset_inputs
    (output,) = logged.outputs.model_outputs
    kept = client.get_logged_model(output.model_id)
    assert kept.status.name == "READY" and kept.source_run_id == run.info.run_id, kept
    assert kept.params["C"] == "0.5" and kept.artifact_location.endswith(f"/models/{kept.model_id}/artifacts")
    assert {one.key for one in kept.metrics} >= {"training_accuracy_score"}, kept.metrics
    assert all(one.run_id == run.info.run_id for one in kept.metrics)
    for uri in (f"models:/{kept.model_id}", f"runs:/{run.info.run_id}/model"):
        assert (mlflow.sklearn.load_model(uri).predict(frame) == model.predict(frame)).all(), uri
    children = client.search_runs([searching.info.experiment_id], f"tags.mlflow.parentRunId = '{searching.info.run_id}'")
    assert len(children) == 3 and {one.data.params["C"] for one in children} == {"0.1", "1.0", "10.0"}, children
    return run.info.run_id


def log_model():
    experiment = mlflow.set_experiment("models" + own).experiment_id
    made, measured = [], []
    with mlflow.start_run() as run:
        for strength in (0.1, 1.0):
            model = LogisticRegression(C=strength).fit(frame, labels)
            info = mlflow.sklearn.log_model(
                model,
                name=f"model-{strength}".replace(".", "-"),
                params={"C": strength},
                tags={"kind": "linear"},
                input_example=frame.head(3),
                serialization_format="cloudpickle",
                pip_requirements=["scikit-learn"],
                step=int(strength),
            )
            made.append(info.model_id)
            dataset = mlflow.data.from_pandas(frame, name=f"set-{strength}")
            measured.append({"dataset_name": dataset.name, "dataset_digest": dataset.digest})
            mlflow.log_metric("accuracy", strength / 2, step=1, model_id=info.model_id, dataset=dataset)
            loaded = mlflow.pyfunc.load_model(info.model_uri)
            assert (loaded.predict(frame) == model.predict(frame)).all()
        old = mlflow.sklearn.log_model(
            LogisticRegression().fit(frame, labels),
            artifact_path="old",
            serialization_format="cloudpickle",
            pip_requirements=["scikit-learn"],
        )
    outputs = mlflow.get_run(run.info.run_id).outputs.model_outputs
    assert {one.model_id for one in outputs} == {*made, old.model_id} and {one.step for one in outputs} == {0, 1}
    assert mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/old") is not None
    assert client.list_logged_model_artifacts(made[0]), "no files"
    with tempfile.TemporaryDirectory() as folder:
        path = mlflow.artifacts.download_artifacts(f"models:/{made[0]}", dst_path=folder)
        assert os.path.exists(os.path.join(path, "MLmodel")) and os.path.exists(os.path.join(path, "model.pkl"))

    def found(text=None, **options):
        return [one.model_id for one in mlflow.search_logged_models([experiment], text, output_format="list", **options)]

    assert found("metrics.accuracy > 0.3") == [made[1]]
    assert found("params.C = '0.1' AND tags.kind LIKE 'lin%'") == [made[0]]
    assert found("name = 'model-1-0'") == [made[1]]
    assert found("metrics.accuracy > 0", datasets=measured[:1]) == [made[0]]
    order = [{"field_name": "metrics.accuracy", "ascending": False}]
    assert found("tags.kind = 'linear'", order_by=order) == [made[1], made[0]]
    assert found("tags.kind = 'linear'", order_by=order, max_results=1) == [made[1]]
    assert len(mlflow.search_logged_models([experiment])) == 3
    client.set_logged_model_tags(made[0], {"a": "b"})
    assert client.get_logged_model(made[0]).tags["a"] == "b"
    client.delete_logged_model_tag(made[0], "a")
    assert "a" not in client.get_logged_model(made[0]).tags
    external = mlflow.create_external_model(name="elsewhere", params={"x": "1"})
    assert client.get_logged_model(external.model_id).params == {"x": "1"}
    with mlflow.start_run():
        mlflow.log_metric("later", 1.0, model_id=made[0])
    assert {one.key for one in client.get_logged_model(made[0]).metrics} == {"accuracy", "later"}
    client.delete_logged_model(made[0])
    try:
        client.get_logged_model(made[0])
    except MlflowException as error:
        assert error.error_code == "RESOURCE_DOES_NOT_EXIST", error
    else:
        raise AssertionError("a deleted model is still there")
    assert made[0] not in found()
    return made[1]


def files():
    import matplotlib.pyplot as plt

    mlflow.set_experiment("files" + own)
    with mlflow.start_run() as run:
        figure, axes = plt.subplots()
        axes.plot([1, 2, 3])
        mlflow.log_figure(figure, "plots/line.png")
        mlflow.log_dict({"a": [1, 2]}, "conf/a.json")
        mlflow.log_dict({"a": 1}, "conf/a.yml")
        mlflow.log_text("grüße", "notes/ä ö.txt")
        mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), "image.png")
        mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), key="steps", step=3, synchronous=True)
        mlflow.log_table({"x": [1, 2], "y": ["a", "b"]}, "table.json")
        mlflow.log_table(pd.DataFrame({"x": [3], "y": ["c"]}), "table.json")
        mlflow.log_input(mlflow.data.from_pandas(frame, name="frame"), context="training")
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(os.path.join(folder, "deep/er"))
            for name in ("top.txt", "deep/er/file.bin", "deep/empty"):
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(b"" if name.endswith("empty") else name.encode() * 1000)
            mlflow.log_artifacts(folder, "folder")
            big = os.path.join(folder, "big.bin")
            with open(big, "wb") as file:
                file.write(os.urandom(1 << 20) * 24)
            mlflow.log_artifact(big)
            got = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="big.bin", dst_path=os.path.join(folder, "got"))
            with open(big, "rb") as one, open(got, "rb") as two:
                assert one.read() == two.read()
    run_id = run.info.run_id
    assert mlflow.artifacts.load_dict(f"runs:/{run_id}/conf/a.json") == {"a": [1, 2]}
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/ä ö.txt") == "grüße"
    assert mlflow.artifacts.load_image(f"runs:/{run_id}/image.png").size == (8, 8)
    assert list(mlflow.load_table("table.json", run_ids=[run_id])["x"]) == [1, 2, 3]
    tree = mlflow.artifacts.list_artifacts(run_id=run_id, artifact_path="folder/deep")
    assert [(one.path, one.is_dir) for one in tree] == [("folder/deep/empty", False), ("folder/deep/er", True)], tree
    assert len(mlflow.artifacts.list_artifacts(run_id=run_id, artifact_path="images")) >= 1
    with tempfile.TemporaryDirectory() as folder:
        path = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="folder", dst_path=folder)
        with open(os.path.join(path, "deep/er/file.bin"), "rb") as file:
            assert file.read() == b"deep/er/file.bin" * 1000
        assert os.path.getsize(os.path.join(path, "deep/empty")) == 0
    client.delete_artifacts(run_id, "folder") if hasattr(client, "delete_artifacts") else None
    assert mlflow.get_run(run_id).inputs.dataset_inputs[0].dataset.name == "frame"


def evaluate(model_id):
    mlflow.set_experiment("evaluate" + own)
    data = frame.assign(label=labels)
    with mlflow.start_run() as run:
        result = mlflow.models.evaluate(
            f"models:/{model_id}", data, targets="label", model_type="classifier", evaluators=["default"]
        )
    logged = mlflow.get_run(run.info.run_id)
    assert abs(logged.data.metrics["accuracy_score"] - result.metrics["accuracy_score"]) < 1e-12
    assert [one.model_id for one in logged.inputs.model_inputs] == [model_id], logged.inputs
    assert "accuracy_score" in {one.key for one in client.get_logged_model(model_id).metrics}
    assert len(result.artifacts) > 2 and client.list_artifacts(run.info.run_id)


def asynchronous():
    mlflow.set_experiment("asynchronous" + own)
    with mlflow.start_run() as run:
        for step in range(500):
            mlflow.log_metric("m", step, step=step, synchronous=False)
        mlflow.flush_async_logging()
    history = client.get_metric_history(run.info.run_id, "m")
    assert [one.value for one in history] == list(range(500))
    frame = mlflow.search_runs(experiment_names=["asynchronous" + own], filter_string="metrics.m = 499")
    assert list(frame["run_id"]) == [run.info.run_id]


def system_metrics():
    try:
        import psutil  # noqa: F401
    except ImportError:
        return "no psutil"
    mlflow.set_experiment("system" + own)
    mlflow.set_system_metrics_sampling_interval(0.2)
    mlflow.set_system_metrics_samples_before_logging(1)
    with mlflow.start_run(log_system_metrics=True) as run:
        time.sleep(1.2)
    assert any(key.startswith("system/") for key in mlflow.get_run(run.info.run_id).data.metrics)
    return "ok"


def traces():
    experiment = mlflow.set_experiment("traces" + own).experiment_id

    @mlflow.trace(name="outer", attributes={"kind": "test"})
    def outer(x):
        with mlflow.start_span("inner") as span:
            span.set_inputs({"x": x})
            span.set_outputs(x * 2)
            span.add_event(mlflow.entities.SpanEvent("seen", attributes={"k": "v"}))
        return x * 2

    @mlflow.trace
    def failing():
        raise ValueError("on purpose")

    outer(21)
    with mlflow.start_run() as run:
        outer(2)
    try:
        failing()
    except ValueError:
        pass
    mlflow.flush_trace_async_logging()
    found = mlflow.search_traces([experiment], return_type="list")
    assert [one.info.state.name for one in found] == ["ERROR", "OK", "OK"], found
    first = mlflow.get_trace(found[2].info.trace_id)
    assert {span.name for span in first.data.spans} == {"outer", "inner"}
    inner = next(span for span in first.data.spans if span.name == "inner")
    assert inner.inputs == {"x": 21} and inner.outputs == 42 and inner.events[0].attributes == {"k": "v"}
    root = next(span for span in first.data.spans if span.name == "outer")
    assert inner.parent_id == root.span_id and root.attributes["kind"] == "test" and root.outputs == 42
    (error,) = mlflow.search_traces([experiment], "attributes.status = 'ERROR'", return_type="list")
    assert error.data.spans[0].events[0].attributes["exception.message"] == "on purpose"
    assert len(mlflow.search_traces(run_id=run.info.run_id, return_type="list")) == 1
    mlflow.set_trace_tag(first.info.trace_id, "colour", "blue")
    assert len(mlflow.search_traces([experiment], "tags.colour = 'blue'", return_type="list")) == 1
    mlflow.delete_trace_tag(first.info.trace_id, "colour")
    assert client.delete_traces(experiment, trace_ids=[first.info.trace_id]) == 1
    assert len(mlflow.search_traces([experiment], return_type="list")) == 2


def main():
    autolog()
    model_id = log_model()
    files()
    evaluate(model_id)
    asynchronous()
    system = system_metrics()
    traces()
    print("ok", mlflow.__version__, "system metrics:", system)


main()
