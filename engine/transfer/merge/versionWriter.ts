import type { SourceKind } from '../../protocol/transfer';
import type { VersionFacts } from '../content/model';
import type { Texts } from '../content/run';
import type { KnownVersion, ModelPort, StageRules } from '../modelPort';
import { shown, withoutPassword } from '../read/shown';
import type { Tally } from './tally';

interface VersionWriterOptions {
  readonly models: ModelPort;
  readonly tally: Tally;
  readonly kind: () => SourceKind;
}

/** The model that versions are written to. */
export interface Target {
  readonly id: number;
  readonly name: string;
  readonly versions: readonly KnownVersion[];
  readonly rules: StageRules;
}

/** Where the files of a version are. */
interface Files {
  readonly storage: string;
  readonly artifactPath: string;
  readonly areHere: boolean;
}

/** Addresses that only mean something on the machine that wrote them, or here. */
const LOCAL = /^(?:[a-z]:|file:|mlflow-artifacts:|runs:|models:|[^:]*$)/i;
/** What prompts have for a source. */
const PROMPT_SOURCES: readonly string[] = ['dummy-source', 'prompt-template'];

const FROM: Readonly<Partial<Record<SourceKind, string>>> = {
  mlruns: 'a folder of MLflow',
  'mlflow-db': 'a database of MLflow',
  bundle: 'a bundle',
};

/** Writes versions of a model, with their numbers, times and stages. */
export class VersionWriter {
  /** Versions that this import has made, by model: they do not hold a stage against each other. */
  private readonly made = new Map<string, Set<number>>();

  constructor(private readonly options: VersionWriterOptions) {}

  /** Within a transaction. `taken`: those that are here now as the source has them. */
  write(
    versions: readonly VersionFacts[],
    target: Target,
  ): { readonly changes: number; readonly taken: ReadonlySet<number> } {
    const { tally } = this.options;
    const here = new Map(target.versions.map(version => [version.version, version]));
    const taken = new Set<number>();
    const seen = new Set<number>();
    let changes = 0;
    for (const version of versions) {
      const known = here.get(version.version);
      const conflict = seen.has(version.version)
        ? 'it is in the source more than once'
        : known && conflictOf(known, version);
      seen.add(version.version);
      if (conflict !== undefined) {
        tally.versions.conflicting++;
        tally.problems.add({
          message: `Model ${target.name}, version ${version.version}: ${conflict}; it was left as it is.`,
          fix: 'Rename the model here, or import it into another workspace.',
        });
        continue;
      }
      const isChanged = known === undefined ? this.insert(version, target) : this.compare(known, version, target);
      if (isChanged) changes++;
      taken.add(version.version);
    }
    return { changes, taken };
  }

  private insert(version: VersionFacts, target: Target): true {
    const { models, tally } = this.options;
    const { name, rules } = target;
    const { place: _, run, user, updatedAt = version.createdAt, ...rest } = version;
    const files = this.files(version);
    const ofRun = run === undefined ? undefined : models.run(run);
    const tags = this.allowedTags(version, name);
    const stage = this.stageFor(version, target);
    models.insertVersion(target.id, {
      ...rest,
      model: name,
      createdBy: user,
      updatedAt,
      ...(run !== undefined && { foreignRun: run }),
      storage: files.storage,
      artifactPath: files.artifactPath,
      tags: tags.allowed,
      stage,
      metrics: version.metrics ?? ofRun?.metrics ?? {},
      lineage: version.lineage ?? ofRun?.lineage ?? { datasets: [] },
      reason: this.reason(version, rules),
    });
    this.madeOf(name).add(version.version);
    tally.versions.imported++;
    this.sayMissing(version, { name, files, hasLost: tags.hasLost });
    return true;
  }

  /** A version that is here already: its run or its files may have come since. */
  private compare(known: KnownVersion, version: VersionFacts, { id, name }: Target): boolean {
    const { models, tally } = this.options;
    const files = this.files(version);
    const runHasCome = !known.hasRun && version.run !== undefined && models.run(version.run) !== undefined;
    // the files of a logged model that is here are as good
    const isElsewhere = known.storage === version.source || !known.storage.startsWith('mlflow-artifacts:');
    const hasCome = runHasCome || (files.areHere && isElsewhere && known.storage !== files.storage);
    if (hasCome) models.relocate(id, version.version, files);
    tally.versions[hasCome ? 'updated' : 'unchanged']++;
    this.sayMissing(version, { name, files, hasLost: false });
    return hasCome;
  }

  private madeOf(model: string): Set<number> {
    const made = this.made.get(model) ?? new Set();
    this.made.set(model, made);
    return made;
  }

  private files({ place, run, source, tags }: VersionFacts): Files {
    const owner = place && this.options.models.run(place.run);
    const areHere = place !== undefined && owner !== undefined && this.options.models.hasFiles(place.run, place.path);
    const isPrompt = PROMPT_SOURCES.includes(source) && tags['mlflow.prompt.is_prompt'] !== undefined;
    // what lies in a bucket may be loaded from there
    if (place === undefined || owner === undefined || (!areHere && !LOCAL.test(source)))
      return { storage: source, artifactPath: '', areHere: isPrompt };
    const storage = place.path === '' ? owner.artifacts : `${owner.artifacts}/${place.path}`;
    return { storage, artifactPath: place.run === run ? place.path : '', areHere };
  }

  private sayMissing(
    { version, source, run }: VersionFacts,
    { name, files, hasLost }: { readonly name: string; readonly files: Files; readonly hasLost: boolean },
  ): void {
    const { tally } = this.options;
    if (!files.areHere || hasLost) tally.versions.incomplete++;
    if (files.areHere) return;
    const where =
      source === ''
        ? 'it does not say where they are'
        : `they are said to be at ${shown(withoutPassword(source), 200)}`;
    tally.problems.add({
      message: `Model ${name}, version ${version}: its files are not here; ${where}.`,
      fix: 'If they are in a folder of this machine, name it with --artifacts, and import again.',
      ...(run !== undefined && { run }),
    });
  }

  /** A stage with gates is for versions that they have judged, and one that is held here stays so. */
  private stageFor(version: VersionFacts, { name, versions, rules }: Target): string {
    const { models, tally } = this.options;
    const first = rules.stages[0] ?? 'dev';
    const stage = models.stageOf(version.stage, rules);
    const title = `Version ${version.version} of ${name}`;
    const was = `was in ${shown(version.stage)}`;
    if (stage === undefined) {
      tally.note(`${title} ${was}, a stage that the model does not have here: it begins in ${first}.`);
      return first;
    }
    if (stage === first || !rules.stages.includes(stage)) return stage;
    const promote = `\`modelyard promote ${name} ${version.version} --to ${stage}\``;
    if (rules.gated.includes(stage)) {
      tally.note(`${title} ${was}, whose gates have not judged it: it begins in ${first}. ${promote} has them judge.`);
      return first;
    }
    const made = this.madeOf(name);
    const holder = versions.findLast(one => one.stage === stage && !one.isDeleted && !made.has(one.version));
    if (holder === undefined) return stage;
    tally.note(
      `${title} ${was}, which version ${holder.version} holds here: it begins in ${first}. ${promote} has it take over.`,
    );
    return first;
  }

  private reason({ stage }: VersionFacts, rules: StageRules): string {
    const from = `imported from ${FROM[this.options.kind()] ?? this.options.kind()}`;
    return this.options.models.stageOf(stage, rules) === rules.stages[0]
      ? from
      : `${from}, where it was in ${shown(stage)}`;
  }

  private allowedTags(
    { version, tags }: VersionFacts,
    name: string,
  ): { readonly allowed: Texts; readonly hasLost: boolean } {
    const { models, tally } = this.options;
    const entries = Object.entries(tags);
    const allowed = entries.filter(([key, value]) => {
      const refusal = models.refusal({ key, value });
      if (refusal !== undefined)
        tally.problems.add({
          message: `Model ${name}, version ${version}: a tag was left out. ${shown(refusal, 300)}`,
        });
      return refusal === undefined;
    });
    return { allowed: Object.fromEntries(allowed), hasLost: allowed.length < entries.length };
  }
}

/** Why a version of the same number is another one. */
function conflictOf(known: KnownVersion, version: VersionFacts): string | undefined {
  const isSame =
    known.createdAt === version.createdAt &&
    (known.run === undefined && version.run === undefined
      ? known.source === version.source
      : known.run === version.run);
  if (!isSame) return 'another version has that number here';
  return known.isDeleted ? 'it has been deleted here' : undefined;
}
