import type { Colors } from 'picocolors/types';
import type { FeatureViewDiff } from '../../protocol/features';
import { tableText } from '../table';

export function featureDiffText({ view, before, after, definition }: FeatureViewDiff, colors: Colors): string {
  const title = `${view}  v${before} → v${after}\n`;
  if (definition.length === 0) return `${title}The same definition.\n`;
  const head = ['', `v${before}`, `v${after}`].map(text => colors.bold(text));
  return (
    title +
    tableText([
      head,
      ...definition.map(({ what, before: was, after: is }) => [
        what,
        was === undefined ? '–' : colors.red(was),
        is === undefined ? '–' : colors.green(is),
      ]),
    ])
  );
}
