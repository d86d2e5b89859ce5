import { expressionColumns, type ColumnMention } from '../../../expressions/compileExpression';
import { computeOrder } from '../../../expressions/computeOrder';
import type { NamedView } from '../../named';
import type { Problem } from '../../yaml/problem';
import { expressionPlaces, problemIn, type ExpressionPlace } from './expressionPlaces';

/** Expressions that cannot be read, and features that are computed from one another in a circle. */
export function* expressionProblems(view: NamedView): Generator<Problem> {
  const needs = new Map<string, readonly string[]>();
  const features = new Map(view.features.map(one => [one.name, one]));
  for (const place of expressionPlaces(view)) {
    const { problem, mentions } = readMentions(place);
    if (problem) yield problem;
    const { role, feature } = place;
    if (role !== 'feature' || !feature) continue;
    // its own name is that of a column, or of what is asked with
    const used = mentions.flatMap(({ name }) => (name !== feature.name && features.has(name) ? [name] : []));
    needs.set(feature.name, used);
  }
  const { cycle } = computeOrder(needs);
  const first = features.get(cycle?.[0] ?? '');
  if (!first || !cycle) return;
  const round = cycle.length > 12 ? [...cycle.slice(0, 6), '...', ...cycle.slice(-5)] : cycle;
  const { start, end } = first.keySpan;
  const message = `These features are computed from one another: ${round.join(' → ')}. Have one of them use columns only.`;
  yield { start, end, code: 'cycle', message, key: first.path };
}

/** The column names in an expression, or why it cannot be read. */
export function readMentions(place: ExpressionPlace): {
  readonly problem?: Problem;
  readonly mentions: readonly ColumnMention[];
} {
  const read = mentionsIn(place.text);
  return read.problem ? { problem: problemIn(place, read.problem), mentions: [] } : { mentions: read.columns };
}

/** A text is checked at every key that is pressed, and most of its expressions are those of before. */
const known = new Map<string, ReturnType<typeof expressionColumns>>();
const mostKnown = 5000;

function mentionsIn(text: string): ReturnType<typeof expressionColumns> {
  const found = known.get(text) ?? expressionColumns(text);
  if (known.size >= mostKnown) known.clear();
  known.set(text, found);
  return found;
}
