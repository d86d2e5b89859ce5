import type { InfraFinding } from '../../protocol/infrastructure';

interface Instruction {
  readonly word: string;
  readonly rest: string;
  readonly line: number;
}

const known: ReadonlySet<string> = new Set([
  'ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'ONBUILD', 'RUN',
  'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR',
]); // prettier-ignore

/** Instructions with their continued lines put together. https://docs.docker.com/reference/dockerfile/ */
function instructionsOf(text: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let open: Instruction | undefined;
  for (const [at, line] of text.replaceAll('\r\n', '\n').split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(trimmed) ?? [];
    const whole: Instruction = open
      ? { ...open, rest: `${open.rest} ${trimmed}` }
      : { word: word.toUpperCase(), rest, line: at + 1 };
    if (trimmed.endsWith('\\')) open = { ...whole, rest: whole.rest.replace(/\\$/, '') };
    else {
      found.push(whole);
      open = undefined;
    }
  }
  return open ? [...found, open] : found;
}

/** What hadolint and Docker's own checks would say of the parts that matter here. */
export function dockerfileFindings(text: string): readonly InfraFinding[] {
  const all = instructionsOf(text);
  const of = (word: string) => all.filter(one => one.word === word);
  const error = (code: string, message: string, line?: number): InfraFinding => ({ code, severity: 'error', message, ...(line !== undefined && { line }) }); // prettier-ignore
  const unknown = all.filter(({ word }) => !known.has(word));
  const [first] = all.filter(({ word }) => word !== 'ARG');
  const user = of('USER').at(-1);
  return [
    ...unknown.map(({ word, line }) => error('instruction', `${word} is no instruction of a Dockerfile.`, line)),
    ...(first?.word === 'FROM' ? [] : [error('instruction', 'A Dockerfile begins with FROM.', first?.line)]),
    ...of('FROM').flatMap(({ rest, line }) => {
      const [image = ''] = rest.replace(/--\S+\s+/g, '').split(/\s+/);
      const isStage = of('FROM').some(other => new RegExp(`\\sas\\s+${escaped(image)}$`, 'i').test(other.rest));
      return isStage || image === 'scratch' || isPinned(image)
        ? []
        : [
            error(
              'image-tag',
              `The base image ${image} has no tag but latest: nobody can tell what is built from.`,
              line,
            ),
          ];
    }),
    ...(user === undefined || /^(root|0)(:|$)/.test(user.rest)
      ? [error('root', 'The image runs as root: end with `USER` and a number.', user?.line)]
      : []),
    ...[...of('ENV'), ...of('ARG')].flatMap(({ rest, line }) =>
      /\b\w*(TOKEN|PASSWORD|SECRET|API_?KEY)\w*[ =]["']?[^\s"'$]+/i.test(rest)
        ? [error('secret', 'A secret stands in the image, for everybody who can pull it.', line)]
        : [],
    ),
    ...of('ADD').flatMap(({ rest, line }) =>
      /^https?:/.test(rest) ? [error('add', 'ADD takes a file from the network unchecked: use COPY.', line)] : [],
    ),
    ...(of('CMD').length + of('ENTRYPOINT').length === 0
      ? [error('command', 'The image starts nothing: it has no CMD.')]
      : []),
    ...[...of('CMD'), ...of('ENTRYPOINT')].flatMap(({ rest, line }): readonly InfraFinding[] =>
      rest.startsWith('[')
        ? []
        : [
            {
              code: 'command',
              severity: 'warn',
              message: 'A shell gets the signals instead of the server: write the command as a list.',
              line,
            },
          ],
    ),
  ];
}

const escaped = (text: string): string => text.replaceAll(/[^\w]/g, String.raw`\$&`);
/** Whether a name says which image it is. */
export const isPinned = (image: string): boolean =>
  /@sha256:[0-9a-f]{64}$/.test(image) || (/:[\w][\w.-]*$/.test(image) && !image.endsWith(':latest'));
