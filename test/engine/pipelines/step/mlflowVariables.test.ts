import { expect, test } from 'vitest';
import { experimentId, runId } from '../../../../engine/ids';
import { mlflowVariables } from '../../../../engine/pipelines/step/mlflowVariables';

const access = {
  url: 'http://127.0.0.1:5000',
  token: 'a-token',
  runId: runId('a1'),
  experimentId: experimentId('7'),
};

test('a command continues the run, with nothing of another server', () => {
  expect(mlflowVariables(access, { SEED: '7' })).toStrictEqual({
    MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000',
    MLFLOW_TRACKING_TOKEN: 'a-token',
    MLFLOW_RUN_ID: 'a1',
    MLFLOW_EXPERIMENT_ID: '7',
    MLFLOW_EXPERIMENT_NAME: undefined,
    MLFLOW_TRACKING_USERNAME: undefined,
    MLFLOW_TRACKING_PASSWORD: undefined,
    MLFLOW_TRACKING_AUTH: undefined,
    SEED: '7',
  });
});

test('what the step sets itself stays', () => {
  expect(mlflowVariables(access, { MLFLOW_TRACKING_URI: 'https://mlflow.example.org' })).toEqual({});
  expect(mlflowVariables(access, { MLFLOW_RUN_ID: '' })).toMatchObject({
    MLFLOW_RUN_ID: '',
    MLFLOW_TRACKING_URI: access.url,
  });
  expect(mlflowVariables(access, { MLFLOW_EXPERIMENT_NAME: 'mine' })).toMatchObject({
    MLFLOW_EXPERIMENT_NAME: 'mine',
    MLFLOW_EXPERIMENT_ID: undefined,
    MLFLOW_RUN_ID: 'a1',
  });
});
