import type { GateRule } from '../../protocol/gateRules';
import type { EvaluateOptions, GroupOptions } from '../../protocol/steps/evaluation';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';

/** `evaluate` also looks at every slice, group, confidence and simple model that some gate will ask for. */
export function withGateNeeds(options: EvaluateOptions, config: WorkspaceConfig): EvaluateOptions {
  const slices = gateSlices(config).map(({ slice }) => slice);
  const rules = gateRules(config).map(({ rule }) => rule);
  const levels = rules.flatMap(rule => ('confidence' in rule ? [rule.confidence] : []));
  const models = rules.flatMap(rule =>
    'check' in rule && rule.check === 'beats-trivial' ? (rule.model ?? usualTrivial) : [],
  );
  return {
    ...options,
    slices: [...new Set([...options.slices.map(normal), ...slices])],
    groups: distinct([...options.groups, ...gateGroups(config).map(({ group }) => group)]),
    confidence: [...new Set([...options.confidence, ...levels])],
    trivial: [...new Set([...options.trivial, ...models])],
  };
}

const usualTrivial = ['constant', 'best-column'] as const;

/** Versions that gates compare an evaluated model with by intervals, which takes both on the same rows. */
export function gateRivals(
  config: Pick<WorkspaceConfig, 'models'>,
): readonly { readonly model: string; readonly name: string }[] {
  const asked = gateRules(config).flatMap(({ model, rule }) => {
    if ('check' in rule || rule.confidence === undefined) return [];
    const name = rule.better_than ?? rule.not_worse_than;
    return name === undefined ? [] : [{ model, name }];
  });
  return [...new Map(asked.map(one => [JSON.stringify(one), one])).values()];
}

/** The gate's key that asks for groups which the step itself does not name. */
export function gateGroupKey(by: string, options: EvaluateOptions, config: WorkspaceConfig): string | undefined {
  if (options.groups.some(group => groupName(group) === by)) return undefined;
  return gateGroups(config).find(({ group }) => groupName(group) === by)?.key;
}

const groupName = ({ by }: Pick<GroupOptions, 'by'>): string => by.map(normal).join(', ');

function gateGroups(config: WorkspaceConfig): readonly { readonly group: GroupOptions; readonly key: string }[] {
  return gateRules(config).flatMap(({ rule, key }) =>
    'group' in rule ? [{ group: { by: rule.group, min_rows: rule.min_rows }, key: `${key}.group` }] : [],
  );
}

function distinct(groups: readonly GroupOptions[]): readonly GroupOptions[] {
  return [...new Map(groups.map(group => [`${groupName(group)} ${group.min_rows}`, group])).values()];
}

/** The gate's key that asks for a slice which the step itself does not name. */
export function gateSliceKey(slice: string, options: EvaluateOptions, config: WorkspaceConfig): string | undefined {
  if (options.slices.map(normal).includes(slice)) return undefined;
  return gateSlices(config).find(asked => asked.slice === slice)?.key;
}

function gateSlices(config: WorkspaceConfig): readonly { readonly slice: string; readonly key: string }[] {
  return gateRules(config).flatMap(({ rule, key }) =>
    'slice' in rule ? [{ slice: normal(rule.slice), key: `${key}.slice` }] : [],
  );
}

interface WrittenRule {
  readonly model: string;
  readonly rule: GateRule;
  readonly key: string;
}

function gateRules({ models }: Pick<WorkspaceConfig, 'models'>): readonly WrittenRule[] {
  return Object.entries(models).flatMap(([model, { gates }]) =>
    Object.entries(gates).flatMap(([stage, rules]) =>
      rules.map((rule, i) => ({ model, rule, key: `models.${model}.gates.${stage}.${i}` })),
    ),
  );
}

const normal = (slice: string): string => slice.replace(/\s+/g, ' ').trim();
