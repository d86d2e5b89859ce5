import { ModelyardError } from '../../../errors';
import type { TransferProblem } from '../../../protocol/transfer';
import type { Row } from '../../../store/database';
import { integer, optionalInteger, optionalText } from '../../../store/row';
import type { ModelFacts, VersionFacts } from '../../content/model';
import { modelParts } from '../../content/model';
import type { ModelPlaces } from '../modelPlaces';
import type { BrokenModel, SourceItem } from '../source';
import { isDeletedVersion, statusOf } from '../versionText';
import type { ModelKey, ModelRows } from './modelRows';
import { DEFAULT_WORKSPACE, addressedOf, createdAt } from './modelRows';

interface Registry {
  readonly places: ModelPlaces;
  /** What is worth a report; throws what ends the whole import. */
  readonly asProblem: (error: unknown) => TransferProblem;
}

/** The registered models of a database. What cannot be read is said, and the rest comes. */
export function* readModels(rows: ModelRows, registry: Registry): Generator<SourceItem> {
  for (const key of rows.keys()) {
    try {
      yield* readModel(rows, key, registry);
    } catch (error) {
      yield broken(key, registry.asProblem(error));
    }
  }
}

const broken = (key: ModelKey, problem: TransferProblem): BrokenModel => ({
  type: 'brokenModel',
  what: 'model',
  problem: { ...problem, message: `Model ${shownName(key)}: ${problem.message}` },
});

const brokenVersion = (key: ModelKey, version: number | undefined, problem: TransferProblem): BrokenModel => ({
  type: 'brokenModel',
  what: 'version',
  problem: { ...problem, message: `Model ${shownName(key)}, version ${version ?? '?'}: ${problem.message}` },
});

/** Beyond it the next number would not be exact. */
const MOST = 1e15;

const shownName = ({ name }: ModelKey): string => JSON.stringify(name.slice(0, 80));

function* readModel(rows: ModelRows, key: ModelKey, registry: Registry): Generator<SourceItem> {
  const row = rows.model(key);
  const updatedAt = optionalInteger(row, 'last_updated_time');
  const head = {
    // a name of the registry has no `/`
    name: key.workspace === DEFAULT_WORKSPACE ? key.name : `${key.workspace}.${key.name}`,
    description: optionalText(row, 'description') ?? '',
    createdAt: createdAt(row),
    ...(updatedAt !== undefined && { updatedAt }),
    tags: rows.tags(key),
    aliases: rows.aliases(key),
  };
  const tags = rows.versionTags(key);
  const versions: VersionFacts[] = [];
  let nextVersion = 1;
  for (const one of rows.versions(key)) {
    let number: number | undefined;
    try {
      number = integer(one, 'version');
      if (number < 1 || number > MOST) throw unreadable(`${number} is not the number of a version`);
      nextVersion = number + 1;
      if (!isDeletedVersion(optionalText(one, 'current_stage') ?? ''))
        versions.push({ ...versionOf(one, { rows, key, places: registry.places }), tags: tags.get(number) ?? {} });
    } catch (error) {
      yield brokenVersion(key, number, registry.asProblem(error));
    }
  }
  const model: ModelFacts = { ...head, nextVersion, versions };
  for (const part of modelParts(model)) yield { type: 'model', model: part };
}

interface VersionWork {
  readonly rows: ModelRows;
  readonly key: ModelKey;
  readonly places: ModelPlaces;
}

function versionOf(row: Row, { rows, key, places }: VersionWork): Omit<VersionFacts, 'tags'> {
  const said = addressedOf(row);
  const place = places.find(said, (name, version) => rows.addressed({ ...key, name }, version));
  const updatedAt = optionalInteger(row, 'last_updated_time');
  return {
    version: integer(row, 'version'),
    createdAt: createdAt(row),
    ...(updatedAt !== undefined && { updatedAt }),
    user: optionalText(row, 'user_id') ?? '',
    description: optionalText(row, 'description') ?? '',
    stage: optionalText(row, 'current_stage') ?? 'None',
    source: optionalText(row, 'source') ?? '',
    ...(place && { place }),
    ...(said.run !== undefined && { run: said.run }),
    runLink: optionalText(row, 'run_link') ?? '',
    status: statusOf(optionalText(row, 'status'), unreadable),
  };
}

const unreadable = (why: string): ModelyardError => new ModelyardError('data.unreadable', `${why}.`);
