import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { placesOf, scanPlaces } from '../../../engine/security/scan/scanPaths';
import { temporaryFolder } from '../../support/store';
import { calling } from './corpus/assemble';

/** Written by PyTorch 2.15, Keras 3.15 and h5py 3.16. */
const folder = path.resolve(import.meta.dirname, '../../fixtures/security');
const scan = (file: string, from = folder) => scanPlaces(placesOf([file], from));

test.each([
  ...['state.pt', 'whole.pt', 'wholeOld.pt', 'checkpoint.pt', 'net.pkl', 'script.pt'],
  ...['dense.keras', 'dense.h5'],
])('%s passes', file => {
  expect(scan(file)).toMatchObject({ verdict: 'pass', findings: [] });
});

test.each([
  ['calls.pt', 'denied-global'],
  ['callsOld.pt', 'denied-global'],
  ['callsWithin.pkl', 'denied-global'],
  ['scriptReads.pt', 'program'],
  ['lambda.h5', 'keras-code'],
  ['link.h5', 'external-data'],
  ['data.h5', 'external-data'],
  ['virtual.h5', 'external-data'],
])('%s is found', (file, kind) => {
  const { verdict, findings } = scan(file);
  expect(verdict).toBe('block');
  expect(findings).toContainEqual(expect.objectContaining({ kind, verdict: 'block' }));
});

test('a 64-bit directory that is another than the 32-bit one blocks', () => {
  const bytes = readFileSync(path.join(folder, 'state.pt'));
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  bytes.writeUInt32LE(bytes.readUInt32LE(end + 12) - 1, end + 12);
  const own = temporaryFolder();
  writeFileSync(path.join(own, 'state.pt'), bytes);
  const { verdict, findings } = scan('state.pt', own);
  expect(verdict).toBe('block');
  expect(findings.map(({ sentence }) => sentence)).toContain(
    'The zip cannot be read: its 64-bit directory is another than its 32-bit one.',
  );
});

test('what follows the numbers of an old file of PyTorch is no part of it, what stands among its pickles is', () => {
  const own = temporaryFolder();
  const old = readFileSync(path.join(folder, 'wholeOld.pt'));
  writeFileSync(
    path.join(own, 'old.pt'),
    Buffer.concat([old.subarray(0, 15), calling('os', 'system'), old.subarray(15)]),
  );
  expect(scan('old.pt', own).findings).toContainEqual(expect.objectContaining({ global: 'os:system' }));
});

test('a package of somebody is to be reviewed though its name is that of a file of Python', () => {
  const own = temporaryFolder();
  const verdict = (module: string, name: string): string | undefined => {
    writeFileSync(path.join(own, 'model.pkl'), calling(module, name));
    return scan('model.pkl', own).findings[0]?.sentence;
  };
  expect(verdict('code.model', 'Net')).toContain('which is not on the list');
  expect(verdict('code', 'Net')).toContain('a module of your own cannot be told from it by its name');
  expect(verdict('test.support', 'run')).toContain('which runs code or commands');
});
