import type { ChangedValue } from '../../protocol/compare';
import type { SignatureChange, SignatureColumnInfo, SignatureDiff, SignatureInfo } from '../../protocol/registryMoves';

/** What a model takes that asks for such a column, by MLflow's rules of schema enforcement: nothing may be lost. */
const widens: Readonly<Record<string, readonly string[]>> = {
  integer: ['long', 'double'],
  long: ['double'],
  float: ['double'],
};
const fits = (given: string, taken: string): boolean => given === taken || (widens[given] ?? []).includes(taken);

/**
 * Whether who calls the older version can call the newer one as well: it may ask for fewer columns, wider types, and give
 * more; not ask for new columns or narrower types, nor give fewer or others.
 * Source of the types' rules: https://mlflow.org/docs/latest/ml/model/signatures/ (signature enforcement).
 */
export function signatureDiff(before: SignatureInfo | undefined, after: SignatureInfo | undefined): SignatureDiff {
  if (before === undefined || after === undefined) return { verdict: 'unknown', changes: [] };
  const changes = [...inputChanges(before.inputs, after.inputs), ...outputChanges(before.outputs, after.outputs)];
  const isBreaking = changes.some(change => change.isBreaking);
  return { verdict: isBreaking ? 'breaking' : changes.length > 0 ? 'compatible' : 'same', changes };
}

/** Inputs that are new, gone or of another type: the features that a model was made with. */
export const featureChanges = ({ changes }: SignatureDiff): readonly ChangedValue[] =>
  changes
    .filter(({ side }) => side === 'input')
    .map(({ column: name, before, after }) => ({
      name,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    }));

type Columns = readonly SignatureColumnInfo[];

function inputChanges(before: Columns, after: Columns): readonly SignatureChange[] {
  return pairs(before, after).flatMap(([name, was, now]): readonly SignatureChange[] => {
    const make = (isBreaking: boolean, what: string): SignatureChange[] => [
      { side: 'input', column: name, ...texts(was, now), isBreaking, sentence: `input ${name}${what}` },
    ];
    if (was === undefined && now !== undefined)
      return now.required
        ? make(true, ` (${now.type}) is new: callers that do not send it are refused`)
        : make(false, ` (${now.type}) is new, and optional`);
    if (was !== undefined && now === undefined) return make(false, ' is not asked for any more; it may still be sent');
    if (was === undefined || now === undefined) return [];
    if (was.type !== now.type)
      return fits(was.type, now.type) && (now.required ? was.required : true)
        ? make(false, `: ${was.type} → ${now.type}, which takes what was sent before`)
        : make(true, `: ${was.type} → ${now.type}: what was sent before is refused`);
    if (now.required && !was.required)
      return make(true, ' was optional and is required: callers without it are refused');
    return was.required && !now.required ? make(false, ' may be left out now') : [];
  });
}

function outputChanges(before: Columns, after: Columns): readonly SignatureChange[] {
  return pairs(before, after).flatMap(([name, was, now]): readonly SignatureChange[] => {
    const make = (isBreaking: boolean, what: string): SignatureChange[] => [
      { side: 'output', column: name, ...texts(was, now), isBreaking, sentence: `output ${name}${what}` },
    ];
    if (was === undefined) return make(false, ` (${now?.type ?? ''}) is new`);
    if (now === undefined) return make(true, ' is gone: callers that read it find nothing');
    if (was.type === now.type) return [];
    return fits(now.type, was.type)
      ? make(false, `: ${was.type} → ${now.type}, which fits where it was read`)
      : make(true, `: ${was.type} → ${now.type}: callers read another type`);
  });
}

const texts = (was: SignatureColumnInfo | undefined, now: SignatureColumnInfo | undefined): ChangedTexts => ({
  ...(was !== undefined && { before: was.type }),
  ...(now !== undefined && { after: now.type }),
});
type ChangedTexts = Pick<SignatureChange, 'before' | 'after'>;

type Pair = readonly [string, SignatureColumnInfo | undefined, SignatureColumnInfo | undefined];

/** By name, in the order of the newer one; those that are gone at the end. */
function pairs(before: Columns, after: Columns): readonly Pair[] {
  const [was, now] = [before, after].map(columns => new Map(columns.map(column => [column.name, column])));
  const names = [...new Set([...(now?.keys() ?? []), ...(was?.keys() ?? [])])];
  return names.map(name => [name, was?.get(name), now?.get(name)]);
}
