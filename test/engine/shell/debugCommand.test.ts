import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { debugCommand } from '../../../engine/shell/debugCommand';
import { shellWords } from '../../../engine/shell/shellWords';

const quoted = [
  'a  b\tc',
  `'one $word' two`,
  `"it's" a"b"'c'd`,
  `"say \\"hi\\" \\\\"`,
  'a\\ b \\"c',
  'x\\\n  y',
  '--name="" \'\' z',
  'a#b c=d~e --f=~g',
  'ü "日本"',
];
test.skipIf(process.platform === 'win32')('words are those that sh makes', () => {
  const script = quoted.map(text => `printf '%s\\0' ${text}; printf '\\n'`).join('\n');
  const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  const expected = said
    .trimEnd()
    .split('\n')
    .map(line => line.split('\0').slice(0, -1));
  expect(quoted.map(text => shellWords(text, 'linux'))).toEqual(expected.map(words => ({ words })));
});

test.each([
  ['a | b', '|'], ['a && b', '&'], ['a; b', ';'], ['a > b', '>'], ['a $HOME', '$'], ['a "$HOME"', '"'], ['a `b`', '`'],
  ['a *.csv', '*'], ['a [b]', '['], ['a ~/b', '~'], ['a # b', '#'], ['a\nb', '\n'], ['a {b,c}', '{'], ["a 'b", "'"],
])('what only a shell can do is not guessed: %j', (text, shell) => expect(shellWords(text, 'linux')).toEqual({ shell })); // prettier-ignore

test('cmd has its own marks', () => {
  const windows = (text: string) => shellWords(text, 'win32');
  expect(windows(`python "C:\\my data\\x.py" it's`)).toEqual({ words: ['python', 'C:\\my data\\x.py', "it's"] });
  expect(windows('python %X%')).toEqual({ shell: '%' });
  expect(windows('a ^b')).toEqual({ shell: '^' });
});

test('a file or a module of Python or Node, with options of both', () => {
  expect(debugCommand('python train.py --lr 0.1', 'linux')).toEqual({
    ...{ runtime: 'python', program: 'python', env: {}, runtimeArgs: [] },
    ...{ target: { file: 'train.py' }, args: ['--lr', '0.1'] },
  });
  expect(debugCommand('SEED=7 .venv/bin/python3.12 -u -W ignore -m credit.train -c x', 'linux')).toEqual({
    ...{ runtime: 'python', program: '.venv/bin/python3.12', env: { SEED: '7' } },
    ...{ runtimeArgs: ['-u', '-W', 'ignore'], target: { module: 'credit.train' }, args: ['-c', 'x'] },
  });
  expect(debugCommand('node --max-old-space-size=4096 -r ./setup.js score.mjs -e', 'linux')).toEqual({
    ...{ runtime: 'node', program: 'node', env: {}, runtimeArgs: ['--max-old-space-size=4096', '-r', './setup.js'] },
    ...{ target: { file: 'score.mjs' }, args: ['-e'] },
  });
});

test.each([
  ['make train', /`make` is neither Python nor Node/],
  ['python a.py && python b.py', /`&` needs a shell/],
  ['python a.py\npython b.py', /more than one command/],
  ['python -c "print(1)"', /`-c` runs no file/],
  ['node -e 1', /`-e` runs no file/],
  ['node --test', /`--test` runs no file/],
  ['python', /names no file/],
  ['A=1', /starts no program/],
  ['uv run python a.py', /`uv` is neither/],
])('%j is refused, and why', (text, why) =>
  expect(debugCommand(text, 'linux')).toEqual({ refused: expect.stringMatching(why) }),
);
