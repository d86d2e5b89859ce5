import type { ExpressionProblem } from '../../../expressions/flaw';
import { aggregates, type Aggregate } from '../../../protocol/featureConfig';
import type { NamedFeature, NamedView } from '../../named';
import type { Problem } from '../../yaml/problem';
import { child, textOf, type ScalarNode, type TreeNode } from '../../yaml/tree';
import { within } from '../conditions';

/** An expression of a view, where it stands. */
export interface ExpressionPlace {
  readonly node: ScalarNode;
  readonly text: string;
  /** Dotted. */
  readonly key: string;
  /** What comes of it; `condition`: it must be true or false. */
  readonly role: 'feature' | 'condition' | Aggregate;
  /** Absent: \`where\` of the view. */
  readonly feature?: NamedFeature;
}

export function expressionPlaces(view: NamedView): readonly ExpressionPlace[] {
  const where = placeAt(child(view.node, 'where'), { key: `features.${view.name}.where`, role: 'condition' });
  return [...where, ...view.features.flatMap(placesOf)];
}

function placesOf(feature: NamedFeature): readonly ExpressionPlace[] {
  const { kind, node, path } = feature;
  if (kind === 'expression') {
    const long = child(node, 'expression');
    return placeAt(long ?? node, { key: long ? `${path}.expression` : path, role: 'feature', feature });
  }
  if (kind === 'column') return [];
  return [
    ...aggregates.flatMap(role => {
      const value = child(node, role);
      return role === 'count' && textOf(value) === '*' ? [] : placeAt(value, { key: `${path}.${role}`, role, feature });
    }),
    ...placeAt(child(node, 'where'), { key: `${path}.where`, role: 'condition', feature }),
  ];
}

function placeAt(
  node: TreeNode | undefined,
  rest: Pick<ExpressionPlace, 'key' | 'role' | 'feature'>,
): readonly ExpressionPlace[] {
  const text = textOf(node);
  return text === undefined || text === '' || node?.kind !== 'scalar' ? [] : [{ node, text, ...rest }];
}

/** What is wrong with an expression, on the very characters that it is about. */
export function problemIn({ node, text, key }: ExpressionPlace, problem: ExpressionProblem): Problem {
  const { message, fix, nearest, column, end } = problem;
  // where something is missing at the end, the last character is marked
  const start = Math.min(column - 1, text.trimEnd().length - 1);
  const part = { start, end: Math.min(end - 1, text.length) };
  const span = within(node, text, part);
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  // what stands there may be in quotes, or not be there letter by letter
  const isPlain = span !== node && /^[\p{L}\p{N}_.]+$/u.test(text.slice(part.start, part.end));
  const way = isCutOff(node, text) ? 'Within `{ }` a comma ends a text: put the expression into quotes.' : fix;
  return {
    ...{ start: span.start, end: span.end, code: 'bad-expression', key },
    message: `${sentence}.${way === undefined ? '' : ` ${way}`}`,
    ...(nearest !== undefined && isPlain && { suggestion: nearest }),
  };
}

/** `{a: round(b, 2)}` is the text `round(b`, and a key `2)`. */
const isCutOff = (node: ScalarNode, text: string): boolean =>
  node.end - node.start === text.length && /\([^)]*$/.test(text);
