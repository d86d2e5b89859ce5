import { containerPort, containerUser, type DeployedModel } from './plan';

/** Seconds in which a pod that is ended answers what it has begun. */
const endingTime = 30;

export interface PodOptions {
  /** Its labels, as selectors name them. */
  readonly selected: object;
  readonly ownEnv?: string;
}

/** A pod that serves a model: it may do nothing else, and writes nowhere but into /tmp. */
export const podOf = (model: DeployedModel, { selected, ownEnv }: PodOptions) => ({
  serviceAccountName: model.name,
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  terminationGracePeriodSeconds: endingTime,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: containerUser,
    runAsGroup: containerUser,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selected },
    },
  ],
  containers: [containerOf(model, ownEnv)],
  volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
});

function containerOf({ name, image, model, resources, secret, hosts, namespace }: DeployedModel, ownEnv?: string) {
  const own = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
  // kubelet would call it by its address
  const ask = (path: string) => ({ httpGet: { path, port: 'http', httpHeaders: [{ name: 'Host', value: name }] } });
  return {
    name: 'model',
    image,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ name: 'http', containerPort, protocol: 'TCP' }],
    env: [
      { name: 'MODELYARD_SERVED_MODEL', value: model },
      { name: 'MODELYARD_ALLOWED_HOSTS', value: [...own, ...hosts].join(',') },
      { name: 'MODELYARD_SERVING_TOKEN', valueFrom: { secretKeyRef: { name: secret, key: 'token' } } },
      ...(ownEnv === undefined ? [] : [ownEnv]),
    ],
    startupProbe: { ...ask('/ping'), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...ask('/health'), periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    livenessProbe: { ...ask('/ping'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    // requests still come until all have heard that the pod ends
    lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { memory: resources.memory },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}
