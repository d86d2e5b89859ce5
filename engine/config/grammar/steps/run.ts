import * as v from 'valibot';
import type { CommandStep } from '../../../protocol/workspaceConfig';
import { workspacePath } from '../path';
import { label, oneOrMany, text } from '../terms';
import { common } from './common';

export const description = 'Runs a command in the workspace folder.';

export const commandStep = v.pipe(
  v.strictObject({
    run: v.pipe(text('a command'), v.description('A shell command, run in the workspace folder.')),
    ...common,
    env: v.optional(
      v.pipe(
        v.record(
          v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/, 'bad-name|cannot be the name of an environment variable')),
          label(),
          'must be a mapping of names to values',
        ),
        v.description('Environment variables of the command.'),
      ),
      {},
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
  }),
  v.transform((step): CommandStep => ({ ...step, uses: 'run' })),
);
