import path from 'node:path';
import { ModelyardError } from '../../errors';
import type {
  CheckedInfraFile,
  InfraCheck,
  InfraFile,
  InfrastructureConfig,
  InfraStatus,
  InfraWritten,
} from '../../protocol/infrastructure';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import { headerOf } from '../files/header';
import type { KeyedDrift } from '../files/keyedDrift';
import { compareFile } from '../files/state';
import { putText, readText } from '../files/textFiles';
import { findingsOf } from '../check/findings';
import { askTools } from '../check/tools';
import { deployFiles, deployNotes, type DeployFile } from './files';

export interface DeployRoomOptions {
  /** Absolute path of the workspace folder. */
  readonly workspace: string;
  readonly configFile: string;
  /** Of Modelyard. */
  readonly version: string;
  /** `text`: unsaved, from an editor. @throws ModelyardError `config.*` */
  readonly config: (text?: string) => Promise<WorkspaceConfig>;
  /** Files were written. */
  readonly deployed?: () => void;
}

/** The files that models are deployed with: generated from `infrastructure:`, kept in step with it, and judged. */
export class DeployRoom {
  constructor(private readonly options: DeployRoomOptions) {}

  /** @throws ModelyardError `config.*`; `not-found` when there is no `infrastructure:` */
  async status(text?: string): Promise<InfraStatus> {
    const { config, infrastructure } = await this.asked(text);
    const files = await Promise.all(deployFiles(config, infrastructure).map(file => this.file(file)));
    return { files, notes: deployNotes(config, infrastructure) };
  }

  /** What is to be said at the keys of `infrastructure:`. */
  async drift(config: WorkspaceConfig): Promise<readonly KeyedDrift[]> {
    const { infrastructure } = config;
    if (!infrastructure) return [];
    const files = await Promise.all(deployFiles(config, infrastructure).map(file => this.file(file)));
    return files.flatMap(({ state, message, model, target }): readonly KeyedDrift[] =>
      state === 'current'
        ? []
        : [
            {
              key: model === undefined ? `infrastructure.${target}` : `infrastructure.models.${model}`,
              severity: state === 'missing' ? 'information' : 'warning',
              code: `infrastructure-${state}`,
              message,
            },
          ],
    );
  }

  /**
   * Writes what is missing or out of date; what was changed by hand, or is not from here, only with `force`.
   * @throws ModelyardError as `status`, and `conflict` for a file that links lead out of the workspace
   */
  async write({ force = false }: { readonly force?: boolean }): Promise<InfraWritten> {
    const { files, notes } = await this.status();
    const written = [];
    for (const file of files) {
      const isKept = file.state === 'current' || ((file.state === 'edited' || file.state === 'foreign') && !force);
      if (!isKept) await putText(this.options.workspace, file, 'Remove the link, or name another `folder`.');
      written.push({ ...file, written: !isKept });
    }
    if (written.some(file => file.written)) this.options.deployed?.();
    return { files: written, notes };
  }

  /** Judges the files as they are on the disk. @throws ModelyardError as `status` */
  async check(
    { tools = false, cluster = false }: { readonly tools?: boolean; readonly cluster?: boolean },
    signal: AbortSignal,
  ): Promise<InfraCheck> {
    const { files } = await this.status();
    const checked: CheckedInfraFile[] = [];
    for (const { existing, ...file } of files) {
      const { path: absolute, target, state, message, model } = file;
      checked.push({
        ...{ file: file.file, path: absolute, target, state, message },
        ...(model !== undefined && { model }),
        findings: existing === undefined ? [] : findingsOf(target, existing),
        tools: existing === undefined || !tools ? [] : await askTools({ file: absolute, target, cluster }, signal),
      });
    }
    return { files: checked, passed: checked.every(isRight) };
  }

  private async asked(text?: string): Promise<{ config: WorkspaceConfig; infrastructure: InfrastructureConfig }> {
    const config = await this.options.config(text);
    const { infrastructure } = config;
    if (infrastructure) return { config, infrastructure };
    throw new ModelyardError('not-found', `${this.options.configFile} has no \`infrastructure:\`.`, {
      fix: 'Add `infrastructure: {models: {MODEL: {image: NAME:TAG}}}`.',
    });
  }

  private async file({ file, generate, ...rest }: DeployFile): Promise<InfraFile> {
    const { workspace, version } = this.options;
    const absolute = path.join(workspace, file);
    const existing = await readText(absolute);
    const writtenBy = existing === undefined ? undefined : headerOf(existing)?.version;
    // another version calls itself in the file: that alone is no difference
    const [expected, fresh] = [generate(writtenBy ?? version), generate(version)];
    const compared = compareFile({ ...{ file, existing, expected, fresh }, from: 'infra' });
    return { ...rest, file, path: absolute, ...compared, ...(existing !== undefined && { existing }) };
  }
}

/** Whether nothing of it is wrong; warnings are not. */
const isRight = ({ state, findings, tools }: CheckedInfraFile): boolean =>
  state === 'current' &&
  findings.every(({ severity }) => severity !== 'error') &&
  tools.every(({ outcome }) => outcome !== 'failed');
