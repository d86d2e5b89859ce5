import { writtenBy } from '../files/header';
import { manifestsOf, type Manifest } from './manifests';
import type { DeployedModel } from './plan';

/** Words of HCL: letters, digits and `_`. */
const word = (text: string): string => text.replace(/\W+/g, '_');

/** What would be filled in by Terraform is not meant so. */
const literal = (value: unknown): unknown =>
  typeof value === 'string'
    ? value.replaceAll('${', '$${').replaceAll('%{', '%%{')
    : Array.isArray(value)
      ? value.map(literal)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, literal(one)]))
        : value;

/**
 * A module of Terraform, as JSON, with the same manifests: `kubernetes_manifest` takes them as they are, so that there is one
 * statement of them. Image and namespace are variables.
 * https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function terraformModule(models: readonly DeployedModel[], version: string): Readonly<Record<string, unknown>> {
  const resources = models.flatMap(model =>
    manifestsOf(model).map((manifest): readonly [string, object] => [
      word(`${model.name}_${manifest.kind.toLowerCase()}`),
      { manifest: withVariables(manifest, model) },
    ]),
  );
  const variables = models.flatMap(({ name, model, image, namespace }): readonly (readonly [string, object])[] => [
    [word(`${name}_image`), { type: 'string', description: `The image that serves ${model}.`, default: image }],
    [word(`${name}_namespace`), { type: 'string', description: `The namespace of ${model}.`, default: namespace }],
  ]);
  const outputs = models.map(({ name, model }): readonly [string, object] => [
    word(`${name}_address`),
    {
      description: `Where ${model} answers, within the cluster.`,
      value: `http://${name}.\${var.${word(`${name}_namespace`)}}.svc/invocations`,
    },
  ]);
  return {
    terraform: {
      '//': writtenBy(version, 'infra'),
      required_version: '>= 1.5.0',
      required_providers: { kubernetes: { source: 'hashicorp/kubernetes', version: '~> 2.30' } },
    },
    variable: Object.fromEntries(variables),
    resource: { kubernetes_manifest: Object.fromEntries(resources) },
    output: Object.fromEntries(outputs),
  };
}

function withVariables(manifest: Manifest, { name }: DeployedModel): unknown {
  const { metadata, ...rest } = manifest;
  const filled = literal({ ...rest, metadata: { ...metadata, namespace: '' } });
  return JSON.parse(
    JSON.stringify(filled, (key: string, value: unknown) =>
      key === 'namespace' && value === ''
        ? `\${var.${word(`${name}_namespace`)}}`
        : key === 'image'
          ? `\${var.${word(`${name}_image`)}}`
          : value,
    ),
  );
}
