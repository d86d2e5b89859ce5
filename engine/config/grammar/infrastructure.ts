import * as v from 'valibot';
import type { InfrastructureConfig } from '../../protocol/infrastructure';
import { timeout } from './duration';
import { workspacePath } from './path';
import { flag, reference, text, wholeNumber } from './terms';

const label = (what: string) =>
  v.pipe(
    text(what),
    v.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, `must be ${what}: lower-case letters, digits and \`-\``),
  );
const quantity = (what: string, pattern: RegExp, example: string) =>
  v.pipe(text(what), v.regex(pattern, `must be ${what} such as ${example}`), v.examples([example]));
const most = 1000;

const replicas = v.pipe(
  v.union(
    [wholeNumber(1, most), v.strictObject({ min: wholeNumber(1, most), max: wholeNumber(1, most) })],
    'must be a number, or {min: 2, max: 6}',
  ),
  v.transform(value => (typeof value === 'number' ? { min: value, max: value } : value)),
  v.check(({ min, max }) => min <= max, 'out-of-range|must have a `min` that is at most `max`'),
);

const deployed = v.strictObject({
  stage: v.exactOptional(
    v.pipe(text('the name of a stage'), v.description('The stage whose holder is served. Without it: the last stage of the model.')), // prettier-ignore
  ),
  image: v.pipe(
    text('the name of a container image'),
    v.regex(
      /^[a-z0-9][\w./:-]*(:[\w.-]+|@sha256:[0-9a-f]{64})$/,
      'must be the name of an image with its tag or digest, such as registry.example.com/credit-risk:3',
    ),
    v.maxLength(300, 'out-of-range|is too long'),
    v.check(image => !image.endsWith(':latest'), 'must not have the tag latest: nobody could tell what runs'),
    v.description('The image that the cluster pulls, with its tag or digest.'),
    v.examples(['registry.example.com/credit-risk:3']),
  ),
  namespace: v.optional(v.pipe(label('the name of a namespace'), v.description('The namespace of the cluster.')), 'default'), // prettier-ignore
  replicas: v.optional(
    v.pipe(replicas, v.description('How many pods there are; between `min` and `max` as many as the load needs.')),
    2,
  ),
  resources: v.optional(
    v.pipe(
      v.strictObject({
        cpu: v.optional(
          v.pipe(quantity('an amount of CPU', /^(\d+m|\d+(\.\d{1,3})?)$/, '500m'), v.description('CPU that a pod is promised.')), // prettier-ignore
          '250m',
        ),
        memory: v.optional(
          v.pipe(quantity('an amount of memory', /^\d+(Mi|Gi)$/, '512Mi'), v.description('Memory that a pod is promised, and its limit.')), // prettier-ignore
          '512Mi',
        ),
      }),
      v.description('What each pod needs.'),
    ),
    {},
  ),
  secret: v.exactOptional(
    v.pipe(
      label('the name of a Secret'),
      v.description('The Secret of the cluster with the token that clients must show, under the key `token`. Without it: `NAME-token`.'), // prettier-ignore
    ),
  ),
  hosts: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          text('the name of a host'),
          v.regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'must be the name of a host, without port'),
        ),
        'must be a list of names of hosts',
      ),
      v.description('Names by which clients call it, besides those of its Service; requests with another `Host` are refused.'), // prettier-ignore
    ),
    [],
  ),
});

/** `infrastructure`: what files of Docker, Kubernetes and Terraform are generated from. */
export const infrastructure = v.pipe(
  v.strictObject({
    models: v.pipe(
      v.record(
        v.pipe(reference('model')),
        v.pipe(deployed, v.description('How a model is served on a cluster.')),
        'must be a mapping of models to how they are served',
      ),
      v.description('The models that are served on a cluster, by name.'),
    ),
    folder: v.optional(
      v.pipe(workspacePath('the path of a folder'), v.description('Where the files are written.')),
      'deploy',
    ),
    kubernetes: v.optional(v.pipe(flag(), v.description('Whether manifests of Kubernetes are generated.')), true),
    terraform: v.optional(
      v.pipe(flag(), v.description('Whether a module of Terraform with the same manifests is generated.')),
      false,
    ),
    cli: v.exactOptional(
      v.pipe(
        text('what npm installs'),
        v.regex(/^[\w@./:+-]+$/, 'must be a package or file that npm installs, such as `modelyard@1.2.3`'),
        v.description('What npm installs in the image. Without it: `modelyard@VERSION`, of the version that writes the file.'), // prettier-ignore
      ),
    ),
    tested_within: v.optional(
      v.pipe(
        timeout(),
        v.description('What holds the stage must have passed `modelyard test-serving MODEL VERSION` within this time; `check` says whether it has.'), // prettier-ignore
      ),
      '14d',
    ),
  }),
  v.transform((value): InfrastructureConfig => value),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const names = Object.keys(dataset.value.models);
    if (names.length === 0) addIssue({ message: 'missing-key|names no model: add one under `models`' });
    const same = names.find((one, at) => names.findIndex(other => clusterName(other) === clusterName(one)) < at);
    if (same !== undefined)
      addIssue({ message: `has two models that would both be called \`${clusterName(same)}\` on a cluster` });
  }),
);

const clusterName = (model: string): string => model.toLowerCase().replaceAll('_', '-');
