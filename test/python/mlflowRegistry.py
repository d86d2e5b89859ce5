"""Drives the registry of the server named by MLFLOW_TRACKING_URI with the stock client; `credit` has a version there."""

import tempfile

import mlflow
import mlflow.pyfunc
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookEvent
from mlflow.exceptions import MlflowException


def refused(code, part, call):
    try:
        call()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, error.message)
        assert part in error.message, error.message
    else:
        raise AssertionError("not refused: " + part)


def version_of_a_pipeline(client):
    version = client.get_model_version("credit", "1")
    assert version.current_stage == "None" and version.run_id and version.status == "READY"
    client.set_registered_model_alias("credit", "champion", 1)
    client.transition_model_version_stage("credit", "1", "Production")
    frame = pd.DataFrame({"x": [1, 2]})
    for uri in ("models:/credit/1", "models:/credit@champion", "models:/credit/Production", "models:/credit/latest"):
        assert mlflow.pyfunc.load_model(uri).predict(frame).tolist() == [11, 12], uri
    copied = client.copy_model_version("models:/credit@champion", "copy")
    assert copied.source == "models:/credit/1" and copied.run_id == version.run_id
    assert mlflow.pyfunc.load_model("models:/copy/1").predict(frame).tolist() == [11, 12]


def version_of_a_client(client):
    with mlflow.start_run() as run:
        mlflow.log_metric("auc", 0.9)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("a model")
            file.flush()
            mlflow.log_artifact(file.name, "model")
    client.create_registered_model("mine", tags={"team": "risk"}, description="d")
    source = f"{run.info.artifact_uri}/model"
    version = client.create_model_version("mine", source, run.info.run_id, tags={"k": "v"}, description="first")
    assert (int(version.version), version.source, version.tags) == (1, source, {"k": "v"})
    refused("INVALID_PARAMETER_VALUE", "run_id request parameter", lambda: client.create_model_version("mine", source))
    assert [one.name for one in client.search_registered_models("tags.team = 'risk'")] == ["mine"]
    assert [one.name for one in client.search_model_versions(f"run_id = '{run.info.run_id}'")] == ["mine"]
    client.rename_registered_model("mine", "ours")
    client.delete_model_version("ours", "1")
    refused("RESOURCE_DOES_NOT_EXIST", "Model Version (name=ours, version=1) not found", lambda: client.get_model_version("ours", "1"))
    client.delete_registered_model("ours")
    refused("RESOURCE_DOES_NOT_EXIST", "Registered Model with name=ours not found", lambda: client.get_registered_model("ours"))


def prompts(client):
    made = mlflow.genai.register_prompt(name="greeting", template="Hi {{name}}", tags={"a": "1"})
    assert made.version == 1 and mlflow.genai.load_prompt("prompts:/greeting/1").format(name="Ann") == "Hi Ann"
    mlflow.genai.set_prompt_alias("greeting", alias="live", version=1)
    assert mlflow.genai.load_prompt("prompts:/greeting@live").template == "Hi {{name}}"
    assert [one.name for one in mlflow.genai.search_prompts()] == ["greeting"]
    assert "greeting" not in [one.name for one in client.search_registered_models()]


def webhooks(client):
    made = client.create_webhook("w", "https://example.com/hook", [WebhookEvent.from_str("model_version.created")], secret="s")
    assert client.get_webhook(made.webhook_id).url == "https://example.com/hook"
    assert client.update_webhook(made.webhook_id, status="DISABLED").status == "DISABLED"
    assert [one.name for one in client.list_webhooks()] == ["w"]
    client.delete_webhook(made.webhook_id)
    assert list(client.list_webhooks()) == []


def main():
    client = MlflowClient()
    version_of_a_pipeline(client)
    version_of_a_client(client)
    if hasattr(mlflow, "genai"):
        prompts(client)
    if hasattr(client, "create_webhook"):
        webhooks(client)
    print("ok", mlflow.__version__)


main()
