import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { version } from '../../../package.json';
import { ModelyardError } from '../../errors';
import type { CheckQuery, CheckReport } from '../../protocol/verdicts';
import { junitText } from '../check/junit';
import { checkMarkdown } from '../check/markdown';
import { countsText } from '../check/outcomes';
import { checkSarif } from '../check/sarif';
import { checkText } from '../check/text';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { withEngine } from '../invocation';
import { jsonText } from '../json';

const checkFormats = ['text', 'json', 'junit', 'sarif', 'markdown'] as const;
export type CheckFormat = (typeof checkFormats)[number];

export interface CheckOptions extends CheckQuery {
  /** `junit`, `junit=reports/junit.xml` */
  readonly formats: readonly string[];
  /** The file of the one format that names none. */
  readonly output?: string;
}

/** `modelyard check`: judges all rules there are, and writes one report in as many formats as are asked for. */
export async function checkRulesCommand(invocation: Invocation, options: CheckOptions): Promise<number> {
  const { formats, output, ...query } = options;
  const { io } = invocation;
  const targets = targetsOf(formats, output, invocation.options.json === true);
  const place = findPlace(invocation.options, io.cwd);
  requireConfig(place);
  const report = await interruptible(signal =>
    withEngine(place, client => client.call('checks/run', query, { signal }), { signal }),
  );
  for (const { format, file } of targets) {
    const text = written(report, format, invocation);
    if (file === undefined) io.out(text);
    else await writeReport(path.resolve(io.cwd, file), text);
  }
  if (targets.every(({ file }) => file !== undefined)) io.err(`${countsText(report.counts)}\n`);
  return exitCodeOfReport(report);
}

interface Target {
  readonly format: CheckFormat;
  /** Absent: the standard output. */
  readonly file?: string;
}

/** @throws ModelyardError `params.invalid` for an unknown format, or two that have no file */
function targetsOf(formats: readonly string[], output: string | undefined, json: boolean): readonly Target[] {
  const asked = formats.length > 0 ? formats : [json ? 'json' : 'text'];
  const targets = asked.map(text => {
    const [name = '', ...rest] = text.split('=');
    const format = checkFormats.find(known => known === name);
    if (format === undefined)
      throw new ModelyardError('params.invalid', `There is no format ${name}.`, {
        fix: `There are ${checkFormats.join(', ')}; with a file: junit=junit.xml.`,
      });
    return { format, ...(rest.length > 0 && { file: rest.join('=') }) };
  });
  const open = targets.filter(({ file }) => file === undefined);
  if (open.length > 1 || (open.length === 0 && output !== undefined))
    throw new ModelyardError('params.invalid', 'Only one format can go to the standard output or to --output.', {
      fix: 'Give each other one a file: --format text junit=junit.xml sarif=checks.sarif.',
    });
  return targets.map(target =>
    target.file === undefined && output !== undefined ? { ...target, file: output } : target,
  );
}

function written(report: CheckReport, format: CheckFormat, { io, colors }: Invocation): string {
  switch (format) {
    case 'text':
      return checkText(report, { colors: colors.out, width: io.width });
    case 'json':
      return jsonText(report);
    case 'junit':
      return junitText(report);
    case 'sarif':
      return checkSarif(report, version);
    case 'markdown':
      return checkMarkdown(report);
  }
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (cause) {
    throw new ModelyardError('params.invalid', `${file} cannot be written: ${String(cause)}`, { cause });
  }
}

/** 1: a rule failed; 2: modelyard.yaml is wrong; 3: none failed, but one could not be judged. */
function exitCodeOfReport({ groups, counts }: CheckReport): number {
  const config = groups.find(({ kind }) => kind === 'config');
  if (config?.verdicts.some(({ outcome }) => outcome === 'failed') === true) return exitCodes.usage;
  if (counts.failed > 0) return exitCodes.failed;
  return counts.unknown > 0 ? exitCodes.refused : exitCodes.ok;
}
