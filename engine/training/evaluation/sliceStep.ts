import type { Evaluation, SliceEvaluation, SliceLoss } from '../../protocol/evaluation';
import type { Range } from '../../protocol/evaluationParts';
import type { DataAccess, Frame } from '../../protocol/frame';
import type { JobContext } from '../../protocol/jobs';
import type { EvaluateOptions } from '../../protocol/steps/evaluation';
import { ModelyardError } from '../../errors';
import { benjaminiHochberg } from '../../statistics/adjust';
import { findColumn, optionPlace } from '../columns';
import { bootstrapLevels } from './bootstrap';
import type { Decision } from './decision';
import { cellCodes, drawGroups } from './groupDraws';
import { groupingOf } from './groupings';
import { pick, type Scored } from './scored';
import { rowLosses, sliceLoss } from './sliceLoss';
import { evaluateSlice } from './slices';
import { worstSlices } from './worstSlices';

export interface SliceWork {
  readonly data: DataAccess;
  readonly frame: Frame;
  /** The judged rows, in the order of `scored`. */
  readonly rows: readonly number[];
  readonly scored: Scored;
  readonly decision: Decision;
  readonly options: Pick<
    EvaluateOptions,
    'slices' | 'slice_by' | 'worst_slices' | 'seed' | 'bootstrap' | 'interval' | 'confidence'
  >;
  /** No slice is made of the outcome. */
  readonly label: string;
}

type Slices = Pick<Evaluation, 'slices' | 'worstSlices'>;

/**
 * The slices that are named, those of the columns of `slice_by`, and the worst there are.
 * @throws ModelyardError `config.invalid`, `data.column`, at the option
 */
export async function allSlices(work: SliceWork, context: JobContext): Promise<Slices> {
  const { options, rows, scored } = work;
  const losses = rowLosses(scored);
  const named = [...new Set(options.slices)].map((slice, index) =>
    measured(work, { slice, holds: condition(work, slice, `slices.${index}`), losses, isNamed: true }),
  );
  for (const { slice, rows: count } of named) if (count === 0) context.log(`No row of the test part has ${slice}.`);
  const drawn: Unadjusted[] = [];
  for (const one of named) drawn.push({ ...one, ...(await sliceIntervals(work, one.slice, context)) });
  const known = new Set(named.map(({ slice }) => slice));
  const byColumn = options.slice_by.flatMap((name, index) => {
    const option = `slice_by.${index}`;
    const column = findColumn(work.frame, name, { role: 'one to slice by', option });
    const conditions = groupingOf(column, rows, 1)?.conditions ?? [];
    return conditions
      .filter(slice => !known.has(slice))
      .map(slice => measured(work, { slice, holds: condition(work, slice, option), losses, isNamed: false }));
  });
  const slices = adjusted([...drawn, ...byColumn]);
  const worst = options.worst_slices === 0 ? undefined : await searched(work, losses, context);
  return { ...(slices.length > 0 && { slices }), ...(worst && { worstSlices: worst }) };
}

async function searched(
  work: SliceWork,
  losses: Float64Array,
  context: JobContext,
): Promise<Evaluation['worstSlices']> {
  const { frame, rows, options, label } = work;
  context.progress('Looking for slices', 0.35);
  const columns = new Set(frame.columns.map(({ name }) => name).filter(name => name !== label));
  const { tested, support, found } = await worstSlices(
    { frame, rows, losses, columns, most: options.worst_slices, seed: options.seed },
    context.signal,
  );
  const slices = found.map(({ condition: slice, adjustedP }) => {
    const { loss, ...rest } = measured(work, {
      slice,
      holds: condition(work, slice, 'worst_slices'),
      losses,
      isNamed: false,
    });
    return { ...rest, ...(loss && { loss: { ...loss, adjustedP } }) };
  });
  return { tested, support, slices };
}

/** More rows of a slice are not drawn from. */
const mostDrawn = 10_000;

/** Of a slice's own metrics, and of how it compares with all other rows. */
async function sliceIntervals(
  work: SliceWork,
  slice: string,
  { signal }: JobContext,
): Promise<Pick<SliceEvaluation, 'intervals'>> {
  const { rows, scored, decision, options } = work;
  const { bootstrap: rounds, interval: method, confidence: levels, seed } = options;
  const holds = condition(work, slice, 'slices');
  const inside = [...rows.keys()].filter(at => holds(rows[at]!));
  if (rounds === 0 || inside.length === 0) return {};
  const drawing = { rounds, seed, levels };
  const own = await bootstrapLevels(
    pick(scored, inside),
    { ...drawing, decision, method, stratified: false, most: mostDrawn },
    signal,
  );
  const codes = new Int32Array(rows.length).fill(1);
  for (const at of inside) codes[at] = 0;
  const cells = inside.length < rows.length ? cellCodes(scored, decision, codes) : undefined;
  const apart = cells && (await drawGroups(cells, 2, { drawing, signal }));
  return {
    intervals: Object.fromEntries(
      Object.entries(own).map(([level, found]) => [
        level,
        { ...found, ...apart?.measures[level], ...pickRate(apart?.rates[0]?.[level]) },
      ]),
    ),
  };
}

const pickRate = (rates: Readonly<Record<string, Range>> = {}): Readonly<Record<string, Range>> => {
  const { selection_rate: rate } = rates;
  return rate ? { selection_rate: rate } : {};
};

interface Unadjusted extends Omit<SliceEvaluation, 'loss'> {
  readonly loss?: Omit<SliceLoss, 'adjustedP'>;
}

function measured(
  { rows, scored, decision }: SliceWork,
  what: {
    readonly slice: string;
    readonly holds: (row: number) => boolean;
    readonly losses: Float64Array;
    readonly isNamed: boolean;
  },
): Unadjusted {
  const inside = (position: number): boolean => what.holds(rows[position]!);
  const loss = sliceLoss(what.losses, inside);
  const found = evaluateSlice(what.slice, scored, { decision, inside, byThreshold: what.isNamed });
  return { ...found, ...(loss && { loss }) };
}

function adjusted(slices: readonly Unadjusted[]): SliceEvaluation[] {
  const p = benjaminiHochberg(slices.map(({ loss }) => loss?.p ?? 1));
  return slices.map(({ loss, ...slice }, i) => ({ ...slice, ...(loss && { loss: { ...loss, adjustedP: p[i]! } }) }));
}

function condition({ data, frame }: SliceWork, slice: string, option: string): (row: number) => boolean {
  try {
    return data.condition(slice, frame);
  } catch (error) {
    if (!(error instanceof ModelyardError)) throw error;
    const { data: details, ...wire } = error.toWire();
    throw ModelyardError.fromWire({ ...wire, place: optionPlace(option), data: { ...details, slice } });
  }
}
