import { ask } from './askFromCluster';

/** Where among the artifacts of its run the list of a step's outputs is. */
export const outsList = (step: string): string => `outs/${step}.json`;

/**
 * What hands the outputs of a command over, on the cluster: to the artifacts of the job's MLflow run, each with its digest.
 * Python's own library only: which packages the cluster has is not known.
 */
export const uploader = String.raw`import hashlib, json, os, sys, time, urllib.error, urllib.parse, urllib.request

base = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
token = os.environ.get("MLFLOW_TRACKING_TOKEN")
${ask}

run = urllib.parse.quote(os.environ["MLFLOW_RUN_ID"])
uri = json.loads(ask("/api/2.0/mlflow/runs/get?run_id=" + run))["run"]["info"]["artifact_uri"]
if not uri.startswith("mlflow-artifacts:"):
    sys.exit("The MLflow server keeps artifacts at " + uri + ", not by itself: outputs cannot be handed over there.")
place = "/api/2.0/mlflow-artifacts/artifacts/" + urllib.parse.urlsplit(uri).path.strip("/") + "/"


def put(name, data):
    ask(place + urllib.parse.quote(name), data, "PUT")


files = []
for out in sys.argv[2:]:
    if not os.path.exists(out):
        sys.exit("The output " + out + " was not made.")
    found = [out] if os.path.isfile(out) else sorted(
        os.path.join(folder, name) for folder, _, names in os.walk(out) for name in names)
    for name in found:
        with open(name, "rb") as file:
            data = file.read()
        path = os.path.normpath(name).replace(os.sep, "/")
        put(path, data)
        files.append({"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
put(sys.argv[1], json.dumps({"files": files}).encode())
`;
