import type { DatasetRun, DatasetState, DatasetStatus, DatasetVersions } from '../../protocol/datasets';
import { findPlace, requireWorkspace } from '../commandContext';
import { comparisonText, hasChanged } from '../text/comparisonText';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { timeText } from '../text/numbers';
import { plural } from '../../plural';
import { tableText } from '../text/table';

/** `modelyard datasets`: how the file of each dataset stands. 1 when one is missing or cannot be read. */
export async function datasetsCommand(invocation: Invocation): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const datasets = await interruptible(signal =>
    withEngine(place, client => client.call('datasets/status', {}, { signal }), { signal }),
  );
  answer(invocation, { json: { datasets }, text: () => statusText(datasets, invocation) });
  const isBroken = datasets.some(({ state }) => state === 'missing' || state === 'unreadable');
  return isBroken ? exitCodes.failed : exitCodes.ok;
}

const stateWords: Readonly<Record<DatasetState, string>> = {
  unchanged: '✓ unchanged',
  changed: '! changed',
  unused: '○ never used',
  missing: '✗ missing',
  unreadable: '✗ unreadable',
};

function statusText(datasets: readonly DatasetStatus[], { colors: { out } }: Invocation): string {
  if (datasets.length === 0) return 'No datasets. Add one under `datasets:` of modelyard.yaml.\n';
  const head = ['dataset', 'state', 'rows', 'columns', 'versions', 'last used', 'lock', 'file'].map(out.bold);
  const rows = datasets.map(one => [
    one.name,
    stateWords[one.state],
    one.rows === undefined ? '' : one.rows.toLocaleString('en'),
    one.columns === undefined ? '' : String(one.columns),
    String(one.versions),
    one.last === undefined ? '' : `r-${one.last.run.number} ${timeText(one.last.run.startedAt)}`,
    lockWord(one),
    one.path,
  ]);
  const problems = datasets.flatMap(({ problem }) => (problem === undefined ? [] : [`${out.red('✗')} ${problem}\n`]));
  return tableText([head, ...rows]) + problems.join('');
}

function lockWord({ locked, digest }: DatasetStatus): string {
  if (locked === undefined) return '–';
  return locked === digest ? 'agrees' : 'differs';
}

export interface VersionsOptions {
  readonly name: string;
  readonly limit: number;
}

/** `modelyard datasets versions NAME`: what is known of its versions, the last seen first. */
export async function datasetVersionsCommand(
  invocation: Invocation,
  { name, limit }: VersionsOptions,
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const found = await interruptible(signal =>
    withEngine(place, client => client.call('datasets/versions', { name, limit }, { signal }), { signal }),
  );
  answer(invocation, { json: found, text: () => versionsText(found, invocation) });
  return exitCodes.ok;
}

function versionsText({ name, versions, total }: DatasetVersions, { colors: { out } }: Invocation): string {
  if (versions.length === 0) return `No version of ${name} is known yet. Run \`modelyard validate\`.\n`;
  const head = ['version', 'first seen', 'last seen', 'rows', 'columns', 'used by', ''].map(out.bold);
  const rows = versions.map(({ digest, firstSeen, lastSeen, profiled, runs, runCount, current, locked }) => [
    digest.slice(0, 12),
    timeText(firstSeen),
    timeText(lastSeen),
    profiled === undefined ? '?' : profiled.rows.toLocaleString('en'),
    profiled === undefined ? '?' : String(profiled.columns),
    usersOf(runs, runCount),
    [...(current ? ['now'] : []), ...(locked ? ['lock'] : [])].join(', '),
  ]);
  const more = total - versions.length;
  return tableText([head, ...rows]) + (more > 0 ? `and ${plural(more, 'older version')}; see --limit\n` : '');
}

function usersOf(runs: readonly DatasetRun[], count: number): string {
  if (count === 0) return 'no run';
  const more = count - runs.length;
  return `${runs.map(({ number }) => `r-${number}`).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export interface DiffOptions {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** 1 when something has changed, as `git diff --exit-code`. */
  readonly exitCode: boolean;
}

/** `modelyard datasets diff NAME [before] [after]`: what has changed between two versions. */
export async function datasetDiffCommand(
  invocation: Invocation,
  { name, before, after, exitCode }: DiffOptions,
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const params = { name, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  const found = await interruptible(signal =>
    withEngine(place, client => client.call('datasets/compare', params, { signal }), { signal }),
  );
  answer(invocation, { json: found, text: () => comparisonText(found, invocation.colors.out) });
  return exitCode && hasChanged(found) ? exitCodes.failed : exitCodes.ok;
}
