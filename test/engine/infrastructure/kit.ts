import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseConfig } from '../../../engine/config/parse';
import { InfrastructureService } from '../../../engine/infrastructure/service';
import type { WorkspaceConfig } from '../../../engine/protocol/workspaceConfig';
import { temporaryFolder } from '../../support/store';

/** A workspace whose pipeline registers a model, and a second one that does not. */
export const source = (ci: string): string => `
name: credit
datasets: {people: {path: people.csv}}
pipelines:
  look: {steps: {say: {run: echo hello}}}
  train:
    env: {API_KEY: {env: CREDIT_KEY}}
    steps:
      load: {run: python load.py, outs: [more.csv]}
      split: {uses: split, needs: load, with: {test: 0.3, seed: 7}}
      prepare: {uses: prepare, needs: split, with: {label: bad}}
      train: {uses: train, needs: prepare, with: {learner: logistic, seed: 7}}
      evaluate: {uses: evaluate, needs: train}
      register: {uses: register, needs: evaluate, with: {model: risk}}
models:
  risk:
    gates: {staging: [{metric: auc, at_least: 0.6}]}
${ci}
`;

export function configOf(text: string): WorkspaceConfig {
  const { config, diagnostics } = parseConfig(text, 'modelyard.yaml');
  if (!config) throw new Error(JSON.stringify(diagnostics));
  return config;
}

export interface Kit {
  readonly root: string;
  readonly workspace: string;
  readonly service: (
    ci: string,
    more?: { readonly version?: string; readonly configFile?: string },
  ) => InfrastructureService;
}

/** A repository of git with the workspace in it, or in a folder of it. */
export function kit(part = ''): Kit {
  const root = temporaryFolder();
  const workspace = path.join(root, part);
  mkdirSync(path.join(root, '.git'), { recursive: true });
  mkdirSync(workspace, { recursive: true });
  return {
    root,
    workspace,
    service: (ci, { version = '1.2.3', configFile = 'modelyard.yaml' } = {}) =>
      new InfrastructureService({
        workspace,
        configFile,
        version,
        config: async () => configOf(source(ci)),
        changed: () => {},
      }),
  };
}
