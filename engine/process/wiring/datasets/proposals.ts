import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { flowText } from '../../../config/edit/flowText';
import { expectation } from '../../../config/grammar/expectation';
import type { ConfigService } from '../../../config/service';
import { proposalsFile } from '../../../data/propose/proposeStep';
import { ModelyardError } from '../../../errors';
import type { ProposedExpectations } from '../../../protocol/datasets';
import type { Expectation, Proposal } from '../../../protocol/expectations';
import type { ProgressReport } from '../../../protocol/progress';
import { runDataJob } from './dataJob';
import type { RecordOptions } from './recordVersion';
import { sourceNamed } from './recordVersion';

export interface ProposeRequest {
  readonly name: string;
  /** Unsaved, from an editor. */
  readonly text?: string | undefined;
  readonly progress: (report: ProgressReport) => void;
}

const proposalsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.object({ rule: expectation, reasons: v.array(v.string()) })),
);

/** What is the default is not written. */
const withoutSeverity = (rule: Expectation): Proposal['rule'] => {
  const { severity, ...rest } = rule;
  return severity === 'error' ? rest : rule;
};

/** What the data suggests to expect of it, and the edit that writes it down. @throws ModelyardError */
export async function proposals(
  options: RecordOptions & { readonly config: Pick<ConfigService, 'editExpect'> },
  { name, text, progress }: ProposeRequest,
  signal: AbortSignal,
): Promise<ProposedExpectations> {
  const source = sourceNamed(await options.sources(), name);
  const report = (message: string, fraction?: number): void =>
    progress({ message: `${name}: ${message}`, ...(fraction !== undefined && { fraction }) });
  const take = async (workDir: string): Promise<ProposedExpectations['proposals']> => {
    const parsed = v.safeParse(proposalsSchema, await readFile(path.join(workDir, proposalsFile), 'utf8'));
    if (!parsed.success) throw new ModelyardError('internal', `The proposals: ${parsed.issues[0].message}`);
    return parsed.output.map(({ rule, reasons }) => {
      const proposed = withoutSeverity(rule);
      return { rule: proposed, reasons, text: flowText(proposed) };
    });
  };
  const use = { uses: 'propose', with: { dataset: name } } as const;
  const found = await runDataJob(options, { use, datasets: [source], report, take }, signal);
  if (found.length === 0) return { dataset: name, proposals: found };
  const rules = found.map(({ rule }) => ({ ...rule }));
  return { dataset: name, proposals: found, ...(await options.config.editExpect(name, rules, text)) };
}
