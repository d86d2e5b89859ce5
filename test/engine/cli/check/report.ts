import type { CheckReport, Verdict } from '../../../../engine/protocol/verdicts';

const verdict = (id: string, outcome: Verdict['outcome'], more: Partial<Verdict> = {}): Verdict => ({
  id,
  outcome,
  rule: 'auc ≥ 0.75',
  sentence: 'auc is 0.7, below the required 0.75.',
  severity: outcome === 'warned' ? 'warn' : 'error',
  place: { file: 'modelyard.yaml', line: 12, column: 9, endLine: 12, endColumn: 40, key: 'models.m.gates.dev.0' },
  ...more,
});

/** One verdict of each outcome, with texts that no format takes as they are. */
export const report: CheckReport = {
  format: 1,
  workspace: 'credit risk',
  configFile: 'modelyard.yaml',
  startedAt: Date.UTC(2026, 10, 23, 14, 5, 7, 250),
  duration: 1250,
  outcome: 'failed',
  counts: { passed: 1, waived: 1, warned: 1, unknown: 1, failed: 1 },
  groups: [
    {
      id: 'dataset/people',
      kind: 'data',
      title: 'people (data/<people> & co.csv)',
      subject: 'people',
      judgedAt: Date.UTC(2026, 10, 23, 14, 5, 8),
      duration: 12,
      verdicts: [
        verdict('dataset/people/expect/0', 'failed', {
          rule: 'name matches /[<&>"\']|@/',
          sentence:
            'name matches /x/: 9 of 10 rows fail; first at line 2: "<b>|`@ana`\u0007 #12 [x](http://evil)\n\ud800".',
          value: 9,
          evidence: Array.from({ length: 7 }, (_, i) => ({ file: 'data/<people> & co.csv', line: i + 2, key: 'name' })),
        }),
        verdict('dataset/people/expect/1', 'passed', { hints: ['The waiver by ana is needless: the rule passes.'] }),
      ],
    },
    {
      id: 'model/m/dev',
      kind: 'model',
      title: 'm v3 for dev',
      subject: 'm',
      stage: 'dev',
      version: 3,
      duration: 4,
      verdicts: [
        verdict('model/m/dev/auc≥0.75', 'waived', {
          underlying: 'failed',
          waiver: { until: '2026-12-31', owner: 'ana', reason: 'labels are late' },
          sentence: 'auc is 0.7, below the required 0.75; waived until 2026-12-31 by ana: labels are late.',
          value: 0.7,
          bound: 0.75,
          duration: 0.25,
          history: [{ at: 5, outcome: 'failed', value: 0.6, of: 'v2' }],
        }),
        verdict('model/m/dev/cost', 'warned', { sentence: 'cost is 2.' }),
        verdict('model/m/dev/ks', 'unknown', { sentence: 'ks was not measured.', value: Number.NaN }),
      ],
    },
  ],
};
