import * as v from 'valibot';

const named = v.looseObject({ path: v.string() });
const studySchema = v.object({ step: v.string(), inputs: v.array(named), datasets: v.array(named) });
const letterSchema = v.union([
  v.object({ n: v.number(), cancel: v.literal(true) }),
  v.object({ n: v.number(), name: v.string(), with: v.unknown() }),
]);

/** What all trials of a study have together. What is in it is checked with each job. */
export const parseStudy = (text: string): v.InferOutput<typeof studySchema> =>
  v.parse(v.pipe(v.string(), v.parseJson(), studySchema), text);

/** A trial to be measured, or one to be ended; undefined for anything else. */
export function parseLetter(line: string): v.InferOutput<typeof letterSchema> | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), letterSchema), line);
  return parsed.success ? parsed.output : undefined;
}
