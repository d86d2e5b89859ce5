import * as v from 'valibot';
import type { KubernetesExecutor, RayExecutor } from '../../protocol/executors';
import { kubernetes } from './kubernetes';
import { notNegative } from './terms';
import { address, token, trackingServer } from './servers';

const ray = v.strictObject({
  address: v.pipe(address('http://127.0.0.1:8265'), v.description('Of the dashboard of the Ray head.')),
  token: token('the cluster'),
  tracking: v.exactOptional(
    v.pipe(
      trackingServer,
      v.description(
        'The MLflow server that jobs report to, and hand over their outputs by. Without it: this engine, which a head on this machine reaches.',
      ),
    ),
  ),
  cpus: v.exactOptional(v.pipe(notNegative(), v.description('Processors that the cluster keeps for the command.'))),
  gpus: v.exactOptional(v.pipe(notNegative(), v.description('GPUs that the cluster keeps for the command.'))),
});

const rayExecutor = v.pipe(
  ray,
  v.description(
    'A Ray cluster, by its Jobs API: the workspace is uploaded (what git ignores stays here, except for datasets and outputs), the log comes back live, cancelling stops the job.',
  ),
);

/** One mapping for both, so that completion and messages know its keys. */
const cluster = v.pipe(
  v.strictObject({ ray: v.exactOptional(rayExecutor), kubernetes: v.exactOptional(kubernetes) }),
  v.check(
    ({ ray: one, kubernetes: other }) => (one === undefined) !== (other === undefined),
    'one-bound|needs one of `ray` and `kubernetes`',
  ),
  v.rawTransform(({ dataset: { value }, NEVER }): RayExecutor | KubernetesExecutor => {
    if (value.ray) return { ray: value.ray };
    return value.kubernetes ? { kubernetes: value.kubernetes } : NEVER;
  }),
);

/** Where commands run. */
export const executor = v.union(
  [v.picklist(['local'], 'must be `local`, `{ray: …}` or `{kubernetes: …}`'), cluster],
  'must be `local`, `{ray: …}` or `{kubernetes: …}`',
);

/** Where the trials of a study run. */
export const trialExecutor = v.union(
  [v.picklist(['local'], 'must be `local` or `{ray: …}`'), v.strictObject({ ray: rayExecutor })],
  'must be `local` or `{ray: …}`',
);
