import { existsSync } from 'node:fs';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import { auditInChild } from '../../process/wiring/auditChild';
import type { AuditPart, AuditReport } from '../../protocol/audit';
import { findPlace } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { withEngine } from '../invocation';
import { jsonText } from '../json';
import type { ScanFormat } from '../program/scan';
import { writeOut } from '../sign/commands';
import { auditSarif } from './sarif';
import { auditText } from './text';
import { counted } from '../../plural';

export interface AuditAsked {
  readonly parts: readonly AuditPart[];
  readonly paths: readonly string[];
  readonly advisories?: string;
  readonly history?: boolean;
  readonly format?: ScanFormat;
  readonly output?: string;
}

/** `modelyard scan --secrets --dependencies --licences --models --all`, of the workspace or of paths in it. */
export async function auditCommand(invocation: Invocation, asked: AuditAsked): Promise<number> {
  const { io, options, colors } = invocation;
  const { format = options.json === true ? 'json' : 'text', output } = asked;
  const report = await audited(invocation, asked);
  const text =
    format === 'json' ? jsonText(report) : format === 'sarif' ? auditSarif(report) : auditText(report, colors.out);
  if (output === undefined) io.out(text);
  else {
    writeOut(path.resolve(io.cwd, output), text);
    io.err(`${report.verdict}: ${counted(report.findings.length + report.omitted, 'finding')}\n`);
  }
  return { pass: exitCodes.ok, review: exitCodes.refused, block: exitCodes.failed }[report.verdict];
}

/** In a workspace by its engine, with what modelyard.yaml says and with its runs; elsewhere nothing is made for it. */
async function audited({ io, options }: Invocation, { parts: wanted, ...asked }: AuditAsked): Promise<AuditReport> {
  const place = findPlace(options, io.cwd);
  const hasConfig = existsSync(path.resolve(place.workspace, place.configFile));
  const root = hasConfig ? place.workspace : io.cwd;
  const paths = asked.paths.map(one => below(root, path.resolve(io.cwd, one), one));
  const { history = false } = asked;
  const advisories = asked.advisories === undefined ? undefined : path.resolve(io.cwd, asked.advisories);
  return interruptible(signal => {
    if (!hasConfig) {
      const config = advisories === undefined ? {} : { dependencies: { advisories } };
      const auditFile = path.join(__dirname, 'audit.js');
      return auditInChild(
        { root, parts: wanted, paths, texts: [], stored: [], config, allow: [], history },
        { auditFile },
        signal,
      );
    }
    const params = { parts: wanted, paths, history, ...(advisories !== undefined && { advisories }) };
    return withEngine(place, client => client.call('security/audit', params, { signal }), { signal });
  });
}

function below(root: string, full: string, called: string): string {
  if (!existsSync(full)) throw new ModelyardError('not-found', `There is no ${called}.`);
  const relative = path.relative(root, full).split(path.sep).join('/');
  if (relative.startsWith('../') || relative === '..' || path.isAbsolute(relative))
    throw new ModelyardError('params.invalid', `${called} is not within ${root}.`);
  return relative;
}
