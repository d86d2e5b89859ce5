import type { DataAccess } from '../../protocol/frame';
import type { ProxyEvaluation, Range } from '../../protocol/evaluationParts';
import type { JobContext } from '../../protocol/jobs';
import type { LogisticOptions } from '../../protocol/steps/learners';
import { ModelyardError } from '../../errors';
import { delong } from '../../statistics/delong';
import { fitLogistic } from '../logistic';
import { predict } from '../model';
import { transformRows } from '../transform';
import { simpleDesign, type SimpleWork } from './simpleDesign';

export interface ProxyWork extends SimpleWork {
  readonly data: DataAccess;
  readonly by: readonly string[];
  /** Of each test row its group; −1: in none that is large enough. */
  readonly codes: Int32Array;
  /** Of each group its condition. */
  readonly groups: readonly string[];
}

const mostGroups = 8;
const fewestRows = 10;

/**
 * Whether a group can be told from the other columns that the model sees: of each group against the others a logistic
 * regression, learnt on the training part and measured on the test part; told is the group that it tells best. Undefined where
 * that cannot be tried.
 */
export async function proxyOf(work: ProxyWork, { signal }: JobContext): Promise<ProxyEvaluation | undefined> {
  const { data, frame, test, codes, groups, by, preparation } = work;
  if (groups.length < 2 || groups.length > mostGroups) return undefined;
  const making = new Set(frame.columns.map(({ name }) => name).filter(name => by.some(one => names(one, name))));
  const seen = preparation.columns.map(({ name }) => name).filter(name => making.has(name));
  const design = simpleDesign(work, making, signal);
  if (!design) return undefined;
  const judged = [...codes.keys()].filter(at => codes[at]! >= 0);
  const [x, asked] = [
    transformRows(design.preparation, frame, design.rows),
    transformRows(
      design.preparation,
      frame,
      judged.map(at => test[at]!),
    ),
  ];
  let best: { readonly auc: number; readonly interval: Range } | undefined;
  // of two groups one is the rest of the other
  for (const [code, group] of groups.slice(0, groups.length === 2 ? 1 : groups.length).entries()) {
    const holds = data.condition(group, frame);
    const y = Float64Array.from(design.rows, row => Number(holds(row)));
    const inside = y.reduce((a, b) => a + b, 0);
    if (Math.min(inside, y.length - inside) < fewestRows) continue;
    const truth = Float64Array.from(judged, at => Number(codes[at] === code));
    const scores = await fitted({ x, y, features: design.preparation.features }, asked, signal);
    const area = scores && delong(truth, scores);
    if (area && area.auc > (best?.auc ?? 0)) best = { auc: area.auc, interval: area.interval };
  }
  return best && { ...best, rows: judged.length, seen };
}

async function fitted(
  { x, y, features }: { x: Parameters<typeof predict>[1]; y: Float64Array; features: readonly string[] },
  asked: Parameters<typeof predict>[1],
  signal: AbortSignal,
): Promise<Float64Array | undefined> {
  const progress = { signal, metric: () => undefined, progress: () => undefined };
  try {
    const { model } = await fitLogistic({ x, y, task: 'binary', classes: 2, features }, simpleLogistic, progress);
    return predict(model, asked).filter((_, at) => at % 2 === 1);
  } catch (error) {
    if (error instanceof ModelyardError && error.code !== 'cancelled') return undefined;
    throw error;
  }
}

/** Penalised a little, so that it also ends where the groups can be told without fail. */
export const simpleLogistic: LogisticOptions = {
  learner: 'logistic',
  C: 1,
  class_weight: 'none',
  max_iterations: 100,
  tolerance: 1e-4,
  seed: 0,
};

/** Whether a text is a column's name, or a condition on it. */
const names = (text: string, column: string): boolean =>
  text === column || new RegExp(`(?<![\\p{L}\\p{N}_.])${escaped(column)}(?![\\p{L}\\p{N}_.])`, 'u').test(text);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
