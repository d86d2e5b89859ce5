import * as v from 'valibot';
import { outputlessResult } from '../../schemas/jobResult';
import { wireErrorSchema } from '../../schemas/wireError';

/**
 * Letters between the engine and the driver of the trials, as tags of an MLflow run: the one place that both a cluster and
 * this machine reach. One letter stands per slot and direction and is overwritten by the next; it holds all that is to be
 * said of the slot's trial, so that none can be lost or read twice. A tag holds little: a letter is cut into pieces, each
 * with `TRIAL.REVISION:PIECE/PIECES|` in front, and counts once all of them are there.
 */
export type Tags = Readonly<Record<string, string>>;

/** Characters; MLflow takes 5000 of a tag. */
const pieceLength = 4_000;
export const beatTag = 'modelyard.beat';
export const endTag = 'modelyard.end';
const keyOf = (direction: 'in' | 'out', slot: number, piece: number): string =>
  `modelyard.${direction}.${slot}.${piece}`;

/** To the driver. */
export function letterTags(
  slot: number,
  letter: { readonly trial: number; readonly revision: number; readonly text: string },
): Tags {
  // prettier-ignore
  const { trial, revision, text } = letter;
  const pieces = Math.max(1, Math.ceil(text.length / pieceLength));
  return Object.fromEntries(
    Array.from({ length: pieces }, (_, piece) => [
      keyOf('in', slot, piece),
      `${trial}.${revision}:${piece}/${pieces}|${text.slice(piece * pieceLength, (piece + 1) * pieceLength)}`,
    ]),
  );
}

const number = v.union([
  v.number(),
  v.pipe(v.picklist(['NaN', 'Infinity', '-Infinity']), v.transform(Number)), // JSON has none of them
]);
const answerSchema = v.object({
  /** [value, step] of the watched metric, in order; all so far. */
  points: v.array(v.tuple([number, v.number()])),
  result: v.exactOptional(v.object({ ...outputlessResult(number), outputs: v.tuple([]) })),
  error: v.exactOptional(wireErrorSchema),
});
export type TrialAnswer = v.InferOutput<typeof answerSchema>;

/** What the driver says of a slot; undefined while it says nothing whole. */
export function answerOf(tags: Tags, slot: number): ({ readonly trial: number } & TrialAnswer) | undefined {
  const first = /^(\d+)\.(\d+):0\/(\d+)\|/.exec(tags[keyOf('out', slot, 0)] ?? '');
  if (first === null) return undefined;
  const [, trial = '', revision = '', pieces = ''] = first;
  let text = '';
  for (let piece = 0; piece < Number(pieces); piece++) {
    const head = `${trial}.${revision}:${piece}/${pieces}|`;
    const tag = tags[keyOf('out', slot, piece)];
    if (tag === undefined || !tag.startsWith(head)) return undefined;
    text += tag.slice(head.length);
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), answerSchema), text);
  return parsed.success ? { trial: Number(trial), ...parsed.output } : undefined;
}
