import { at, isObject, listAt, textAt, type Manifest } from './documents';
import type { Found } from './found';

const namespaceOf = ({ value }: Manifest): string => textAt(value, 'metadata', 'namespace') || 'default';

/** Whether manifests mean each other: selectors, ports, targets. */
export function relationFindings(manifest: Manifest, all: readonly Manifest[]): readonly Found[] {
  const near = all.filter(one => namespaceOf(one) === namespaceOf(manifest));
  const twin = near.find(one => one !== manifest && one.kind === manifest.kind && one.name === manifest.name);
  const double: readonly Found[] = twin
    ? [
        {
          code: 'double',
          severity: 'error',
          message: 'is there twice; the second one takes the place of the first.',
          path: ['metadata', 'name'],
        },
      ]
    : [];
  return [...double, ...ofKind(manifest, near)];
}

function ofKind(manifest: Manifest, near: readonly Manifest[]): readonly Found[] {
  const deployments = near.filter(({ kind }) => kind === 'Deployment');
  switch (manifest.kind) {
    case 'Deployment':
      return deployment(manifest, near);
    case 'Service':
      return service(manifest, deployments);
    case 'HorizontalPodAutoscaler':
      return autoscaler(manifest, deployments);
    case 'PodDisruptionBudget':
      return budget(manifest, near);
    case 'NetworkPolicy':
      return selects(manifest, deployments, ['spec', 'podSelector', 'matchLabels']);
    default:
      return [];
  }
}

const podLabels = ({ value }: Manifest): unknown => at(value, 'spec', 'template', 'metadata', 'labels');

/** Whether labels have all of a selector's. */
function meets(labels: unknown, selector: unknown): boolean {
  if (!isObject(selector)) return true;
  return Object.entries(selector).every(([key, value]) => at(labels, key) === value);
}

const error = (code: string, message: string, path: Found['path']): Found => ({
  code,
  severity: 'error',
  message,
  path,
});

function deployment(manifest: Manifest, near: readonly Manifest[]): readonly Found[] {
  const { value, name } = manifest;
  const selector = at(value, 'spec', 'selector', 'matchLabels');
  const account = textAt(value, 'spec', 'template', 'spec', 'serviceAccountName');
  const accounts = near.filter(({ kind }) => kind === 'ServiceAccount');
  const replicas = at(value, 'spec', 'replicas');
  const isScaled = near.some(({ kind, value: other }) => kind === 'HorizontalPodAutoscaler' && textAt(other, 'spec', 'scaleTargetRef', 'name') === name); // prettier-ignore
  return [
    ...(meets(podLabels(manifest), selector) && isObject(selector)
      ? []
      : [error('selector', 'its selector does not select its own pods.', ['spec', 'selector'])]),
    ...(isScaled && replicas !== undefined
      ? [
          error('replicas', '`replicas` undoes at every apply what the HorizontalPodAutoscaler has found.', [
            'spec',
            'replicas',
          ]),
        ]
      : []),
    ...(!isScaled && (replicas === undefined || replicas === 1 || replicas === 0)
      ? [
          {
            ...error('replicas', 'one pod alone: whenever it moves nobody answers.', ['spec', 'replicas']),
            severity: 'warn',
          } satisfies Found,
        ]
      : []),
    ...(account !== '' && accounts.length > 0 && !accounts.some(one => one.name === account)
      ? [error('account', `its pods run as ${account}, which is no ServiceAccount of the file.`, ['spec', 'template', 'spec', 'serviceAccountName'])] // prettier-ignore
      : []),
    ...(near.some(
      one =>
        one.kind === 'NetworkPolicy' && meets(podLabels(manifest), at(one.value, 'spec', 'podSelector', 'matchLabels')),
    )
      ? []
      : [
          error('network', 'no NetworkPolicy says who may reach its pods: everybody in the cluster may.', [
            'spec',
            'template',
          ]),
        ]),
  ];
}

function selects(manifest: Manifest, deployments: readonly Manifest[], path: readonly string[]): readonly Found[] {
  const selector = at(manifest.value, ...path);
  return deployments.some(one => meets(podLabels(one), selector))
    ? []
    : [error('selector', 'it selects no pods of the file.', path)];
}

function service(manifest: Manifest, deployments: readonly Manifest[]): readonly Found[] {
  const none = selects(manifest, deployments, ['spec', 'selector']);
  if (none.length > 0) return none;
  const selected = deployments.filter(one => meets(podLabels(one), at(manifest.value, 'spec', 'selector')));
  const ports = selected.flatMap(one =>
    listAt(one.value, 'spec', 'template', 'spec', 'containers').flatMap(container => listAt(container, 'ports')),
  );
  const type = textAt(manifest.value, 'spec', 'type');
  return [
    ...listAt(manifest.value, 'spec', 'ports').flatMap((port, i) => {
      const target = at(port, 'targetPort') ?? at(port, 'port');
      const isThere = ports.some(one => textAt(one, 'name') === target || at(one, 'containerPort') === target);
      return isThere
        ? []
        : [error('port', `its port leads to ${JSON.stringify(target)}, which no pod has.`, ['spec', 'ports', i])];
    }),
    ...(type === 'NodePort' || type === 'LoadBalancer'
      ? [
          {
            ...error('exposed', `${type} opens it beyond the cluster, without TLS.`, ['spec', 'type']),
            severity: 'warn',
          } satisfies Found,
        ]
      : []),
  ];
}

function autoscaler({ value }: Manifest, deployments: readonly Manifest[]): readonly Found[] {
  const target = textAt(value, 'spec', 'scaleTargetRef', 'name');
  const [least, most] = [at(value, 'spec', 'minReplicas') ?? 1, at(value, 'spec', 'maxReplicas')];
  return [
    ...(deployments.some(({ name }) => name === target)
      ? []
      : [
          error('target', `it scales ${target || 'nothing'}, which is no Deployment of the file.`, [
            'spec',
            'scaleTargetRef',
          ]),
        ]),
    ...(typeof least === 'number' && typeof most === 'number' && least > most
      ? [error('replicas', '`minReplicas` is above `maxReplicas`.', ['spec', 'minReplicas'])]
      : []),
  ];
}

function budget(manifest: Manifest, near: readonly Manifest[]): readonly Found[] {
  const path = ['spec', 'selector', 'matchLabels'];
  const deployments = near.filter(({ kind }) => kind === 'Deployment');
  const none = selects(manifest, deployments, path);
  if (none.length > 0) return none;
  const selected = deployments.filter(one => meets(podLabels(one), at(manifest.value, ...path)));
  const scaled = near.find(({ kind, value }) => kind === 'HorizontalPodAutoscaler' && selected.some(one => one.name === textAt(value, 'spec', 'scaleTargetRef', 'name'))); // prettier-ignore
  const least = at(scaled?.value, 'spec', 'minReplicas') ?? at(selected[0]?.value, 'spec', 'replicas') ?? 1;
  const kept = at(manifest.value, 'spec', 'minAvailable');
  const lost = at(manifest.value, 'spec', 'maxUnavailable');
  const isStuck = lost === 0 || lost === '0%' || kept === '100%' || (typeof kept === 'number' && typeof least === 'number' && kept >= least); // prettier-ignore
  return isStuck ? [error('budget', 'it lets no pod go, so that no machine can be emptied.', ['spec'])] : [];
}
