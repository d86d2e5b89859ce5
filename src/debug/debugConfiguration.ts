import * as vscode from 'vscode';
import type { DebugLaunch, DebugRuntime } from '../../engine/protocol/debug';

/** By this the sessions of a step are known among all others. */
const mark = 'modelyardStep';

/** The kind of debugger that VS Code has for it, by the type that `launch.json` names; undefined: no extension has one. */
export function debuggerType(runtime: DebugRuntime): string | undefined {
  const wanted = runtime === 'node' ? ['node', 'pwa-node'] : ['debugpy', 'python'];
  const known = new Set(vscode.extensions.all.flatMap(contributedDebuggers));
  return wanted.find(type => known.has(type));
}

/** Where to get one. */
export const debuggerExtension: Readonly<Record<DebugRuntime, { readonly id: string; readonly name: string }>> = {
  node: { id: 'ms-vscode.js-debug', name: 'JavaScript Debugger' },
  python: { id: 'ms-python.debugpy', name: 'Python Debugger' },
};

function contributedDebuggers({ packageJSON }: vscode.Extension<unknown>): readonly string[] {
  const manifest: unknown = packageJSON;
  const debuggers = field(field(manifest, 'contributes'), 'debuggers');
  if (!Array.isArray(debuggers)) return [];
  return debuggers.flatMap((one: unknown) => {
    const type = field(one, 'type');
    return typeof type === 'string' ? [type] : [];
  });
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

/** The launch as `launch.json` would have it. Its output comes back as events, for the log of the step. */
export function debugConfiguration(
  launch: DebugLaunch,
  { type, name, key }: { readonly type: string; readonly name: string; readonly key: string },
): vscode.DebugConfiguration {
  const { runtime, executable, runtimeArgs, target, args, cwd, env } = launch;
  const common = {
    ...{ type, name, request: 'launch', args: [...args], cwd, console: 'internalConsole', [mark]: key },
    internalConsoleOptions: 'openOnSessionStart',
  };
  const program = 'file' in target ? { program: target.file } : { module: target.module };
  return runtime === 'node'
    ? {
        ...{ ...common, ...program, env, runtimeExecutable: executable, runtimeArgs: [...runtimeArgs] },
        ...{ outputCapture: 'std', skipFiles: ['<node_internals>/**'] },
      }
    : {
        ...{ ...common, ...program, env: setVariables(env), python: executable, pythonArgs: [...runtimeArgs] },
        redirectOutput: true,
      };
}

/** debugpy can set a variable, not take one out: one that would be inherited is emptied. */
const setVariables = (env: DebugLaunch['env']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([key, value]): [string, string][] =>
      value === null ? (process.env[key] === undefined ? [] : [[key, '']]) : [[key, value]],
    ),
  );

/** The key of the step that a session, or the one which has started it, is about. */
export function stepOf(session: vscode.DebugSession): string | undefined {
  const value: unknown = session.configuration[mark];
  if (typeof value === 'string') return value;
  return session.parentSession && stepOf(session.parentSession);
}
