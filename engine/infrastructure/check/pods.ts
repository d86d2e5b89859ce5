import { at, isObject, listAt, textAt, type Manifest } from './documents';
import { isPinned } from './dockerfile';
import type { Found } from './found';
import { amount } from './quantity';

type Path = readonly (string | number)[];

const pod: Path = ['spec', 'template', 'spec'];

/** What pods need to be safe, and to be looked after: of Deployments. */
export function podFindings({ value, kind }: Manifest): readonly Found[] {
  if (kind !== 'Deployment') return [];
  const spec = at(value, ...pod);
  const error = (code: string, message: string, ...path: Path): Found => ({
    code,
    severity: 'error',
    message,
    path: [...pod, ...path],
  });
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC'].flatMap(key =>
      at(spec, key) === true ? [error('host', `\`${key}\` lets a pod out into its machine.`, key)] : [],
    ),
    ...listAt(spec, 'volumes').flatMap((volume, i) =>
      at(volume, 'hostPath') === undefined
        ? []
        : [error('host', 'a pod gets a folder of its machine (`hostPath`).', 'volumes', i)],
    ),
    ...(at(spec, 'automountServiceAccountToken') === false
      ? []
      : [{ ...error('api-token', 'pods get a token of the API that a model does not need: `automountServiceAccountToken: false`.'), severity: 'warn' } satisfies Found]), // prettier-ignore
    ...listAt(spec, 'containers').flatMap((container, i) => containerFindings(spec, container, ['containers', i])),
  ];
}

function containerFindings(spec: unknown, container: unknown, where: Path): readonly Found[] {
  const name = textAt(container, 'name');
  const found =
    (severity: Found['severity']) =>
    (code: string, message: string, ...path: Path): Found => ({
      code,
      severity,
      message: `container ${name} ${message}`,
      path: [...pod, ...where, ...path],
    });
  const [error, warn] = [found('error'), found('warn')];
  return [
    ...imageFindings(container, error),
    ...resourceFindings(container, error),
    ...probeFindings(container, error, warn),
    ...securityFindings(spec, container, error),
    ...listAt(container, 'env').flatMap((variable, i) =>
      /TOKEN|PASSWORD|SECRET|API_?KEY/i.test(textAt(variable, 'name')) && textAt(variable, 'value') !== ''
        ? [
            error(
              'secret',
              `has a secret in the file: ${textAt(variable, 'name')} must come from a Secret (\`valueFrom\`).`,
              'env',
              i,
            ),
          ]
        : [],
    ),
    ...doubled(listAt(container, 'env').map(one => textAt(one, 'name'))).map(one =>
      error('env', `has ${one} twice.`, 'env'),
    ),
    ...listAt(container, 'volumeMounts').flatMap((mount, i) =>
      listAt(spec, 'volumes').some(volume => textAt(volume, 'name') === textAt(mount, 'name'))
        ? []
        : [error('volume', `mounts ${textAt(mount, 'name')}, which is no volume of the pod.`, 'volumeMounts', i)],
    ),
  ];
}

type Say = (code: string, message: string, ...path: Path) => Found;

function imageFindings(container: unknown, error: Say): readonly Found[] {
  const image = textAt(container, 'image');
  return isPinned(image)
    ? []
    : [error('image-tag', `has the image ${image || '(none)'} without a tag that says which.`, 'image')];
}

function resourceFindings(container: unknown, error: Say): readonly Found[] {
  const of = (kind: string, what: string): number | undefined => amount(at(container, 'resources', kind, what));
  const missing = [
    ...(['cpu', 'memory'] as const).filter(what => of('requests', what) === undefined).map(what => `requests.${what}`),
    ...(of('limits', 'memory') === undefined ? ['limits.memory'] : []),
  ];
  const over = (['cpu', 'memory'] as const).filter(
    what => (of('requests', what) ?? 0) > (of('limits', what) ?? Infinity),
  );
  return [
    ...missing.map(one =>
      error(
        'resources',
        `has no \`${one}\`: it can take all that a machine has, or is the first to be ended.`,
        'resources',
      ),
    ),
    ...over.map(one => error('resources', `asks for more ${one} than its limit.`, 'resources')),
  ];
}

function probeFindings(container: unknown, error: Say, warn: Say): readonly Found[] {
  const ports = listAt(container, 'ports');
  const isPort = (port: unknown): boolean =>
    ports.some(one => textAt(one, 'name') === port || at(one, 'containerPort') === port);
  const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;
  const [ready, alive] = [at(container, 'readinessProbe'), at(container, 'livenessProbe')];
  return [
    ...(ready === undefined ? [error('probe', 'has no `readinessProbe`: it gets requests before it can answer.')] : []),
    ...(alive === undefined ? [error('probe', 'has no `livenessProbe`: when it hangs it stays so.')] : []),
    ...(ready !== undefined && JSON.stringify(ready) === JSON.stringify(alive)
      ? [
          warn(
            'probe',
            'is restarted by what should only take requests from it: both probes are the same.',
            'livenessProbe',
          ),
        ]
      : []),
    ...probes.flatMap(key => {
      const port = at(container, key, 'httpGet', 'port') ?? at(container, key, 'tcpSocket', 'port');
      return port === undefined || isPort(port)
        ? []
        : [error('probe', `is asked at port ${JSON.stringify(port)}, which it does not name.`, key)];
    }),
  ];
}

function securityFindings(spec: unknown, container: unknown, error: Say): readonly Found[] {
  const own = (key: string): unknown => at(container, 'securityContext', key);
  const either = (key: string): unknown => own(key) ?? at(spec, 'securityContext', key);
  const seccomp = textAt(either('seccompProfile'), 'type');
  const drops = listAt(container, 'securityContext', 'capabilities', 'drop');
  const place = isObject(at(container, 'securityContext')) ? ['securityContext'] : [];
  return [
    ...(own('privileged') === true
      ? [error('privileged', 'may do everything on its machine (`privileged`).', ...place)]
      : []),
    ...(either('runAsNonRoot') === true && either('runAsUser') !== 0
      ? []
      : [error('root', 'may run as root: `runAsNonRoot: true`.', ...place)]),
    ...(own('readOnlyRootFilesystem') === true
      ? []
      : [error('read-only', 'may write into its image: `readOnlyRootFilesystem: true`.', ...place)]),
    ...(own('allowPrivilegeEscalation') === false
      ? []
      : [error('escalation', 'may get more rights: `allowPrivilegeEscalation: false`.', ...place)]),
    ...(drops.includes('ALL')
      ? []
      : [error('capabilities', 'keeps capabilities: `capabilities: {drop: [ALL]}`.', ...place)]),
    ...(seccomp === 'RuntimeDefault' || seccomp === 'Localhost'
      ? []
      : [error('seccomp', 'may use every system call: `seccompProfile: {type: RuntimeDefault}`.', ...place)]),
  ];
}

const doubled = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name, i) => names.indexOf(name) < i)),
];
