import { ModelyardError } from '../../errors';
import type { SourceKind, TransferProblem } from '../../protocol/transfer';
import type { ModelFacts } from '../content/model';
import type { Texts } from '../content/run';
import type { KnownModel, ModelPort, StageRules } from '../modelPort';
import type { BrokenModel } from '../read/source';
import type { Tally } from './tally';
import { shown } from '../read/shown';
import { VersionWriter } from './versionWriter';

export interface ModelImporterOptions {
  readonly models: ModelPort;
  readonly tally: Tally;
  readonly kind: () => SourceKind;
  /** One transaction. */
  readonly write: <T>(work: () => T) => T;
}

/** The stages of a model, or why they are not known. */
type Rules = ((model: string) => StageRules) | ModelyardError;

const PROMPT = 'mlflow.prompt.is_prompt';
const isPrompt = (tags: Texts): boolean => tags[PROMPT]?.toLowerCase() === 'true';

/**
 * Takes registered models in. What is here stays as it is: new versions, and tags, aliases and a description that are
 * missing come; a version with the number of another one is a conflict.
 */
export class ModelImporter {
  /** What has become of each model in this import, which may come in parts. */
  private readonly outcomes = new Map<string, 'imported' | 'updated' | 'unchanged' | 'conflicting' | 'broken'>();
  private readonly incomplete = new Set<string>();
  private readonly versions: VersionWriter;

  constructor(private readonly options: ModelImporterOptions) {
    this.versions = new VersionWriter(options);
  }

  /** In one transaction. */
  async take(models: readonly ModelFacts[]): Promise<void> {
    const rules = await this.rules();
    const changed = new Set<string>();
    this.options.write(() => {
      for (const model of models) if (this.part(model, rules)) changed.add(model.name);
    });
    this.options.models.tell(changed);
  }

  /** What the reader could not read. */
  broken({ what, isIncomplete, problem }: BrokenModel): void {
    this.options.tally[what === 'model' ? 'models' : 'versions'][isIncomplete === true ? 'incomplete' : 'broken']++;
    this.options.tally.problems.add(problem);
  }

  private async rules(): Promise<Rules> {
    try {
      return await this.options.models.rules();
    } catch (error) {
      if (error instanceof ModelyardError && error.code.startsWith('config.')) return error;
      throw error;
    }
  }

  /** Whether it changed anything. */
  private part(facts: ModelFacts, rules: Rules): boolean {
    const { models } = this.options;
    const refusal = models.refusal({ model: facts.name });
    if (refusal !== undefined)
      return this.leaveOut(facts, 'broken', { message: `A model was left out. ${shown(refusal, 300)}` });
    if (rules instanceof ModelyardError) {
      const { message, place } = rules;
      return this.leaveOut(facts, 'broken', {
        message: `Model ${facts.name}: which gates it has is not known: ${message}`,
        ...(place && { place }),
        fix: 'Correct modelyard.yaml, and import again.',
      });
    }
    const known = models.find(facts.name);
    const conflict = this.conflict(facts, known);
    if (conflict !== undefined) return this.leaveOut(facts, 'conflicting', conflict);
    return this.merge(facts, known, rules(facts.name));
  }

  private conflict(facts: ModelFacts, known: KnownModel | undefined): TransferProblem | undefined {
    const { name } = facts;
    const times = { model: facts.createdAt, versions: facts.versions.map(({ createdAt }) => createdAt) };
    if (known === undefined && this.options.models.wasDeleted(name, times))
      return { message: `Model ${name}: it has been deleted here.`, fix: 'Import it into another workspace.' };
    if (known === undefined || isPrompt(known.tags) === isPrompt(facts.tags)) return undefined;
    const [here, there] = isPrompt(known.tags) ? ['prompt', 'model'] : ['model', 'prompt'];
    return {
      message: `${name} is a ${here} here and a ${there} in the source; it was left as it is.`,
      fix: 'Rename one of the two, and import again.',
    };
  }

  private merge(facts: ModelFacts, known: KnownModel | undefined, rules: StageRules): boolean {
    const { models } = this.options;
    const { name, description, nextVersion } = facts;
    const id = known?.id ?? models.insert(facts);
    const tags = this.allowedTags(facts);
    const target = { id, name, versions: known?.versions ?? [], rules };
    const { changes, taken } = this.versions.write(facts.versions, target);
    const aliases = this.allowedAliases(facts, known, taken);
    const isMore = models.complete(known, id, { description, tags, aliases, nextVersion });
    if (known !== undefined && changes > 0) models.touch(id);
    const isChanged = isMore || changes > 0;
    this.count(name, known === undefined ? 'imported' : isChanged ? 'updated' : 'unchanged');
    return isChanged;
  }

  /** Counts each model once; what its first part was counts, unless a later one changes it. */
  private count(name: string, outcome: 'imported' | 'updated' | 'unchanged' | 'conflicting' | 'broken'): void {
    const { models } = this.options.tally;
    const before = this.outcomes.get(name);
    if (before !== undefined && (before !== 'unchanged' || outcome === 'unchanged')) return;
    if (before !== undefined) models[before]--;
    this.outcomes.set(name, outcome);
    models[outcome]++;
  }

  private leaveOut(facts: ModelFacts, outcome: 'conflicting' | 'broken', problem: TransferProblem): false {
    const { tally } = this.options;
    if (!this.outcomes.has(facts.name)) tally.problems.add(problem);
    this.count(facts.name, outcome);
    tally.versions[outcome] += facts.versions.length;
    return false;
  }

  private lose(name: string, message: string): void {
    const { tally } = this.options;
    if (!this.incomplete.has(name)) tally.models.incomplete++;
    this.incomplete.add(name);
    tally.problems.add({ message: `Model ${name}: ${message}` });
  }

  private allowedTags({ name, tags }: ModelFacts): Texts {
    return Object.fromEntries(
      Object.entries(tags).filter(([key, value]) => {
        const refusal = this.options.models.refusal({ key, value });
        if (refusal !== undefined) this.lose(name, `a tag was left out. ${shown(refusal, 300)}`);
        return refusal === undefined;
      }),
    );
  }

  /** Those that are not set here, and whose version is that of the source. */
  private allowedAliases(
    { name, aliases }: ModelFacts,
    known: KnownModel | undefined,
    taken: ReadonlySet<number>,
  ): Readonly<Record<string, number>> {
    const { models, tally } = this.options;
    return Object.fromEntries(
      Object.entries(aliases).filter(([alias, version]) => {
        const here = known !== undefined && Object.hasOwn(known.aliases, alias) ? known.aliases[alias] : undefined;
        if (here === version && taken.has(version)) return false;
        if (here !== undefined) {
          tally.note(`${name}@${alias} stays version ${here}; in the source it is version ${version}.`);
          return false;
        }
        const refusal = models.refusal({ alias });
        if (refusal !== undefined) this.lose(name, `an alias was left out. ${shown(refusal, 300)}`);
        else if (!taken.has(version))
          this.lose(name, `the alias ${alias} names version ${version}, which did not come.`);
        return refusal === undefined && taken.has(version);
      }),
    );
  }
}
