import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { collectReport } from '../../charts/report/collect';
import type { Report } from '../../charts/report/report';
import { reportHtml } from '../../charts/report/report';
import { english } from '../../charts/say';
import type { EngineClient } from '../../client/engineClient';
import { ModelyardError } from '../../errors';
import type { RunSummary } from '../../protocol/tracking';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { counted } from '../../plural';

export interface ReportOptions {
  readonly runs: readonly string[];
  readonly output: string;
  readonly title?: string;
  readonly force?: boolean;
}

const mostRuns = 50;

/** `modelyard report`: the runs compared in one HTML file that can be sent to others; for a name with `.md` their cards. */
export async function reportCommand(invocation: Invocation, options: ReportOptions): Promise<number> {
  const { io } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireWorkspace(place);
  if (options.runs.length > mostRuns)
    throw new ModelyardError(
      'params.invalid',
      `A report compares at most ${mostRuns} runs, not ${options.runs.length}.`,
    );
  const file = path.resolve(io.cwd, options.output);
  if (/\.md$/i.test(file)) return cards(invocation, { ...options, file });
  const report = await withEngine(place, client => reportOf(client, options));
  const html = reportHtml(report, english);
  await write(file, html, options.force === true);
  const facts = { path: file, bytes: Buffer.byteLength(html), runs: report.runs.length, charts: report.charts.length };
  answer(invocation, {
    json: facts,
    text: () => `${counted(facts.runs, 'run')} and ${counted(facts.charts, 'chart')} are in ${options.output}.\n`,
  });
  return exitCodes.ok;
}

/** Of each run what there is to tell of it alone, one after the other. */
async function cards(invocation: Invocation, options: ReportOptions & { readonly file: string }): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  const parts = await withEngine(place, async client => {
    const found: string[] = [];
    for (const run of options.runs) found.push((await client.call('runs/card', { run })).markdown);
    return found;
  });
  const text = [...(options.title === undefined ? [] : [`# ${options.title}\n`]), ...parts].join('\n');
  await write(options.file, text, options.force === true);
  const facts = { path: options.file, bytes: Buffer.byteLength(text), runs: parts.length };
  answer(invocation, {
    json: facts,
    text: () => `${facts.runs === 1 ? '1 run is' : `${facts.runs} runs are`} in ${options.output}.\n`,
  });
  return exitCodes.ok;
}

async function reportOf(client: EngineClient, { runs: names, title }: ReportOptions): Promise<Report> {
  const found: RunSummary[] = [];
  for (const run of names) {
    const one = await client.call('runs/get', { run });
    if (!found.some(({ id }) => id === one.id)) found.push(one);
  }
  const slots = new Map(found.map(({ id }, slot) => [id, slot]));
  const about = {
    madeAt: Date.now(),
    slotOf: ({ id }: RunSummary) => slots.get(id) ?? 0,
    ...(title !== undefined && { title }),
  };
  return collectReport(found, about, {
    curveKeys: runIds => client.call('runs/curveKeys', { runIds }),
    curves: query => client.call('runs/curves', query),
  });
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST')
      throw new ModelyardError('conflict', `${file} exists already.`, {
        fix: 'Give another name, or --force to replace it.',
      });
    const message = error instanceof Error ? error.message : String(error);
    throw new ModelyardError('params.invalid', `${file} cannot be written: ${message}`, {
      fix: 'Give a file in a folder that exists and can be written to.',
    });
  }
}
