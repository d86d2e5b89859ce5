import type { Measured } from '../../config/check/measured';
import { toWireError } from '../../errors';
import { parseFilter } from '../../search/filterParser';
import { runDialect } from '../../tracking/runDialect';
import type { TrackingService } from '../../tracking/service';

/** What runs have logged, for the check of modelyard.yaml. */
export const measuredRuns = (tracking: () => TrackingService): Measured => ({
  experiments: () =>
    tracking()
      .experiments()
      .map(({ name }) => name),
  metrics: experiment => tracking().newPoints.keys(experiment),
  filterProblem: filter => {
    try {
      parseFilter(filter, runDialect);
      return undefined;
    } catch (error) {
      return toWireError(error).message;
    }
  },
});
