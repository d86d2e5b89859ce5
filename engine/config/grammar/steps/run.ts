import * as v from 'valibot';
import { workspacePath } from '../path';
import { executor } from '../executor';
import { environment } from '../environment';
import { oneOrMany, text } from '../terms';
import { toolEnvironment } from '../toolEnvironment';
import { common } from './common';

export const description = 'Runs a command in the workspace folder.';

/** Texts are values, mappings name where a value is. */
function asCommand<T extends { env: Record<string, string | { readonly env: string }> }>({ env, ...step }: T) {
  const plain: [string, string][] = [];
  const secrets: [string, string][] = [];
  for (const [name, value] of Object.entries(env)) {
    if (typeof value === 'string') plain.push([name, value]);
    else secrets.push([name, value.env]);
  }
  return {
    ...step,
    uses: 'run' as const,
    env: Object.fromEntries(plain),
    ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets) }),
  };
}

export const commandStep = v.pipe(
  v.strictObject({
    run: v.pipe(text('a command'), v.description('A shell command, run in the workspace folder.')),
    ...common,
    env: v.optional(
      v.pipe(
        environment,
        v.description(
          'Environment variables of the command. `{env: NAME}` takes the value of another variable when the step runs: for secrets, which are then in no file, and shown in no log.',
        ),
      ),
      {},
    ),
    executor: v.exactOptional(
      v.pipe(executor, v.description('Where the command runs. Without it: as the pipeline says.')),
    ),
    environment: v.exactOptional(
      v.pipe(
        toolEnvironment,
        v.description(
          'What the command finds on its `PATH`. Without it: as the pipeline says, else what the engine finds.',
        ),
      ),
    ),
    outs: v.optional(
      v.pipe(
        oneOrMany(workspacePath('a path'), 'a path'),
        v.description(
          'Files or folders that the command makes; kept as artifacts of the run. A missing one fails the step.',
        ),
      ),
      [],
    ),
    deps: v.exactOptional(
      v.pipe(
        oneOrMany(workspacePath('a path'), 'a path'),
        v.description(
          'Files, folders or patterns (`src/**/*.py`) that the command reads. With `deps` and `outs` it runs again only when one of them, the command, its `env` or its `outs` has changed; without it runs each time.',
        ),
      ),
    ),
  }),
  v.transform(asCommand),
);
