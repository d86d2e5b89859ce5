import { didYouMean, listed, suggest } from '../suggest';
import { dotted, emptyScalar, type Path, type ScalarNode, type TreeNode } from '../yaml/tree';
import type { Problem } from '../yaml/problem';
import type { Span } from '../yaml/lineIndex';

/** What `${{ … }}` may say, by its whole name: `params.lr`, `matrix.C`, `partition.start`. */
export type Values = ReadonlyMap<string, TreeNode>;

export interface Scope {
  readonly values: Values;
  /** Beginnings of names that another reading fills in, or has found wrong: `matrix.`. */
  readonly later?: readonly string[];
  /** Why a name has no value here, if more is known of it than that. */
  readonly why?: (name: string) => string | undefined;
}

const reference = /\$\{\{([^{}]*)\}\}/g;
const comparison = /^([\w.-]+)\s*(==|!=)\s*(.+)$/s;

/** The same value at another place. */
export function moved(node: TreeNode, to: Span | undefined): TreeNode {
  if (to === undefined) return node;
  const place = { start: to.start, end: to.end };
  if (node.kind === 'list') return { ...node, ...place, items: node.items.map(item => moved(item, to)) };
  if (node.kind === 'scalar') return { ...node, ...place };
  const entries = node.entries.map(entry => ({ ...entry, keySpan: place, value: moved(entry.value, to) }));
  return { ...node, ...place, entries };
}

export const scalarNode = (value: string | number | boolean): ScalarNode => ({
  ...emptyScalar(0),
  value,
  source: String(value),
  empty: false,
});

/**
 * Puts values where a text says `${{ NAME }}`, or true or false where it says `${{ NAME == VALUE }}` (`!=`). A text that is
 * nothing but one such reference becomes the value itself, with its type; within a text it becomes a part of it.
 */
export class Filler {
  constructor(
    private readonly scope: Scope,
    private readonly above: Path,
    private readonly problems: Problem[],
  ) {}

  fill(node: TreeNode, path: Path): TreeNode {
    if (node.kind === 'map') {
      const entries = node.entries.map(entry => {
        const value = this.fill(entry.value, [...path, entry.key]);
        return value === entry.value ? entry : { ...entry, value };
      });
      return entries.every((entry, i) => entry === node.entries[i]) ? node : { ...node, entries };
    }
    if (node.kind === 'list') {
      const items = node.items.map((item, i) => this.fill(item, [...path, i]));
      return items.every((item, i) => item === node.items[i]) ? node : { ...node, items };
    }
    if (typeof node.value !== 'string' || !node.value.includes('${{')) return node;
    return this.scalar(node, node.value, path);
  }

  private scalar(node: ScalarNode, text: string, path: Path): TreeNode {
    const [whole, only] = /^\s*\$\{\{([^{}]*)\}\}\s*$/.exec(text) ?? [];
    if (whole !== undefined) {
      const value = this.value(only ?? '', node, path);
      return value === undefined ? node : moved(value, node);
    }
    const filled = text.replace(reference, (written, expression: string) => {
      const value = this.value(expression, node, path);
      if (value === undefined) return written;
      if (value.kind === 'scalar') return String(value.value ?? '');
      this.problem(node, path, {
        code: 'bad-param',
        message: `\`${expression.trim()}\` is a list, which cannot be a part of a text. Let \`${written}\` stand alone.`,
      });
      return written;
    });
    return filled === text ? node : { ...node, value: filled, source: filled };
  }

  private value(written: string, node: ScalarNode, path: Path): TreeNode | undefined {
    const expression = written.trim();
    const [, left, operator, right] = comparison.exec(expression) ?? [];
    if (left === undefined || right === undefined) return this.named(expression, node, path);
    const [a, b] = [this.named(left, node, path), literal(right) ?? this.named(right.trim(), node, path)];
    if (a?.kind !== 'scalar' || b?.kind !== 'scalar') return undefined;
    return scalarNode((a.value === b.value) === (operator === '=='));
  }

  private named(name: string, node: ScalarNode, path: Path): TreeNode | undefined {
    const { values, later = [], why } = this.scope;
    const value = values.get(name);
    if (value !== undefined || later.some(start => name.startsWith(start))) return value;
    const names = [...values.keys()];
    const suggestion = suggest(name, names);
    const known =
      names.length === 0
        ? ' Declare it under `params:` of the pipeline.'
        : ` There ${names.length === 1 ? 'is' : 'are'} ${listed(names, 'and')}.`;
    const reason = why?.(name);
    const message =
      reason === undefined
        ? `\`${name}\` is not a parameter of this pipeline.${suggestion === undefined ? known : didYouMean(suggestion)}`
        : `${reason}${suggestion === undefined ? '' : didYouMean(suggestion)}`;
    this.problem(node, path, { code: 'unknown-param', message });
    return undefined;
  }

  private problem(node: Span, path: Path, said: Pick<Problem, 'code' | 'message'>): void {
    this.problems.push({ start: node.start, end: node.end, key: dotted([...this.above, ...path]), ...said });
  }
}

/** A number, true, false, or a text in quotes. */
function literal(written: string): TreeNode | undefined {
  const text = written.trim();
  const quoted = /^(['"])(.*)\1$/s.exec(text)?.[2];
  if (quoted !== undefined) return scalarNode(quoted);
  if (text === 'true' || text === 'false') return scalarNode(text === 'true');
  return text !== '' && Number.isFinite(Number(text)) ? scalarNode(Number(text)) : undefined;
}
