import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { LineIndex } from '../../../engine/config/yaml/lineIndex';
import { serviceOn } from './serviceKit';

const head = 'name: x\npipelines: {p: {steps: {s: {run: echo}}}}\n';

/** The text after the change, in which the keys must be those. */
async function changed(text: string, file = 'keys/b.pub'): Promise<string | undefined> {
  const edit = await serviceOn({}).service.editKeys(file, text);
  if (edit === null) return undefined;
  const lines = new LineIndex(text);
  const start = lines.offset(edit.range.startLine, edit.range.startColumn);
  const end = lines.offset(edit.range.endLine, edit.range.endColumn);
  const after = text.slice(0, start) + edit.text + text.slice(end);
  const { config, diagnostics } = parseConfig(after, 'modelyard.yaml');
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(config?.security?.keys?.at(-1)).toBe(file);
  return after;
}

test.each([
  ['', 'security: {keys: ["keys/b.pub"]}\n'],
  ['security:\n  signatures: required # all\n', 'security:\n  signatures: required # all\n  keys: ["keys/b.pub"]\n'],
  ['security: {signatures: required}\n', 'security: {signatures: required, keys: ["keys/b.pub"]}\n'],
  ['security: {keys: [a.pub]}\n', 'security: {keys: [a.pub, "keys/b.pub"]}\n'],
  ['security:\n  keys: []\n', 'security:\n  keys: ["keys/b.pub"]\n'],
  [
    'security:\n  keys:\n    - a.pub # ours\n  signatures: required\n',
    'security:\n  keys:\n    - a.pub # ours\n    - "keys/b.pub"\n  signatures: required\n',
  ],
])('a key is listed in %j', async (before, after) => {
  expect(await changed(head + before)).toBe(head + after);
});

test('behind a last line without its end, and in a file of Windows', async () => {
  expect(await changed(head.trimEnd())).toBe(`${head}security: {keys: ["keys/b.pub"]}\n`);
  const windows = head.replaceAll('\n', '\r\n');
  expect(await changed(windows)).toBe(`${windows}security: {keys: ["keys/b.pub"]}\r\n`);
});

test('a key that is listed, and what cannot be read, stay as they are', async () => {
  expect(await changed(`${head}security: {keys: [keys/b.pub]}\n`)).toBeUndefined();
  expect(await changed(`${head}security:\n`)).toBeUndefined();
  expect(await changed(`${head}security: {keys: {}}\n`)).toBeUndefined();
});
