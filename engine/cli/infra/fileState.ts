import type { CiFile } from '../../protocol/ci';
import type { Invocation } from '../invocation';
import { unifiedText } from '../text/unifiedText';

type Shown = Pick<CiFile, 'state' | 'message' | 'file' | 'differences' | 'existing' | 'text'>;

const shownPlaces = 5;

/** How a generated file stands, where it differs, and the command that makes it right. */
export function fileState(
  { state, message, file, differences }: Shown,
  command: string,
  { colors: { out } }: Invocation,
): string {
  const mark = state === 'current' ? out.green('✓') : out.red('✗');
  const places = differences
    .slice(0, shownPlaces)
    .map(({ range, message: what }) => `    at ${out.cyan(`${file}:${range.startLine}`)}: ${what}\n`);
  const force = state === 'edited' || state === 'foreign' ? ' --force' : '';
  const fix = state === 'current' ? '' : `  ${out.green('fix:')} ${command}${force}\n`;
  return `${mark} ${message}\n${places.join('')}${fix}`;
}

/** How it would change. */
export const fileDiff = ({ file, existing, text }: Shown, { colors }: Invocation): string =>
  unifiedText(
    { path: file, ...(existing !== undefined && { before: existing }), after: text },
    { before: 'a', after: 'b' },
    colors.out,
  );
