import type { MakeOnDemand } from '../../../features/online/readPlan';
import type { Vector } from '../../../expressions/vectors';
import { viewName } from '../read/batchView';
import { plannedName, ViewPlan } from '../read/viewPlan';

/** Computes features of on-demand views for requests, with the same expressions as joins do. */
export const onDemandComputer: MakeOnDemand = (view, types) => {
  const plan = new ViewPlan(viewName(view), view.definition.features, types);
  const planned = new Map<string, string>();
  for (const { name, from } of view.definition.features)
    if (view.features.includes(name))
      planned.set(name, plan.plan(from.kind === 'expression' ? from.expression : name, name));
  return {
    compute: (feature, rows, column) => {
      const vectors = new Map<string, Vector>();
      const of = (one: (typeof plan.columns)[number]): Vector => {
        const known = vectors.get(plannedName(one)) ?? column(one.column);
        vectors.set(plannedName(one), known);
        return known;
      };
      return plan.compute(planned.get(feature)!, { rows, of });
    },
  };
};
