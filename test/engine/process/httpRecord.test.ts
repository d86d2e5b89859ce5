import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HttpDoor } from '../../../engine/process/httpDoor';
import { listenAsBefore } from '../../../engine/process/httpRecord';

function workspace(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelyard-door-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function newDoor(): HttpDoor {
  const door = new HttpDoor(() => undefined, { info: () => undefined, error: () => undefined });
  onTestFinished(() => door.close());
  return door;
}

const recordOf = (folder: string): string => path.join(folder, '.modelyard', 'http.json');

/** Listens for one engine's life. */
async function once(folder: string) {
  const door = newDoor();
  const endpoint = await listenAsBefore(folder, door);
  await door.close();
  return endpoint;
}

test('the next engine listens where the last one did, with the same token', async () => {
  const folder = workspace();
  expect(await once(folder)).toEqual(await once(folder));
  if (process.platform !== 'win32') expect(statSync(recordOf(folder)).mode & 0o777).toBe(0o600);
});

test('asked twice at once, it is one door', async () => {
  const folder = workspace();
  const door = newDoor();
  const [a, b] = await Promise.all([listenAsBefore(folder, door), listenAsBefore(folder, door)]);
  expect(a).toEqual(b);
});

test('a port that somebody has taken meanwhile is replaced, the token stays', async () => {
  const folder = workspace();
  const before = await once(folder);
  const other = net.createServer().listen(Number(new URL(before.url).port), '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise(resolve => other.once('listening', resolve));
  const after = await once(folder);
  expect(after.url).not.toBe(before.url);
  expect(after.token).toBe(before.token);
  expect(JSON.parse(readFileSync(recordOf(folder), 'utf8'))).toMatchObject({
    port: Number(new URL(after.url).port),
  });
});

test.each([
  [
    'came with a copy of another folder',
    (file: string, text: string) => writeFileSync(file, text.replace(/"workspace":"/, '$&/elsewhere')),
  ],
  ['is damaged', (file: string) => writeFileSync(file, '{')],
  ['others can read', (file: string) => chmodSync(file, 0o644)],
  [
    'is a link',
    (file: string, text: string) => {
      writeFileSync(`${file}.target`, text, { mode: 0o600 });
      rmSync(file);
      symlinkSync(`${file}.target`, file);
    },
  ],
])('a record that %s is not believed', async (_, spoil) => {
  const folder = workspace();
  const before = await once(folder);
  spoil(recordOf(folder), readFileSync(recordOf(folder), 'utf8'));
  expect((await once(folder)).token).not.toBe(before.token);
});

test('where it cannot be remembered it listens all the same', async () => {
  const folder = workspace();
  mkdirSync(recordOf(folder), { recursive: true }); // a folder in its place
  expect((await once(folder)).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});
