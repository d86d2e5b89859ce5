import type { RegisteredModel } from '../../../protocol/registry';
import type { ScanSummary } from '../../../protocol/security';
import type { ModelConfig } from '../../../protocol/workspaceConfig';
import type { RegistryService } from '../../../registry/service';
import type { Asked, FoundGroup, FoundVerdict, VerdictSource } from '../../../verdicts/source';
import { registeredOrNone, subjectOf } from './subjects';

export interface SecuritySourceOptions {
  readonly registry: Pick<RegistryService, 'get'>;
}

/**
 * What scans have found in the files of versions that hold a stage or would enter one next: what blocks fails, what somebody has to
 * review warns. A gate `security` that judges the version says it already.
 */
export const securitySource = ({ registry }: SecuritySourceOptions): VerdictSource => ({
  kind: 'security',
  async judge(asked) {
    const groups: FoundGroup[] = [];
    for (const [model, config] of Object.entries(asked.config?.models ?? {})) {
      const group = { id: `security/${model}`, kind: 'security', subject: model } as const;
      const registered = asked.selection.mayHave(group) ? await registeredOrNone(registry, model) : undefined;
      const found = registered ? scansToTell(registered, config, asked) : [];
      const times = found.map(({ scan }) => scan.scannedAt);
      if (found.length > 0)
        groups.push({
          ...group,
          title: `files of ${model}`,
          judgedAt: Math.max(...times),
          duration: 0,
          verdicts: found.map(one => verdictOf(group, one)),
        });
    }
    return groups;
  },
});

interface Told {
  readonly scan: ScanSummary;
  /** Where the version is, or would go. */
  readonly where: string;
}

function scansToTell(registered: RegisteredModel, { gates }: ModelConfig, asked: Asked): readonly Told[] {
  const who = asked.judge ?? 'candidate';
  const where = new Map<number, string>();
  const gated = new Set<number>();
  for (const stage of registered.stages) {
    const holder = registered.holders[stage];
    const next = subjectOf(registered, stage, who);
    const isGated = (gates[stage] ?? []).some(rule => 'check' in rule && rule.check === 'security');
    if (isGated && next !== undefined) gated.add(next);
    if (asked.stages !== undefined && !asked.stages.includes(stage)) continue;
    if (next !== undefined && !where.has(next)) where.set(next, `may enter ${stage} next`);
    if (holder !== undefined) where.set(holder, `is in ${stage}`);
  }
  return registered.scans.flatMap(scan => {
    const place = where.get(scan.version);
    return place === undefined || scan.verdict === 'pass' || gated.has(scan.version) ? [] : [{ scan, where: place }];
  });
}

function verdictOf({ id, subject }: Pick<FoundGroup, 'id' | 'subject'>, { scan, where }: Told): FoundVerdict {
  const { version, verdict, blocks, reviews } = scan;
  const isBlocked = verdict === 'block';
  const found = [
    ...(blocks > 0 ? [`${blocks} finding${blocks === 1 ? ' blocks' : 's block'}`] : []),
    ...(reviews > 0 ? [`${reviews} ${reviews === 1 ? 'is' : 'are'} to be reviewed`] : []),
  ];
  const what = isBlocked ? 'are not safe to load' : 'have to be reviewed before they are loaded';
  return {
    id: `${id}/v${version}`,
    outcome: isBlocked ? 'failed' : 'warned',
    rule: `the files of v${version} are safe to load`,
    sentence: `The files of ${subject} v${version}, which ${where}, ${what}: ${found.join(', ')}. \`modelyard scan --model ${subject} ${version}\` lists them.`,
    severity: isBlocked ? 'error' : 'warn',
    key: `models.${subject}`,
  };
}
