/** `code/modelyard_model.py` of a model folder: how MLflow in Python scores a DataFrame with `model.onnx`. */
export const loaderSource = `"""Scores a DataFrame of raw columns with model.onnx. Written by Modelyard; the same for every model."""

import json

import numpy as np
import pandas as pd


class Model:
    def __init__(self, path):
        import onnxruntime

        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        self.classes = json.loads(self.session.get_modelmeta().custom_metadata_map["modelyard.classes"])

    def predict(self, data, params=None):
        """One row for each of the DataFrame: label and probability_<class>, or value."""
        frame = data if isinstance(data, pd.DataFrame) else pd.DataFrame(data)
        feeds = {one.name: _tensor(frame[one.name], one.type) for one in self.session.get_inputs()}
        results = self.session.run(None, feeds)
        if not self.classes:
            return pd.DataFrame({"value": results[0][:, 0]}, index=frame.index)
        columns = {"label": results[0]}
        for index, name in enumerate(self.classes):
            columns["probability_" + name] = results[1][:, index]
        return pd.DataFrame(columns, index=frame.index)


def _tensor(column, kind):
    if kind == "tensor(string)":
        values = np.array([_text(value) for value in column], dtype=object)
    elif pd.api.types.is_datetime64_any_dtype(column):
        milliseconds = column.astype("datetime64[ms]").astype("int64").to_numpy(dtype=np.float64)
        values = np.where(column.isna(), np.nan, milliseconds)
    else:
        values = pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    return values.reshape(-1, 1)


def _text(value):
    if pd.isna(value):
        return ""
    return str(value).lower() if isinstance(value, (bool, np.bool_)) else str(value)


def _load_pyfunc(path):
    return Model(path)
`;
