import * as v from 'valibot';

const Detail = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

/** What is said of an input, with the description of its dataset from an earlier one: only the tags are its own. */
export function describedAs(detail: string, earlier: string): string {
  const [own, known] = [v.safeParse(Detail, detail), v.safeParse(Detail, earlier)];
  if (!own.success || !known.success || Object.keys(known.output).length === 0) return detail;
  return JSON.stringify({ ...known.output, tags: own.output['tags'] });
}
