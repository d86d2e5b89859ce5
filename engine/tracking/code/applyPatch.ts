/**
 * A text after one file's part of a diff of git has been applied to what it was made from.
 * @returns undefined: the diff does not fit, or is of bytes
 */
export function applyPatch(base: string, patch: string): string | undefined {
  if (/^(?:Binary files |GIT binary patch)/m.test(patch)) return undefined;
  const source = base === '' ? [] : base.split('\n');
  const hasEnd = base === '' || base.endsWith('\n');
  if (hasEnd && source.length > 0) source.pop();
  const lines = patch.split('\n');
  const result: string[] = [];
  let at = 0; // lines of the source that are done
  let endsOpen = !hasEnd;
  for (let index = 0; index < lines.length; index++) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(lines[index] ?? '');
    if (!head) continue;
    let [left, right] = [Number(head[2] ?? 1), Number(head[3] ?? 1)];
    const start = Number(head[1]) - (left === 0 ? 0 : 1);
    if (start < at || start > source.length) return undefined;
    result.push(...source.slice(at, start));
    at = start;
    while (left > 0 || right > 0) {
      const line = lines[++index];
      if (line === undefined) return undefined;
      const [sign, text] = [line[0], line.slice(1)];
      if (sign === '\\') continue;
      if (sign !== '+') {
        if ((sign !== ' ' && sign !== '-') || source[at] !== text) return undefined;
        at++;
        left--;
      }
      if (sign !== '-') {
        result.push(text);
        right--;
        endsOpen = (lines[index + 1] ?? '').startsWith('\\');
      } else if (at === source.length) endsOpen = (lines[index + 1] ?? '').startsWith('\\') && endsOpen;
    }
  }
  const rest = source.slice(at);
  if (rest.length > 0) endsOpen = !hasEnd;
  const all = [...result, ...rest];
  return all.length === 0 ? '' : all.join('\n') + (endsOpen ? '' : '\n');
}
