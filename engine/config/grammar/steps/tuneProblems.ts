import * as v from 'valibot';
import type { LearnerName } from '../../../protocol/steps/learners';
import type { SpaceEntry } from '../../../protocol/steps/search';
import type { ParamValue } from '../../../protocol/tuning';
import { learnerNames, learners } from './train';

/** An issue for valibot's `addIssue`. */
export interface TuneProblem {
  readonly message: string;
  readonly path: [v.IssuePathItem, ...v.IssuePathItem[]];
}

/** The options of a tune step as they are written, each by itself in order. */
export interface WrittenTune {
  readonly learner: readonly LearnerName[];
  readonly metric: readonly string[];
  readonly folds?: number;
  readonly holdout?: number;
  readonly sampler: string;
  readonly pruner?: string;
  readonly space: Readonly<Record<string, Readonly<Record<string, SpaceEntry>> | undefined>>;
  readonly enqueue: readonly Readonly<Record<string, unknown>>[];
  readonly constraints: readonly { readonly metric: string }[];
  readonly cost?: unknown;
}

/** What does not fit together. */
export function* tuneProblems(written: WrittenTune): Generator<TuneProblem> {
  yield* together(written);
  for (const learner of learnerNames) {
    const entries = written.space[learner];
    if (entries === undefined) continue;
    if (!written.learner.includes(learner))
      yield at(written, ['space', learner], `out-of-range|is searched only when \`learner\` names ${learner}`);
    for (const [option, entry] of Object.entries(entries)) yield* optionProblems(written, { learner, option, entry });
  }
  for (const [i, one] of written.enqueue.entries()) yield* enqueueProblems(written, one, i);
}

function* together(written: WrittenTune): Generator<TuneProblem> {
  const { metric, holdout, folds, pruner, sampler, constraints, cost } = written;
  if (holdout !== undefined && folds !== undefined)
    yield at(written, ['holdout'], 'misplaced-key|stands in place of `folds`: keep one of them');
  const isPruning = pruner !== undefined && pruner !== 'none';
  if (isPruning && metric.length > 1)
    yield at(written, ['pruner'], 'misplaced-key|looks at one metric: with several nothing can be pruned');
  if (pruner === 'wilcoxon' && holdout !== undefined)
    yield at(written, ['pruner'], 'misplaced-key|compares folds, and a held-out part has none: take another pruner');
  if (sampler === 'cma-es' && metric.length > 1)
    yield at(written, ['sampler'], 'misplaced-key|looks at one metric: take `tpe` for several');
  const asked = [...metric, ...constraints.map(one => one.metric)];
  if (asked.includes('expected_cost') && cost === undefined)
    yield at(
      written,
      ['metric'],
      'missing-key|needs the costs: add `cost: {false_negative: ..., false_positive: ...}` for `expected_cost`',
    );
}

interface Written {
  readonly learner: LearnerName;
  readonly option: string;
  readonly entry: SpaceEntry;
}

function* optionProblems(written: WrittenTune, { learner, option, entry }: Written): Generator<TuneProblem> {
  const path = ['space', learner, option];
  const wrong = valuesOf(entry)
    .map(value => refusal(learner, option, value))
    .find(found => found !== undefined);
  if (wrong !== undefined) yield at(written, path, `out-of-range|holds a value that ${learner} refuses: it ${wrong}`);
  if (typeof entry !== 'object' || !('kind' in entry)) return;
  const siblings = Object.keys(written.space[learner] ?? {});
  for (const name of Object.keys(entry.when))
    if (name === option || !siblings.includes(name))
      yield at(written, path, `out-of-range|hangs on \`${name}\`, which is not searched for ${learner}`);
}

/** Values that stand for all that the entry may be. */
function valuesOf(entry: SpaceEntry): readonly ParamValue[] {
  if (typeof entry !== 'object' || !('kind' in entry)) return [entry];
  if (entry.kind === 'choice') return entry.choices;
  const { low, high, kind } = entry;
  return kind === 'int' || entry.step !== undefined ? [low, high] : [low, high, low + (high - low) * 0.3819];
}

/** Why the learner does not take a value, as the end of a sentence. */
function refusal(learner: LearnerName, option: string, value: unknown): string | undefined {
  const parsed = v.safeParse(learners[learner], { learner, [option]: value });
  if (parsed.success) return undefined;
  const said = parsed.issues[0].message.replace(/^[a-z-]+\|/, '');
  return said.startsWith('Invalid ') ? 'is not one of its values' : said;
}

function* enqueueProblems(
  written: WrittenTune,
  one: Readonly<Record<string, unknown>>,
  index: number,
): Generator<TuneProblem> {
  const path = ['enqueue', index];
  const learner = written.learner.find(name => name === one['learner']);
  if (learner === undefined) {
    yield at(written, path, `not-allowed|must have one of the step's learners: ${written.learner.join(', ')}`);
    return;
  }
  for (const [option, value] of Object.entries(one)) {
    if (option === 'learner') continue;
    if (!(option in learners[learner].entries))
      yield at(written, path, `unknown-key|has \`${option}\`, which is no option of ${learner}`);
    else {
      const wrong = refusal(learner, option, value);
      if (wrong !== undefined) yield at(written, path, `out-of-range|has a value for \`${option}\` that ${wrong}`);
    }
  }
}

/** The path of an issue: of each part the mapping or list it is in. */
function at(written: WrittenTune, keys: readonly (string | number)[], message: string): TuneProblem {
  let input: unknown = written;
  const items = keys.map((key): v.IssuePathItem => {
    const inside = input;
    input = valueAt(inside, key);
    return { type: 'unknown', origin: 'value', input: inside, key, value: input };
  });
  const [first, ...rest] = items;
  if (!first) throw new Error('An issue needs a place.');
  return { message, path: [first, ...rest] };
}

const valueAt = (input: unknown, key: string | number): unknown =>
  typeof input === 'object' && input !== null
    ? new Map<string, unknown>(Object.entries(input)).get(String(key))
    : undefined;
