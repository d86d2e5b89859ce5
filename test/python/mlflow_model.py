"""Loads a model folder with MLflow and scores a CSV: `mlflow_model.py MODEL_DIR CSV [DATE_COLUMN...]`.

Prints one line of JSON: versions, the columns of the prediction, its rows, the signature MLflow read, and what the
folder's own input example scores. Exit code 3: Python lacks a package (said on stderr).
"""

import json
import logging
import sys
import warnings

try:
    import mlflow.onnx
    import mlflow.pyfunc
    import onnxruntime
    import pandas as pd
except ImportError as error:
    print(f"no {error.name} in {sys.executable}", file=sys.stderr)
    sys.exit(3)

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


def rows(frame):
    return json.loads(frame.to_json(orient="split", double_precision=15))["data"]


folder, csv, *dates = sys.argv[1:]
model = mlflow.pyfunc.load_model(folder)
frame = pd.read_csv(csv, parse_dates=dates)
scored = model.predict(frame)
part = frame.iloc[frame.shape[0] // 2 :]
answer = {
    "versions": {"mlflow": mlflow.__version__, "onnxruntime": onnxruntime.__version__, "pandas": pd.__version__},
    "columns": list(scored.columns),
    "rows": rows(scored),
    "part": rows(model.predict(part)),
    "partIndexKept": bool((model.predict(part).index == part.index).all()),
    "inputs": [[one.name, one.type.name] for one in model.metadata.get_input_schema().inputs],
    "example": len(model.predict(model.input_example)) if hasattr(model, "input_example") else None,
    "onnxInputs": [one.name for one in mlflow.onnx.load_model(folder).graph.input],
}
print(json.dumps(answer))
