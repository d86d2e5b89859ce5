"""Scans every file below FOLDER with modelscan, picklescan and fickling and prints what each says, as JSON by file.
Needs them installed: pip install modelscan picklescan fickling. Nothing is loaded."""
import contextlib, io, json, logging, os, pathlib, sys, time

folder = pathlib.Path(sys.argv[1])
logging.disable(logging.CRITICAL)
found = {}


def attempt(tool, file, work):
    started = time.perf_counter()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            word = work(str(file))
    except BaseException as error:  # a scanner that falls over has not caught anything by itself
        word = f"error {type(error).__name__}"
    entry = found.setdefault(str(file.relative_to(folder)), {})
    entry[tool] = word
    times[tool] = times.get(tool, 0) + time.perf_counter() - started


times = {}
from modelscan.modelscan import ModelScan
from picklescan.scanner import scan_file_path


def modelscan(file):
    scanner = ModelScan()
    result = scanner.scan(file)
    if result["summary"]["total_issues"]:
        return "caught"
    return "error" if result["errors"] else "skipped" if not result["summary"]["scanned"]["total_scanned"] else "clean"


def picklescan(file):
    result = scan_file_path(file)
    if result.issues_count or result.infected_files:
        return "caught"
    return "error" if result.scan_err else "clean" if result.scanned_files else "skipped"


def fickling(file):
    from fickling.analysis import Severity, check_safety
    from fickling.fickle import StackedPickle

    with open(file, "rb") as stream:
        worst = max((check_safety(pickled).severity for pickled in StackedPickle.load(stream)), default=None)
    return "skipped" if worst is None else "clean" if worst == Severity.LIKELY_SAFE else "caught"


for path in sorted(folder.rglob("*")):
    if path.is_file():
        attempt("modelscan", path, modelscan)
        attempt("picklescan", path, picklescan)
        attempt("fickling", path, fickling)
print(json.dumps({"files": found, "seconds": times}))
