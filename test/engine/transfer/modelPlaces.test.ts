import { expect, test } from 'vitest';
import { runId } from '../../../engine/ids';
import { ModelPlaces } from '../../../engine/transfer/read/modelPlaces';

const run = runId('0123456789abcdef0123456789abcdef');
const model = 'm-0123';
const places = new ModelPlaces();
places.addRun(run, `file:///home/ada/my%20runs/1/${run}/artifacts`);
places.addRun('other', 's3://bucket/art/other');
places.addModel(model, { run, path: 'fitted' });
const none = (): undefined => undefined;

/** Addresses as MLflow has written them over the years, and where their files are among those of the runs. */
test.each([
  [`runs:/${run}/model`, 'model'],
  [`runs:/${run}/deep/model/`, 'deep/model'],
  [`runs:/${run}`, ''],
  [`mlflow-artifacts:/1/${run}/artifacts/model`, 'model'],
  [`mlflow-artifacts://host:5000/1/${run}/artifacts/model`, 'model'],
  [`/elsewhere/mlruns/1/${run}/artifacts/model`, 'model'],
  [`./mlruns/1/${run}/artifacts/model`, 'model'],
  [`file:///home/ada/my%20runs/1/${run}/artifacts/a%20b`, 'a b'],
  [`C:\\Users\\ada\\mlruns\\1\\${run}\\artifacts\\model`, 'model'],
  [`file:///C:/Users/ada/mlruns/1/${run}/artifacts/model`, 'model'],
  [`/mlruns/1/${run}/artifacts/artifacts/model`, 'artifacts/model'],
  [`models:/${model}`, 'fitted'],
  [`/x/mlruns/1/models/${model}/artifacts`, 'fitted'],
  [`mlflow-artifacts:/1/models/${model}/artifacts/deep`, 'fitted/deep'],
])('%s', (address, path) => {
  expect(places.find({ addresses: ['', address], run: undefined }, none)).toEqual({ run, path });
});

test('below what the run itself calls its artifacts, wherever that is', () => {
  const addressed = { addresses: ['s3://bucket/art/other/model'], run: 'other' };
  expect(places.find(addressed, none)).toEqual({ run: 'other', path: 'model' });
  expect(places.find({ ...addressed, run: undefined }, none)).toBeUndefined();
});

test.each([
  's3://bucket/models/7',
  'dummy-source',
  '',
  '/',
  'models:/unknown-model',
  'models:/name@alias',
  'models:/name/Production',
  'runs:/../../etc/passwd',
  `runs:/${run}/../x`,
  `/mlruns/1/${run}/artifacts/../../x`,
  `/mlruns/1/${run}/model`,
  `/mlruns/1/unknown/artifacts/model`,
  'file:///%zz/artifacts',
])('%s is in no run', address => {
  expect(places.find({ addresses: [address], run }, none)).toBeUndefined();
});

test('a copy has the files of what it was made of; copies in a circle have none', () => {
  const other = (name: string, version: number) =>
    name === 'a'
      ? { addresses: [`models:/${version === 2 ? 'a/1' : 'b/7'}`], run: undefined }
      : { addresses: [`models:/${model}`], run };
  expect(places.find({ addresses: ['models:/a/2'], run: undefined }, other)).toEqual({ run, path: 'fitted' });
  const circle = () => ({ addresses: ['models:/a/2'], run: undefined });
  expect(places.find({ addresses: ['models:/a/2'], run: undefined }, circle)).toBeUndefined();
});
