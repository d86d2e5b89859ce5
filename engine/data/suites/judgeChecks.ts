import { setImmediate as nextTurn } from 'node:timers/promises';
import { isAbort, throwIfAborted } from '../../errors';
import type { GateVerdict } from '../../protocol/gates';
import type { DataCheckResult, DataRoles, DomainClassifier, PlannedCheck } from '../../protocol/dataChecks';
import { waive } from '../../waivers/waive';
import { checkText } from './checkText';
import { allRows, chosen, type Rows } from './columns';
import { judges } from './judges';
import { noColumn } from './label';
import type { CheckInput, Outcome, Unjudged } from './outcome';
import type { SuiteTable } from './table';

/** Rows that costly checks look at, at most. */
const sampleRows = 10_000;
/** Of all that is drawn. */
export const suiteSeed = 42;

export interface Judging {
  readonly dataset: string;
  readonly table: SuiteTable;
  readonly checks: readonly PlannedCheck[];
  readonly roles: DataRoles;
  /** Rows of the frame. */
  readonly parts?: { readonly train: Rows; readonly test: Rows };
  /** For `multivariate-drift`. */
  readonly domain?: DomainClassifier;
  progress(check: string, fraction: number): void;
}

/**
 * Judges checks one after the other. What a check cannot judge is a verdict of its own, never a pass.
 * @throws ModelyardError `cancelled`
 */
export async function judgeChecks(judging: Judging, signal: AbortSignal): Promise<readonly DataCheckResult[]> {
  const { table, checks, parts } = judging;
  const rows = parts ? Int32Array.from([...parts.train, ...parts.test]) : allRows(table.frame.rows);
  const results: DataCheckResult[] = [];
  for (const [at, check] of checks.entries()) {
    judging.progress(check.check, at / checks.length);
    await nextTurn();
    throwIfAborted(signal);
    results.push(await judgeOne({ ...judging, rows, check, sample: sampleRows, seed: suiteSeed, signal }));
  }
  return results;
}

async function judgeOne(input: CheckInput & Pick<Judging, 'dataset'>): Promise<DataCheckResult> {
  const { check, dataset } = input;
  const kind = judges[check.check];
  const severity = check.severity ?? kind.severity;
  const base = {
    dataset,
    check: check.check,
    suite: check.suite,
    severity,
    index: check.entry,
    rule: checkText(check),
  };
  const nothing = { findings: [], failing: 0, checked: 0, rows: [] };
  const outcome = await outcomeOf(input);
  if ('unjudged' in outcome) {
    const isSkipped = !check.named && outcome.broken !== true;
    const sentence = `${check.check}: ${isSkipped ? 'does not apply' : 'cannot be judged'}: ${outcome.unjudged}`;
    const message = sentence.endsWith('?') || sentence.endsWith('.') ? sentence : `${sentence}.`;
    return { ...base, ...nothing, ...(isSkipped ? { verdict: 'skipped', message } : waived(check, { verdict: 'unknown', message })) }; // prettier-ignore
  }
  const { passed, message, ...rest } = outcome;
  const verdict = passed ? 'passed' : severity === 'warn' ? 'warned' : 'failed';
  return { ...base, ...nothing, ...rest, ...waived(check, { verdict, message: `${check.check}: ${message}.` }) };
}

type Said = Pick<DataCheckResult, 'verdict' | 'message' | 'underlying' | 'waiver' | 'hints'>;

/** What is waived keeps its verdict beside. */
function waived(
  { waive: waiver }: PlannedCheck,
  { verdict, message }: { verdict: GateVerdict; message: string },
): Said {
  const { sentence, ...told } = waive({ verdict, sentence: message }, waiver, Date.now());
  return { ...told, message: sentence };
}

async function outcomeOf(input: CheckInput): Promise<Outcome | Unjudged> {
  const missing = unknownColumn(input);
  if (missing) return missing;
  try {
    const outcome = await judges[input.check.check].judge(input);
    if (!('unjudged' in outcome) && outcome.value !== undefined && !Number.isFinite(outcome.value))
      return { unjudged: 'what it measures is not a number', broken: true };
    return outcome;
  } catch (error) {
    if (isAbort(error)) throw error;
    return { unjudged: error instanceof Error ? error.message : String(error), broken: true };
  }
}

/** A column that the entry names and the data lacks. */
function unknownColumn(input: CheckInput): Unjudged | undefined {
  const { table, check } = input;
  const known = new Set(table.frame.columns.map(({ name }) => name));
  for (const role of ['columns', 'ignore'] as const)
    for (const name of check[role] ?? []) if (!known.has(name)) return noColumn(input, name, `one of \`${role}\``);
  return check.columns !== undefined && chosen(table, check).length === 0
    ? { unjudged: '`ignore` leaves none of its `columns`', broken: true }
    : undefined;
}
