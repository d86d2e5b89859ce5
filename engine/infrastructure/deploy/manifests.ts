import { podOf } from './podTemplate';
import type { DeployedModel } from './plan';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly [key: string]: unknown };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly automountServiceAccountToken?: boolean;
}

export interface ManifestOptions {
  /** Put among the container's variables: what becomes marks for the file's owner. */
  readonly ownEnv?: string;
}

/**
 * What a cluster needs to serve a model: its pods, a name for them, how many there are, what a drain leaves, and who may reach
 * them. The token is in a Secret that somebody else makes: none is in a file.
 */
export function manifestsOf(model: DeployedModel, { ownEnv }: ManifestOptions = {}): readonly Manifest[] {
  const { name, namespace, replicas } = model;
  const selected = { 'app.kubernetes.io/name': name };
  const labels = { ...selected, 'app.kubernetes.io/part-of': 'modelyard' };
  const metadata = { name, namespace, labels };
  const isScaled = replicas.max > replicas.min;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        // who counts the pods writes their number
        ...(!isScaled && { replicas: replicas.min }),
        selector: { matchLabels: selected },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: { metadata: { labels }, spec: podOf(model, { selected, ...(ownEnv !== undefined && { ownEnv }) }) },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: selected,
        ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
      },
    },
    ...(isScaled
      ? [{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec: scaling(model) }]
      : []),
    ...(replicas.min > 1
      ? [
          {
            apiVersion: 'policy/v1',
            kind: 'PodDisruptionBudget',
            metadata,
            spec: { maxUnavailable: 1, selector: { matchLabels: selected } },
          },
        ]
      : []),
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: reach(selected) },
  ];
}

const scaling = ({ name, replicas }: DeployedModel) => ({
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
  minReplicas: replicas.min,
  maxReplicas: replicas.max,
  metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
});

/** From the namespace; a model itself asks nobody. */
const reach = (selected: object) => ({
  podSelector: { matchLabels: selected },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 'http', protocol: 'TCP' }] }],
  egress: [],
});
