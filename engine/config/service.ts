import { createHash } from 'node:crypto';
import { digest } from '../ids';
import { ModelyardError } from '../errors';
import type {
  CompletionEntry,
  ConfigDiagnostic,
  ConfigEdit,
  ConfigLocation,
  ConfigOutline,
  ConfigPosition,
  HoverInfo,
  RuleChange,
  TextRange,
} from '../protocol/config';
import type { Digest } from '../protocol/ids';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import type { ReadCondition } from './check/conditions';
import { dataProblems } from './check/data';
import { measuredProblems, type Measured } from './check/measured';
import { scopeOf } from './check/references';
import { versionProblems } from './check/features/versionProblems';
import { waiverProblems } from './check/waivers';
import { datasetSource, type Column, type ReadColumns } from './columns';
import { readConfigFile } from './configFile';
import { asDiagnostics } from './diagnostics';
import { expectEdit } from './edit/expectEdit';
import { keyEdit } from './edit/keyEdit';
import { ruleEdit } from './edit/ruleEdit';
import { atKeys, type KeyedProblem } from './keyedProblems';
import { columnsToBe } from './editor/columnsToBe';
import { cursorAt, type Cursor } from './editor/cursor';
import { definitionOf } from './editor/definition';
import { expressionName } from './editor/expressionName';
import { typedScope } from './editor/expressionScope';
import type { FeatureFacts } from './editor/featureFacts';
import { expressionHover, featureHover } from './editor/featureHover';
import { hoverText } from './editor/hover';
import { expressionProposals } from './editor/expressionProposals';
import { proposalsAt } from './editor/proposals';
import { expressionWord, sqlProposals, sqlTarget } from './editor/sqlProposals';
import { siteAt } from './editor/siteAt';
import type { Names } from './named';
import { pipelineDefinition, type PipelineDefinition } from './params/definition';
import { overridesOf, unknownParam, type GivenParameters } from './params/overrides';
import { parametersOf, type PipelineParameters } from './parameters';
import { dayEnd } from '../waivers/dayEnd';
import { parseConfig, type Reading } from './parse';
import { LineIndex } from './yaml/lineIndex';
import { child, textOf, type Path } from './yaml/tree';

export interface ConfigServiceOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Relative to it, with `/`; usually `modelyard.yaml`. */
  readonly configFile: string;
  readonly columns: ReadColumns;
  readonly readCondition?: ReadCondition;
  readonly measured?: Measured;
  /** What is known of the values of features. */
  readonly featureFacts?: FeatureFacts;
  readonly now?: () => number;
  /** How files that are generated from the config stand to it. */
  readonly drift?: (config: WorkspaceConfig) => Promise<readonly KeyedProblem[]>;
}

export interface LoadedConfig {
  readonly config: WorkspaceConfig;
  /** sha-256 of the file's bytes. */
  readonly digest: Digest;
  readonly text: string;
  /** The place of the key at a dotted path, of the nearest one above that exists when it does not. */
  locate(key: string): TextRange | undefined;
  /** What a pipeline is, whatever partition it runs for. */
  definition(pipeline: string): PipelineDefinition;
}

/** How many rules each dataset has: an alias may stand for several. */
const expectedBy = (config: WorkspaceConfig | undefined): ReadonlyMap<string, number> | undefined =>
  config && new Map(Object.entries(config.datasets).map(([name, { expect }]) => [name, expect.length]));

export interface ExpectEdit {
  readonly edit: ConfigEdit;
  readonly before: string;
  readonly after: string;
}

/** modelyard.yaml for the rest of the engine and for the editor. Positions count from 1. */
export class ConfigService {
  readonly #options: ConfigServiceOptions;
  /** The latest texts: the editor asks several things about each. */
  readonly #readings = new Map<string, Reading>();

  constructor(options: ConfigServiceOptions) {
    this.#options = options;
  }

  /**
   * `given`: values of a pipeline's parameters instead of those in the file; `text`: unsaved, from an editor.
   * @throws ModelyardError `config.missing`; `config.invalid` with the place of the first error; `params.invalid`
   */
  async load(given?: GivenParameters & { readonly text?: string }): Promise<LoadedConfig> {
    const { root, configFile } = this.#options;
    const file =
      given?.text === undefined
        ? await readConfigFile(root, configFile)
        : { text: given.text, bytes: Buffer.from(given.text) };
    const reading = this.#given(file.text, given);
    if (!reading.config) throw invalid(configFile, reading.diagnostics);
    return {
      config: reading.config,
      digest: digest(createHash('sha256').update(file.bytes).digest('hex')),
      text: file.text,
      locate: key => reading.locate(key),
      definition: pipeline => pipelineDefinition(reading, pipeline, given?.params),
    };
  }

  /** `text`: unsaved, from an editor; else the file is read. */
  async outline(text?: string): Promise<ConfigOutline> {
    return this.#read(await this.#text(text)).outline;
  }

  /**
   * Everything that is wrong, also against the data and the runs: files that are missing, columns that are not in them,
   * metrics that nobody has logged.
   * @throws ModelyardError `config.missing` when there is no text and no file
   */
  async diagnose(text?: string): Promise<readonly ConfigDiagnostic[]> {
    try {
      return await this.#diagnose(await this.#text(text));
    } catch (error) {
      if (error instanceof ModelyardError && error.code === 'config.invalid') return [unreadable(error)];
      throw error;
    }
  }

  async #diagnose(text: string): Promise<readonly ConfigDiagnostic[]> {
    const { root, columns, readCondition, measured, drift } = this.#options;
    const reading = this.#read(text);
    const { names, tree } = reading;
    const found = await dataProblems({ root, reading, columns, ...(readCondition && { readCondition }) });
    const name = textOf(child(tree.root, 'name')) ?? '';
    const more = measured ? measuredProblems(names, name, measured) : [];
    const { featureFacts: facts } = this.#options;
    const versions = facts ? await versionProblems(names, async view => (await facts(view))?.versions) : [];
    const waivers = waiverProblems(reading.sites, (this.#options.now ?? Date.now)());
    const drifted = reading.config && drift ? atKeys(tree, await drift(reading.config)) : [];
    return asDiagnostics([...reading.problems, ...found, ...more, ...versions, ...waivers, ...drifted], tree);
  }

  async complete({ text, line, column }: ConfigPosition): Promise<readonly CompletionEntry[]> {
    const shown = text.startsWith('\uFEFF') ? text.slice(1) : text;
    // Counting lines is cheap; the cursor refuses texts that are too long for more.
    const lines = new LineIndex(shown);
    const cursor = cursorAt(shown, lines.offset(line, column));
    if (!cursor) return [];
    const { names } = cursor.reading;
    const before = shown.slice(0, cursor.word.start);
    const filled = expressionProposals(before, cursor);
    const sql = filled ? undefined : await this.#sqlAt(shown, cursor, lines.offset(line, column));
    const proposals =
      filled ?? sql?.proposals ?? (await proposalsAt(cursor, () => this.#columnsAt(names, cursor.target.site.path)));
    const range = lines.range(sql?.word ?? cursor.word);
    return proposals.map(proposal => ({ ...proposal, range }));
  }

  async hover({ text, line, column }: ConfigPosition): Promise<HoverInfo | null> {
    const { sites, names, tree } = this.#read(text);
    const found = siteAt(sites, tree.lines.offset(line, column));
    if (!found) return null;
    const { featureFacts: facts } = this.#options;
    const features = { names, found, columnsOf: this.#columnsOf(names), ...(facts && { facts }) };
    const word = expressionName(found);
    const inExpression = word && (await expressionHover(word, features));
    const contents =
      inExpression ??
      (await featureHover(features)) ??
      (await hoverText({ names, found, columns: () => this.#columnsAt(names, found.site.path) }));
    const span = word && inExpression !== undefined ? word.span : found.span;
    return contents === undefined ? null : { contents, range: tree.lines.range(span) };
  }

  definition({ text, line, column }: ConfigPosition): Promise<ConfigLocation | null> {
    const reading = this.#read(text);
    const found = siteAt(reading.sites, reading.tree.lines.offset(line, column));
    return Promise.resolve((found && definitionOf(reading, found, this.#options.configFile)) ?? null);
  }

  /** The places of keys in this text, which may be newer than the one that an error was about. */
  async locate(keys: readonly string[], text?: string): Promise<readonly (TextRange | null)[]> {
    const reading = this.#read(await this.#text(text));
    return keys.map(key => reading.locate(key) ?? null);
  }

  /**
   * How the text has to change so that a rule is another; null when it cannot be.
   * @throws ModelyardError `params.invalid` for a waiver whose day there is not
   */
  async editRule(key: string, change: RuleChange, text?: string): Promise<ConfigEdit | null> {
    if (change.set === 'waive' && dayEnd(change.waiver.until) === undefined)
      throw new ModelyardError('params.invalid', `There is no day ${change.waiver.until}.`, {
        fix: 'Write a day such as 2026-12-31.',
        data: { key: 'until' },
      });
    const { tree, raw } = this.#read(await this.#text(text));
    return (raw && ruleEdit({ ...tree, root: raw }, key, change)) ?? null;
  }

  /** How the text has to change so that the public key in a file is trusted; null: it is, or nothing can be put in. */
  async editKeys(file: string, text?: string): Promise<ConfigEdit | null> {
    const { tree, raw } = this.#read(await this.#text(text));
    return (raw && keyEdit({ ...tree, root: raw }, file)) ?? null;
  }

  /**
   * How the text has to change so that a dataset expects more; null when it is written so that nothing can be put into.
   * `text`: unsaved, from an editor; else the file is read.
   */
  async editExpect(
    dataset: string,
    rules: readonly Readonly<Record<string, unknown>>[],
    given?: string,
  ): Promise<ExpectEdit | null> {
    const before = await this.#text(given);
    const { tree, raw, config } = this.#read(before);
    const edit = raw && expectEdit({ ...tree, root: raw }, dataset, rules);
    if (!edit) return null;
    const { lines } = tree;
    const { startLine, startColumn, endLine, endColumn } = edit.range;
    const after =
      before.slice(0, lines.offset(startLine, startColumn)) +
      edit.text +
      before.slice(lines.offset(endLine, endColumn));
    const [was, is] = [config, this.#read(after).config].map(expectedBy);
    const wanted = was && new Map([...was, [dataset, (was.get(dataset) ?? 0) + rules.length]]);
    const isRight = wanted && is && [...wanted].every(([name, count]) => is.get(name) === count);
    return isRight ? { edit, before, after } : null;
  }

  /** The values that are written in the steps of each pipeline. */
  async parameters(text?: string): Promise<readonly PipelineParameters[]> {
    return parametersOf(this.#read(await this.#text(text)));
  }

  async #text(text: string | undefined): Promise<string> {
    return text ?? (await readConfigFile(this.#options.root, this.#options.configFile)).text;
  }

  #given(text: string, given: GivenParameters | undefined): Reading {
    if (!given || (Object.keys(given.params ?? {}).length === 0 && given.partition === undefined))
      return this.#read(text);
    const { configFile, readCondition } = this.#options;
    const overrides = overridesOf(given);
    const reading = parseConfig(text, configFile, { overrides, ...(readCondition && { readCondition }) });
    const [first] = reading.unknownParams;
    if (first !== undefined) throw unknownParam(first, given.pipeline, reading.names);
    return reading;
  }

  #read(text: string): Reading {
    const known = this.#readings.get(text);
    if (known) return known;
    const { configFile, readCondition } = this.#options;
    const reading = parseConfig(text, configFile, readCondition ? { readCondition } : {});
    const [oldest] = this.#readings.keys();
    if (this.#readings.size >= 2 && oldest !== undefined) this.#readings.delete(oldest);
    this.#readings.set(text, reading);
    return reading;
  }

  /** Within an expression of a feature what can be named there, and the word that it replaces. */
  async #sqlAt(text: string, cursor: Cursor, offset: number) {
    const target = sqlTarget(cursor);
    if (!target) return undefined;
    const { names } = cursor.reading;
    const typed = await typedScope(names, target.view, this.#columnsOf(names));
    const word = expressionWord(text, cursor.word, offset);
    const written = text.slice(cursor.target.site.node.start, word.start);
    return { word, proposals: sqlProposals(written, { ...target, ...(typed && { typed }) }) };
  }

  #columnsAt(names: Names, path: Path): Promise<readonly Column[]> {
    return this.#columnsOf(names)(scopeOf(names, path).dataset);
  }

  /** What cannot be read has no columns to propose; `diagnose` says why. */
  #columnsOf(names: Names): (dataset: string | undefined) => Promise<readonly Column[]> {
    return dataset => this.#columns(names, dataset);
  }

  async #columns(names: Names, dataset: string | undefined): Promise<readonly Column[]> {
    const there = await this.#columnsThere(names, dataset);
    if (there.length > 0 || dataset === undefined) return there;
    return columnsToBe(names, dataset, other => this.#columnsThere(names, other));
  }

  async #columnsThere(names: Names, dataset: string | undefined): Promise<readonly Column[]> {
    const source = datasetSource(this.#options.root, names, dataset);
    if (!source) return [];
    try {
      return (await this.#options.columns(source)) ?? [];
    } catch (error) {
      if (error instanceof ModelyardError) return [];
      throw error;
    }
  }
}

/** A file that is no text, or far too long, as a problem at its beginning. */
const unreadable = (error: ModelyardError): ConfigDiagnostic => ({
  severity: 'error',
  code: 'unreadable',
  message: error.message,
  range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
  key: '',
});

function invalid(file: string, diagnostics: readonly ConfigDiagnostic[]): ModelyardError {
  const errors = diagnostics.filter(one => one.severity === 'error');
  const [first] = errors;
  if (!first) return new ModelyardError('config.invalid', `${file} cannot be read.`, { place: { file } });
  const { startLine, startColumn, endLine, endColumn } = first.range;
  const others = errors.length - 1;
  const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'problem' : 'problems'} in the file)`;
  const key = first.key === '' ? {} : { key: first.key };
  return new ModelyardError('config.invalid', `${file}:${startLine}:${startColumn}: ${first.message}${more}`, {
    place: { file, line: startLine, column: startColumn, endLine, endColumn, ...key },
    fix: 'Correct the file; `modelyard validate` lists everything that is wrong with it.',
    data: { problems: errors.length },
  });
}
