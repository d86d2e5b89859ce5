import * as v from 'valibot';
import { fromEnvironment } from './fromEnvironment';
import { text } from './terms';

/** Of a server, by HTTP. */
export const address = (example: string) =>
  v.pipe(
    text('an address'),
    v.regex(
      /^https?:\/\/[^\s/@?#]+(\/[^\s@?#]*)?$/,
      `bad-address|must be an address such as ${example}, without a secret`,
    ),
    v.examples([example]),
  );

export const token = (of: string) =>
  v.exactOptional(v.pipe(fromEnvironment, v.description(`The environment variable that has the token of ${of}.`)));

/** An MLflow server that a cluster reaches as well as this machine. */
export const trackingServer = v.strictObject({
  url: v.pipe(address('http://mlflow.example.com:5000'), v.description('Of the server.')),
  token: token('the server, here and on the cluster'),
});
