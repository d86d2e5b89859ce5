import type { ConfigEdit, RuleChange } from '../../protocol/config';
import type { Waiver } from '../../protocol/waivers';
import type { LineIndex, Span } from '../yaml/lineIndex';
import { entryOf, locate, pathOf, type MapNode, type TreeNode } from '../yaml/tree';
import { roundedOutwards } from './roundedOutwards';

export interface RuleText {
  readonly root: TreeNode;
  readonly text: string;
  readonly lines: LineIndex;
}

/**
 * How the text of modelyard.yaml has to change so that the rule at a key has a waiver, or a bound that what was observed
 * passes; all else stays as it is written.
 * @returns undefined when there is no such rule, when it is written in a way that nothing can be put into, or has no such bound
 */
export function ruleEdit(rule: RuleText, key: string, change: RuleChange): ConfigEdit | undefined {
  const path = pathOf(rule.root, key);
  const { node, depth } = locate(rule.root, path);
  if (depth !== path.length || node.kind !== 'map') return undefined;
  const edit = change.set === 'waive' ? withWaiver(rule.text, node, change.waiver) : withBound(node, change.observed);
  return edit && { range: rule.lines.range(edit), text: edit.text };
}

interface Replacement extends Span {
  readonly text: string;
}

function withWaiver(text: string, node: MapNode, waiver: Waiver): Replacement | undefined {
  const written = `{until: ${waiver.until}, owner: ${scalar(waiver.owner)}, reason: ${scalar(waiver.reason)}}`;
  const known = entryOf(node, 'waive');
  if (known)
    return { ...trimmed(text, known.value), text: known.value.end > known.value.start ? written : ` ${written}` };
  const last = node.entries.at(-1);
  if (last === undefined) return undefined;
  if (text[node.start] === '{') {
    const end = trimmed(text, last.value).end;
    return { start: end, end, text: `, waive: ${written}` };
  }
  const lineStart =
    Math.max(text.lastIndexOf('\n', last.keySpan.start - 1), text.lastIndexOf('\r', last.keySpan.start - 1)) + 1;
  const before = text.slice(lineStart, last.keySpan.start);
  // `- metric: auc`: the dash is as wide as the blanks that the next key has instead
  if (!/^[ -]*$/.test(before)) return undefined;
  const { end } = lastLine(text, trimmed(text, last.value).end);
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  return { start: end, end, text: `${lineBreak}${before.replaceAll('-', ' ')}waive: ${written}` };
}

/** To the end of the line, behind a comment. */
function lastLine(text: string, from: number): Span {
  const rest = /^[^\r\n]*/.exec(text.slice(from))?.[0] ?? '';
  return { start: from, end: from + rest.trimEnd().length };
}

/** The node of a block ends where the next begins. */
function trimmed(text: string, { start, end }: Span): Span {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

function withBound(node: MapNode, observed: number): Replacement | undefined {
  if (!Number.isFinite(observed)) return undefined;
  for (const [key, direction] of [
    ['at_least', 'down'],
    ['at_most', 'up'],
  ] as const) {
    const value = entryOf(node, key)?.value;
    if (value?.kind === 'scalar' && typeof value.value === 'number')
      return { start: value.start, end: value.end, text: roundedOutwards(observed, direction) };
  }
  return undefined;
}

/** A text as YAML takes it anywhere, in quotes when it has to be. */
const scalar = (text: string): string =>
  /^[A-Za-z][\w-]*( [A-Za-z][\w-]*)*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
