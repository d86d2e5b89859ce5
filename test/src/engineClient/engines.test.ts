import { beforeEach, expect, test, vi } from 'vitest';
import { Engines } from '../../../src/engineClient/engines';

interface File {
  readonly path: string;
  toString(): string;
}
const { files, opened, folder } = vi.hoisted(() => ({
  files: new Set<string>(),
  opened: new Set<(file: unknown) => void>(),
  folder: { uri: { path: '/w', scheme: 'file', toString: () => '/w' } },
}));

// A VS Code that has begun to watch too late: of files it says nothing before they are opened.
vi.mock('vscode', async importOriginal => {
  const never = () => ({ dispose: () => undefined });
  return {
    ...(await importOriginal<object>()),
    RelativePattern: class {},
    Uri: { joinPath: (at: File, name: string) => ({ toString: () => `${at.path}/${name}` }) },
    workspace: {
      workspaceFolders: [folder],
      getWorkspaceFolder: (uri: string) => (String(uri).startsWith('/w/') ? folder : undefined),
      getConfiguration: () => ({ get: () => 'modelyard.yaml' }),
      createFileSystemWatcher: () => ({ onDidCreate: never, onDidDelete: never, dispose: () => undefined }),
      onDidChangeWorkspaceFolders: never,
      onDidChangeConfiguration: never,
      onDidOpenTextDocument: (listener: (file: unknown) => void) => {
        opened.add(listener);
        return { dispose: () => opened.delete(listener) };
      },
      fs: {
        stat: (uri: File) => (files.has(uri.toString()) ? Promise.resolve({}) : Promise.reject(new Error('none'))),
      },
    },
  };
});
vi.mock('../../../src/engineClient/workspaceEngine', () => ({
  WorkspaceEngine: class {
    readonly configFile = 'modelyard.yaml';
    onDidFallSilent = () => undefined;
    dispose = () => undefined;
  },
}));

const note = () => undefined;
const open = (file: string): void => {
  for (const listener of opened) listener({ uri: file });
};
beforeEach(() => files.clear());

test('a configuration whose making went unseen is found when it is opened', async () => {
  const engines = new Engines({ log: { debug: note, warn: note, error: note } } as never);
  await engines.ready;
  let changes = 0;
  engines.onDidChange(() => changes++);
  expect(engines.all()).toEqual([]);
  files.add('/w/modelyard.yaml');
  open('/w/data.csv');
  open('/elsewhere/modelyard.yaml');
  await new Promise(resolve => setImmediate(resolve));
  expect([engines.all().length, changes]).toEqual([0, 0]);
  open('/w/modelyard.yaml');
  await vi.waitFor(() => expect([engines.all().length, changes]).toEqual([1, 1]));
  const [engine] = engines.all();
  open('/w/modelyard.yaml');
  await new Promise(resolve => setImmediate(resolve));
  expect(engines.all()).toEqual([engine]);
  engines.dispose();
  expect(opened.size).toBe(0);
});
