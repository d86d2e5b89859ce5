import { diffLines } from '../../charts/text/lineDiff';
import type { CiFile, CiFileState } from '../../protocol/ci';
import { headerOf, keyOf, shortDigest, substance, type GeneratedFrom } from './header';
import type { Generated } from '../ci/generate';
import { ownOf, withOwn } from './marks';

export interface Compared {
  readonly file: string;
  /** Undefined: there is none. */
  readonly existing: string | undefined;
  /** As the version that wrote the file would write it, and as this one does. */
  readonly expected: Generated;
  readonly fresh: Generated;
  /** Absent: `ci`. */
  readonly from?: GeneratedFrom;
}

/** How a file stands to what would be written, and what that is with its owner's parts kept. */
export function compareFile({
  file,
  existing,
  expected,
  fresh,
  from = 'ci',
}: Compared): Pick<CiFile, 'state' | 'message' | 'text' | 'differences' | 'version'> {
  if (existing === undefined)
    return { state: 'missing', message: `${file} is not there yet: generate it.`, text: fresh.text, differences: [] };
  const header = headerOf(existing);
  if (!header)
    return {
      state: 'foreign',
      message: `${file} is there already and was not generated: move it, or name another ${from === 'ci' ? 'file with `file`' : 'folder with `folder`'}.`,
      text: fresh.text,
      differences: [],
    };
  const { kept } = ownOf(existing);
  const isSame = substance(existing) === substance(expected.text);
  const merged = withOwn((isSame ? expected : fresh).text, kept);
  const differences = isSame ? [] : differencesOf(existing, merged.text);
  const isWhole = shortDigest(substance(existing)) === header.text;
  const state: CiFileState = isSame ? 'current' : isWhole && merged.lost.length === 0 ? 'outdated' : 'edited';
  const facts = { from, file, differences, lost: merged.lost, isWhole, isConfig: header.config !== expected.config };
  return { state, message: sentence(state, facts), text: merged.text, differences, version: header.version };
}

interface Facts {
  readonly from: GeneratedFrom;
  readonly file: string;
  readonly differences: CiFile['differences'];
  /** Marks with something between them that are no more. */
  readonly lost: readonly string[];
  readonly isWhole: boolean;
  /** Whether it was made from something else. */
  readonly isConfig: boolean;
}

function sentence(state: CiFileState, { from, file, differences, lost, isWhole, isConfig }: Facts): string {
  const places = `${differences.length === 1 ? 'one place' : `${differences.length} places`}, first at line ${differences[0]?.range.startLine ?? 1}`;
  if (state === 'current') return `${file} is what \`${keyOf(from)}:\` says.`;
  if (state === 'outdated') {
    const why = isConfig
      ? 'modelyard.yaml has changed since it was generated'
      : 'this version of Modelyard writes it otherwise';
    return `${file} is out of date: ${why} (it differs in ${places}). Generate it again.`;
  }
  if (isWhole)
    return `${file} has ${from === 'ci' ? 'steps of yours in a job that there is no more' : 'parts of yours in a place that there is no more'} (${lost.join(', ')}): generating it again would remove them.`;
  const also = isConfig ? ', and modelyard.yaml has changed since it was generated' : '';
  return `${file} was changed by hand ${from === 'ci' ? 'outside of the marks for your own steps' : 'outside of the marks for your own parts'}${also} (it differs in ${places}): generating it again would undo that.`;
}

const mostPlaces = 100;
const shownLength = 120;

/** Places in the file as it is: each a run of lines that would be other ones. */
function differencesOf(existing: string, text: string): CiFile['differences'] {
  const found: { from: number; to: number; now: string[]; then: string[] }[] = [];
  let line = 1;
  let isOpen = false;
  for (const { kind, text: words } of diffLines(existing, text)) {
    const last = found.at(-1);
    if (kind === '=') isOpen = false;
    else if (isOpen && last) last[kind === '-' ? 'now' : 'then'].push(words);
    else {
      found.push({ from: line, to: line, now: kind === '-' ? [words] : [], then: kind === '+' ? [words] : [] });
      isOpen = true;
    }
    if (kind !== '+') line++;
    const open = found.at(-1);
    if (isOpen && open) open.to = line;
  }
  return found
    .filter(({ now, then }) => ![...now, ...then].every(isHeader))
    .slice(0, mostPlaces)
    .map(({ from, to, now, then }) => ({
      range: { startLine: from, startColumn: 1, endLine: Math.max(from, to - 1), endColumn: Math.max(1, (now.at(-1)?.length ?? 0) + 1) }, // prettier-ignore
      message: then.length === 0 ? 'modelyard.yaml has nothing that says this.' : `modelyard.yaml says: ${shown(then)}`,
    }));
}

const isHeader = (line: string): boolean => /modelyard-(?:ci|infra): system=|\(Modelyard \S+\)/.test(line);

function shown(lines: readonly string[]): string {
  const first = (lines.find(line => line.trim() !== '') ?? '').trim();
  const more = lines.length > 1 ? ` … (${lines.length} lines)` : '';
  return `${first.length > shownLength ? `${first.slice(0, shownLength)}…` : first}${more}`;
}
