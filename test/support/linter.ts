import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/checkout.mjs';

/** One error of the linter. */
export interface LintError {
  /** `plugin(rule)` */
  readonly rule: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

interface Output {
  readonly diagnostics: readonly {
    readonly code: string;
    readonly message: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

/** The project's own linter, but for the rules that need types, in a copy of the sources where files can be planted. */
export class Linter {
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'lint-'));
  private planted = 0;

  constructor() {
    for (const name of ['engine', 'src', 'webview', 'scripts', 'tsconfig.base.json'])
      cpSync(path.join(root, name), path.join(this.folder, name), { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(this.folder, 'node_modules'));
    const config = readFileSync(path.join(root, '.oxlintrc.jsonc'), 'utf8');
    const untyped = config.replace('"typeAware": true', '"typeAware": false');
    if (untyped === config) throw new Error('The rules that need types are not switched off.');
    writeFileSync(path.join(this.folder, '.oxlintrc.jsonc'), untyped);
  }

  /** What is said of each file. Each `x.ts` gets a name of its own, as `x7.ts`. */
  async errors(files: readonly (readonly [file: string, code: string])[]): Promise<readonly (readonly LintError[])[]> {
    const names = files.map(([file, code]) => {
      const name = file.replace(/\/x\.ts$/, `/x${++this.planted}.ts`);
      writeFileSync(path.join(this.folder, name), code);
      return name;
    });
    const { diagnostics } = await this.run(names);
    return names.map(name =>
      diagnostics
        .filter(({ filename }) => filename === name)
        .map(({ code, message, labels }) => ({ rule: code, line: labels[0]!.span.line, message })),
    );
  }

  private run(names: readonly string[]): Promise<Output> {
    const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');
    return new Promise((resolve, reject) => {
      const args = [oxlint, '-c', '.oxlintrc.jsonc', '-f', 'json', ...names];
      execFile(process.execPath, args, { cwd: this.folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        if (stdout.startsWith('{')) resolve(JSON.parse(stdout) as Output);
        else reject(new Error(`${error?.message ?? 'no output'}\n${stdout}${stderr}`));
      });
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
