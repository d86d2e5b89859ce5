import type { InfrastructureService } from '../../../infrastructure/service';
import type { CiFile } from '../../../protocol/ci';
import type { FoundVerdict, VerdictSource } from '../../../verdicts/source';

export interface CiSourceOptions {
  readonly infrastructure: Pick<InfrastructureService, 'status'>;
}

const group = { id: 'ci', kind: 'ci', title: 'CI workflows', subject: 'ci', duration: 0 } as const;

/** Whether the workflows of `ci:` are as they would be generated; one that is not warns. */
export const ciSource = ({ infrastructure }: CiSourceOptions): VerdictSource => ({
  kind: 'ci',
  async judge({ config, selection }) {
    if (config?.ci === undefined || !selection.mayHave(group)) return [];
    const { files } = await infrastructure.status({});
    return files.length === 0 ? [] : [{ ...group, judgedAt: Date.now(), verdicts: files.map(verdictOf) }];
  },
});

const verdictOf = ({ system, file, state, message }: CiFile): FoundVerdict => ({
  id: `ci/${system}`,
  outcome: state === 'current' ? 'passed' : 'warned',
  rule: `${file} is as it is generated`,
  sentence: message,
  severity: 'warn',
  key: `ci.${system}`,
});
