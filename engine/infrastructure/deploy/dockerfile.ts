import { place, withMarks } from '../files/marks';
import { containerPort, containerUser, modelFolder, type DeployedModel } from './plan';

/** The major version of Node in the image. */
const baseImage = 'node:22-slim';

/**
 * The image of a served model: Modelyard and the files of one version, nothing of the workspace. Its context is the folder of
 * the Dockerfile, in which `modelyard export model` has put `model/`.
 */
export function dockerfileText({ model, stage }: DeployedModel, cli: string): string {
  const lines = [
    `# ${model}@${stage}; before building: modelyard export model ${model}@${stage} model --force`,
    `FROM ${baseImage}`,
    'ENV NODE_ENV=production MODELYARD_IN_CONTAINER=1',
    ...(/^[./]/.test(cli) || cli.endsWith('.tgz') ? [`COPY ${cli} /tmp/`] : []),
    `RUN npm install --global --ignore-scripts --no-audit --no-fund ${packageOf(cli)} && npm cache clean --force`,
    place('image'),
    `COPY model/ ${modelFolder}/`,
    `USER ${containerUser}:${containerUser}`,
    `EXPOSE ${containerPort}`,
    `CMD ["modelyard", "serve-folder", "${modelFolder}", "--host", "0.0.0.0", "--port", "${containerPort}"]`,
  ];
  return `${withMarks(lines.join('\n'), '#')}\n`;
}

const packageOf = (cli: string): string =>
  /^[./]/.test(cli) || cli.endsWith('.tgz') ? `/tmp/${cli.slice(cli.lastIndexOf('/') + 1)}` : cli;
