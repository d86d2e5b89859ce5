import * as v from 'valibot';
import type { DataCheckFinding, DataCheckReport, DataCheckResult } from '../../protocol/dataChecks';
import { defined, failingRowSchema } from '../stored';
import { checkName, dataRoles, storedWaiver } from './plannedChecks';

const { optional: maybe } = v;
const suite = v.picklist(['integrity', 'train-test']);

const finding = v.pipe(
  v.object({ subject: v.string(), value: maybe(v.number()), passed: v.boolean(), detail: maybe(v.string()) }),
  v.transform((value): DataCheckFinding => defined(value)),
);

const verdicts = ['passed', 'warned', 'failed', 'unknown', 'waived'] as const;

const result = v.pipe(
  v.object({
    dataset: v.string(),
    check: checkName,
    suite,
    verdict: v.picklist([...verdicts, 'skipped']),
    severity: v.picklist(['error', 'warn']),
    // reports of earlier builds do not say: then it is no rule of today
    rule: v.optional(v.string(), ''),
    message: v.string(),
    underlying: maybe(v.picklist(verdicts)),
    waiver: maybe(storedWaiver),
    hints: maybe(v.array(v.string())),
    value: maybe(v.number()),
    bound: maybe(v.number()),
    findings: v.array(finding),
    failing: v.number(),
    checked: v.number(),
    rows: v.array(failingRowSchema),
    index: v.number(),
  }),
  v.transform((value): DataCheckResult => defined(value)),
);

const splitMade = v.object({ seed: v.number(), by: maybe(v.string()), share: v.number() });

/** The file `data-checks.json`, when it is read again. */
export const reportSchema: v.GenericSchema<unknown, DataCheckReport> = v.pipe(
  v.object({
    dataset: v.string(),
    digest: v.string(),
    suite,
    rows: v.number(),
    sampled: maybe(v.number()),
    parts: maybe(v.object({ train: v.number(), test: v.number() })),
    split: maybe(
      v.pipe(
        splitMade,
        v.transform((value): NonNullable<DataCheckReport['split']> => defined(value)),
      ),
    ),
    label: maybe(v.string()),
    roles: maybe(dataRoles),
    results: v.array(result),
  }),
  v.transform((value): DataCheckReport => defined(value)),
);
