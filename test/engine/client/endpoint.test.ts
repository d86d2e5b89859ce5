import { afterEach, describe, expect, test, vi } from 'vitest';
import { endpointOf } from '../../../engine/client/endpoint';

const { platform } = process;
const on = (name: NodeJS.Platform): void => void Object.defineProperty(process, 'platform', { value: name });
afterEach(() => {
  on(platform);
  vi.unstubAllEnvs();
});

describe('the endpoint of a folder', () => {
  test.each(['linux', 'darwin', 'win32'] as const)(
    'on %s is the same whatever temporary folder a process has: two owners would destroy the database',
    name => {
      on(name);
      vi.stubEnv('TMPDIR', '/var/folders/x1/T');
      const one = endpointOf('/home/ada/credit');
      vi.stubEnv('TMPDIR', '/private/tmp/nix-shell.4711');
      expect(endpointOf('/home/ada/credit')).toBe(one);
      expect(endpointOf('/home/ada/other')).not.toBe(one);
    },
  );

  test('is short enough for a socket', () => {
    on('darwin');
    expect(Buffer.byteLength(endpointOf(`/home/${'a'.repeat(4000)}`))).toBeLessThan(104);
  });

  test('fills an abstract address, so that every version of Node means the same', () => {
    on('linux');
    for (const folder of ['/w', '/a/longer/path/to/a workspace', `/${'x'.repeat(3000)}`]) {
      expect(Buffer.byteLength(endpointOf(folder))).toBe(108); // sun_path of sockaddr_un
      expect(endpointOf(folder)).toMatch(/^\0modelyard-\d+-[0-9a-f]{24}-+$/);
    }
  });
});
