import * as v from 'valibot';
import type { GateReport } from '../protocol/gates';

const verdict = v.picklist(['passed', 'warned', 'failed', 'unknown']);
const schema: v.GenericSchema<unknown, readonly GateReport[]> = v.array(
  v.object({
    model: v.string(),
    version: v.exactOptional(v.number()),
    stage: v.string(),
    verdict,
    judgedAt: v.number(),
    results: v.array(
      v.object({
        index: v.number(),
        rule: v.string(),
        metric: v.exactOptional(v.string()),
        slice: v.exactOptional(v.string()),
        verdict,
        value: v.exactOptional(v.number()),
        bound: v.exactOptional(v.number()),
        sentence: v.string(),
      }),
    ),
  }),
);

/** The file gates.json of a run; none when it is something else. */
export function parseGateReports(text: string): readonly GateReport[] {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}
