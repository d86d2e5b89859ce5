import { outsList, uploader } from '../uploader';

/** Files that travel with the workspace, so that nothing of them is in Ray's log, where the entry point is shown. */
const scriptName = '.modelyard-job.sh';
const commandName = '.modelyard-command.sh';
const outsName = '.modelyard-outs.py';
export const entrypoint = `sh ${scriptName}`;
/** Where on this machine the token of the engine is; another machine has no such file. */
export const tokenFileVariable = 'MODELYARD_TOKEN_FILE';

/** A tunnel makes a head elsewhere look local. What would be made there could not come back: that is said first. */
const farAway = `elif [ -n "$${tokenFileVariable}" ]; then
  echo "This Ray node ($(uname -n)) is not on the machine of Modelyard, or not of its user, although the address of the head is a local one: the outputs could not come back. Name an MLflow server that both reach: ray: {tracking: {url: ...}}." >&2
  exit 1
`;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** What a job of Ray runs: the command with its secrets, which the cluster has; then its outputs are handed over. */
export function jobFiles(job: {
  readonly step: string;
  readonly command: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly outs: readonly string[];
}): Readonly<Record<string, string>> {
  const secrets = Object.entries(job.secrets).map(
    ([name, source]) => `: "\${${source}:?is not set on the Ray cluster}"\n${name}="$${source}"\nexport ${name}\n`,
  );
  const outs =
    job.outs.length === 0
      ? ''
      : `exec python3 ${outsName} ${[outsList(job.step), ...job.outs].map(quoted).join(' ')}\n`;
  const token = `if [ -r "$${tokenFileVariable}" ]; then
  MLFLOW_TRACKING_TOKEN="$(cat "$${tokenFileVariable}")"
  export MLFLOW_TRACKING_TOKEN
${job.outs.length === 0 ? '' : farAway}fi
unset ${tokenFileVariable}
`;
  return {
    [scriptName]: `${secrets.join('')}${token}sh ${commandName} || exit $?\n${outs}`,
    [commandName]: `${job.command}\n`,
    ...(job.outs.length > 0 && { [outsName]: uploader }),
  };
}
