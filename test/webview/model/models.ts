import { digest, runId } from '../../../engine/ids';
import type { Approval } from '../../../engine/protocol/approvals';
import type { GateReport, GateVerdict } from '../../../engine/protocol/gates';
import type { ModelVersion, RegisteredModel } from '../../../engine/protocol/registry';
import type { ModelContext } from '../../../webview/model/context';
import { PageState } from '../../../webview/shared/state';

export const aVersion = (version: number, stage: string, more: Partial<ModelVersion> = {}): ModelVersion => ({
  ...{
    model: 'credit-risk',
    version,
    stage,
    artifactPath: 'model',
    source: '',
    createdAt: version,
    updatedAt: version,
  },
  ...{ createdBy: 'ana', description: '', metrics: { auc: 0.7 + version / 100 }, tags: {} },
  ...{ runId: runId(String(version).padStart(32, 'a')), lineage: { datasets: [] } },
  ...more,
});

export const aReport = (version: number, stage: string, verdicts: readonly GateVerdict[]): GateReport => ({
  ...{ model: 'credit-risk', version, stage, judgedAt: 1, verdict: verdicts.at(-1) ?? 'passed' },
  results: verdicts.map((verdict, index) => ({
    index,
    rule: `rule ${index}`,
    verdict,
    sentence: `Sentence ${index}.`,
  })),
});

export const anApproval = (more: Partial<Approval> = {}): Approval => ({
  ...{
    id: 1,
    model: 'credit-risk',
    version: 4,
    stage: 'production',
    decision: 'approved',
    reviewer: 'bea@example.org',
  },
  ...{ by: { account: 'bea' }, at: 5, comment: 'saw the slices', subject: digest('f'.repeat(64)) },
  ...{ gates: aReport(4, 'production', ['passed']), standing: 'counts', isSameAccount: false },
  ...more,
});

/** Version 2 in production, 3 archived, 4 in staging, 5 in dev; 1 held production before. */
export const aModel = (more: Partial<RegisteredModel> = {}): RegisteredModel => ({
  ...{ name: 'credit-risk', description: '', createdAt: 0, updatedAt: 0, tags: {}, aliases: { champion: 2 } },
  stages: ['dev', 'staging', 'production'],
  holders: { dev: 5, staging: 4, production: 2 },
  versions: [
    aVersion(5, 'dev', { metrics: {} }),
    aVersion(4, 'staging'),
    aVersion(3, 'archived', { metrics: { auc: 0.9 } }),
    aVersion(2, 'production'),
  ],
  history: [
    { model: 'credit-risk', version: 4, from: 'dev', to: 'staging', at: 40, by: 'ana', reason: 'try it' },
    {
      ...{
        model: 'credit-risk',
        version: 2,
        from: 'staging',
        to: 'production',
        at: 20,
        by: 'bea',
        reason: '<b>good</b>',
      },
      gates: aReport(2, 'production', ['passed', 'waived']),
    },
  ],
  aliasHistory: [{ model: 'credit-risk', alias: 'champion', from: null, to: 2, at: 30, by: 'ana', reason: '' }],
  ...{ approvals: [], previous: { production: 1 }, guarded: { 2: 'it is in production' }, scans: [], signatures: [] },
  gates: [aReport(4, 'production', ['passed', 'failed'])],
  ...more,
});

/** A page without a host: what is asked of it is noted. */
export function aContext(kept: Record<string, unknown> = {}, isTrusted = true) {
  const calls: unknown[] = [];
  let values: unknown = kept;
  const note =
    (name: string) =>
    (...args: readonly unknown[]): void =>
      void calls.push([name, ...args]);
  const context: ModelContext = {
    name: 'credit-risk',
    channel: { call: () => new Promise(() => undefined) } as never,
    state: new PageState({ getState: () => values, setState: next => (values = next) }),
    init: { metrics: ['auc'] } as never,
    trusted: () => isTrusted,
    act: (method, params) => {
      calls.push([method, params]);
      return Promise.resolve();
    },
    change: note('change'),
    showDiff: note('diff'),
    showComparison: note('compare'),
  };
  return { context, calls, kept: () => values };
}
