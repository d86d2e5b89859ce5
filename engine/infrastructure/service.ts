import { existsSync } from 'node:fs';
import path from 'node:path';
import { ModelyardError } from '../errors';
import type { CiConfig, CiFile, CiStatus, CiSystem, CiWrite, CiWritten } from '../protocol/ci';
import { ciSystems } from '../protocol/ci';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import { generate, writers } from './ci/generate';
import { headerOf } from './files/header';
import type { KeyedDrift } from './files/keyedDrift';
import { notesOf } from './ci/notes';
import { ciPlan } from './ci/plan';
import { compareFile } from './files/state';
import { putText, readText } from './files/textFiles';
import { DeployRoom } from './deploy/deployRoom';

export interface InfrastructureOptions {
  /** Absolute path of the workspace folder. */
  readonly workspace: string;
  /** Relative to it, with `/`. */
  readonly configFile: string;
  /** Of Modelyard. */
  readonly version: string;
  /** `text`: unsaved, from an editor. @throws ModelyardError `config.*` */
  readonly config: (text?: string) => Promise<WorkspaceConfig>;
  /** Told when files were written. */
  readonly changed: () => void;
  /** Files that models are deployed with were written. */
  readonly deployed?: () => void;
}

const usualConfig = 'modelyard.yaml';

/** The files of CI systems and clusters: generated from modelyard.yaml, and kept in step with it. */
export class InfrastructureService {
  /** What models are deployed with. */
  readonly deploy: DeployRoom;

  constructor(private readonly options: InfrastructureOptions) {
    this.deploy = new DeployRoom(options);
  }

  /**
   * The files of the systems that `ci:` names, or of those that are asked for, as they are and as they would be.
   * @throws ModelyardError `config.*`; `not-found` when there is no `ci:` and no system is asked for
   */
  async status({
    systems,
    text,
  }: {
    readonly systems?: readonly CiSystem[];
    readonly text?: string;
  }): Promise<CiStatus> {
    const config = await this.options.config(text);
    const ci = config.ci ?? (systems ? usualCi : undefined);
    if (!ci)
      throw new ModelyardError('not-found', `${this.options.configFile} has no \`ci:\`.`, {
        fix: 'Add `ci: {github: {}}`, or name a system with --system.',
      });
    const wanted = systems ?? ciSystems.filter(system => ci[system] !== undefined);
    const files = await Promise.all(wanted.map(system => this.file({ config, ci, system })));
    const notes = wanted.flatMap(system => notesOf(this.plan({ config, ci, system })));
    return { files, notes: [...new Set(notes)] };
  }

  /** What is to be said at the keys of `ci:` and `infrastructure:`. */
  async drift(config: WorkspaceConfig): Promise<readonly KeyedDrift[]> {
    return [...(await this.ciDrift(config)), ...(await this.deploy.drift(config))];
  }

  private async ciDrift(config: WorkspaceConfig): Promise<readonly KeyedDrift[]> {
    const { ci } = config;
    if (!ci) return [];
    const systems = ciSystems.filter(system => ci[system] !== undefined);
    const files = await Promise.all(systems.map(system => this.file({ config, ci, system })));
    return files.flatMap(
      ({ state, system, message }) =>
      state === 'current'
        ? []
        : [{ key: `ci.${system}`, severity: state === 'missing' ? 'information' : 'warning', code: `ci-${state}`, message } satisfies KeyedDrift], // prettier-ignore
    );
  }

  /**
   * Writes what is missing or out of date; what was changed by hand, or is not from here, only with `force`.
   * @throws ModelyardError as `status`, and `conflict` for a file that links lead out of the repository
   */
  async write({ systems, force = false }: CiWrite): Promise<CiWritten> {
    const { files, notes } = await this.status(systems ? { systems } : {});
    const written = [];
    for (const file of files) {
      const isKept = file.state === 'current' || ((file.state === 'edited' || file.state === 'foreign') && !force);
      if (!isKept) await putText(this.place().root, file, 'Remove the link, or name another file under `ci:`.');
      written.push({ ...file, written: !isKept });
    }
    if (written.some(file => file.written)) this.options.changed();
    return { files: written, notes };
  }

  private async file({
    config,
    ci,
    system,
  }: {
    config: WorkspaceConfig;
    ci: CiConfig;
    system: CiSystem;
  }): Promise<CiFile> {
    const { version } = this.options;
    const { root, part } = this.place();
    const writer = writers[system];
    const name = ci[system]?.file ?? writer.file(part);
    const file = path.join(root, name);
    const existing = await readText(file);
    const writtenBy = existing === undefined ? undefined : headerOf(existing)?.version;
    const fresh = generate(this.plan({ config, ci, system }), version);
    // another version calls itself in the file: that alone is no difference
    const expected = generate(this.plan({ config, ci, system, version: writtenBy ?? version }), writtenBy ?? version);
    const compared = compareFile({ file: name, existing, expected, fresh });
    return { system, file: name, path: file, language: writer.language, ...compared, ...(existing !== undefined && { existing }) }; // prettier-ignore
  }

  private plan({
    config,
    ci,
    system,
    version = this.options.version,
  }: {
    config: WorkspaceConfig;
    ci: CiConfig;
    system: CiSystem;
    version?: string;
  }) {
    // prettier-ignore
    const { configFile } = this.options;
    const { part } = this.place();
    return ciPlan({
      ...{ config, ci, system, version },
      ...(configFile !== usualConfig && { configFile }),
      ...(part !== '' && { directory: part }),
    });
  }

  /** The top of the git repository, and where in it the workspace is, with `/`; without git the workspace is the top. */
  private place(): { readonly root: string; readonly part: string } {
    const { workspace } = this.options;
    for (let at = workspace; ; at = path.dirname(at)) {
      if (existsSync(path.join(at, '.git')))
        return { root: at, part: path.relative(at, workspace).split(path.sep).join('/') };
      if (path.dirname(at) === at) return { root: workspace, part: '' };
    }
  }
}

const usualCi: CiConfig = { branches: ['main'], timeout: 6 * 3_600_000, comment: true };
