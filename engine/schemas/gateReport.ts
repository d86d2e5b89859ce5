import * as v from 'valibot';
import type { GateVerdict } from '../protocol/gates';

const verdict = v.picklist(['passed', 'waived', 'warned', 'unknown', 'failed']);

/** A GateReport as it is kept in the database. */
export const gateReportSchema = v.object({
  model: v.string(),
  version: v.exactOptional(v.number()),
  stage: v.string(),
  verdict: verdict,
  judgedAt: v.number(),
  results: v.array(
    v.object({
      index: v.number(),
      rule: v.string(),
      check: v.exactOptional(v.string()),
      metric: v.exactOptional(v.string()),
      slice: v.exactOptional(v.string()),
      verdict: verdict,
      value: v.exactOptional(v.number()),
      bound: v.exactOptional(v.number()),
      sentence: v.string(),
      underlying: v.exactOptional(verdict),
      waiver: v.exactOptional(v.object({ until: v.string(), owner: v.string(), reason: v.string() })),
      hints: v.exactOptional(v.array(v.string())),
      duration: v.exactOptional(v.number()),
    }),
  ),
});

const order: readonly GateVerdict[] = ['passed', 'waived', 'warned', 'unknown', 'failed'];

/** What several verdicts come to; `passed` of none. */
export const worst = (verdicts: readonly GateVerdict[]): GateVerdict =>
  order[Math.max(0, ...verdicts.map(one => order.indexOf(one)))] ?? 'passed';
