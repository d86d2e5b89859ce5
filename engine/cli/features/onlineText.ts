import type { Colors } from 'picocolors/types';
import type { Cell } from '../../protocol/data';
import type { Materialisation, OnlineAnswer, OnlineStatus, PushReport } from '../../protocol/featureOnline';
import { plural } from '../../plural';
import { timeText } from '../text/numbers';
import { tableText } from '../text/table';

export function materialisedText(made: readonly Materialisation[], colors: Colors): string {
  if (made.length === 0) return 'No feature views with rows. Declare one under `features:` of modelyard.yaml.\n';
  const head = ['', 'feature view', 'from', 'to', 'rows', 'written'].map(title => colors.bold(title));
  const rows = made.map(({ view, version, from, to, rows: count, written }) => [
    colors.green('✓'),
    `${view}@v${version}`,
    from === undefined ? 'the beginning' : timeText(from),
    timeText(to),
    String(count),
    String(written),
  ]);
  return tableText([head, ...rows]);
}

const words: Readonly<Record<Exclude<OnlineStatus, 'PRESENT'>, string>> = {
  NULL_VALUE: 'null',
  NOT_FOUND: 'not found',
  OUTSIDE_MAX_AGE: 'too old',
};

/** A row an entity, with what was asked for before its values. */
export function onlineText({ entities, features }: OnlineAnswer, colors: Colors): string {
  const given = Object.entries(entities);
  const count = given[0]?.[1].length ?? 0;
  const head = [...given.map(([name]) => name), ...features.map(({ name }) => name)];
  const rows = Array.from({ length: count }, (_, row) => [
    ...given.map(([, values]) => cellText(values[row] ?? null)),
    ...features.map(({ values, statuses }) => {
      const status = statuses[row] ?? 'NOT_FOUND';
      return status === 'PRESENT' ? cellText(values[row] ?? null) : colors.dim(words[status]);
    }),
  ]);
  return tableText([head.map(title => colors.bold(title)), ...rows]);
}

const cellText = (cell: Cell): string => (cell === null ? '' : String(cell));

export const pushedText = (view: string, { accepted, stale }: PushReport): string =>
  `${plural(accepted, 'row')} pushed to ${view}${stale === 0 ? '' : `, ${stale} of them older than what was there`}.\n`;
