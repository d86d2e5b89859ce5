import * as v from 'valibot';
import { timeout } from './duration';
import { trackingServer } from './servers';
import { label, text } from './terms';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const objectName = (what: string) =>
  v.pipe(
    text(what),
    v.maxLength(253, 'bad-name|may have at most 253 characters'),
    v.regex(
      /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
      'bad-name|cannot be a name in Kubernetes: small letters, digits, `-` and `.`',
    ),
  );
const namespaceName = v.pipe(
  text('the name of a namespace'),
  v.regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'bad-name|cannot be a namespace: small letters, digits and `-`, at most 63',
  ),
);
const labels = (what: string) =>
  v.record(
    v.pipe(
      v.string(),
      v.regex(
        /^([a-z0-9][-a-z0-9.]{0,252}\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/,
        'bad-name|cannot be the key of a label',
      ),
    ),
    v.pipe(label(), v.regex(/^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/, 'bad-name|cannot be the value of a label')),
    `must be a mapping of ${what} to values`,
  );
const quantities = v.record(
  v.pipe(v.string(), v.regex(/^([a-z0-9.-]+\/)?[a-z0-9][\w.-]*$/, 'bad-name|cannot be the name of a resource')),
  v.pipe(
    label(),
    // https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    v.regex(
      /^\d+(\.\d+)?([eE][+-]?\d+|m|k|M|G|T|P|E|[KMGTPE]i)?$/,
      'out-of-range|must be a quantity such as 2, 500m or 4Gi',
    ),
  ),
  'must be a mapping of resources to quantities',
);
const toleration = v.strictObject({
  key: v.exactOptional(v.pipe(text('the key of a taint'), v.description('Of the taint; without it: any.'))),
  operator: v.exactOptional(v.pipe(v.picklist(['Exists', 'Equal']), v.description('Without it: `Equal`.'))),
  value: v.exactOptional(v.pipe(label(), v.description('Of the taint, with `Equal`.'))),
  effect: v.exactOptional(
    v.pipe(v.picklist(['NoSchedule', 'PreferNoSchedule', 'NoExecute']), v.description('Without it: any.')),
  ),
});

/** A Job of Kubernetes. */
export const kubernetes = v.pipe(
  v.strictObject({
    image: v.pipe(
      text('a container image'),
      v.regex(/^[^\s:@]\S*$/, 'bad-name|must be a container image'),
      v.examples(['registry.example.com/credit:1']),
      v.description('The container image; it has `sh`, `python3` and what the command needs.'),
    ),
    context: v.exactOptional(
      v.pipe(text('the name of a context'), v.description('Of the kubeconfig. Without it: the current one.')),
    ),
    namespace: v.exactOptional(v.pipe(namespaceName, v.description('Without it: that of the context.'))),
    service_account: v.exactOptional(
      v.pipe(objectName('the name of a service account'), v.description('That the pod runs as.')),
    ),
    node_selector: v.exactOptional(v.pipe(labels('labels of nodes'), v.description('Labels that the node must have.'))),
    tolerations: v.exactOptional(
      v.pipe(v.array(toleration, 'must be a list of tolerations'), v.description('Taints of nodes that are borne.')),
    ),
    labels: v.exactOptional(
      v.pipe(labels('labels'), v.description('Of Job and pod, such as `kueue.x-k8s.io/queue-name`.')),
    ),
    requests: v.exactOptional(
      v.pipe(quantities, v.description('What the cluster keeps for it: `{cpu: 2, memory: 4Gi}`.')),
    ),
    limits: v.exactOptional(
      v.pipe(quantities, v.description('What it may use at most: `{memory: 8Gi, nvidia.com/gpu: 1}`.')),
    ),
    secret: v.optional(
      v.pipe(
        objectName('the name of a Secret'),
        v.description('The Kubernetes Secret that has the variables which are taken by reference, by their names.'),
      ),
      'modelyard',
    ),
    image_pull_secret: v.exactOptional(
      v.pipe(objectName('the name of a Secret'), v.description('The Kubernetes Secret by which the image is pulled.')),
    ),
    tracking: v.exactOptional(
      v.pipe(
        trackingServer,
        v.description(
          'The MLflow server that the job reports to, and by which workspace and outputs travel. Without it: at most 1 MB of workspace, and no `outs`.',
        ),
      ),
    ),
    ttl: v.optional(
      v.pipe(timeout(), v.description('How long the Job can be looked at on the cluster after its end.')),
      '1h',
    ),
    starts_within: v.optional(
      v.pipe(timeout(), v.description('The step fails when no node has begun with it by then.')),
      '10m',
    ),
  }),
  v.description(
    'A Job of Kubernetes, by the kubeconfig: the workspace is sent (what git ignores stays here, except for datasets and outputs), the log comes back, cancelling deletes the Job.',
  ),
);
