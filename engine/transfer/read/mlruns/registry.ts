import fs from 'node:fs';
import path from 'node:path';
import type { TransferProblem } from '../../../protocol/transfer';
import type { ModelFacts, VersionFacts } from '../../content/model';
import { modelParts } from '../../content/model';
import type { Confines } from '../confines';
import { problemOf, unreadable } from '../failures';
import type { Addressed, ModelPlaces } from '../modelPlaces';
import type { BrokenModel, SourceItem } from '../source';
import { isDeletedVersion, statusOf } from '../versionText';
import { MetaYaml } from './metaYaml';
import { valueFiles } from './runFolder';

const META = 'meta.yaml';
const VERSION = /^version-(\d{1,15})$/;

interface Registry {
  readonly confines: Confines;
  readonly places: ModelPlaces;
}

/** Whether a folder holds registered models. */
export const hasRegistry = (folder: string, confines: Confines): boolean =>
  confines.inside(folder) !== undefined &&
  confines.folders(folder).some(name => fs.existsSync(path.join(folder, name, META)));

/**
 * The registered models of a file store: `models/NAME/{meta.yaml, tags/, aliases/, version-N/{meta.yaml, tags/}}`. What
 * cannot be read is said, and the rest comes.
 */
export function* readRegistry(folder: string, registry: Registry): Generator<SourceItem> {
  const { confines } = registry;
  if (confines.inside(folder) === undefined) {
    if (fs.lstatSync(folder, { throwIfNoEntry: false }) !== undefined) yield brokenModel(stray(folder));
    return;
  }
  for (const name of confines.strays(folder)) yield brokenModel(stray(path.join(folder, name)));
  for (const name of confines.folders(folder)) {
    const own = path.join(folder, name);
    try {
      yield* readModel(own, registry);
    } catch (error) {
      yield brokenModel(problemOf(error));
    }
  }
}

const brokenModel = (problem: TransferProblem, what: BrokenModel['what'] = 'model'): BrokenModel => ({
  type: 'brokenModel',
  what,
  problem,
});

const stray = (link: string): TransferProblem => ({
  message: `${link}: it is a link that leads out of what may be read; it was left out.`,
  place: { file: link },
  fix: 'Put what it leads to in its place, and import again.',
});

function* readModel(folder: string, registry: Registry): Generator<SourceItem> {
  const { confines } = registry;
  const meta = MetaYaml.read(path.join(folder, META), confines);
  const name = meta.text('name');
  if (name !== path.basename(folder))
    throw unreadable(meta.file, `its name is ${JSON.stringify(name.slice(0, 80))}, but its folder is named otherwise`);
  const updatedAt = meta.optionalInteger('last_updated_timestamp');
  const lost: TransferProblem[] = [];
  const head = {
    name,
    description: meta.optionalText('description') ?? '',
    createdAt: meta.optionalInteger('creation_timestamp') ?? updatedAt ?? 0,
    ...(updatedAt !== undefined && { updatedAt }),
    tags: orNone(() => valueFiles(path.join(folder, 'tags'), confines), lost),
    aliases: orNone(() => aliasesOf(path.join(folder, 'aliases'), confines), lost),
  };
  for (const problem of lost) yield { ...brokenModel(problem), isIncomplete: true };
  for (const name of confines.strays(folder)) yield brokenModel(stray(path.join(folder, name)), 'version');
  const versions: VersionFacts[] = [];
  const numbers = versionNumbers(folder, confines);
  for (const number of numbers) {
    try {
      const version = readVersion(folder, number, registry);
      if (version !== undefined) versions.push(version);
    } catch (error) {
      yield brokenModel(problemOf(error), 'version');
    }
  }
  const model: ModelFacts = { ...head, nextVersion: (numbers.at(-1) ?? 0) + 1, versions };
  for (const part of modelParts(model)) yield { type: 'model', model: part };
}

/** Without its tags or aliases a model is worth having: the next import brings them. */
function orNone<T>(read: () => Readonly<Record<string, T>>, lost: TransferProblem[]): Readonly<Record<string, T>> {
  try {
    return read();
  } catch (error) {
    lost.push(problemOf(error));
    return {};
  }
}

const versionNumbers = (folder: string, confines: Confines): readonly number[] =>
  confines
    .folders(folder)
    .flatMap(name => VERSION.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

/** A file each: its name is the alias, its text the number of a version. */
function aliasesOf(folder: string, confines: Confines): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(valueFiles(folder, confines)).map(([alias, text]) => {
      if (/^\d{1,15}$/.test(text.trim())) return [alias, Number(text)];
      throw unreadable(path.join(folder, alias), `${JSON.stringify(text.slice(0, 40))} is not the number of a version`);
    }),
  );
}

/** Undefined: it was deleted. */
function readVersion(model: string, number: number, { confines, places }: Registry): VersionFacts | undefined {
  const folder = path.join(model, `version-${number}`);
  const meta = MetaYaml.read(path.join(folder, META), confines);
  if (meta.optionalInteger('version') !== number) throw unreadable(meta.file, 'its version is not that of its folder');
  const stage = meta.optionalText('current_stage') ?? 'None';
  if (isDeletedVersion(stage)) return undefined;
  const updatedAt = meta.optionalInteger('last_updated_timestamp');
  const said = addressed(meta);
  const place = places.find(said, (name, version) => otherVersion(path.dirname(model), { name, version }, confines));
  return {
    version: number,
    createdAt: meta.optionalInteger('creation_timestamp') ?? updatedAt ?? 0,
    ...(updatedAt !== undefined && { updatedAt }),
    user: meta.optionalText('user_id') ?? '',
    description: meta.optionalText('description') ?? '',
    stage,
    source: meta.optionalText('source') ?? '',
    ...(place && { place }),
    ...(said.run !== undefined && { run: said.run }),
    runLink: meta.optionalText('run_link') ?? '',
    status: statusOf(meta.optionalText('status'), why => unreadable(meta.file, why)),
    tags: valueFiles(path.join(folder, 'tags'), confines),
  };
}

function addressed(meta: MetaYaml): Addressed {
  const run = meta.optionalText('run_id');
  return {
    addresses: ['storage_location', 'source'].map(key => meta.optionalText(key) ?? ''),
    run: run === '' ? undefined : run,
  };
}

function otherVersion(
  models: string,
  { name, version }: { name: string; version: number },
  confines: Confines,
): Addressed | undefined {
  if (name === '.' || name === '..' || /[/\\]/.test(name)) return undefined;
  try {
    return addressed(MetaYaml.read(path.join(models, name, `version-${version}`, META), confines));
  } catch {
    return undefined; // said where it is read for itself
  }
}
