import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import { refuseOutside } from '../../paths';

/** What a requirements file asks for. */
export interface Requirements {
  /** By name, in lower case with `-`: what is said of its version, `2.1` for `==2.1`. */
  readonly packages: ReadonlyMap<string, string>;
  /** Options of pip, and packages that are named by a file or an address; in order. */
  readonly others: readonly string[];
  /** Files of the workspace that are installed: wheels, archives; with `/`. */
  readonly files: readonly string[];
}

/** Files that include one another deeper, or a circle of them, mean a mistake. */
const deepest = 10;

/**
 * Reads a requirements file with those that it includes (`-r`, `-c`). Comments and blanks mean nothing.
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/
 * @param file relative to the workspace, with `/`
 * @throws ModelyardError `config.invalid` at `environment.requirements` when one is not there, or leaves the workspace
 */
export async function readRequirements(workspace: string, file: string): Promise<Requirements> {
  const packages = new Map<string, string>();
  const others: string[] = [];
  const files: string[] = [];
  const read = async (name: string, depth: number): Promise<void> => {
    const folder = path.posix.dirname(name);
    for (const line of logicalLines(await textOf(workspace, name))) {
      const [, included] = /^(?:-r|--requirement|-c|--constraint)[ =]\s*(\S+)$/.exec(line) ?? [];
      if (included !== undefined && depth < deepest) await read(path.posix.join(folder, included), depth + 1);
      else if (/^\.{0,2}\/\S+\.(whl|zip|tar\.gz)$/.test(line)) files.push(path.posix.join(folder, line));
      else {
        const [, id, version] = /^([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)\s*((?:[=<>!~;(@ ]|$).*)$/s.exec(line) ?? [];
        if (id === undefined || version === undefined) others.push(line);
        else
          packages.set(
            id.toLowerCase().replace(/[-_.]+/g, '-'),
            version.replace(/^==\s*(?=[^=*,;]+$)/, '').trim() || 'any',
          );
      }
    }
  };
  await read(file, 0);
  return { packages, others, files };
}

async function textOf(workspace: string, file: string): Promise<string> {
  const key = 'environment.requirements';
  await refuseOutside(workspace, { file, shown: file, key });
  try {
    return await readFile(path.resolve(workspace, file), 'utf8');
  } catch (cause) {
    throw new ModelyardError('config.invalid', `There is no file ${file}, which the environment is made of.`, {
      place: { file: 'modelyard.yaml', key },
      fix: 'Write it, one package a line, or take `requirements` away.',
      cause,
    });
  }
}

/** Without comments, those that go on (`\`) as one. */
function logicalLines(text: string): readonly string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map(line =>
      line
        .replace(/(^|\s)#.*$/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter(line => line !== '');
}
