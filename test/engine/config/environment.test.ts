import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { errorsOf, marked } from './marked';
import { serviceOn } from './serviceKit';

const head = 'name: x\npipelines:\n  p:\n';

test('an environment of the pipeline is that of each command that has none', () => {
  const text = `${head}    environment: {venv: .venv, requirements: requirements.txt}
    steps:
      a: {run: ls}
      b: {run: ls, environment: {node: tools}}
`;
  const steps = parseConfig(text, 'modelyard.yaml').config?.pipelines['p']?.steps;
  expect(steps?.['a']).toMatchObject({ environment: { venv: '.venv', requirements: 'requirements.txt' } });
  expect(steps?.['b']).toMatchObject({ environment: { node: 'tools' } });
});

test.each([
  [
    '«environment»: {venv: a, conda: b}',
    'bad-environment',
    '`environment` has either `venv` or `conda`: one Python, not two.',
  ],
  [
    '«environment»: {requirements: a.txt}',
    'bad-environment',
    '`environment` has `requirements` or `python`, which are for a `venv`: add `venv: .venv`.',
  ],
  [
    '«environment»: {}',
    'bad-environment',
    '`environment` says nothing: name a `venv`, a `conda` environment or a `node` folder.',
  ],
  [
    'environment: {«vnev»: a}',
    'unknown-key',
    '`vnev` is not a key that is known under `environment`. Did you mean `venv`?',
  ],
  ['environment: {venv: «../up»}', 'bad-path', '`venv` must not leave the workspace folder; here it is `../up`.'],
])('%s', (written, code, message) => {
  const { text, range } = marked(`${head}    steps:\n      a: {run: ls, ${written}}\n`);
  expect(errorsOf(parseConfig(text, 'modelyard.yaml').diagnostics)).toMatchObject([{ code, message, range }]);
});

test.each([
  ['requirements: «requirement.txt», venv: .venv', '`requirement.txt`', ' Did you mean `requirements.txt`?'],
  ['conda: «environment.yml»', '`environment.yml`', ''],
  ['node: «web»', '`web/package.json`', ''],
])('%s: a file that is not there is warned of', async (written, file, hint) => {
  const { text, range } = marked(
    `${head}    environment: {${written}}\n    steps: {s: {run: ls, environment: {venv: .venv, requirements: requirements.txt}}}\n`,
  );
  const { service } = serviceOn({ 'requirements.txt': 'numpy\n' });
  expect(await service.diagnose(text)).toMatchObject([
    {
      severity: 'warning',
      code: 'missing-file',
      range,
      message: `There is no file ${file} in the workspace, of which the environment is made.${hint}`,
    },
  ]);
});
