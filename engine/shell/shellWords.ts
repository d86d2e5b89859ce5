/** A command as its words; or what in it only a shell can do. */
export type ShellWords = { readonly words: readonly string[] } | { readonly shell: string };

// A line that goes on (`\` at its end) is one line; a further line is a further command, and no piece begins with it.
const posixPiece =
  /^(?:(?<blank>(?:[ \t]|\\\n)+)|'(?<single>[^']*)'|"(?<double>(?:[^"$`\\]|\\["\\])*)"|\\(?<escaped>[^\n])|(?<plain>[^\s'"\\|&;<>()$`*?[\]{}]+))/;
const windowsPiece = /^(?:(?<blank>[ \t]+)|"(?<double>[^"%\n]*)"|(?<plain>[^\s"|&<>()^%]+))/;

/**
 * The words of a command that needs no shell: `sh` and this agree on them (POSIX 2.2, quoting). What a shell would
 * expand or run is refused, not guessed: variables, patterns, pipes, several commands. On Windows (`cmd`) only double
 * quotes quote.
 */
export function shellWords(command: string, platform: NodeJS.Platform = process.platform): ShellWords {
  const isWindows = platform === 'win32';
  const words: string[] = [];
  let word: string | undefined;
  let rest = command.trim();
  while (rest !== '') {
    const match = (isWindows ? windowsPiece : posixPiece).exec(rest);
    const { blank, single, double, escaped, plain } = match?.groups ?? {};
    const isSpecial = !isWindows && word === undefined && /^[#~]/.test(plain ?? '');
    if (!match || isSpecial) return { shell: rest.charAt(0) };
    rest = rest.slice(match[0].length);
    if (blank === undefined) {
      const quoted = isWindows ? double : double?.replace(/\\(["\\])/g, '$1');
      word = (word ?? '') + (single ?? quoted ?? escaped ?? plain ?? '');
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return { words: word === undefined ? words : [...words, word] };
}
