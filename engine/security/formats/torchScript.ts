import type { Scan, Target } from '../scan/scan';

const mostBytes = 64 * 1024 * 1024;
/** Operators of TorchScript that reach files; all others compute. */
const reaching = /\b(?:torch|aten|ops\.\w+)\s*\.\s*(save|load|from_file|_?pickle\w*)\s*\(/;
/** Operators that are part of PyTorch. */
const foreign = /\bops\s*\.\s*(?!(?:prim|aten|quantized|prepacked|sparse|mkldnn|xnnpack|rnn)\b)(\w+)/;

/** Whether it is code of TorchScript: what PyTorch's own interpreter runs, which has no Python in it. */
export const isTorchScript = ({ name }: Target): boolean => /(?:^|\/)code\/__torch__(?:\/.*)?\.py$/.test(name);

/** Scans code of TorchScript for operators that read or write files, or that somebody's own library must bring. */
export function scanTorchScript(scan: Scan, target: Target): void {
  const { source } = target;
  if (source.size > mostBytes) {
    const sentence = 'Its TorchScript is too long to be scanned.';
    scan.report(target, { kind: 'limit', verdict: 'block', severity: 'medium', sentence });
    return;
  }
  const code = source.read(0, source.size).toString('utf8');
  const file = reaching.exec(code)?.[1];
  if (file !== undefined) {
    const sentence = `Its TorchScript calls ${file}, which reaches files when the model runs.`;
    scan.report(target, { kind: 'program', verdict: 'block', severity: 'high', sentence });
  }
  const library = foreign.exec(code)?.[1];
  if (library === undefined) return;
  const sentence = `Its TorchScript calls operators of ${library.slice(0, 100)}, which a library of its own must bring.`;
  scan.report(target, { kind: 'custom-operator', verdict: 'review', severity: 'medium', sentence });
}
