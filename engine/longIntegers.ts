const digitRun = /\d{16}/;
/** A string, passed over, or a number. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON with integers that a number cannot hold as texts, so that identifiers are not rounded. */
export function withLongIntegers(json: string): string {
  if (!digitRun.test(json)) return json;
  return json.replace(tokens, token =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
}
