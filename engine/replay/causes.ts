import type { ReplayReport } from '../protocol/replay';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Sources } from './ports';

const facts: readonly (readonly [string, string])[] = [
  ['node', 'Node'],
  ['modelyard', 'Modelyard'],
  ['platform', 'operating system'],
  ['arch', 'architecture'],
  ['cpu', 'processor'],
];

/** What of the machine and its packages is not as it was. */
export function changedSurroundings(was: Sources['host'], now: Sources['host']): readonly string[] {
  const told = facts.flatMap(([key, name]) => {
    const [a, b] = [was[key], now[key]];
    return typeof a === 'string' && typeof b === 'string' && a !== b ? [`The ${name} was ${a} and is ${b}.`] : [];
  });
  const [before, after] = [entriesOf(was['packages']), entriesOf(now['packages'])];
  const packages = [...before].flatMap(([name, version]) => {
    const is = after.get(name);
    return is === undefined || is === version ? [] : [`The package ${name} was ${version} and is ${is}.`];
  });
  return [...told, ...packages];
}

function entriesOf(value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(Object.entries(value).map(([key, one]): [string, string] => [key, String(one)]));
}

/** What could not be made as it was, of the code. */
export function missingCode(sources: Sources): readonly string[] {
  const left = sources.leftOut.map(({ path }) => path);
  const modules = sources.changes.filter(({ text }) => /^[-+]Subproject commit /m.test(text)).map(({ path }) => path);
  return [
    ...(sources.changesRedacted
      ? ['What looked like a secret had been taken out of the changes that the run kept.']
      : []),
    ...(left.length > 0 ? [`Files that the run did not keep are missing: ${someOf(left)}.`] : []),
    ...(modules.length > 0 ? [`Submodules are not checked out: ${someOf(modules)}.`] : []),
    ...(sources.commit === undefined && sources.files.length > 0
      ? ['There was no commit: the folder was made of the small files that the run kept.']
      : []),
  ];
}

const someOf = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;

/** What a command may use beside its files. */
export function commandCauses(config: WorkspaceConfig, pipeline: string): readonly string[] {
  const steps = Object.entries(config.pipelines[pipeline]?.steps ?? {});
  const commands = steps.filter(([, step]) => step.uses === 'run').map(([name]) => name);
  if (commands.length === 0) return [];
  return [
    `${commands.length === 1 ? 'The command of the step' : 'The commands of the steps'} ${someOf(commands)} may use chance, ` +
      'time or packages that nobody has fixed. Folders that git ignores, such as `.venv` or `node_modules`, are not in ' +
      'the folder in which the run is made again, nor linked into it: what is written there would be written to yours.',
  ];
}

/** The larger first, the rest in order. */
export function sorted(differences: ReplayReport['differences']): ReplayReport['differences'] {
  const order = { more: 0, bytes: 1, tolerance: 2 } as const;
  return differences.toSorted((a, b) => order[a.size] - order[b.size]);
}
