import type { Colors } from 'picocolors/types';
import type { ChangedValue, CodeDiffFile, ComparedSide, RunDiff } from '../../protocol/compare';
import { numberText } from './numbers';
import { tableText } from './table';
import { unifiedText } from './unifiedText';

const sections = {
  parameters: ({ params }: RunDiff) => params,
  data: ({ data }: RunDiff) => data,
  metrics: ({ metrics }: RunDiff) => metrics,
  environment: ({ environment }: RunDiff) => environment,
} as const;

const filesOf = ({ config, code }: RunDiff): readonly CodeDiffFile[] => [...(config ? [config] : []), ...code];

export const differs = (diff: RunDiff): boolean =>
  filesOf(diff).length > 0 || Object.values(sections).some(of => of(diff).length > 0);

/** Names and values, then the texts, then what could not be compared. */
export function runDiffText(diff: RunDiff, colors: Colors): string {
  const { before, after, params, data, metrics, environment } = diff;
  const values = [
    section(
      'parameters',
      params.map(one => [one.name, ...arrow(one.before, one.after)]),
      colors,
    ),
    section(
      'data',
      data.map(one => [one.name, ...arrow(short(one.before), short(one.after))]),
      colors,
    ),
    section(
      'metrics',
      metrics.map(one => [one.name, ...arrow(number(one.before), number(one.after))]),
      colors,
    ),
    section(
      'environment',
      environment.map(one => [one.name, ...arrow(...environmentValues(one))]),
      colors,
    ),
  ];
  const files = filesOf(diff).map(
    file => `\n${unifiedText(file, { before: before.label, after: after.label }, colors)}`,
  );
  return [headText(diff, colors), ...values, ...files, notesText(diff, colors)].join('');
}

/** Kinds and names: `~` differs, `+` is new, `-` is gone. */
export function statText(diff: RunDiff, colors: Colors): string {
  const rows = [
    ...Object.entries(sections).flatMap(([kind, of]) => of(diff).map(one => [kind, signOf(one), one.name])),
    ...(diff.config ? [['configuration', '~', diff.config.path]] : []),
    ...diff.code.map(file => ['code', signOf(file), file.path]),
  ];
  return headText(diff, colors) + tableText(rows.map(row => ['', ...row])) + notesText(diff, colors);
}

/** The answer without the contents of files. */
export const namesOnly = ({ config, code, ...rest }: RunDiff): object => ({
  ...rest,
  ...(config && { config: { path: config.path } }),
  code: code.map(file => ({ path: file.path, change: changeOf(file) })),
});

type Change = 'changed' | 'added' | 'removed';

function changeOf({ before, after, isOpaque }: { before?: unknown; after?: unknown; isOpaque?: boolean }): Change {
  if (isOpaque === true) return 'changed';
  return before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
}

const signs = { changed: '~', added: '+', removed: '-' } as const;
const signOf = (one: Parameters<typeof changeOf>[0]): string => signs[changeOf(one)];

function headText(diff: RunDiff, colors: Colors): string {
  const title = `${sideText(diff.before)} → ${sideText(diff.after)}`;
  return `${colors.bold(title)}\n${differs(diff) ? '' : 'Nothing differs.\n'}`;
}

function sideText({ label, commit, run }: ComparedSide): string {
  const name = run ? `${label} ${run.name}` : `${label} with the working tree`;
  return commit === undefined ? `${name} (no commit)` : `${name} (${commit.slice(0, 12)})`;
}

const section = (title: string, rows: readonly (readonly string[])[], colors: Colors): string =>
  rows.length === 0 ? '' : `\n${colors.bold(title)}\n${tableText(rows.map(row => ['', ...row]))}`;

const arrow = (before: string | undefined, after: string | undefined): readonly string[] => [
  before ?? '–',
  '→',
  after ?? '–',
];

/** Digests by their beginnings. */
const short = (value: string | undefined): string | undefined =>
  value
    ?.split(', ')
    .map(digest => digest.slice(0, 12))
    .join(', ');

const number = (value: number | undefined): string | undefined => (value === undefined ? undefined : numberText(value));

const environmentValues = ({ name, before, after }: ChangedValue): [string | undefined, string | undefined] =>
  name.startsWith('dependencies.') ? [short(before), short(after)] : [before, after];

const notesText = ({ notes }: RunDiff, colors: Colors): string =>
  notes.length === 0 ? '' : `\n${notes.map(note => `${colors.dim('note:')} ${note}\n`).join('')}`;
