/** What a diff of git says of one file. */
export interface PatchFile {
  /** From the top of the repository, with `/`: where the file is afterwards, or was when it is gone. */
  readonly path: string;
  /** Git says only that the bytes differ. */
  readonly isBinary: boolean;
  /** From its line `diff --git` on. */
  readonly text: string;
}

/** Takes a diff of git (`core.quotepath` off, without renames) apart; its parts joined are the whole again. */
export function splitPatch(patch: string): readonly PatchFile[] {
  // a line of a file never begins like this: there is `+`, `-` or a blank before it
  const starts = [...patch.matchAll(/^diff --git /gm)].map(({ index }) => index);
  return starts.map((start, i) => {
    const text = patch.slice(start, starts[i + 1]);
    return { path: pathOf(text), isBinary: /^Binary files .* differ$/m.test(headOf(text)), text };
  });
}

/** What stands before the first change. */
function headOf(text: string): string {
  const at = text.search(/^@@ /m);
  return at < 0 ? text : text.slice(0, at);
}

function pathOf(text: string): string {
  const head = headOf(text);
  for (const line of [/^\+\+\+ (?:"?b\/)(.*?)"?\t?$/m, /^--- (?:"?a\/)(.*?)"?\t?$/m]) {
    const named = line.exec(head)?.[1];
    if (named !== undefined) return unquoted(named);
  }
  // without `---`: an empty file, a changed mode, a binary one. Both names are the same.
  const both = /^diff --git (.*)$/m.exec(head)?.[1] ?? '';
  const half = both.slice(0, Math.floor(both.length / 2));
  return unquoted(half.replace(/^"?a\//, '').replace(/"$/, ''));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };

/** Git quotes the few names with a quotation mark, a backslash or a control character. */
const unquoted = (name: string): string => name.replace(/\\([ntr"\\])/g, (_, code: string) => ESCAPES[code] ?? code);
