import * as v from 'valibot';

export const variableName = () =>
  v.pipe(
    v.string('must be the name of an environment variable'),
    v.regex(/^[A-Za-z_]\w*$/, 'bad-name|cannot be the name of an environment variable'),
  );

/** A secret by reference. */
export const fromEnvironment = v.strictObject({
  env: v.pipe(
    variableName(),
    v.description('The variable that has the value where the step runs; it is read only then.'),
    v.examples(['API_TOKEN']),
  ),
});
