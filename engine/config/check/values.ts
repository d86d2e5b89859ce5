import type * as v from 'valibot';
import { factsOf, isRequired } from '../grammar/facts';
import { didYouMean, listed, suggest } from '../suggest';
import { entriesInside, type Site } from '../walk';
import type { Span } from '../yaml/lineIndex';
import type { Problem } from '../yaml/problem';
import { dotted, entryOf, locate, type Path, type ScalarNode, type TreeNode } from '../yaml/tree';
import { subject, type ShapeReport } from './shape';

type Issue = v.BaseIssue<unknown>;

/** The parser's issues as diagnostics; what the check of the shape has said already is left out. */
export function valueProblems(issues: readonly Issue[], all: readonly Site[], shape: ShapeReport): readonly Problem[] {
  const root = all[0];
  if (!root || issues.length === 0) return [];
  const byPath = new Map(all.map(site => [dotted(site.path), site]));
  const problems: Problem[] = [];
  for (const issue of issues) {
    const path = (issue.path ?? []).map(item => (typeof item.key === 'number' ? item.key : String(item.key)));
    if (isBroken(root.node, path, shape.broken)) continue;
    const problem = issueProblem({ ...deepest(issue, [...root.path, ...path]), byPath, root, shape });
    if (problem) problems.push(problem);
  }
  return problems;
}

function isBroken(root: TreeNode, path: Path, broken: ReadonlySet<TreeNode>): boolean {
  for (let length = 0; length <= path.length; length++) {
    const found = locate(root, path.slice(0, length));
    if (found.depth === length && broken.has(found.node)) return true;
  }
  return false;
}

interface Placed {
  readonly issue: Issue;
  readonly path: Path;
}

/** Of the alternatives that failed, the one that came furthest says it best. `path`: of the issue, from the root. */
function deepest(issue: Issue, path: Path): Placed {
  let best: Placed | undefined;
  for (const inner of issue.issues ?? []) {
    const own = (inner.path ?? []).map(item => (typeof item.key === 'number' ? item.key : String(item.key)));
    const candidate = deepest(inner, [...path, ...own]);
    if (progress(candidate) > (best ? progress(best) : 2 * path.length)) best = candidate;
  }
  return best ?? { issue, path };
}

/** Deeper is further; of two at one place, a value of the right type that is not allowed is further than a wrong type. */
const progress = ({ issue, path }: Placed): number => 2 * path.length + (issue.kind === 'schema' ? 0 : 1);

interface IssueContext {
  readonly issue: Issue;
  readonly path: Path;
  readonly byPath: ReadonlyMap<string, Site>;
  readonly root: Site;
  readonly shape: ShapeReport;
}

function issueProblem(context: IssueContext): Problem | undefined {
  const { issue, path, byPath, root } = context;
  const isKey = issue.path?.at(-1)?.origin === 'key';
  if (isKey && issue.expected === 'never') return undefined;
  const site = byPath.get(dotted(path));
  if (!site) {
    const holder = byPath.get(dotted(path.slice(0, -1))) ?? root;
    if (isKey && issue.received === 'undefined') return missingKey(holder, String(path.at(-1)), context.shape);
    const message = `${subject(holder)} ${typeof path.at(-1) === 'number' ? 'has too few items' : 'is not complete'}.`;
    return { ...placeOf(holder), code: 'wrong-type', message, key: dotted(holder.path) };
  }
  const { code, message } = splitMessage(issue);
  const span = isKey && site.entry ? site.entry.keySpan : placeOf(site);
  const suggestion = isKey || saysItself.test(code) ? undefined : remedy(site, issue);
  return {
    ...span,
    code,
    message: `${subject(site)} ${message ?? fallback(site)}${isKey ? '' : written(site.node, code)}.${didYouMean(suggestion)}`,
    key: dotted(path),
    ...(suggestion !== undefined && { suggestion }),
  };
}

function missingKey(holder: Site, key: string, shape: ShapeReport): Problem | undefined {
  if (shape.meant.get(holder.node)?.has(key)) return undefined;
  const declared = entriesInside(holder.declared, holder.node).get(key);
  const about = declared ? (factsOf(declared).description ?? '') : '';
  const place = holder.path.length === 0 ? 'at the top of the file' : `in ${subject(holder)}`;
  const base = { ...headOf(holder), key: dotted([...holder.path, key]) };
  if (key === 'uses') {
    if (entryOf(holder.node, 'run')) return undefined;
    const message = `${subject(holder)} says neither \`uses:\` (a built-in step) nor \`run:\` (a command). It needs one of them.`;
    return { ...base, code: 'no-action', message };
  }
  const inner = declared ? [...entriesInside(declared, undefined)].filter(([, schema]) => isRequired(schema)) : [];
  const with_ =
    inner.length > 0
      ? ` It must have ${listed(
          inner.map(([name]) => name),
          'and',
        )}.`
      : '';
  const closed = declared ? factsOf(declared).allowed : [];
  const values = closed.length > 1 ? ` One of ${listed(closed.map(String))}.` : '';
  return {
    ...base,
    code: 'missing-key',
    message: `\`${key}\` is missing ${place}.${about ? ` ${about}` : ''}${with_}${values}`,
  };
}

const codes: Readonly<Record<string, string>> = {
  picklist: 'not-allowed',
  literal: 'not-allowed',
  min_value: 'out-of-range',
  max_value: 'out-of-range',
  gt_value: 'out-of-range',
  lt_value: 'out-of-range',
  integer: 'out-of-range',
  finite: 'out-of-range',
  length: 'out-of-range',
  min_length: 'out-of-range',
  max_length: 'out-of-range',
  min_entries: 'out-of-range',
};

function codeOf(issue: Issue): string {
  if (issue.path?.at(-1)?.key === 'uses') return 'unknown-uses';
  return codes[issue.type] ?? 'wrong-type';
}

function splitMessage(issue: Issue): { readonly code: string; readonly message?: string } {
  const bar = /^([a-z-]+)\|(.*)$/s.exec(issue.message);
  const code = bar?.[1] ?? codeOf(issue);
  const message = bar?.[2] ?? issue.message;
  return message.startsWith('Invalid ') ? { code } : { code, message };
}

/** A schema that brings no words of its own: a closed list, or a kind of value. */
function fallback(site: Site): string {
  const { allowed, type } = factsOf(site.declared);
  return allowed.length > 0 ? `must be ${listed(allowed.map(String))}` : `must be a ${type}`;
}

const saysItself = /^(missing-key|misplaced-key|one-bound|bad-regex|bad-between|bad-name|unknown-format)$/;

function written(node: TreeNode, code: string): string {
  if (node.kind !== 'scalar' || node.empty || saysItself.test(code))
    return node.kind === 'map' && code === 'wrong-type' ? ', not a mapping' : '';
  const shown = node.source === '' ? '""' : node.source.replace(/\s+/g, ' ').slice(0, 40);
  return `; here it is ${typeof node.value === 'string' ? `\`${shown}\`` : shown}`;
}

function remedy(site: Site, issue: Issue): string | undefined {
  const { node } = site;
  if (node.kind !== 'scalar' || node.empty) return undefined;
  const { allowed, type } = factsOf(site.declared);
  if (allowed.some(value => typeof value === 'boolean') && typeof node.value === 'string') {
    const meant = yesNo.get(node.value.toLowerCase());
    if (meant !== undefined) return meant;
  }
  const names = allowed.filter(value => typeof value === 'string');
  if (names.length > 0) return suggest(String(node.value), names);
  if (issue.message.startsWith('bad-duration') && typeof node.value === 'number') return `${node.source}s`;
  if (type === 'text' && (typeof node.value === 'number' || typeof node.value === 'boolean')) return `"${node.source}"`;
  if (issue.type === 'number' && typeof node.value === 'string') return asNumber(node);
  return undefined;
}

const yesNo = new Map(
  Object.entries({
    yes: 'true',
    on: 'true',
    y: 'true',
    true: 'true',
    no: 'false',
    off: 'false',
    n: 'false',
    false: 'false',
  }),
);

function asNumber(node: ScalarNode): string | undefined {
  const text = String(node.value).trim().replace(',', '.');
  if (/^-?\d+(\.\d+)?%$/.test(text)) return String(Number(text.slice(0, -1)) / 100);
  return text !== '' && Number.isFinite(Number(text)) ? text : undefined;
}

/** What is marked: a single value itself, of more than that the key or the beginning. */
const placeOf = (site: Site): Span =>
  site.node.kind === 'map' ? headOf(site) : { start: site.node.start, end: site.node.end };

function headOf(site: Site): Span {
  if (site.entry) return site.entry.keySpan;
  const { node } = site;
  const first = node.kind === 'map' ? node.entries[0]?.keySpan : undefined;
  return first ?? { start: node.start, end: node.end };
}
