import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make, connect } = workspaces();

test('a .modelyard that is a link is refused, and what it points to stays as it was', async () => {
  const victim = make('name: victim\n');
  mkdirSync(path.join(victim, 'work'));
  writeFileSync(path.join(victim, 'work', 'precious.txt'), 'x');
  const before = readdirSync(victim).sort();
  const folder = make('name: trap\n');
  symlinkSync(victim, path.join(folder, '.modelyard'));
  await expect(connect(folder)).rejects.toMatchObject({
    code: 'store.foreign',
    message: expect.stringContaining('.modelyard is a link'),
  });
  expect(readdirSync(victim).sort()).toEqual(before);
  expect(existsSync(path.join(victim, 'work', 'precious.txt'))).toBe(true);
});

test.each(['work', 'objects', 'environments'])('and so is one of its folders that is a link: %s', async name => {
  const victim = make();
  const folder = make('name: x\n');
  mkdirSync(path.join(folder, '.modelyard'));
  symlinkSync(victim, path.join(folder, '.modelyard', name));
  await expect(connect(folder)).rejects.toMatchObject({ code: 'store.foreign' });
  expect(readdirSync(victim)).toEqual([]);
});

test('a folder copied while its engine runs gets an engine and a database of its own', async () => {
  const original = make('name: original\n');
  const first = await (await connect(original)).call('engine/status', {});
  const copy = make('name: copy\n');
  cpSync(path.join(original, '.modelyard'), path.join(copy, '.modelyard'), { recursive: true });
  const second = await (await connect(copy)).call('engine/status', {});
  expect(second.pid).not.toBe(first.pid);
  expect(path.dirname(path.dirname(second.database.path))).toBe(copy);
});
