import { isZone, zoneNames } from '../../schedule/zones';
import { didYouMean, suggest } from '../suggest';
import type { Problem } from '../yaml/problem';
import { textOf, type TreeNode } from '../yaml/tree';

/** A long text, so that a sentence can show it. */
export const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** The name of a time zone that there is not. */
export function zoneProblems(node: TreeNode | undefined, key: string): readonly Problem[] {
  const name = textOf(node);
  if (!node || name === undefined || name === '' || isZone(name)) return [];
  const suggestion = suggest(name, zoneNames());
  const way = suggestion === undefined ? ' Give a name such as `Europe/Berlin`, or `UTC`.' : didYouMean(suggestion);
  return [
    {
      ...{ start: node.start, end: node.end, code: 'unknown-zone', key },
      message: `\`${cut(name)}\` is not a time zone.${way}`,
      ...(suggestion !== undefined && { suggestion }),
    },
  ];
}
