import type { ColumnType } from '../../../protocol/data';
import type { Column } from '../../columns';
import type { NamedView, Names } from '../../named';
import { didYouMean, listed, suggest } from '../../suggest';
import type { Problem } from '../../yaml/problem';
import { child, textOf } from '../../yaml/tree';
import { cut } from '../zones';
import { stepDataProblems } from './stepDataProblems';
import { typedViews } from './typedViews';
import { keyOf } from './viewProblems';

/** What the data tells of feature views: types of expressions, keys and times that are not there. */
export function featureDataProblems(names: Names, known: ReadonlyMap<string, readonly Column[]>): readonly Problem[] {
  const views = [...names.views.values()];
  const typed = typedViews(names, known);
  return [
    ...[...typed.values()].flatMap(({ problems }) => problems),
    ...views.flatMap(view => {
      const columns = known.get(view.source ?? '');
      return columns ? [...keyProblems(view, columns, names), ...timeProblems(view, columns)] : [];
    }),
    ...stepDataProblems(names, known),
  ];
}

const typeOf = (columns: readonly Column[], name: string): ColumnType | undefined =>
  columns.find(one => one.name === name)?.type;

function* keyProblems(view: NamedView, columns: readonly Column[], names: Names): Generator<Problem> {
  for (const { start, end, value } of view.entities) {
    const key = keyOf(names, value);
    const base = { start, end, key: `features.${view.name}.entity` };
    const type = typeOf(columns, key);
    const declared = textOf(child(names.entities.get(value)?.node, 'type'));
    if (type === undefined) yield { ...base, ...missingKey(view, value, { key, columns }) };
    else if (declared === 'integer' && type !== 'integer') {
      const what = type === 'string' ? 'text' : `values of the type ${type}`;
      const message = `The keys of \`${value}\` are integers, and \`${cut(key)}\` of dataset \`${view.source ?? ''}\` holds ${what}: rows whose key is no integer are left out.`;
      yield { ...base, severity: 'warning', code: 'key-type', message };
    }
  }
}

function missingKey(
  { source = '' }: NamedView,
  entity: string,
  { key, columns }: { readonly key: string; readonly columns: readonly Column[] },
): Pick<Problem, 'code' | 'message' | 'suggestion'> {
  const all = columns.map(({ name }) => name);
  const suggestion = key === entity ? suggest(key, all) : undefined;
  const way = suggestion === undefined ? ` It has ${listed(all, 'and')}.` : didYouMean(suggestion);
  const what = `Dataset \`${source}\` has no column \`${cut(key)}\`, the key of entity \`${cut(entity)}\`.`;
  return { code: 'unknown-column', message: `${what}${way}`, ...(suggestion !== undefined && { suggestion }) };
}

/** Times in a column of something else. */
function* timeProblems(view: NamedView, columns: readonly Column[]): Generator<Problem> {
  for (const word of ['event_time', 'created_time']) {
    const node = child(view.node, word);
    const type = typeOf(columns, textOf(node) ?? '');
    if (!node || type === undefined || type === 'date' || type === 'datetime') continue;
    const what = type === 'string' ? 'text' : `values of the type ${type}`;
    const message = `\`${textOf(node) ?? ''}\` holds ${what}, and no times such as 2024-02-29T12:30:00Z.`;
    yield { start: node.start, end: node.end, code: 'no-times', message, key: `features.${view.name}.${word}` };
  }
}
