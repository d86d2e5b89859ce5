import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import { scanInChild } from '../../process/wiring/scanChild';
import type { AuditPart } from '../../protocol/audit';
import type { ScanReport, VersionScan } from '../../protocol/security';
import { auditCommand } from '../audit/command';
import type { Place } from '../commandContext';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { withEngine } from '../invocation';
import { jsonText } from '../json';
import type { ScanFlags } from '../program/scan';
import { scanSarif } from '../scan/sarif';
import { scanText } from '../scan/text';
import { versionNumber } from '../versionNumber';
import { counted } from '../../plural';

/** `modelyard scan`: files and folders, or the files of a registered version. */
export async function scanCommand(
  invocation: Invocation,
  asked: ScanFlags & { readonly subjects: readonly string[]; readonly parts: readonly AuditPart[] },
): Promise<number> {
  const { model, again = false, format, output, subjects, parts, advisories, history = false } = asked;
  if (model === undefined && parts.length > 0) {
    const flags = { ...(format !== undefined && { format }), ...(output !== undefined && { output }) };
    return auditCommand(invocation, {
      parts,
      paths: subjects,
      history,
      ...flags,
      ...(advisories !== undefined && { advisories }),
    });
  }
  if (subjects.length === 0)
    throw new ModelyardError('params.invalid', 'Name files or folders, or what to look for.', {
      fix: 'modelyard scan PATH, modelyard scan --model NAME VERSION, or modelyard scan --all.',
    });
  const { io, options } = invocation;
  const place = findPlace(options, io.cwd);
  const scan =
    model === undefined
      ? await scanPaths(place, subjects, io.cwd)
      : await scanVersion(place, { name: model, again, subjects });
  const report = 'report' in scan ? scan.report : scan;
  const text = written(scan, format ?? (options.json === true ? 'json' : 'text'), invocation);
  if (output === undefined) io.out(text);
  else {
    await write(path.resolve(io.cwd, output), text);
    io.err(
      `${report.verdict}: ${counted(report.findings.length, 'finding')} in ${counted(report.files.length, 'file')}\n`,
    );
  }
  return { pass: exitCodes.ok, review: exitCodes.refused, block: exitCodes.failed }[report.verdict];
}

/** In a workspace by its engine, with what modelyard.yaml allows; elsewhere nothing is made for it. */
async function scanPaths(place: Place, asked: readonly string[], cwd: string): Promise<ScanReport> {
  for (const one of asked)
    if (!existsSync(path.resolve(cwd, one))) throw new ModelyardError('not-found', `There is no ${one}.`);
  const hasConfig = existsSync(path.resolve(place.workspace, place.configFile));
  return interruptible(async signal => {
    if (!hasConfig) {
      const scanFile = path.join(__dirname, 'scan.js');
      return scanInChild({ asked, from: cwd, places: [], allow: [] }, { scanFile }, signal);
    }
    const paths = asked.map(one => path.resolve(cwd, one));
    const report = await withEngine(place, client => client.call('security/scan', { paths }, { signal }), { signal });
    return spokenFrom(report, cwd);
  });
}

/** With the files called as they are from here. */
function spokenFrom(report: ScanReport, cwd: string): ScanReport {
  const spoken = <T extends { readonly file: string }>(one: T): T => ({
    ...one,
    file: path.isAbsolute(one.file) ? path.relative(cwd, one.file).split(path.sep).join('/') : one.file,
  });
  return { ...report, files: report.files.map(spoken), findings: report.findings.map(spoken) };
}

async function scanVersion(
  place: Place,
  { name, again, subjects }: { readonly name: string; readonly again: boolean; readonly subjects: readonly string[] },
): Promise<VersionScan> {
  const [version, ...more] = subjects;
  if (version === undefined || more.length > 0)
    throw new ModelyardError('params.invalid', 'Name one version of the model.', {
      fix: `modelyard scan --model ${name} 3`,
    });
  requireWorkspace(place);
  const params = { name, version: versionNumber(version), again };
  return interruptible(signal =>
    withEngine(place, client => client.call('security/scanVersion', params, { signal }), { signal }),
  );
}

function written(scan: ScanReport | VersionScan, format: string, { colors }: Invocation): string {
  const report = 'report' in scan ? scan.report : scan;
  if (format === 'json') return jsonText(scan);
  return format === 'sarif' ? scanSarif(report) : scanText(report, colors.out);
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new ModelyardError('params.invalid', `${file} cannot be written: ${String(cause)}`, { cause });
  }
}
