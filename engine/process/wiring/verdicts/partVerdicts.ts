import type { DatasetSource } from '../../../protocol/jobs';
import type { WorkspaceConfig } from '../../../protocol/workspaceConfig';
import { worse } from '../../../verdicts/outcomes';
import type { FoundVerdict } from '../../../verdicts/source';
import type { JudgedSuite } from './checkVerdicts';
import { checkVerdicts } from './checkVerdicts';
import type { PartRooms, PartStep } from './partReports';
import { isSplitSo, newestReport, partSteps } from './partReports';

interface Parts {
  readonly source: DatasetSource;
  readonly config: WorkspaceConfig | undefined;
  /** Of the file as it is; absent: nobody has looked, and what was judged last counts. */
  readonly digest?: string;
  /** Why nothing is known of it. */
  readonly problem?: string;
}

/**
 * What the checks of the parts of a split say: as the newest run of each pipeline that judges them has it, when the file, the
 * split and the rule are still the same. Where several pipelines judge them, the worst counts.
 */
export async function partVerdicts(rooms: PartRooms, parts: Parts): Promise<readonly FoundVerdict[]> {
  const { source, config } = parts;
  const checks = (source.checks ?? []).filter(({ suite }) => suite === 'train-test');
  if (checks.length === 0 || config === undefined) return [];
  const steps = partSteps(config, source.name);
  if (steps.length === 0)
    return checkVerdicts(source, checks, {
      missing: 'is judged by no step: add one with `uses: validate` and `train_test: true` behind the split',
      isPending: false,
    });
  const found = new Map<string, FoundVerdict>();
  for (const step of steps) {
    const judged = await suiteOf(rooms, { ...parts, step });
    for (const verdict of checkVerdicts(source, checks, judged)) {
      const rule = `${verdict.key} ${verdict.rule}`;
      const known = found.get(rule);
      found.set(rule, known === undefined || worse(verdict.outcome, known.outcome) ? verdict : known);
    }
  }
  return [...found.values()];
}

async function suiteOf(
  rooms: PartRooms,
  { source, digest, problem, step }: Parts & { readonly step: PartStep },
): Promise<JudgedSuite> {
  const { pipeline, key, split } = step;
  if (problem !== undefined) return { missing: `cannot be judged: ${problem}`, isPending: false, key };
  const run = `\`modelyard run ${pipeline}\` judges it`;
  const newest = await newestReport(rooms, step, source.name);
  if (newest === undefined) return { missing: `was not judged yet: ${run}`, isPending: true, key };
  const { report } = newest;
  const missing = `was not judged since it, the data or the split has changed: ${run}`;
  const isSame = (digest ?? report.digest) === report.digest && isSplitSo(report, split);
  return { missing, isPending: true, key, ...(isSame && { report }) };
}
