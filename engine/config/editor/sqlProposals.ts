import { expressionWords, functionCatalogue } from '../../expressions/catalogue';
import type { TypedView } from '../check/features/viewTypes';
import type { NamedFeature, NamedView } from '../named';
import type { Span } from '../yaml/lineIndex';
import { mark, type Cursor } from './cursor';
import { referenceAt } from './siteAt';
import { inBackticks, type Proposal } from './proposals';

/** In an expression of a feature, of which `before` is what stands in the file before the word. */
export function sqlProposals(before: string, { view, typed, feature, isCount }: SqlPlace): readonly Proposal[] {
  if (inText(before)) return [];
  const rows: readonly Proposal[] =
    isCount && before === '' ? [{ label: '*', kind: 'value', detail: 'all rows', insertText: '"*"' }] : [];
  const functions = functionCatalogue.map(({ name, signature, sentence }): Proposal => ({
    ...{ label: name, kind: 'function', detail: signature, documentation: sentence, insertText: `${name}(` },
  }));
  const words = expressionWords.map((word): Proposal => ({ label: word, kind: 'value', detail: '', insertText: word }));
  return [...rows, ...namesFor(view, typed, feature), ...functions, ...words];
}

export interface SqlPlace {
  readonly view: NamedView;
  /** The one that is computed; absent: a condition of the view. */
  readonly feature?: string;
  /** `count: "*"` counts rows. */
  readonly isCount: boolean;
  /** Absent: types cannot be told. */
  readonly typed?: TypedView;
}

function namesFor(view: NamedView, typed: TypedView | undefined, own: string | undefined): readonly Proposal[] {
  const features = view.features.filter(({ kind, name }) => kind !== 'window' && name !== own && name !== mark);
  const taken = new Set(features.map(({ name }) => name));
  const ofFeature = ({ name, kind }: NamedFeature): Proposal => {
    const type = typed?.features.get(name);
    const what = kind === 'column' ? 'column' : 'computed';
    return proposal(name, type === undefined ? what : `${type} · ${what}`);
  };
  const columns = [...(typed?.columns ?? [])].filter(([name]) => !taken.has(name));
  return [...features.map(ofFeature), ...columns.map(([name, type]) => proposal(name, type))];
}

const proposal = (name: string, detail: string): Proposal => ({
  ...{ label: name, kind: 'column', detail, insertText: inBackticks(name) },
});

/** Whether the cursor stands within a text in single quotes. */
function inText(written: string): boolean {
  const text = written.startsWith("'") ? written.slice(1).replaceAll("''", "'") : written;
  return text.split("'").length % 2 === 0;
}

/** `-` joins the words of a name in YAML, and takes one value from another here. */
export function expressionWord(text: string, word: Span, offset: number): Span {
  const start = word.start + text.slice(word.start, offset).lastIndexOf('-') + 1;
  const minus = text.slice(offset, word.end).indexOf('-');
  return { start, end: minus < 0 ? word.end : offset + minus };
}

/** The expression that the cursor stands in: the view, and which of its features it is of. */
export function sqlTarget({ target, reading }: Cursor): Omit<SqlPlace, 'typed'> | undefined {
  const [section, name, part, feature] = target.site.path.map(String);
  const view = section === 'features' && target.kind === 'value' ? reading.names.views.get(name ?? '') : undefined;
  if (!view || referenceAt(target.site) !== 'expression') return undefined;
  const isCount = target.site.path.at(-1) === 'count';
  return { view, isCount, ...(part !== 'where' && feature !== undefined && { feature }) };
}
