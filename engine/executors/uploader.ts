/** Where among the artifacts of its run the list of a step's outputs is. */
export const outsList = (step: string): string => `outs/${step}.json`;

/**
 * What hands the outputs of a command over, on the cluster: to the artifacts of the job's MLflow run, each with its digest.
 * Python's own library only: which packages the cluster has is not known.
 */
export const uploader = String.raw`import hashlib, json, os, sys, time, urllib.error, urllib.parse, urllib.request

base = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
token = os.environ.get("MLFLOW_TRACKING_TOKEN")
local = urllib.parse.urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1")
class Stay(urllib.request.HTTPRedirectHandler):
    """A token is for one address alone: where an answer points to is not asked."""

    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(Stay, *([urllib.request.ProxyHandler({})] if local else []))


def ask(path, data=None, method=None):
    headers = {"Content-Type": "application/octet-stream"} if data is not None else {}
    if token:
        headers["Authorization"] = "Bearer " + token
    request = urllib.request.Request(base + path, data=data, method=method, headers=headers)
    for attempt in range(4):
        try:
            with opener.open(request, timeout=600) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code < 500 or attempt == 3:
                sys.exit("The MLflow server says " + str(error.code) + " to " + path.split("?")[0] + ".")
        except OSError as error:
            if attempt == 3:
                sys.exit("The MLflow server at " + base + " is not reached from the cluster: " + str(error))
        time.sleep(2 ** attempt)


run = urllib.parse.quote(os.environ["MLFLOW_RUN_ID"])
uri = json.loads(ask("/api/2.0/mlflow/runs/get?run_id=" + run))["run"]["info"]["artifact_uri"]
if not uri.startswith("mlflow-artifacts:"):
    sys.exit("The MLflow server keeps artifacts at " + uri + ", not by itself: outputs cannot be handed over there.")
place = "/api/2.0/mlflow-artifacts/artifacts/" + urllib.parse.urlsplit(uri).path.strip("/") + "/"


def put(name, data, length=None):
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
