import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { readKubeconfig } from '../../../engine/executors/kubernetes/kubeconfig';
import { temporaryFolder } from '../../support/store';

/** Writes one file; its folder is what its paths are relative to. */
function write(name: string, content: object): string {
  const folder = path.join(temporaryFolder(), name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'config'), stringify({ apiVersion: 'v1', kind: 'Config', ...content }));
  return path.join(folder, 'config');
}
function variable(...files: readonly string[]): void {
  const before = process.env['KUBECONFIG'];
  process.env['KUBECONFIG'] = files.join(path.delimiter);
  onTestFinished(() => void (before === undefined ? delete process.env['KUBECONFIG'] : (process.env['KUBECONFIG'] = before))); // prettier-ignore
}

test('several files count as one; paths are those from the file that says them, the first that says something is right', async () => {
  const one = write('one', {
    'current-context': 'dev',
    contexts: [
      { name: 'dev', context: { cluster: 'c', user: 'u' } },
      { name: 'prod', context: { cluster: 'c2', user: 'u2', namespace: 'ml' } },
    ],
    clusters: [{ name: 'c', cluster: { server: 'https://dev/' } }],
    users: null,
  });
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: './bin/login' };
  const two = write('two', {
    'current-context': 'prod',
    contexts: [{ name: 'dev', context: { cluster: 'c2', user: 'u2' } }],
    clusters: [
      { name: 'c', cluster: { server: 'https://other' } },
      { name: 'c2', cluster: { server: 'https://prod', 'certificate-authority': 'ca.pem', 'tls-server-name': 'api' } },
    ],
    users: [
      { name: 'u', user: { tokenFile: 'token' } },
      { name: 'u2', user: { exec } },
    ],
  });
  writeFileSync(path.join(path.dirname(two), 'ca.pem'), 'the authority');
  variable(one, '/no/such/file', two);
  expect(await readKubeconfig({})).toEqual({
    server: 'https://dev',
    namespace: 'default',
    user: { name: 'u', tokenFile: path.join(path.dirname(two), 'token') },
  });
  expect(await readKubeconfig({ context: 'prod' })).toMatchObject({
    server: 'https://prod',
    namespace: 'ml',
    ca: 'the authority',
    serverName: 'api',
    user: { name: 'u2', program: { command: path.join(path.dirname(two), 'bin/login'), args: [], env: [], interactiveMode: 'IfAvailable' } }, // prettier-ignore
  });
});

test('what is not there, or cannot be, is refused by name', async () => {
  variable('/no/such/file', '/nor/this');
  await expect(readKubeconfig({})).rejects.toMatchObject({ code: 'not-found', message: 'There is no kubeconfig at /no/such/file and /nor/this.' }); // prettier-ignore
  const named = (cluster: object) => ({
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: 't' } }],
  });
  const refused = (cluster: object, context?: string): Promise<unknown> =>
    readKubeconfig({ file: write('x', named(cluster)), ...(context !== undefined && { context }) }).catch((error: unknown) => error); // prettier-ignore
  expect(await refused({ server: 'https://a' }, 'y')).toMatchObject({ message: expect.stringMatching(/has no context y; it has x\.$/) }); // prettier-ignore
  expect(await refused({ server: 'https://a', 'insecure-skip-tls-verify': true })).toMatchObject({ message: expect.stringMatching(/no token is sent there/), fix: expect.stringMatching(/certificate-authority-data/) }); // prettier-ignore
  expect(await refused({ server: 'https://a', 'proxy-url': 'http://p' })).toMatchObject({ message: expect.stringMatching(/through a proxy/) }); // prettier-ignore
  expect(await refused({ server: 'https://a', 'certificate-authority': 'none.pem' })).toMatchObject({ code: 'not-found', message: expect.stringMatching(/none\.pem, which cannot be read/) }); // prettier-ignore
});
