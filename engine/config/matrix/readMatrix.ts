import { didYouMean, listed, suggest } from '../suggest';
import type { Problem } from '../yaml/problem';
import { child, entriesOf, textOf, type MapEntry, type TreeNode } from '../yaml/tree';
import type { Combination, MatrixDefinition } from './combinations';

/** `matrix:` of a step with the step that it goes on with. */
export interface WrittenMatrix extends MatrixDefinition {
  readonly from?: string;
  /** The whole of it. */
  readonly entry: MapEntry;
}

const own = new Set(['from', 'include', 'exclude']);

/** Reads what the grammar will check; its own words are only about what the grammar cannot know. */
export function readMatrix(entry: MapEntry): WrittenMatrix | undefined {
  const short = textOf(entry.value);
  const none = { axes: new Map(), include: [], exclude: [], entry };
  if (short !== undefined) return { ...none, from: short };
  if (entry.value.kind !== 'map') return undefined;
  const axes = new Map<string, MatrixDefinition['axes'] extends ReadonlyMap<string, infer V> ? V : never>();
  for (const { key, value } of entry.value.entries) {
    if (own.has(key)) continue;
    const values = valuesOf(value);
    if (values === undefined || key in Object.prototype) return undefined;
    axes.set(key, values);
  }
  const [include, exclude] = [listOf(child(entry.value, 'include')), listOf(child(entry.value, 'exclude'))];
  const from = child(entry.value, 'from');
  if (!include || !exclude || (from !== undefined && textOf(from) === undefined)) return undefined;
  return { axes, include, exclude, entry, ...(from && { from: textOf(from) ?? '' }) };
}

function valuesOf(node: TreeNode): readonly (string | number | boolean)[] | undefined {
  if (node.kind !== 'list' || node.items.length === 0) return undefined;
  const values = node.items.flatMap(item => scalarOf(item) ?? []);
  return values.length === node.items.length ? values : undefined;
}

const scalarOf = (node: TreeNode): string | number | boolean | undefined =>
  node.kind === 'scalar' && node.value !== null ? node.value : undefined;

function listOf(node: TreeNode | undefined): readonly Combination[] | undefined {
  if (node === undefined) return [];
  if (node.kind !== 'list') return undefined;
  const combinations = node.items.flatMap(item => {
    if (item.kind !== 'map') return [];
    const pairs = item.entries.map(({ key, value }) => [key, scalarOf(value)] as const);
    const whole = pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
    return whole.length === pairs.length ? [Object.fromEntries(whole)] : [];
  });
  return combinations.length === node.items.length ? combinations : undefined;
}

/** Of `exclude`: names that no combination has. */
export function excludeProblems(
  { entry, axes }: WrittenMatrix,
  { inherited, key }: { readonly inherited: Iterable<string>; readonly key: string },
): readonly Problem[] {
  const names = [...inherited, ...axes.keys()];
  const list = child(entry.value, 'exclude');
  const items = list?.kind === 'list' ? list.items : [];
  return items.flatMap((item, i) =>
    entriesOf(item).flatMap(({ key: name, keySpan }): Problem[] => {
      if (names.includes(name)) return [];
      const suggestion = suggest(name, names);
      const known = ` It has ${names.length === 0 ? 'none' : listed(names, 'and')}.`;
      const message = `\`${name}\` is not a name of this matrix.${suggestion === undefined ? known : didYouMean(suggestion)}`;
      return [
        {
          ...keySpan,
          code: 'unknown-matrix-name',
          message,
          key: `${key}.exclude.${i}.${name}`,
          ...(suggestion !== undefined && { suggestion }),
        },
      ];
    }),
  );
}
