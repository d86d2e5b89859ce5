import type { KubernetesCommand, KubernetesConfig } from '../../protocol/executors';
import { outsList, uploader } from '../uploader';
import { fetcher } from './fetcher';

/** Where the pod of a job takes the workspace from. */
export type Parcel =
  | { readonly kind: 'artifact'; readonly path: string; readonly sha256: string }
  | { readonly kind: 'configmap'; readonly sha256: string };

export interface JobSpecOptions {
  readonly job: KubernetesCommand;
  readonly parcel: Parcel;
  /** Of the MLflow run that it reports to; plain variables. */
  readonly run: Readonly<Record<string, string>>;
}

export const mainContainer = 'main';
export const fetchContainer = 'workspace';
const workspace = '/modelyard/workspace';
const parcelFolder = '/modelyard/parcel';
export const parcelFile = 'workspace.zip.gz';
/** s that a pod gets to end when it is told to: a shell as its first process does not listen anyway. */
const grace = 5;
/** s that the cluster gives a job beyond the step's own limit, to begin with it. */
const startRoom = 600;

/**
 * A command as a Job of `batch/v1`: the first container fetches the workspace, the second runs the command and hands over
 * its outputs. It is tried once: whether it may be tried again the step says (`retry`).
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/
 */
export function jobSpec({ job, parcel, run }: JobSpecOptions): object {
  const { kubernetes: config, jobId, step, timeout } = job;
  const labels = {
    ...config.labels,
    'app.kubernetes.io/managed-by': 'modelyard',
    'app.kubernetes.io/component': labelOf(step),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: jobId, labels, annotations: { 'modelyard.dev/step': step } },
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: Math.ceil(config.ttl / 1000),
      ...(timeout !== undefined && { activeDeadlineSeconds: Math.ceil(timeout / 1000) + startRoom }),
      template: { metadata: { labels }, spec: podSpec({ job, parcel, run }) },
    },
  };
}

function podSpec({ job, parcel, run }: JobSpecOptions): object {
  const { kubernetes: config } = job;
  const workspaceMount = { name: 'workspace', mountPath: workspace };
  const parcelMount = { name: 'parcel', mountPath: parcelFolder, readOnly: true };
  const source = parcel.kind === 'artifact' ? parcel.path : `${parcelFolder}/${parcelFile}`;
  const common = {
    image: config.image,
    workingDir: workspace,
    securityContext: { allowPrivilegeEscalation: false },
    ...resources(config),
  };
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: grace,
    enableServiceLinks: false,
    // only who is asked for gets at the cluster from within
    automountServiceAccountToken: config.service_account !== undefined,
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    ...(config.service_account !== undefined && { serviceAccountName: config.service_account }),
    ...(config.node_selector && { nodeSelector: config.node_selector }),
    ...(config.tolerations && { tolerations: config.tolerations }),
    ...(config.image_pull_secret !== undefined && { imagePullSecrets: [{ name: config.image_pull_secret }] }),
    volumes: [
      { name: 'workspace', emptyDir: {} },
      ...(parcel.kind === 'configmap' ? [{ name: 'parcel', configMap: { name: job.jobId } }] : []),
    ],
    initContainers: [
      {
        name: fetchContainer,
        ...common,
        command: ['sh', '-c', fetchScript, 'modelyard', fetcher, parcel.kind, source, parcel.sha256].map(literal),
        env: [...plain(run), ...trackingToken(config)],
        volumeMounts: [workspaceMount, ...(parcel.kind === 'configmap' ? [parcelMount] : [])],
      },
    ],
    containers: [
      {
        name: mainContainer,
        ...common,
        command: ['sh', '-c', mainScript, 'modelyard', job.command, uploader, ...outsWords(job)].map(literal),
        env: [...plain({ ...job.env, ...run }), ...trackingToken(config), ...secrets(job)],
        volumeMounts: [workspaceMount],
      },
    ],
  };
}

const fetchScript = `command -v python3 >/dev/null || { echo 'The image has no python3, by which the workspace is fetched.' >&2; exit 1; }
program="$1"
shift
exec python3 -c "$program" "$@"`;

/** The command, then the program that hands over outputs, then those. */
const mainScript = `sh -c "$1" || exit $?
[ $# -gt 2 ] || exit 0
program="$2"
shift 2
exec python3 -c "$program" "$@"`;

const outsWords = ({ step, outs }: KubernetesCommand): readonly string[] =>
  outs.length === 0 ? [] : [outsList(step), ...outs];

/** Kubernetes fills in `$(NAME)`, in commands and values alike; what is doubled it leaves alone. */
const literal = (text: string): string => text.replaceAll('$', '$$$$');

const plain = (env: Readonly<Record<string, string>>) =>
  Object.entries(env).map(([name, value]) => ({ name, value: literal(value) }));

const fromSecret = (secret: string, name: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});

const secrets = ({ secrets: named, kubernetes: { secret } }: KubernetesCommand) =>
  Object.entries(named).map(([name, key]) => fromSecret(secret, name, key));

const trackingToken = ({ tracking, secret }: KubernetesConfig) =>
  tracking?.token === undefined ? [] : [fromSecret(secret, 'MLFLOW_TRACKING_TOKEN', tracking.token.env)];

const resources = ({ requests, limits }: KubernetesConfig) =>
  requests === undefined && limits === undefined
    ? {}
    : { resources: { ...(requests && { requests }), ...(limits && { limits }) } };

/** Of `train (C=0.1)` `train-C-0.1`. */
const labelOf = (step: string): string =>
  step
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 63)
    .replace(/[^A-Za-z0-9]+$/, '');
