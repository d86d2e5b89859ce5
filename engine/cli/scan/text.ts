import type { Colors } from 'picocolors/types';
import type { ScanFinding, ScanReport, ScannedFile } from '../../protocol/security';
import { bytesText } from '../text/numbers';
import { plural } from '../../plural';

/** A scan for people: files with findings, each with its sentences; then how many there were. */
export function scanText({ verdict, files, findings, omitted }: ScanReport, out: Colors): string {
  const byFile = new Map<string, ScanFinding[]>();
  for (const finding of findings) byFile.set(finding.file, [...(byFile.get(finding.file) ?? []), finding]);
  const known = new Map(files.map(file => [file.file, file]));
  const parts = [...byFile].map(([file, own]) => fileText(file, { known: known.get(file), own, out }));
  const more = omitted > 0 ? out.dim(`${plural(omitted, 'more finding')} left out.\n`) : '';
  const clean = files.filter(file => file.verdict === 'pass').length;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const mark = { pass: out.green('✓'), review: out.yellow('!'), block: out.red('✗') }[verdict];
  const said = { pass: 'nothing found', review: 'to be reviewed', block: 'not safe to load' }[verdict];
  const head = `${mark} ${plural(files.length, 'file')} scanned (${bytesText(bytes)}), ${clean} without findings: ${said}\n`;
  return parts.join('') + more + head;
}

interface FileText {
  readonly known: ScannedFile | undefined;
  readonly own: readonly ScanFinding[];
  readonly out: Colors;
}

function fileText(file: string, { known, own, out }: FileText): string {
  const format = known === undefined ? '' : out.dim(` (${known.format})`);
  const lines = own.map(({ verdict, severity, inner, offset, sentence }) => {
    const label = verdict === 'block' ? out.red(`block ${severity}`) : out.yellow(`review ${severity}`);
    const where = [inner, offset === undefined ? undefined : `byte ${offset}`].filter(part => part !== undefined);
    return `  ${label}  ${sentence}${where.length > 0 ? out.dim(`  ${where.join(', ')}`) : ''}\n`;
  });
  return `${out.bold(file === '' ? 'the version' : file)}${format}\n${lines.join('')}`;
}
