import * as v from 'valibot';
import type { Texts } from '../../content/run';
import { isRepeatable, pairs } from './mlflowServer';
import type { MlflowServer } from './mlflowServer';

const tagsSchema = v.optional(v.array(v.object({ key: v.string(), value: v.optional(v.string(), '') })), []);
const modelAnswer = v.object({
  registered_model: v.object({
    description: v.optional(v.string(), ''),
    tags: tagsSchema,
    aliases: v.optional(v.array(v.object({ alias: v.string() })), []),
  }),
});
const versionSchema = v.object({
  version: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
  current_stage: v.optional(v.string(), 'None'),
  tags: tagsSchema,
});
const versionAnswer = v.object({ model_version: versionSchema });
const versionsAnswer = v.object({
  model_versions: v.optional(v.array(versionSchema), []),
  next_page_token: v.optional(v.string(), ''),
});

export interface ServerModel {
  readonly description: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly aliases: ReadonlySet<string>;
}

export interface ServerVersion {
  readonly version: string;
  readonly stage: string;
  readonly tags: ReadonlyMap<string, string>;
}

export interface NewServerVersion {
  readonly name: string;
  readonly source: string;
  readonly run_id?: string;
  readonly run_link?: string;
  readonly description?: string;
  readonly tags: Texts;
}

const PAGE = '1000';
const PROMPT = 'mlflow.prompt.is_prompt';

/** The calls of MLflow's registry that an export makes. Errors: `remote.unreachable`, `remote.refused`, `cancelled`. */
export class ServerRegistry {
  constructor(private readonly server: MlflowServer) {}

  /** Undefined: there is none. */
  async model(name: string): Promise<ServerModel | undefined> {
    const answer = await this.server.find('registered-models/get', { name });
    if (answer === undefined) return undefined;
    const { description, tags, aliases } = this.server.read(answer, modelAnswer).registered_model;
    return { description, tags: mapOf(tags), aliases: new Set(aliases.map(({ alias }) => alias)) };
  }

  /** What was made already, because an answer was lost, stays as it is. */
  async create(model: { name: string; description: string; tags: Texts }): Promise<ServerModel> {
    const { name, description, tags } = model;
    const body = { name, description, tags: pairs(Object.entries(tags)) };
    try {
      await this.server.post('registered-models/create', body, true);
    } catch (error) {
      if (!isRepeatable(error)) throw error;
      const made = await this.model(name);
      if (made !== undefined) return made;
      await this.server.post('registered-models/create', body, true);
    }
    return { description, tags: new Map(Object.entries(tags)), aliases: new Set() };
  }

  /** Adds what is missing. */
  async complete(name: string, there: ServerModel, model: { description: string; tags: Texts }): Promise<void> {
    if (there.description === '' && model.description !== '')
      await this.server.patch('registered-models/update', { name, description: model.description });
    for (const [key, value] of Object.entries(model.tags))
      if (!there.tags.has(key)) await this.server.post('registered-models/set-tag', { name, key, value });
  }

  /** All versions of a model, or of a prompt, which a search leaves out unless it asks for it. */
  async versions({ name, tags }: { name: string; tags: Texts }): Promise<readonly ServerVersion[]> {
    const quote = name.includes("'") ? '"' : "'";
    const isPrompt = tags[PROMPT] === undefined ? '' : ` AND tags.\`${PROMPT}\` = 'true'`;
    const query = { filter: `name=${quote}${name}${quote}${isPrompt}`, max_results: PAGE };
    const versions: ServerVersion[] = [];
    let token = '';
    do {
      const more = token === '' ? {} : { page_token: token };
      const answer = await this.server.find('model-versions/search', { ...query, ...more });
      if (answer === undefined) break;
      const page = this.server.read(answer, versionsAnswer);
      versions.push(...page.model_versions.map(toVersion));
      token = page.next_page_token;
    } while (token !== '');
    return versions;
  }

  async createVersion({ tags, ...version }: NewServerVersion): Promise<ServerVersion> {
    const answer = await this.server.post(
      'model-versions/create',
      { ...version, tags: pairs(Object.entries(tags)) },
      true,
    );
    return toVersion(this.server.read(answer, versionAnswer).model_version);
  }

  async moveTo(name: string, version: string, stage: string): Promise<void> {
    const body = { name, version, stage, archive_existing_versions: false };
    await this.server.post('model-versions/transition-stage', body);
  }

  async setAlias(name: string, alias: string, version: string): Promise<void> {
    await this.server.post('registered-models/alias', { name, alias, version });
  }
}

const mapOf = (tags: v.InferOutput<typeof tagsSchema>): ReadonlyMap<string, string> =>
  new Map(tags.map(({ key, value }) => [key, value]));

const toVersion = ({ version, current_stage: stage, tags }: v.InferOutput<typeof versionSchema>): ServerVersion => ({
  version,
  stage,
  tags: mapOf(tags),
});
