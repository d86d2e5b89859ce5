import * as v from 'valibot';
import type { GateReport } from '../../protocol/gates';
import { gateReportSchema } from '../../schemas/gateReport';

/** The file gates.json of a run; none when it is something else. */
export function parseGateReports(text: string): readonly GateReport[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(gateReportSchema)), text);
  return parsed.success ? parsed.output : [];
}
