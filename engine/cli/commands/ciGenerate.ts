import type { CiFile, CiFileState, CiSystem } from '../../protocol/ci';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { unifiedText } from '../text/unifiedText';

export interface CiGenerateOptions {
  readonly systems?: readonly CiSystem[];
  /** `print`: the text itself goes to stdout. */
  readonly mode: 'print' | 'write' | 'check' | 'diff';
  readonly force: boolean;
}

/** `modelyard ci generate`: the files of CI systems, printed, written, compared or checked. */
export async function ciGenerateCommand(invocation: Invocation, options: CiGenerateOptions): Promise<number> {
  const { io, colors } = invocation;
  const { mode, force, systems } = options;
  const place = findPlace(invocation.options, io.cwd);
  requireConfig(place);
  const asked = systems === undefined ? {} : { systems };
  if (mode === 'write') {
    const result = await withEngine(place, client => client.call('ci/write', { ...asked, force }));
    const text = () => result.files.map(file => writtenText(file, invocation)).join('');
    answer(invocation, { json: result, text });
    if (invocation.options.json !== true && result.files.some(({ written }) => written))
      for (const note of result.notes) io.err(`${note}\n`);
    return result.files.some(({ written, state }) => !written && state !== 'current') ? exitCodes.failed : exitCodes.ok;
  }
  const status = await withEngine(place, client => client.call('ci/status', asked));
  const drifted = status.files.filter(({ state }) => state !== 'current');
  const texts = {
    print: () => status.files.map(({ text }) => text).join(status.files.length > 1 ? '\n' : ''),
    check: () => status.files.map(file => stateText(file, invocation)).join(''),
    diff: () => drifted.map(({ file, existing, text }) => unifiedText({ path: file, ...(existing !== undefined && { before: existing }), after: text }, { before: 'a', after: 'b' }, colors.out)).join(''), // prettier-ignore
  };
  answer(invocation, { json: status, text: texts[mode] });
  if (mode === 'print' && invocation.options.json !== true) for (const note of status.notes) io.err(`${note}\n`);
  return mode === 'check' && drifted.length > 0 ? exitCodes.failed : exitCodes.ok;
}

const marks: Readonly<Record<CiFileState, string>> = { current: '✓', missing: '✗', outdated: '✗', edited: '✗', foreign: '✗' }; // prettier-ignore
const shownPlaces = 5;

function stateText({ state, message, file, differences }: CiFile, { colors: { out } }: Invocation): string {
  const mark = state === 'current' ? out.green(marks[state]) : out.red(marks[state]);
  const places = differences.slice(0, shownPlaces).map(({ range, message: what }) => `    at ${out.cyan(`${file}:${range.startLine}`)}: ${what}\n`); // prettier-ignore
  const fix = state === 'current' ? '' : `  ${out.green('fix:')} modelyard ci generate --write${state === 'edited' || state === 'foreign' ? ' --force' : ''}\n`; // prettier-ignore
  return `${mark} ${message}\n${places.join('')}${fix}`;
}

function writtenText(file: CiFile & { readonly written: boolean }, invocation: Invocation): string {
  if (file.written) return `${invocation.colors.out.green('✓')} ${file.file} is written.\n`;
  return stateText(file, invocation);
}
