import * as v from 'valibot';
import { fromEnvironment } from './fromEnvironment';
import { notNegative, text } from './terms';

const address = (example: string) =>
  v.pipe(
    text('an address'),
    v.regex(
      /^https?:\/\/[^\s/@?#]+(\/[^\s@?#]*)?$/,
      `bad-address|must be an address such as ${example}, without a secret`,
    ),
    v.examples([example]),
  );

const token = (of: string) =>
  v.exactOptional(v.pipe(fromEnvironment, v.description(`The environment variable that has the token of ${of}.`)));

const ray = v.strictObject({
  address: v.pipe(address('http://127.0.0.1:8265'), v.description('Of the dashboard of the Ray head.')),
  token: token('the cluster'),
  tracking: v.exactOptional(
    v.pipe(
      v.strictObject({
        url: v.pipe(address('http://mlflow.example.com:5000'), v.description('Of the server.')),
        token: token('the server, here and on the cluster'),
      }),
      v.description(
        'The MLflow server that jobs report to, and hand over their outputs by. Without it: this engine, which a head on this machine reaches.',
      ),
    ),
  ),
  cpus: v.exactOptional(v.pipe(notNegative(), v.description('Processors that the cluster keeps for the command.'))),
  gpus: v.exactOptional(v.pipe(notNegative(), v.description('GPUs that the cluster keeps for the command.'))),
});

/** Where commands run. */
export const executor = v.union(
  [
    v.picklist(['local'], 'must be `local` or `{ray: …}`'),
    v.strictObject({
      ray: v.pipe(
        ray,
        v.description(
          'A Ray cluster, by its Jobs API: the workspace is uploaded (what git ignores stays here, except for datasets and outputs), the log comes back live, cancelling stops the job.',
        ),
      ),
    }),
  ],
  'must be `local` or `{ray: …}`',
);
