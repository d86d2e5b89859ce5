/**
 * What the first container of a pod runs: puts the workspace into the folder it is in, from a file or from the artifacts
 * of the job's MLflow run. Python's own library only, as far as 3.6.
 */
export const fetcher = String.raw`import gzip, hashlib, io, json, os, sys, time, urllib.error, urllib.parse, urllib.request, zipfile

kind, source, digest = sys.argv[1:4]


class Stay(urllib.request.HTTPRedirectHandler):
    """A token is for one address alone: where an answer points to is not asked."""

    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(Stay)


def ask(path):
    request = urllib.request.Request(os.environ["MLFLOW_TRACKING_URI"].rstrip("/") + path)
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    if token:
        request.add_header("Authorization", "Bearer " + token)
    for attempt in range(4):
        try:
            with opener.open(request, timeout=600) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code < 500 or attempt == 3:
                sys.exit("The MLflow server says " + str(error.code) + " to " + path.split("?")[0] + ".")
        except OSError as error:
            if attempt == 3:
                sys.exit("The MLflow server at " + os.environ["MLFLOW_TRACKING_URI"] + " is not reached from the cluster: " + str(error))
        time.sleep(2 ** attempt)


if kind == "artifact":
    run = urllib.parse.quote(os.environ["MLFLOW_RUN_ID"])
    uri = json.loads(ask("/api/2.0/mlflow/runs/get?run_id=" + run).decode())["run"]["info"]["artifact_uri"]
    data = ask("/api/2.0/mlflow-artifacts/artifacts/" + urllib.parse.urlsplit(uri).path.strip("/") + "/" + source)
else:
    with open(source, "rb") as file:
        data = gzip.decompress(file.read())
if hashlib.sha256(data).hexdigest() != digest:
    sys.exit("The workspace was changed on its way into the pod.")
zipfile.ZipFile(io.BytesIO(data)).extractall(".")
`;
