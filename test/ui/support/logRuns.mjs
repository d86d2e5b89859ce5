/**
 * Logs runs to compare, as any MLflow client would: `modelyard exec -- node logRuns.mjs`. Ten of them, with curves, parameters
 * that matter and one that does not, and files. The argument is JSON: the commit and the configuration of the first runs.
 */
const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token } = process.env;

async function call(path, body, method = 'POST') {
  const answer = await fetch(`${uri}/api/2.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function upload(run, path, content) {
  const answer = await fetch(`${uri}/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    body: content,
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

const sources = JSON.parse(process.argv[2] ?? '[]');
const start = Date.now() - 3_600_000;
const random = (
  seed => () =>
    (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
)(7);

async function log(number) {
  const rate = [0.001, 0.003, 0.01, 0.03, 0.1][number % 5];
  const depth = 2 + (number % 4);
  const learner = number % 2 === 0 ? 'forest' : 'boosted';
  const { run } = await call('mlflow/runs/create', {
    experiment_id: '0',
    run_name: `trial ${number}`,
    start_time: start + number * 60_000,
    tags: sources[number] ? [{ key: 'mlflow.source.git.commit', value: sources[number].commit }] : [],
  });
  const id = run.info.run_id;
  const params = { learning_rate: rate, depth, learner, seed: number };
  const quality = 0.7 + 0.1 * Math.exp(-((Math.log10(rate) + 2) ** 2)) + 0.02 * depth;
  const steps = number === 0 ? 20_000 : 400;
  const points = Array.from({ length: steps }, (_, step) => {
    const done = step / steps;
    const timestamp = start + number * 60_000 + Math.round(done * 50_000);
    const loss = 1.2 * Math.exp(-done * (3 + depth)) + 0.2 + random() * 0.08;
    const key = 'loss';
    return { key, step, timestamp, value: number === 1 && step === 200 ? NaN : loss };
  });
  for (let from = 0; from < points.length; from += 1000) {
    const metrics = points
      .slice(from, from + 1000)
      .map(one => ({ ...one, value: Number.isNaN(one.value) ? 'NaN' : one.value }));
    await call('mlflow/runs/log-batch', { run_id: id, metrics });
  }
  const accuracy = Array.from({ length: 50 }, (_, step) => ({
    key: 'val/accuracy',
    step: step * 8,
    timestamp: start + number * 60_000 + step * 1000,
    value: quality * (1 - Math.exp(-step / 8)) + random() * 0.01,
  }));
  await call('mlflow/runs/log-batch', {
    run_id: id,
    metrics: [...accuracy, { key: 'auc', step: 0, timestamp: start, value: quality }],
    params: Object.entries(params).map(([key, value]) => ({ key, value: String(value) })),
  });
  await upload(
    id,
    'reports/scores.csv',
    `class,precision,recall\ngood,${(0.8 + depth / 100).toFixed(2)},0.75\nbad,0.61,${(0.5 + rate).toFixed(3)}\n`,
  );
  const size = 40 + depth * 20;
  await upload(
    id,
    'plots/shape.svg',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="240" height="240"><rect width="120" height="120" fill="#eee"/><circle cx="60" cy="60" r="${size / 2}" fill="#0072b2"/></svg>`,
  );
  if (sources[number]) await upload(id, 'modelyard.yaml', sources[number].config);
  await upload(id, 'notes.txt', `learner: ${learner}\nrate: ${rate}\nthe same in all\n`);
  await call('mlflow/runs/update', { run_id: id, status: 'FINISHED', end_time: start + number * 60_000 + 55_000 });
}

for (let number = 0; number < 10; number++) await log(number);
