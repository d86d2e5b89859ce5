import type { ConfigEdit, RuleChange } from '../../protocol/config';
import { checkTakes } from '../grammar/dataChecks/dataCheck';
import type { LineIndex, Span } from '../yaml/lineIndex';
import { entriesOf, entryOf, locate, pathOf, type MapNode, type Path, type TreeNode } from '../yaml/tree';
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
  if (depth !== path.length || !isRule(path)) return undefined;
  const edit = replacement(rule, { path, node }, change);
  return edit && { range: rule.lines.range(edit), text: edit.text };
}

/** What is judged besides, as a model or a step, is no rule that could be changed. */
const isRule = (path: Path): boolean =>
  typeof path.at(-1) === 'number' && (['expect', 'checks'].includes(String(path.at(-2))) || path.at(-3) === 'gates');

export interface Replacement extends Span {
  readonly text: string;
}

function replacement(
  { root, text }: RuleText,
  { path, node }: { readonly path: Path; readonly node: TreeNode },
  change: RuleChange,
): Replacement | undefined {
  if (change.check !== undefined)
    return besideSuite(text, { list: locate(root, path.slice(0, -1)).node, suite: node }, change);
  const isCheck = path.at(-2) === 'checks';
  if (node.kind === 'map') return inMapping(text, node, isCheck ? change : onlyKnown(change));
  // `- duplicates` is short for `- {check: duplicates}`
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || !isCheck) return undefined;
  const added = said(change);
  if (added === undefined) return undefined;
  return { start: node.start, end: node.end, text: `{check: ${node.value}, ${added}}` };
}

function inMapping(text: string, node: MapNode, change: RuleChange): Replacement | undefined {
  const known = change.set === 'waive' ? entryOf(node, 'waive') : undefined;
  const bound = change.set === 'bound' ? withBound(node, change.observed) : undefined;
  if (bound) return bound;
  const added = said(change);
  if (added === undefined) return undefined;
  if (!known) return withKey(text, node, added);
  const written = added.slice('waive: '.length);
  return { ...trimmed(text, known.value), text: known.value.end > known.value.start ? written : ` ${written}` };
}

/** A gate without the bound has another one, by a name of its own. */
const onlyKnown = (change: RuleChange): RuleChange =>
  change.set === 'bound' ? { set: 'bound', observed: change.observed } : change;

/** The key with its value; undefined where nobody knows which bound it is. */
function said(change: RuleChange): string | undefined {
  if (change.set === 'bound') {
    const { observed, bound } = change;
    if (bound === undefined || !Number.isFinite(observed)) return undefined;
    return `${bound}: ${roundedOutwards(observed, bound === 'at_least' ? 'down' : 'up')}`;
  }
  const { until, owner, reason } = change.waiver;
  return `waive: {until: ${until}, owner: ${scalar(owner)}, reason: ${scalar(reason)}}`;
}

/** A key behind the last one of a mapping. */
export function withKey(text: string, node: MapNode, added: string): Replacement | undefined {
  const last = node.entries.at(-1);
  if (last === undefined) return undefined;
  if (text[node.start] === '{') {
    const end = trimmed(text, last.value).end;
    return { start: end, end, text: `, ${added}` };
  }
  const before = text.slice(lineStart(text, last.keySpan.start), last.keySpan.start);
  // `- metric: auc`: the dash is as wide as the blanks that the next key has instead
  if (!/^[ -]*$/.test(before)) return undefined;
  const { end } = lastLine(text, trimmed(text, last.value).end);
  return { start: end, end, text: `${lineBreak(text)}${before.replaceAll('-', ' ')}${added}` };
}

/** An entry of its own for one check of a suite, with what the suite says of it; the suite leaves it out then. */
function besideSuite(
  text: string,
  { list, suite }: { readonly list: TreeNode; readonly suite: TreeNode },
  change: RuleChange,
): Replacement | undefined {
  const { check = '' } = change;
  const added = said(change);
  if (list.kind !== 'list' || added === undefined) return undefined;
  // the label, the identifier and the date that a suite names hold for all entries
  const kept = entriesOf(suite)
    .filter(({ key }) => !['check', 'label', 'index', 'date'].includes(key) && key !== added.split(':', 1)[0])
    .filter(({ key }) => checkTakes(check, key))
    .map(({ key, value }) => `${key}: ${text.slice(value.start, trimmed(text, value).end)}`);
  if (kept.some(part => /[\r\n]/.test(part))) return undefined;
  const entry = `{${[`check: ${check}`, ...kept, added].join(', ')}}`;
  const { end } = trimmed(text, suite);
  if (text[list.start] === '[') return { start: end, end, text: `, ${entry}` };
  const before = text.slice(lineStart(text, suite.start), suite.start);
  if (!/^ *- +$/.test(before)) return undefined;
  const at = lastLine(text, end).end;
  return { start: at, end: at, text: `${lineBreak(text)}${before}${entry}` };
}

export const lineStart = (text: string, at: number): number =>
  Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;

export const lineBreak = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** To the end of the line, behind a comment. */
export function lastLine(text: string, from: number): Span {
  const rest = /^[^\r\n]*/.exec(text.slice(from))?.[0] ?? '';
  return { start: from, end: from + rest.trimEnd().length };
}

/** The node of a block ends where the next begins. */
export function trimmed(text: string, { start, end }: Span): Span {
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
