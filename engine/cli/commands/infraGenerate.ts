import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { fileDiff, fileState } from '../infra/fileState';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';

export interface InfraGenerateOptions {
  /** `print`: the text itself goes to stdout. */
  readonly mode: 'print' | 'write' | 'check' | 'diff';
  readonly force: boolean;
}

const command = 'modelyard infra generate --write';

/** `modelyard infra generate`: the files that models are deployed with, printed, written, compared or checked. */
export async function infraGenerateCommand(invocation: Invocation, options: InfraGenerateOptions): Promise<number> {
  const { io, colors } = invocation;
  const { mode, force } = options;
  const place = findPlace(invocation.options, io.cwd);
  requireConfig(place);
  const isForPeople = invocation.options.json !== true;
  if (mode === 'write') {
    const result = await withEngine(place, client => client.call('infra/write', { force }));
    const text = () =>
      result.files
        .map(file =>
          file.written ? `${colors.out.green('✓')} ${file.file} is written.\n` : fileState(file, command, invocation),
        )
        .join('');
    answer(invocation, { json: result, text });
    if (isForPeople && result.files.some(({ written }) => written))
      for (const note of result.notes) io.err(`${note}\n`);
    return result.files.some(({ written, state }) => !written && state !== 'current') ? exitCodes.failed : exitCodes.ok;
  }
  const status = await withEngine(place, client => client.call('infra/status', {}));
  const drifted = status.files.filter(({ state }) => state !== 'current');
  const texts = {
    print: () => status.files.map(({ file, text }) => `# ${file}\n${text}`).join('\n'),
    check: () => status.files.map(file => fileState(file, command, invocation)).join(''),
    diff: () => drifted.map(file => fileDiff(file, invocation)).join(''),
  };
  answer(invocation, { json: status, text: texts[mode] });
  if (mode === 'print' && isForPeople) for (const note of status.notes) io.err(`${note}\n`);
  return mode === 'check' && drifted.length > 0 ? exitCodes.failed : exitCodes.ok;
}
