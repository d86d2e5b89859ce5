import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { CompiledWorkflow, CompileRequest } from '../../protocol/executors';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';

export interface CompileOptions {
  readonly request: CompileRequest;
  /** A file to write; absent: stdout. */
  readonly out?: string;
  /** Replace the file if it is there. */
  readonly force: boolean;
}

/** `modelyard compile`: a pipeline as the workflow of an orchestrator. What has to be there for it is said on stderr. */
export async function compileCommand(invocation: Invocation, { request, out, force }: CompileOptions): Promise<number> {
  const { io } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireConfig(place);
  const compiled = await withEngine(place, client => client.call('pipelines/compile', request));
  if (out !== undefined) await write(path.resolve(io.cwd, out), compiled, force);
  answer(invocation, { json: compiled, text: () => (out === undefined ? compiled.text : `${out} is written.\n`) });
  if (invocation.options.json !== true) {
    for (const note of compiled.notes) io.err(`${note}\n`);
    for (const { message, place: at } of compiled.warnings)
      io.err(`${at.file}:${at.line ?? 1}:${at.column ?? 1}: warning: ${message}\n`);
  }
  return exitCodes.ok;
}

async function write(file: string, { text }: CompiledWorkflow, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'EEXIST')
      throw new ModelyardError('conflict', `${file} exists already.`, { fix: 'Name another file, or use --force.' });
    throw new ModelyardError('params.invalid', `${file} cannot be written: ${error.message}.`, { cause: error });
  }
}
