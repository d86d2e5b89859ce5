import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The variable that names the file to write to; the processes that the command starts do not get it. */
const variable = 'MODELYARD_DEBUG_EXIT';

const script = `// Writes this process's exit code where Modelyard looks for it: Node's debugger does not tell it.
const { writeFileSync } = require('node:fs');
const file = process.env.${variable};
delete process.env.${variable};
if (file) process.on('exit', code => writeFileSync(file, String(code)));
`;

/** Has a command of Node leave its exit code behind, by a script that is loaded before it. */
export class ExitCode {
  readonly env: Readonly<Record<string, string>>;
  readonly runtimeArgs: readonly string[];
  private readonly file: string;
  private readonly script: string;

  /** @param folder an own one */
  constructor(private readonly folder: string) {
    this.file = path.join(folder, 'exit-code');
    this.script = path.join(folder, 'exitCode.cjs');
    this.env = { [variable]: this.file };
    this.runtimeArgs = ['--require', this.script];
  }

  async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(this.script, script);
  }

  /** Undefined for one that was killed. */
  async read(): Promise<number | undefined> {
    const text = await readFile(this.file, 'utf8').catch(() => '');
    return /^\d+$/.test(text) ? Number(text) : undefined;
  }
}
