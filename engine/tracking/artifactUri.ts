import type { ExperimentId, RunId } from '../protocol/ids';

/** The files of a run that are kept with the workspace. */
export const ownArtifactUri = (experiment: ExperimentId, run: RunId): string =>
  `mlflow-artifacts:/${experiment}/${run}/artifacts`;

/** The files of a run below the location of its experiment: `s3://b/p?x=1` gives `s3://b/p/RUN/artifacts?x=1`. */
export function artifactUriBelow(location: string, run: RunId): string {
  const hasScheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(location);
  const mark = hasScheme ? location.indexOf('?') : -1;
  const [base, query] = mark < 0 ? [location, ''] : [location.slice(0, mark), location.slice(mark)];
  return `${base}${/[/:]$/.test(base) ? '' : '/'}${run}/artifacts${query}`;
}
