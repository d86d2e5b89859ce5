import type { Colors } from 'picocolors/types';
import type {
  Basis,
  ColumnComparison,
  ColumnVerdict,
  ComparedVersion,
  DatasetComparison,
} from '../../protocol/datasets';
import { numberText } from './numbers';
import { tableText } from './table';

/** Columns came, went, have other names or types, or their values differ by test and size. */
export const hasChanged = ({ before, after, columns }: DatasetComparison): boolean =>
  before.digest !== after.digest &&
  columns.some(({ kind, retyped, verdict }) => kind !== 'kept' || retyped !== undefined || verdict === 'different');

const verdictWords: Readonly<Record<ColumnVerdict, string>> = {
  different: '! different',
  slight: '~ slight',
  unsure: '? too few rows',
  alike: '✓ alike',
  untested: '– not tested',
};

/** A comparison as a table, the largest change first; below it what the numbers come from. */
export function comparisonText({ name, before, after, columns }: DatasetComparison, colors: Colors): string {
  const head = `${colors.bold(name)}: ${sideText(before)} → ${sideText(after)}\n`;
  if (before.digest === after.digest) return `${head}The content is the same.\n`;
  const structure = columns.filter(({ kind }) => kind === 'removed' || kind === 'added').map(structureLine);
  const compared = columns.filter(({ kind }) => kind === 'kept' || kind === 'renamed');
  const titles = ['column', 'verdict', 'type', 'missing', 'test', 'p (adjusted)', 'effect', 'JS', 'PSI'].map(
    colors.bold,
  );
  const bases = [...new Set(compared.flatMap(basisLine))];
  return head + structure.join('') + tableText([titles, ...compared.map(columnRow)]) + bases.join('');
}

const sideText = ({ digest, rows, columns, current }: ComparedVersion): string =>
  `${digest.slice(0, 12)}${current ? ' (now)' : ''}, ${rows.toLocaleString('en')} × ${columns}`;

function structureLine({ name, kind, before, after }: ColumnComparison): string {
  return kind === 'added' ? `+ ${name} (${after?.type ?? ''})\n` : `- ${name} (${before?.type ?? ''})\n`;
}

function columnRow({ name, formerly, verdict, retyped, after, missing, change, reason }: ColumnComparison): string[] {
  const called = formerly === undefined ? name : `${name} (was probably ${formerly})`;
  const type = retyped ? `${retyped.from} → ${retyped.to}` : (after?.type ?? '');
  const gaps = missing ? gapText(missing.before, missing.after) : '';
  if (!change) return [called, verdictWords[verdict], type, gaps, reason ?? ''];
  const { test, statistic, degrees, q, wasserstein, jensenShannon, psi } = change;
  const tested =
    test === 'chi-squared' ? `χ²(${degrees ?? 0}) ${numberText(statistic)}` : `KS D ${numberText(statistic)}`;
  const effect = wasserstein === undefined ? `JS ${numberText(jensenShannon)}` : `${numberText(wasserstein)} std`;
  return [
    called,
    verdictWords[verdict],
    type,
    gaps,
    tested,
    pText(q),
    effect,
    numberText(jensenShannon),
    numberText(psi),
  ];
}

/** `2 %`, or `2 → 7 %`. */
function gapText(before: number, after: number): string {
  const [a, b] = [before, after].map(share => numberText(Number((share * 100).toFixed(1))));
  return a === b ? `${a} %` : `${a} → ${b} %`;
}

const pText = (p: number): string =>
  p < 1e-300 ? '< 1e-300' : p < 0.0001 ? p.toExponential(1) : String(Number(p.toFixed(4)));

function basisLine({ name, change }: ColumnComparison): string[] {
  if (!change) return [];
  return [change.before, change.after].flatMap((basis, i) => {
    const side = i === 0 ? 'older' : 'newer';
    return basis.kind === 'whole' ? [] : [`${name}, ${side} version: ${basisText(basis)}\n`];
  });
}

const basisText = ({ kind, values, of }: Basis): string =>
  kind === 'sample'
    ? `a sample of ${values.toLocaleString('en')} of ${of.toLocaleString('en')} values`
    : 'only its histogram was kept, so the numbers are approximate';
