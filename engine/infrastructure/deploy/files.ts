import type { InfrastructureConfig, InfraTarget } from '../../protocol/infrastructure';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import { yamlDocument } from '../../workflows/yamlDocument';
import type { Generated } from '../ci/generate';
import { shortDigest, withHeader, withJsonHeader } from '../files/header';
import { place, withMarks } from '../files/marks';
import { dockerfileText } from './dockerfile';
import { manifestsOf } from './manifests';
import { deployedModels, type DeployedModel } from './plan';
import { terraformModule } from './terraform';

/** A file that `infrastructure:` asks for. */
export interface DeployFile {
  /** From the workspace, with `/`. */
  readonly file: string;
  readonly target: InfraTarget;
  readonly language: 'dockerfile' | 'yaml' | 'json';
  readonly model?: string;
  /** As a version of Modelyard writes it. */
  readonly generate: (version: string) => Generated;
}

/** A Dockerfile and manifests a model, and one module of Terraform for all. */
export function deployFiles(config: WorkspaceConfig, infrastructure: InfrastructureConfig): readonly DeployFile[] {
  const { folder, kubernetes, terraform } = infrastructure;
  const models = deployedModels(config, infrastructure);
  const each = models.flatMap((one): readonly DeployFile[] => [
    {
      ...{ file: `${folder}/${one.name}/Dockerfile`, target: 'image', language: 'dockerfile', model: one.model },
      generate: version => {
        const cli = infrastructure.cli ?? `modelyard@${version}`;
        return commented(dockerfileText(one, cli), { system: 'image', version, of: [one.model, one.stage, cli] });
      },
    },
    ...(kubernetes ? [manifestFile(`${folder}/${one.name}/kubernetes.yaml`, one)] : []),
  ]);
  if (!terraform) return each;
  const module_: DeployFile = {
    ...{ file: `${folder}/main.tf.json`, target: 'terraform', language: 'json' },
    generate: version => {
      const digest = shortDigest(JSON.stringify(models));
      const text = withJsonHeader(terraformModule(models, version), { system: 'terraform', version, config: digest });
      return { text, config: digest };
    },
  };
  return [...each, module_];
}

const manifestFile = (file: string, one: DeployedModel): DeployFile => ({
  ...{ file, target: 'kubernetes', language: 'yaml', model: one.model },
  generate: version => {
    const documents = manifestsOf(one, { ownEnv: place('env') }).map(yamlDocument);
    const body = withMarks(`${documents.join('---\n')}${place('more')}\n`, '#');
    return commented(body, { system: 'kubernetes', version, of: one });
  },
});

interface Commented {
  readonly system: string;
  readonly version: string;
  /** All that it is made from. */
  readonly of: unknown;
}

function commented(body: string, { system, version, of }: Commented): Generated {
  const config = shortDigest(JSON.stringify(of));
  return { text: withHeader(body, { system, version, config, comment: '#', from: 'infra' }), config };
}

/** What has to be there before it works; sentences. */
export const deployNotes = (config: WorkspaceConfig, infrastructure: InfrastructureConfig): readonly string[] =>
  deployedModels(config, infrastructure).flatMap(({ model, name, stage, image, namespace, secret }) => [
    `Put the model into the image: modelyard export model ${model}@${stage} ${infrastructure.folder}/${name}/model --force, then docker build -t ${image} ${infrastructure.folder}/${name}.`,
    `The cluster needs the token: kubectl -n ${namespace} create secret generic ${secret} --from-file=token=FILE (16 characters or more).`,
  ]);
