import { expect, test } from 'vitest';
import { substituted, withoutInherited } from '../../../src/debug/substituted';
import { pipelineRunId } from '../../../engine/ids';
import type { DebugLaunch } from '../../../engine/protocol/debug';

const launch = (more: Partial<DebugLaunch>): DebugLaunch => ({
  id: pipelineRunId('a'.repeat(32)),
  step: 'a',
  runtime: 'node',
  executable: '/usr/bin/node',
  runtimeArgs: [],
  target: { file: '/w/a.js' },
  args: [],
  cwd: '/w',
  env: {},
  ...more,
});

test('what VS Code would put something else in the place of is found; of a variable its name alone', () => {
  expect(substituted(launch({ args: ['$HOME', '{a}', '$5'], env: { A: '$B', C: null } }))).toBeUndefined();
  expect(substituted(launch({ args: ['x', '${command:workbench.action.quit}'] }))).toBe(
    '${command:workbench.action.quit}',
  );
  expect(substituted(launch({ target: { file: '/w/${file}.js' } }))).toBe('/w/${file}.js');
  expect(substituted(launch({ env: { KEY: 'secret${env:HOME}' } }))).toBe('KEY');
});

test('a variable that the program inherits anyway is left out, as it would be changed', () => {
  const made = withoutInherited(launch({ env: { PS1: '${x}$ ', OWN: '${x}', PATH: '/bin' } }), { PS1: '${x}$ ', OWN: 'other', PATH: '/bin' }); // prettier-ignore
  expect(made.env).toEqual({ OWN: '${x}', PATH: '/bin' });
  expect(substituted(made)).toBe('OWN');
});
