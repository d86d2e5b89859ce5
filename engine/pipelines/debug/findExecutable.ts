import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

/** The file that a shell would run for a program's name, by the PATH; undefined when there is none. */
export async function findExecutable(
  program: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<string | undefined> {
  const isWindows = process.platform === 'win32';
  const endings = isWindows ? ['', ...(env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const folders = /[\\/]/.test(program) ? [''] : (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter);
  for (const folder of folders)
    for (const ending of endings) {
      const file = path.resolve(cwd, folder, program + ending);
      if (await isExecutable(file)) return file;
    }
  return undefined;
}

const isExecutable = (file: string): Promise<boolean> =>
  Promise.all([access(file, constants.X_OK), stat(file)]).then(
    ([, found]) => found.isFile(),
    () => false,
  );
