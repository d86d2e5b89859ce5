"""LightGBM on the matrix that trees.bench.ts wrote: CPU seconds, scores of the held rows, memory, contributions.

    python peer_lightgbm.py FOLDER TRAIN FEATURES TREES LEAVES RATE EXPLAINED

FOLDER holds x (float64, rows after the first TRAIN are held) and y; the scores go to FOLDER/scores. Prints JSON.
"""
import json
import resource
import sys
import time

import lightgbm as lgb
import numpy as np

folder = sys.argv[1]
train, features, trees, leaves, explained = (int(sys.argv[at]) for at in (2, 3, 4, 5, 7))
x = np.fromfile(folder + "/x").reshape(-1, features)
y = np.fromfile(folder + "/y")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
start = time.process_time()
data = lgb.Dataset(x[:train], y[:train], params={"num_threads": 1, "verbose": -1}).construct()
settings = dict(objective="binary", num_leaves=leaves, learning_rate=float(sys.argv[6]), num_threads=1, verbose=-1)
model = lgb.train(settings, data, trees)
seconds = time.process_time() - start
memory = peak() - before
model.predict(x[train:], num_threads=1, raw_score=True).astype("f8").tofile(folder + "/scores")
start = time.process_time()
model.predict(x[train : train + explained], num_threads=1, pred_contrib=True)
print(json.dumps(dict(version=lgb.__version__, seconds=seconds, memory=memory, explaining=time.process_time() - start)))
