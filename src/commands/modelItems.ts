import type * as vscode from 'vscode';
import type { GateReport } from '../../engine/protocol/gates';
import type { ModelVersion } from '../../engine/protocol/registry';
import { ago, metric } from '../views/text';

export function versionItem(version: ModelVersion): vscode.QuickPickItem & { readonly value: ModelVersion } {
  const metrics = Object.entries(version.metrics)
    .slice(0, 3)
    .map(([key, value]) => `${key} ${metric(value)}`);
  return {
    label: `v${version.version}`,
    description: version.stage,
    detail: [...metrics, ago(version.createdAt)].join(' · '),
    value: version,
  };
}

const icons = {
  passed: '$(pass)',
  waived: '$(clock)',
  warned: '$(warning)',
  unknown: '$(question)',
  failed: '$(error)',
} as const;

/** Every rule with its sentence, to be read; what speaks against comes first. */
export function gateItems(report: GateReport): readonly (vscode.QuickPickItem & { readonly value?: undefined })[] {
  const order = ['failed', 'unknown', 'warned', 'waived', 'passed'];
  return [...report.results]
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
    .map(({ verdict, rule, sentence, hints = [] }) => ({
      label: `${icons[verdict]} ${rule}`,
      detail: [sentence, ...hints].join(' '),
    }));
}
