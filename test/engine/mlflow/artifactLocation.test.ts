import { expect, test } from 'vitest';
import { artifactLocation } from '../../../engine/mlflow/artifactLocation';
import { artifactUriBelow } from '../../../engine/tracking/artifactUri';
import { runId } from '../../../engine/ids';
import { openTestApi } from '../../support/mlflowApi';

test.each([
  ['s3://bucket/a', 's3://bucket/a'],
  ['s3://b/p?x=1', 's3://b/p?x=1'],
  ['my_location', '/work/my_location'],
  ['./a/./b', '/work/a/b'],
  ['../up', '/work/../up'],
  ['/abs/x', '/abs/x'],
  ['file:rel', 'file:///work/rel'],
  ['file:///abs/y', 'file:///abs/y'],
  ['mlflow-artifacts:/custom', 'mlflow-artifacts:/custom'],
  ['mlflow-artifacts:', 'mlflow-artifacts:'],
  ['dbfs:/x', 'dbfs:/x'],
  ['gs://b/ü', 'gs://b/ü'],
  ['unknown://x', 'unknown://x'],
  ['x:y', 'x:y'],
])('%s is kept as %s', (given, kept) => {
  expect(artifactLocation(given, '/work')).toBe(kept);
});

test.each([
  ['runs:/a', "Artifact location cannot be a runs:/ URI. Given: 'runs:/a'"],
  ['https://x/y', "'artifact_location' cannot use the 'https' scheme"],
  ['FTP://u:p@h/x', "'artifact_location' cannot use the 'ftp' scheme"],
  ['mlflow-artifacts://host/custom', "'artifact_location' cannot use the 'mlflow-artifacts' scheme"],
  ['s3://b/p#frag', "'artifact_location' URL can't include fragments or params."],
  ['http://x/y;p', "'artifact_location' URL can't include fragments or params."],
  ['s3://b/p?x=%252e%252e', 'Invalid query string'],
  ['x'.repeat(3_000), 'The length of the artifact path cannot be greater than 2048 characters.'],
])('%s is refused', (given, message) => {
  expect(() => artifactLocation(given, '/work')).toThrow(message);
});

test.each([
  ['s3://b/p', 's3://b/p/feed/artifacts'],
  ['s3://b/p/', 's3://b/p/feed/artifacts'],
  ['s3://b/p?x=1', 's3://b/p/feed/artifacts?x=1'],
  ['/abs/x?y', '/abs/x?y/feed/artifacts'],
  ['mlflow-artifacts:', 'mlflow-artifacts:feed/artifacts'],
])('the files of a run below %s are at %s', (location, uri) => {
  expect(artifactUriBelow(location, runId('feed'))).toBe(uri);
});

test('an experiment keeps the location a client gave, and its runs are below it', async () => {
  const api = await openTestApi();
  const created = await api.post('experiments/create', { name: 'a', artifact_location: 's3://bucket/a' });
  const experiment_id = created.at('experiment_id');
  const found = await api.get('experiments/get', { experiment_id });
  expect(found.at('experiment', 'artifact_location')).toBe('s3://bucket/a');
  const run = await api.post('runs/create', { experiment_id });
  const uri = `s3://bucket/a/${run.at('run', 'info', 'run_id')}/artifacts`;
  expect(run.at('run', 'info', 'artifact_uri')).toBe(uri);
  const search = async (filter: string): Promise<string> =>
    (await api.post('runs/search', { experiment_ids: ['0', experiment_id], filter })).text;
  expect(await search(`artifact_uri = '${uri}'`)).toContain(uri);
  expect(await search(`artifact_uri LIKE 'mlflow-artifacts:%'`)).toBe('{}');
  expect(api.tracking.getRun('r-1')).not.toHaveProperty('artifactUri');
});
