import type { Approval, Approvals } from '../../protocol/approvals';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { timeText } from '../text/numbers';
import type { DecisionNames } from '../program/models';
import { gateSection } from '../text/runSummary';
import { tableText } from '../text/table';
import { versionNumber } from '../versionNumber';

const placeOf = ({ options, io }: Invocation): ReturnType<typeof findPlace> => {
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  return place;
};

/** `modelyard approve`, `modelyard reject` */
export async function decideCommand(
  invocation: Invocation,
  options: DecisionNames & { readonly stage: string; readonly comment?: string },
): Promise<number> {
  const { decision, model: name, stage, comment = '' } = options;
  const version = versionNumber(options.version);
  const made = await withEngine(placeOf(invocation), client =>
    client.call('registry/approve', { name, version, stage, decision, comment }),
  );
  answer(invocation, { json: made, text: () => decisionText(made, invocation) });
  return exitCodes.ok;
}

function decisionText(made: Approval, { colors: { out }, io: { width } }: Invocation): string {
  const mark = made.decision === 'approved' ? out.green('✓') : out.red('✗');
  const account = made.isSameAccount ? ` (from the account ${made.by.account}, which is an author's as well)` : '';
  const head = `${mark} ${made.reviewer}${account} has ${made.decision} version ${made.version} of ${made.model} for ${made.stage}.\n`;
  return made.gates.results.length === 0 ? head : head + gateSection(made.gates, { colors: out, width });
}

/** `modelyard withdraw` */
export async function withdrawCommand(
  invocation: Invocation,
  options: { readonly name: string; readonly version: string; readonly stage: string; readonly reason?: string },
): Promise<number> {
  const { name, stage, reason = '' } = options;
  const version = versionNumber(options.version);
  const made = await withEngine(placeOf(invocation), client =>
    client.call('registry/withdraw', { name, version, stage, reason }),
  );
  const what = made.decision === 'approved' ? 'The approval' : 'The rejection';
  answer(invocation, {
    json: made,
    text: () => `${what} of version ${version} of ${name} for ${stage} by ${made.reviewer} is withdrawn.\n`,
  });
  return exitCodes.ok;
}

/** `modelyard approvals` */
export async function approvalsCommand(
  invocation: Invocation,
  { name, version }: { readonly name: string; readonly version: string | undefined },
): Promise<number> {
  const number = version === undefined ? {} : { version: versionNumber(version) };
  const list = await withEngine(placeOf(invocation), client => client.call('registry/approvals', { name, ...number }));
  answer(invocation, { json: list, text: () => approvalsText(list, invocation) });
  return exitCodes.ok;
}

function approvalsText({ model, approvals }: Approvals, { colors: { out } }: Invocation): string {
  if (approvals.length === 0) return `Nobody has said anything of ${model}.\n`;
  const head = ['version', 'stage', 'decision', 'by', 'when', 'counts', 'comment'].map(title => out.bold(title));
  return tableText([head, ...approvals.map(approvalRow)]);
}

export const approvalRow = (one: Approval): readonly string[] => [
  `v${one.version}`,
  one.stage,
  one.decision,
  `${one.reviewer}${one.isSameAccount ? ` (account ${one.by.account} of an author)` : ''}`,
  timeText(one.at),
  one.standing === 'counts' ? 'yes' : `no: ${one.why ?? one.standing}`,
  one.comment,
];
