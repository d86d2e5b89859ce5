import type { Colors } from 'picocolors/types';
import type { GateReport, GateResult, GateVerdict } from '../../protocol/gates';
import type { WireError } from '../../protocol/errors';
import type { PipelineRun } from '../../protocol/pipelines';
import type { ModelVersion } from '../../protocol/registry';
import type { RunSummary } from '../../protocol/tracking';
import { errorText } from './errorText';
import { durationText, numberText } from './numbers';
import { plural } from '../../plural';
import { stepLines } from './stepLines';
import { tableText, wrap } from './table';

/** All that `modelyard run` tells in the end. */
export interface RunOutcome {
  readonly pipelineRun: PipelineRun;
  readonly run?: RunSummary;
  readonly gates: readonly GateReport[];
  readonly versions: readonly ModelVersion[];
}

export interface SummaryOptions {
  readonly colors: Colors;
  readonly width: number;
  /** Relative to where the person is, for the commands to copy; empty: here. */
  readonly workspace: string;
}

/** The end of a run in plain words: steps, metrics, gates with their trade-offs, model version, where to look next. */
export function runSummary(outcome: RunOutcome, options: SummaryOptions): string {
  const { colors } = options;
  const sections = [
    headline(outcome, colors),
    steps(outcome.pipelineRun, options),
    failure(outcome, colors),
    metrics(outcome, colors),
    ...withoutRepetition(outcome.gates).map(report => gateSection(report, options)),
    ...outcome.versions.map(version => versionSection(version, outcome.gates, colors)),
    next(outcome, options),
  ];
  return sections.filter(section => section !== '').join('\n');
}

function headline({ pipelineRun, run }: RunOutcome, colors: Colors): string {
  const { pipeline, partition, status, startedAt, endedAt = startedAt } = pipelineRun;
  const what = `Pipeline ${pipeline}${partition === undefined ? '' : ` for ${partition}`}`;
  const mark = status === 'succeeded' ? colors.green('✓') : status === 'failed' ? colors.red('✗') : colors.yellow('–');
  const label = run ? ` · run r-${run.number} ${run.name}` : '';
  return `${mark} ${colors.bold(`${what} ${status}`)} in ${durationText(endedAt - startedAt)}${label}\n`;
}

const steps = (run: PipelineRun, { colors, width }: SummaryOptions): string =>
  stepLines(run, { colors, width, now: run.endedAt ?? run.startedAt })
    .map(line => `${line}\n`)
    .join('');

function failure({ pipelineRun: { status, error }, gates }: RunOutcome, colors: Colors): string {
  return status === 'failed' && error ? errorText(withoutGates(error, gates), colors) : '';
}

/** What its gates say stands below, rule by rule: it is not said here as well. */
function withoutGates(error: WireError, gates: readonly GateReport[]): WireError {
  if (error.code !== 'gate.failed') return error;
  const sentences = gates.flatMap(({ results }) => results.filter(blocks).map(({ sentence }) => sentence));
  const rest = sentences.reduce((text, sentence) => text.replace(sentence, ''), error.message).trim();
  return rest.endsWith(':') ? { ...error, message: `${rest.slice(0, -1)}.` } : error;
}

/** What people look at first, in this order; any other metric comes after, by name. */
const mainMetrics = ['auc', 'ks', 'gini', 'average_precision', 'expected_cost', 'threshold', 'log_loss', 'brier', 'calibration_error',
  'accuracy', 'f1', 'macro_f1', 'rmse', 'mae', 'r2']; // prettier-ignore
const shownMetrics = 10;

function metrics({ run }: RunOutcome, colors: Colors): string {
  const all = Object.entries(run?.metrics ?? {}).map(([key, point]) => [key, numberText(point.value)] as const);
  const told = all.filter(([key]) => !key.startsWith('system/')); // the load of the machine says nothing of a model
  if (told.length === 0) return '';
  const rank = (key: string): number => (mainMetrics.includes(key) ? mainMetrics.indexOf(key) : mainMetrics.length);
  const sorted = told.sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  const shown = sorted.slice(0, shownMetrics).map(([key, value]) => [`  ${key}`, value]);
  const more = all.length - shown.length;
  return `${colors.bold('Metrics')}\n${tableText(shown)}${more > 0 ? colors.dim(`  and ${more} more with --json\n`) : ''}`;
}

const verdictMarks: Readonly<Record<GateVerdict, string>> = {
  passed: '✓',
  waived: '~',
  warned: '!',
  unknown: '?',
  failed: '✗',
};

function mark(verdict: GateVerdict, colors: Colors): string {
  const text = verdictMarks[verdict];
  if (verdict === 'passed') return colors.green(text);
  return verdict === 'warned' || verdict === 'waived' ? colors.yellow(text) : colors.red(text);
}

/** A sentence that an earlier gate said already is not explained again. */
function withoutRepetition(reports: readonly GateReport[]): readonly GateReport[] {
  const said = new Set<string>();
  const shorten = (result: GateResult): GateResult => {
    const [fact, explanation] = result.sentence.split(' (', 2);
    if (!said.has(result.sentence) || explanation === undefined) {
      said.add(result.sentence);
      return result;
    }
    return { ...result, sentence: `${fact ?? ''} (as above).` };
  };
  return reports.map(report => ({ ...report, results: report.results.map(shorten) }));
}

/** A stage's gates: the verdict, and each rule with its sentence. */
export function gateSection(report: GateReport, { colors, width }: Pick<SummaryOptions, 'colors' | 'width'>): string {
  const title = colors.bold(`Gate ${report.model} → ${report.stage}`);
  const lines = report.results.map(
    result => `${wrap(`  ${mark(result.verdict, colors)} ${result.sentence}`, width, '    ')}\n`,
  );
  return `${title}: ${verdictText(report)}\n${lines.join('')}`;
}

const blocks = ({ verdict }: GateResult): boolean => verdict === 'failed' || verdict === 'unknown';

function verdictText({ verdict, results }: GateReport): string {
  const count = (wanted: GateVerdict): number => results.filter(result => result.verdict === wanted).length;
  const blocking = results.filter(blocks).length;
  const waived = count('waived') === 0 ? '' : `, ${count('waived')} waived`;
  if (blocking > 0) return `blocked by ${blocking} of ${plural(results.length, 'rule')}${waived}`;
  if (verdict === 'warned') return `passed with ${plural(count('warned'), 'warning')}${waived}`;
  return results.length === 0 ? 'open, it has no rules' : `passed, ${plural(results.length, 'rule')}${waived}`;
}

function versionSection(version: ModelVersion, gates: readonly GateReport[], colors: Colors): string {
  const { model, stage } = version;
  const blocked = gates.filter(report => report.model === model && report.results.some(blocks));
  const head = `${colors.bold(`Model ${model} version ${version.version}`)} is in ${colors.bold(stage)}.\n`;
  return head + blocked.map(report => `  It may not enter ${report.stage} before the rules above hold.\n`).join('');
}

function next({ pipelineRun, run, versions }: RunOutcome, { colors, workspace }: SummaryOptions): string {
  const at = workspace === '' ? '' : ` --workspace ${quoted(workspace)}`;
  const model = versions[0]?.model;
  const rows = [
    ...(pipelineRun.status === 'failed' ? [['modelyard validate', 'check modelyard.yaml and the data']] : []),
    ...(run ? [['modelyard runs', 'compare this run with earlier ones']] : []),
    ...(model === undefined ? [] : [[`modelyard models ${model}`, 'versions, stages, lineage']]),
  ].map(([command = '', what = '']) => [`  ${command}${at}`, colors.dim(what)]);
  const code = [
    `  code ${quoted(workspace === '' ? '.' : workspace)}`,
    colors.dim('the same in VS Code: runs, charts, gates in the Modelyard view'),
  ];
  return `${colors.bold('Where to look next')}\n${tableText([...rows, code])}`;
}

const quoted = (text: string): string => (/^[\w./:\\-]+$/.test(text) ? text : JSON.stringify(text));
