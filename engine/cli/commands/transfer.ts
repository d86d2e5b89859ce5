import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { ExportRequest, ExportTarget, SourceKind } from '../../protocol/transfer';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { LiveLine } from '../text/liveLine';
import { exportLeftOut, exportText, importLeftOut, importText } from '../text/transferText';

export interface ImportOptions {
  readonly source: string;
  readonly as?: SourceKind;
  readonly artifacts?: readonly string[];
  readonly experiment?: string;
}

/** `modelyard import`: 0 when everything is here now, 1 when something was left out. */
export async function importCommand(invocation: Invocation, options: ImportOptions): Promise<number> {
  const { io, colors } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireWorkspace(place);
  const { source, as: kind, artifacts, experiment } = options;
  const request = {
    source: path.resolve(io.cwd, source),
    ...(kind !== undefined && { kind }),
    ...(artifacts && { artifacts: artifacts.map(folder => path.resolve(io.cwd, folder)) }),
    ...(experiment !== undefined && { experiment }),
  };
  const live = new LiveLine(io);
  const report = await interruptible(signal =>
    withEngine(place, client =>
      client.call('transfer/import', request, { signal, onProgress: progress => live.update(progress) }),
    ),
  ).finally(() => live.end());
  answer(invocation, { json: report, text: () => importText(report, colors.out) });
  return importLeftOut(report) === 0 ? exitCodes.ok : exitCodes.failed;
}

/** Which runs, and what may be replaced. */
export interface ExportOptions {
  readonly experiment?: readonly string[];
  readonly filter?: string;
  readonly deleted?: boolean;
  readonly deletedOnly?: boolean;
  readonly force?: boolean;
}

export async function exportFileCommand(
  invocation: Invocation,
  { kind, file, ...options }: ExportOptions & { readonly kind: 'bundle' | 'csv'; readonly file: string },
): Promise<number> {
  return exportTo(invocation, { kind, file: path.resolve(invocation.io.cwd, file) }, options);
}

export interface ServerOptions extends ExportOptions {
  readonly url: string;
  /** Name of the environment variable that holds the secret. */
  readonly tokenEnv?: string;
  readonly user?: string;
}

const usualTokenVariable = 'MODELYARD_EXPORT_TOKEN';

/** The secret comes from the environment: a command line can be read by everybody, and stays in the shell's history. */
export async function exportServerCommand(invocation: Invocation, options: ServerOptions): Promise<number> {
  const { url, tokenEnv, user } = options;
  if (!/^https?:\/\/[^\s@]+$/.test(url))
    throw new ModelyardError(
      'params.invalid',
      'The server must be an address such as http://host:5000, without a secret.',
      {
        fix: `Put the secret into $${usualTokenVariable}, and name its user with --user.`,
      },
    );
  const token = process.env[tokenEnv ?? usualTokenVariable];
  if (tokenEnv !== undefined && token === undefined)
    throw new ModelyardError('params.invalid', `The environment variable ${tokenEnv} is not set.`, {
      fix: 'Set it to the token of the server.',
    });
  const credentials = { ...(token !== undefined && token !== '' && { token }), ...(user !== undefined && { user }) };
  return exportTo(invocation, { kind: 'mlflow', url, ...credentials }, options);
}

async function exportTo(invocation: Invocation, to: ExportTarget, options: ExportOptions): Promise<number> {
  const { io, colors } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireWorkspace(place);
  const { experiment, filter, deleted, deletedOnly, force } = options;
  const request: ExportRequest = {
    to,
    ...(experiment && { experiments: experiment }),
    ...(filter !== undefined && { filter }),
    ...(deleted !== undefined && { deleted }),
    ...(deletedOnly && { deleted: 'only' as const }),
    ...(force !== undefined && { overwrite: force }),
  };
  const live = new LiveLine(io);
  const report = await interruptible(signal =>
    withEngine(place, client =>
      client.call('transfer/export', request, { signal, onProgress: progress => live.update(progress) }),
    ),
  ).finally(() => live.end());
  answer(invocation, { json: report, text: () => exportText(report, colors.out) });
  return exportLeftOut(report) === 0 ? exitCodes.ok : exitCodes.failed;
}
