import { fairnessMeasures } from '../../protocol/gateRules';
import type { GroupEvaluation, GroupsEvaluation } from '../../protocol/evaluationParts';
import type { EvaluateOptions } from '../../protocol/steps/evaluation';
import type { JobContext } from '../../protocol/jobs';
import { groupMeasures, ratesOf } from '../metrics/groupMeasures';
import type { Decision } from './decision';
import { cellCodes, cellsOf, countCells, drawGroups } from './groupDraws';
import { rowGroups, type GroupWork, type RowGroups } from './groupRows';
import { metricSet } from './metricSet';
import { proxyOf, type ProxyWork } from './proxy';
import { pick, type Scored } from './scored';

export interface GroupsWork extends GroupWork {
  readonly scored: Scored;
  readonly decision: Decision;
  readonly options: Pick<EvaluateOptions, 'groups' | 'bootstrap' | 'seed' | 'confidence'>;
  readonly proxy: Omit<ProxyWork, 'groups' | 'by' | 'codes'>;
}

/**
 * Every grouping of the option `groups`: the groups that are large enough, what they are given and how far that is apart.
 * @throws ModelyardError `data.column`, `config.invalid`, at the option
 */
export async function allGroups(work: GroupsWork, context: JobContext): Promise<readonly GroupsEvaluation[]> {
  const found: GroupsEvaluation[] = [];
  for (const [i, asked] of work.options.groups.entries()) {
    context.progress('Comparing groups', 0.39);
    const groups = rowGroups(work, asked.by, `groups.${i}`);
    found.push(await oneGrouping(work, { groups, ...asked, option: `groups.${i}` }, context));
  }
  return found;
}

interface Asked {
  readonly by: readonly string[];
  readonly min_rows: number;
  readonly groups: RowGroups;
  readonly option: string;
}

async function oneGrouping(work: GroupsWork, asked: Asked, context: JobContext): Promise<GroupsEvaluation> {
  const { scored, decision, options } = work;
  const { by, min_rows: minRows, groups: all } = asked;
  const sizes = new Int32Array(all.groups.length);
  for (const code of all.codes) if (code >= 0) sizes[code]!++;
  const large = [...sizes.keys()].filter(group => sizes[group]! >= minRows);
  const place = new Map(large.map((group, at) => [group, at]));
  const codes = all.codes.map(code => place.get(code) ?? -1);
  const cells = cellCodes(scored, decision, codes);
  const drawn =
    cells && options.bootstrap > 0 && large.length > 0
      ? await drawGroups(cells, large.length, {
          drawing: { rounds: options.bootstrap, seed: options.seed, levels: options.confidence },
          signal: context.signal,
        })
      : undefined;
  const measured = cells ? cellsOf(countCells(cells, large.length), large.length) : undefined;
  const told = (group: string, at: number | undefined, rows: number): GroupEvaluation => {
    if (at === undefined) return { group, rows, isSmall: true, rates: {}, metrics: {} };
    const positions = [...codes.keys()].filter(row => codes[row] === at);
    const rates = measured ? finite(ratesOf(measured[at]!)) : {};
    const intervals = drawn?.rates[at]?.['0.95'];
    return {
      ...{ group, rows, isSmall: false, rates },
      ...(intervals && { rateIntervals: intervals }),
      metrics: metricSet(pick(scored, positions), decision),
    };
  };
  const values = measured ? groupMeasures(measured) : [];
  const names = large.map(group => all.groups[group]!);
  const proxy = await proxyOf({ ...work.proxy, by, codes, groups: names }, context);
  return {
    ...{ by, minRows },
    groups: all.groups.map((group, code) => told(group, place.get(code), sizes[code]!)),
    otherRows: all.codes.reduce((sum, code) => sum + Number(code < 0), 0),
    measures: finite(Object.fromEntries(fairnessMeasures.map((name, i) => [name, values[i] ?? NaN]))),
    ...(drawn && { intervals: drawn.measures }),
    ...(proxy && { proxy }),
  };
}

const finite = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
