import type { DebugLaunch } from '../../engine/protocol/debug';

type Environment = Readonly<Record<string, string | undefined>>;

/** `${…}` has VS Code put something in its place in whatever a debugger is started with, or run a command (`${command:…}`). */
const isFilledIn = (text: string): boolean => /\$\{[^}]*\}/.test(text);

/** What of a launch would not come to the program as it is: an argument, or the name of a variable; undefined: nothing. */
export function substituted({ runtimeArgs, target, args, env }: DebugLaunch): string | undefined {
  const words = [...runtimeArgs, 'file' in target ? target.file : target.module, ...args];
  // of a variable the name alone: its value may be a secret
  return words.find(isFilledIn) ?? Object.keys(env).find(name => isFilledIn(env[name] ?? ''));
}

/** Without the variables that VS Code would change and that the program inherits anyway. */
export const withoutInherited = (launch: DebugLaunch, inherited: Environment): DebugLaunch => ({
  ...launch,
  env: Object.fromEntries(
    Object.entries(launch.env).filter(
      ([name, value]) => !(value !== null && isFilledIn(value) && inherited[name] === value),
    ),
  ),
});
