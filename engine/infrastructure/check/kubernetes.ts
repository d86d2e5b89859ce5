import type { InfraFinding } from '../../protocol/infrastructure';
import { readManifests, type Manifest } from './documents';
import type { Found } from './found';
import { podFindings } from './pods';
import { relationFindings } from './relations';
import { knownKinds, schemaProblems } from './schema';

/** Of a file of manifests: what the API would refuse, and what kube-score or Polaris would find. */
export function kubernetesFindings(text: string): readonly InfraFinding[] {
  const { manifests, problems } = readManifests(text);
  if (problems.length > 0)
    return problems.map(({ line, message }) => ({
      code: 'yaml',
      severity: 'error',
      message: `It is no YAML: ${message}`,
      line,
    }));
  return manifestFindings(manifests);
}

/** As `kubernetesFindings`, of manifests wherever they come from. */
export function manifestFindings(manifests: readonly Manifest[]): readonly InfraFinding[] {
  if (manifests.length === 0)
    return [{ code: 'empty', severity: 'error', message: 'There is no manifest in it.', line: 1 }];
  const found = manifests.flatMap(manifest => {
    const placed = ({ path, code, severity, message }: Found): InfraFinding => ({
      ...{ code, severity },
      message: `${manifest.kind || 'A document'} ${manifest.name}: ${message}`,
      line: manifest.lineOf(path),
    });
    const shape = shapeOf(manifest);
    // what is not of the right shape is not judged further
    const all = shape.length > 0 ? shape : [...metadataOf(manifest), ...podFindings(manifest), ...relationFindings(manifest, manifests)]; // prettier-ignore
    return all.map(placed);
  });
  return found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function shapeOf({ value, apiVersion, kind }: Manifest): readonly Found[] {
  if (apiVersion === '' || kind === '')
    return [{ code: 'schema', severity: 'error', message: 'it needs `apiVersion` and `kind`.', path: [] }];
  const problems = schemaProblems(value, `${apiVersion} ${kind}`);
  if (problems !== undefined)
    return problems.map(({ path, message }) => ({
      code: 'schema',
      severity: 'error',
      message: `\`${path.join('.') || kind}\` ${message}.`,
      path: path.map(part => (/^\d+$/.test(part) ? Number(part) : part)),
    }));
  const other = knownKinds().find(one => one.endsWith(` ${kind}`));
  if (other === undefined) return []; // a kind of the owner's
  const right = other.split(' ', 1)[0] ?? '';
  return [
    {
      code: 'schema',
      severity: 'error',
      message: `\`apiVersion\` of ${kind} is ${right}, not ${apiVersion}.`,
      path: ['apiVersion'],
    },
  ];
}

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;

function metadataOf({ value, kind, name }: Manifest): readonly Found[] {
  const metadata = value['metadata'];
  const labels =
    typeof metadata === 'object' && metadata !== null && 'labels' in metadata ? metadata.labels : undefined;
  const wrong = Object.entries(labels ?? {}).filter(([, one]) => typeof one !== 'string' || !labelValue.test(one));
  return [
    ...(label.test(name)
      ? []
      : [{ code: 'name', severity: 'error', message: `\`${name}\` cannot be a name: lower-case letters, digits and \`-\`, at most 63.`, path: ['metadata', 'name'] } satisfies Found]), // prettier-ignore
    ...wrong.map(
      ([key]) => ({ code: 'label', severity: 'error', message: `the label ${key} has a value that none can have.`, path: ['metadata', 'labels', key] }) satisfies Found, // prettier-ignore
    ),
    ...(kind === 'Secret' && ('data' in value || 'stringData' in value)
      ? [
          {
            code: 'secret',
            severity: 'error',
            message: 'a secret stands in a file that git keeps.',
            path: ['data'],
          } satisfies Found,
        ]
      : []),
  ];
}
