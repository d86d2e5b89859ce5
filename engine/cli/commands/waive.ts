import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gitUser } from '../../client/gitUser';
import { ModelyardError } from '../../errors';
import { dayEnd } from '../../waivers/dayEnd';
import type { ConfigEdit } from '../../protocol/config';
import type { Verdict } from '../../protocol/verdicts';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';

export interface WaiveOptions {
  /** The id of a verdict. */
  readonly rule: string;
  /** `2026-12-31` */
  readonly until: string;
  readonly reason: string;
  /** Absent: who commits here. */
  readonly owner?: string;
}

/** `modelyard waive`: writes a waiver beside a rule in modelyard.yaml. */
export async function waiveCommand(invocation: Invocation, options: WaiveOptions): Promise<number> {
  const { rule, until, reason } = options;
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const owner = options.owner ?? (await gitUser(place.workspace));
  if (owner === '' || reason.trim() === '')
    throw new ModelyardError('params.invalid', 'A waiver needs somebody who answers for it, and a reason.', {
      fix: 'Give --owner NAME and --reason TEXT.',
    });
  refuseDay(until);
  const file = path.resolve(place.workspace, place.configFile);
  const waiver = { until, owner, reason };
  const verdict = await withEngine(place, async client => {
    const { groups } = await client.call('checks/last', { only: [rule] });
    const verdicts = groups.flatMap(group => group.verdicts);
    const broken = verdicts.find(({ id, outcome }) => id.startsWith('config/') && outcome === 'failed');
    if (broken) throw notReadable(broken);
    const first = verdicts.find(({ id }) => id === rule);
    const key = first?.place?.key;
    if (first === undefined || key === undefined) throw noRule(rule);
    const text = await readFile(file, 'utf8');
    const { check } = first;
    const change = { set: 'waive', waiver, ...(check !== undefined && { check }) } as const;
    const edit = await client.call('config/editRule', { text, key, change });
    if (edit === null) throw noRule(rule);
    await writeFile(file, applied(text, edit));
    return first;
  });
  answer(invocation, { json: { rule, waiver, place: verdict.place }, text: () => said(verdict, options, owner) });
  return exitCodes.ok;
}

const said = ({ place, rule }: Verdict, { until }: WaiveOptions, owner: string): string =>
  `${rule} is waived until ${until} by ${owner}: ${place?.file ?? ''}:${place?.line ?? 1}. Commit it, so that it is reviewed.\n`;

/** @throws ModelyardError `params.invalid` for what is no day, or one that is over */
function refuseDay(until: string): void {
  const end = dayEnd(until);
  if (end !== undefined && end > Date.now()) return;
  const why = end === undefined ? `There is no day ${until}.` : `${until} is over: a waiver until then holds nothing.`;
  throw new ModelyardError('params.invalid', why, {
    fix: `Give --until a day to come, such as ${new Date().getFullYear() + 1}-03-31.`,
    data: { key: 'until' },
  });
}

const notReadable = ({ sentence, place }: Verdict): ModelyardError =>
  new ModelyardError('config.invalid', sentence, {
    ...(place && { place }),
    fix: 'Correct the file first: rules that cannot be read cannot be waived.',
  });

const noRule = (rule: string): ModelyardError =>
  new ModelyardError('not-found', `There is no rule ${rule} that could be waived.`, {
    fix: '`modelyard check --json` tells the ids of all rules; those of datasets and models can be waived.',
  });

function applied(text: string, { range, text: replacement }: ConfigEdit): string {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ 0: found, index }) => index + found.length)];
  const at = (line: number, column: number): number => (starts[line - 1] ?? text.length) + column - 1;
  const [start, end] = [at(range.startLine, range.startColumn), at(range.endLine, range.endColumn)];
  return text.slice(0, start) + replacement + text.slice(end);
}
