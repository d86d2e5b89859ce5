import type { ChartSpec } from '../spec';
import type { ChartLook } from '../svg/look';
import { mixed } from '../svg/look';
import { escaped, svgText } from '../svg/node';
import { specSvg } from '../svg/specSvg';
import { diffLines, hunksOf } from '../text/lineDiff';
import type { Say } from '../say';

/** What a report says: everything is text, nothing is taken for markup. */
export interface Report {
  readonly title: string;
  /** ms since 1970 */
  readonly madeAt: number;
  readonly runs: readonly ReportRun[];
  readonly charts: readonly ChartSpec[];
  /** Texts of the first run against each other. */
  readonly diffs: readonly ReportDiff[];
}

export interface ReportRun {
  readonly label: string;
  readonly name: string;
  readonly status: string;
  readonly startedAt: number;
  readonly slot: number;
  readonly isBaseline: boolean;
  readonly metrics: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, string>>;
  /** Commit, data and the like. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface ReportDiff {
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

/** Readable on white, told apart by the colour-blind in pairs of neighbours. */
const colors = '#0067b8 #b3490f #0b7a53 #9b3a92 #8a6a00 #6a4fc9 #c02f2f #0a7286 #5a7a00 #b33a6b #7d5430 #55697a'.split(
  ' ',
);
const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4]];
const shapes = ['circle', 'rect', 'triangle', 'rectRot'];

/** The colours of a report: ink on paper. */
const paperLook: ChartLook = {
  foreground: '#1b1b1b',
  muted: '#555555',
  grid: '#dddddd',
  background: '#ffffff',
  font: 'system-ui, sans-serif',
  stroke: slot =>
    slot === 'reference'
      ? { color: '#777777', dash: [3, 3], shape: 'circle' }
      : {
          color: colors[slot % colors.length] ?? '#000000',
          dash: dashes[slot % dashes.length] ?? [],
          shape: shapes[slot % shapes.length] ?? 'circle',
        },
  ramp: share => mixed([[0, 103, 184], [140, 140, 140], [179, 73, 15]], share), // prettier-ignore
};

/** One file with everything inside: it asks for nothing and runs nothing, wherever it is opened. */
export function reportHtml(report: Report, t: Say): string {
  const { title, madeAt, runs } = report;
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="muted">${escaped(runs.length === 1 ? t('1 run, written {0}', dateText(madeAt)) : t('{0} runs, written {1}', runs.length, dateText(madeAt)))}</p>
${section(t('Runs'), runsTable(runs, t))}
${section(t('Metrics'), valuesTable(runs, { name: t('Metric'), of: run => numbersAsText(run.metrics) }, t))}
${section(t('Parameters'), valuesTable(runs, { name: t('Parameter'), of: run => run.params }, t))}
${report.charts.length > 0 ? section(t('Charts'), report.charts.map(chart).join('\n')) : ''}
${report.diffs.length > 0 ? section(t('Differences'), report.diffs.map(one => diffHtml(one, t)).join('\n')) : ''}
</main>
</body>
</html>
`;
}

const section = (title: string, body: string): string => `<section>\n<h2>${escaped(title)}</h2>\n${body}\n</section>`;

const chart = (spec: ChartSpec): string => `<figure>${svgText(specSvg(spec, paperLook, 760))}</figure>`;

function runsTable(runs: readonly ReportRun[], t: Say): string {
  const facts = [...new Set(runs.flatMap(run => Object.keys(run.facts)))];
  const head = [t('Run'), t('Name'), t('Status'), t('Started'), ...facts];
  const rows = runs.map(run => [
    run.isBaseline ? `${run.label} (${t('baseline')})` : run.label,
    run.name,
    run.status,
    dateText(run.startedAt),
    ...facts.map(fact => run.facts[fact] ?? '–'),
  ]);
  return table(head, rows);
}

interface Values {
  readonly name: string;
  readonly of: (run: ReportRun) => Readonly<Record<string, string>>;
}

/** A row for each key; those that differ are set off, by weight and by a word. */
function valuesTable(runs: readonly ReportRun[], { name, of }: Values, t: Say): string {
  const keys = [...new Set(runs.flatMap(run => Object.keys(of(run))))].sort();
  if (keys.length === 0) return `<p class="muted">${escaped(t('None.'))}</p>`;
  const rows = keys.map(key => [key, ...runs.map(run => of(run)[key] ?? '–')]);
  const differs = rows.map(([, ...values]) => new Set(values).size > 1);
  return table([name, ...runs.map(({ label }) => label)], rows, at => (differs[at] === true ? 'differs' : ''));
}

const numbersAsText = (metrics: Readonly<Record<string, number>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(metrics).map(([key, value]) => [
      key,
      Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value),
    ]),
  );

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rowClass: (at: number) => string = () => '',
): string {
  const cells = (list: readonly string[]): string =>
    list.map((cell, at) => (at === 0 ? `<th scope="row">${escaped(cell)}</th>` : `<td>${escaped(cell)}</td>`)).join('');
  const heads = head.map(cell => `<th scope="col">${escaped(cell)}</th>`).join('');
  const body = rows.map((row, at) => `<tr class="${rowClass(at)}">${cells(row)}</tr>`).join('\n');
  return `<div class="scroll" tabindex="0"><table><thead><tr>${heads}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function diffHtml({ title, before, after }: ReportDiff, t: Say): string {
  const hunks = hunksOf(diffLines(before, after));
  const lines = hunks.flatMap(({ lines: own, skipped }) => [
    ...(skipped > 0
      ? [`<span class="muted">  ${escaped(skipped === 1 ? t('… 1 line') : t('… {0} lines', skipped))}</span>`]
      : []),
    ...own.map(({ kind, text }) => {
      const sign = kind === '=' ? ' ' : kind;
      const name = { '=': '', '-': ' class="out"', '+': ' class="in"' }[kind];
      return `<span${name}>${escaped(`${sign} ${text}`)}</span>`;
    }),
  ]);
  const body =
    hunks.length === 0
      ? `<p class="muted">${escaped(t('The same.'))}</p>`
      : `<pre class="scroll" tabindex="0">${lines.join('\n')}</pre>`;
  return `<h3>${escaped(title)}</h3>\n${body}`;
}

const dateText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const style = `
body{margin:0;color:#1b1b1b;background:#fff;font:15px/1.5 system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.6em}h2{margin-top:2em;font-size:1.2em;border-bottom:1px solid #ddd}
.muted{color:#555}.scroll{overflow:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:3px 14px 3px 0;border-bottom:1px solid #ddd;text-align:left;vertical-align:top;font-weight:normal;overflow-wrap:anywhere;min-width:5em}
thead th{color:#555}tr.differs th,tr.differs td{font-weight:700}
figure{margin:16px 0}svg{max-width:100%;height:auto;border:1px solid #ddd}
pre{padding:8px;border:1px solid #ddd;font:13px/1.4 ui-monospace,monospace}
pre span{display:inline-block;min-width:100%}.out{background:#fbe4e4}.in{background:#e2f3e5}
@media print{.scroll{overflow:visible}}
`;
