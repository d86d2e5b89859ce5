import type { GateResult } from '../../protocol/gates';
import type { FlowOutput, PipelineRun, StepFlow, StepMade, StepRun } from '../../protocol/pipelines';
import type { StepResources } from '../../protocol/resources';
import type { RunCardFacts } from '../../protocol/runCard';
import type { RunSummary } from '../../protocol/tracking';

/**
 * The report card of a run as Markdown: what ran and why, with which parameters, what it took, found and made. With
 * `step`, of this one alone. Whatever a name holds stays text.
 */
export function runCard(facts: RunCardFacts, step?: string): string {
  const { run, pipelineRun } = facts;
  const steps = (pipelineRun?.steps ?? []).filter(({ name }) => step === undefined || name === step);
  return `${[
    ...head(run, pipelineRun),
    ...(step === undefined ? section('Steps', stepsTable(steps)) : []),
    ...steps.flatMap(one => stepSection(one, facts)),
    ...(step === undefined ? ofWhole(facts) : []),
  ].join('\n')}\n`;
}

function head(run: RunSummary, pipelineRun: PipelineRun | undefined): readonly string[] {
  const { number, name, status, startedAt, endedAt, user, tags } = run;
  const commit = tags['mlflow.source.git.commit'];
  const debug = tags['modelyard.debug'];
  const facts = [
    pipelineRun && `pipeline ${code(pipelineRun.pipeline)}`,
    `begun ${timeText(startedAt)}`,
    endedAt !== undefined && `took ${durationText(endedAt - startedAt)}`,
    `by ${text(user)}`,
    commit !== undefined && `commit ${code(commit.slice(0, 8))}`,
    debug !== undefined && `under the debugger for ${text(debug)}`,
  ];
  const note = tags['mlflow.note.content'];
  return [
    `# r-${number} ${text(name)}`,
    '',
    `**${status.toLowerCase()}** · ${facts.filter(fact => typeof fact === 'string').join(' · ')}`,
    '',
    ...(note === undefined || note === '' ? [] : [text(note), '']),
    ...(pipelineRun?.error ? [`> ${text(sentence(pipelineRun.error))}`, ''] : []),
  ];
}

const stepsTable = (steps: readonly StepRun[]): readonly string[] =>
  table(
    ['Step', 'State', 'Took', 'Processor', 'Memory', 'Written', 'Found'],
    steps.map(step => [
      code(step.name),
      step.status,
      ...[tookText(step), ...resourceTexts(step.resources)].map(unbroken),
      text(step.error?.message ?? step.message ?? ''),
    ]),
  );

/** What one step was, why it ran, what it read, made and found. */
function stepSection(step: StepRun, { flow, made }: RunCardFacts): readonly string[] {
  const { name, uses, status, cachedFrom, error, message, logSize } = step;
  const own = made[name];
  const through = flow?.steps.find(one => one.name === name);
  const [processor, memory, written] = resourceTexts(step.resources);
  const command = own?.parts['run'];
  const lines = [
    ['What', command === undefined ? code(`uses: ${uses}`) : code(command)],
    ['Why', why(step, own)],
    ['Took', tookText(step)],
    ['Processor', processor],
    ['Memory at most', memory],
    ['Written', written],
    ['Read', readText(through)],
    ['Made', (through?.made ?? []).map(outputText).join(', ')],
    ['Found', error ? text(sentence(error)) : text(message ?? '')],
    ['Log', logSize > 0 ? `${code(`logs/${name}.log`)}, ${bytesText(logSize)}` : ''],
  ].filter(([, value]) => value !== undefined && value !== '');
  const options = Object.entries(own?.parts ?? {}).filter(([part]) => /^(?:with|env)\./.test(part));
  return [
    `## ${text(name)}: ${status}${cachedFrom ? `, as in r-${cachedFrom.run}` : ''}`,
    '',
    ...lines.map(([what, value]) => `- **${what}:** ${value}`),
    '',
    ...(options.length > 0 ? [...table(['Option', 'Value'], options.map(pair)), ''] : []),
  ];
}

/** In words, and each thing that was not as it had been before. */
function why({ status, cachedFrom }: StepRun, made: StepMade | undefined): string {
  if (status === 'skipped') return 'a step before it, or its condition, let it not run';
  if (cachedFrom) return `nothing had changed since r-${cachedFrom.run}`;
  if (made?.reason === undefined) return '';
  const isSame = made.changes.length === 0 && made.before !== undefined;
  return isSame ? `${spans(made.reason)}; it was asked for, or runs each time` : spans(made.reason);
}

function ofWhole({ run, gates }: RunCardFacts): readonly string[] {
  const metrics = Object.entries(run.metrics).filter(([key]) => !key.startsWith('system/'));
  return [
    ...section('Metrics', table(['Metric', 'Value'], metrics.sort(byKey).map(([key, { value }]) => [code(key), numberText(value)]))), // prettier-ignore
    ...section('Parameters', table(['Parameter', 'Value'], Object.entries(run.params).sort(byKey).map(pair))),
    ...section('Data', table(['Dataset', 'Version', 'For'], run.inputs.map(input => [code(input.dataset), code(input.digest.slice(0, 16)), text(input.context)]))), // prettier-ignore
    ...gates.flatMap(({ model, stage, verdict, results }) => [
      ...section(`Gate ${text(model)} → ${text(stage)}: ${verdict}`, results.map(ruleText)),
    ]),
  ];
}

const marks: Readonly<Record<GateResult['verdict'], string>> = {
  passed: '✓',
  waived: '~',
  warned: '!',
  unknown: '?',
  failed: '✗',
};
const ruleText = (result: GateResult): string => `- ${marks[result.verdict]} ${text(result.sentence)}`;

const readText = (through: StepFlow | undefined): string =>
  (through?.reads ?? [])
    .map(({ kind, name, digest }) => `${kind} ${code(name)}${digest === undefined ? '' : ` ${digest.slice(0, 8)}`}`)
    .join(', ');

const outputText = ({ kind, artifactPath, size, files, digest }: FlowOutput): string =>
  `${kind} ${code(artifactPath ?? digest.slice(0, 8))} (${files === 1 ? '' : `${files} files, `}${bytesText(size)})`;

function resourceTexts(resources: StepResources | undefined): readonly [string, string, string] {
  const { cpu, memory, written, isSampled = false } = resources ?? {};
  const told = (value: number | undefined, as: (value: number) => string): string =>
    value === undefined || (isSampled && value === 0) ? '' : `${isSampled ? '≥ ' : ''}${as(value)}`;
  return [told(cpu, durationText), told(memory, bytesText), told(written, bytesText)];
}

/** In one line of a narrow column. */
const unbroken = (value: string): string => value.replaceAll(' ', '\u00a0');

const tookText = ({ startedAt, endedAt }: StepRun): string =>
  startedAt === undefined || endedAt === undefined ? '' : durationText(endedAt - startedAt);

const sentence = ({ message, fix }: { readonly message: string; readonly fix?: string }): string =>
  [message, fix ?? ''].join(' ').trim();

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];

/** Empty without a row. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0
    ? []
    : [
        row(head),
        row(head.map(() => '---')),
        ...rows.map(cells => row(cells.map(cell => cell.replaceAll('|', '\\|')))),
      ];
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const pair = ([key, value]: readonly [string, string]): readonly [string, string] => [code(key), code(value)];
const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Whatever it holds, it is text. */
const text = (value: string): string => value.replaceAll(/[\\`*_{}[\]<>#|~]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');

/** A sentence of our own, in which names stand as code. */
const spans = (own: string): string =>
  own
    .split(/`([^`]+)`/)
    .map((part, at) => (at % 2 === 1 ? code(part) : text(part)))
    .join('');

/** As code, in a fence longer than any in it. */
function code(value: string): string {
  const flat = value.replaceAll(/\s+/g, ' ');
  if (flat === '') return '';
  const fence = '`'.repeat(Math.max(0, ...[...flat.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1);
  const pad = /^`|`$/.test(flat) ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

const numberText = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value)); // prettier-ignore

const timeText = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function durationText(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const [minutes, seconds] = [Math.floor(ms / 60_000), Math.floor((ms / 1000) % 60)];
  return `${minutes}:${String(seconds).padStart(2, '0')} min`;
}

function bytesText(size: number): string {
  if (size < 1000) return `${size} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(size) / 3));
  return `${(size / 1000 ** power).toFixed(1)} ${units[power - 1] ?? 'KB'}`;
}
