import * as v from 'valibot';
import { digest, experimentId, pipelineRunId, runId } from '../ids';

/** Pieces that the parameters of many methods are made of. */
export const empty = v.strictObject({});
/** A name, an id, a key: short text on one line. */
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
/** Text that somebody wrote. */
export const prose = v.pipe(v.string(), v.maxLength(100_000));
/** The text of a file in an editor. Longer ones than a config may be are the config room's to refuse, with a position. */
export const fileText = v.pipe(v.string(), v.maxLength(64 << 20));
export const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
export const positive = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER));
export const optional = v.exactOptional;

const branded = <T>(parse: (text: string) => T): v.GenericSchema<unknown, T> =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return parse(dataset.value);
      } catch (error) {
        addIssue({ message: error instanceof Error ? error.message.replace(/\.$/, '') : 'Not an id' });
        return NEVER;
      }
    }),
  );

export const runIdSchema = branded(runId);
export const experimentIdSchema = branded(experimentId);
export const pipelineRunIdSchema = branded(pipelineRunId);
export const digestSchema = branded(digest);
