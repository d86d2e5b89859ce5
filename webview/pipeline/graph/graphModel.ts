import type { FlowInput, FlowOutput, PipelineFlow } from '../../../engine/protocol/pipelines';
import type { ModelVersion } from '../../../engine/protocol/registry';
import type { GraphStep } from '../graphSteps';
import { inOrder } from '../../shared/graph/inOrder';
import type { StepGroup } from '../groups';
import { groupsOf, isLarge } from '../groups';

/** Something that the graph shows in a place of its own. */
export type GraphNode = StepNode | GroupNode | DataNode | OutputNode | RestNode | VersionNode;
interface NodeBase {
  readonly id: string;
  readonly after: readonly string[];
}
export interface StepNode extends NodeBase {
  readonly kind: 'step';
  readonly step: GraphStep;
}
export interface GroupNode extends NodeBase {
  readonly kind: 'group';
  readonly group: StepGroup;
}
export interface DataNode extends NodeBase {
  readonly kind: 'data';
  readonly dataset: string;
  readonly digest: string | undefined;
}
export interface OutputNode extends NodeBase {
  readonly kind: 'output';
  readonly step: GraphStep;
  readonly output: FlowOutput;
}
/** Outputs of a step that no other step has read, where they are many: its details list them. */
export interface RestNode extends NodeBase {
  readonly kind: 'rest';
  readonly step: GraphStep;
  readonly outputs: readonly FlowOutput[];
}
export interface VersionNode extends NodeBase {
  readonly kind: 'version';
  readonly version: ModelVersion;
}

/** What went through a run, for those who want to see it between the steps. */
export interface Lineage {
  readonly flow: PipelineFlow;
  /** Model versions that came from the run. */
  readonly versions: readonly ModelVersion[];
}

export interface GraphOptions {
  readonly steps: readonly GraphStep[];
  /** Groups of instances that are not to be as they are at first: large ones are closed. */
  readonly turned: ReadonlySet<string>;
  readonly lineage?: Lineage;
}

export const isOpen = (group: StepGroup, turned: ReadonlySet<string>): boolean =>
  isLarge(group) === turned.has(group.name);

/** The nodes of the graph, and after which others each stands. */
export function graphNodes({ steps, turned, lineage }: GraphOptions): readonly GraphNode[] {
  const closed = groupsOf(steps).filter(group => !isOpen(group, turned));
  const placeOf = new Map<string, string>();
  for (const group of closed) for (const { name } of group.steps) placeOf.set(name, groupId(group));
  const place = (name: string): string => placeOf.get(name) ?? name;
  const present = new Set(steps.map(({ name }) => name));
  const needsOf = (members: readonly GraphStep[]): readonly string[] => [
    ...new Set(members.flatMap(({ needs }) => needs.filter(name => present.has(name)).map(place))),
  ];
  const own: readonly GraphNode[] = [
    ...steps
      .filter(({ name }) => !placeOf.has(name))
      .map((step): StepNode => ({ kind: 'step', id: step.name, after: needsOf([step]), step })),
    ...closed.map((group): GroupNode => ({
      kind: 'group',
      id: groupId(group),
      after: needsOf(group.steps).filter(id => id !== groupId(group)),
      group,
    })),
  ];
  return lineage ? withLineage(own, { steps, lineage, place }) : own;
}

/** The node that stands for all instances of a step. */
export const groupId = ({ name }: StepGroup): string => `group:${name}`;

interface Laid {
  readonly steps: readonly GraphStep[];
  readonly lineage: Lineage;
  /** The node that stands for a step. */
  readonly place: (step: string) => string;
}

/**
 * Puts data between the steps: datasets before what reads them, what a step made between it and whoever read the very
 * same content, model versions behind what registered them. A need that no data goes along stays as it is.
 */
function withLineage(own: readonly GraphNode[], laid: Laid): readonly GraphNode[] {
  const { lineage, place } = laid;
  const byName = new Map(laid.steps.map(step => [step.name, step]));
  const outputs = outputNodes(laid, byName);
  const made = new Map(
    outputs.flatMap(node => (node.kind === 'output' ? keysOf(node.output).map(key => [key, node] as const) : [])),
  );
  const data = new Map<string, DataNode>();
  const handed = new Handed(laid);
  const added = new Map<string, Added>();
  const add = (to: string, id: string, instead?: string): void => {
    const at = added.get(to) ?? { ids: new Set(), instead: new Set() };
    added.set(to, at);
    at.ids.add(id);
    if (instead !== undefined) at.instead.add(instead);
  };
  for (const { name, reads } of lineage.flow.steps) {
    if (!byName.has(name)) continue;
    for (const input of reads) {
      const from = made.get(`${input.kind} ${input.name} ${input.digest ?? ''}`);
      if (from && from.step.name !== name) add(place(name), from.id, place(from.step.name));
      if (input.kind !== 'data') continue;
      const id = dataId(input);
      data.set(id, { kind: 'data', id, after: [], dataset: input.name, digest: input.digest });
      if (!handed.to(name).has(id)) add(place(name), id);
    }
  }
  const nodes = own.map(node => {
    const more = added.get(node.id);
    if (more === undefined) return node;
    return { ...node, after: [...node.after.filter(id => !more.instead.has(id)), ...more.ids] };
  });
  return [...data.values(), ...nodes, ...outputs, ...versionNodes(laid)];
}

/** What comes to a node besides what it needs, and the nodes that this comes from. */
interface Added {
  readonly ids: Set<string>;
  readonly instead: Set<string>;
}

const dataId = ({ name, digest }: FlowInput): string => `data:${name}:${digest ?? ''}`;

/** As those who read it name it. */
const keysOf = ({ kind, artifactPath, digest }: FlowOutput): readonly string[] => [
  `input ${kind} ${digest}`,
  ...(artifactPath === undefined ? [] : [`file ${artifactPath} ${digest}`]),
];

/** Datasets that steps before have read already: each is drawn where it comes in first. */
class Handed {
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor({ steps, lineage }: Laid) {
    const reads = new Map(lineage.flow.steps.map(step => [step.name, step.reads]));
    for (const { name, needs } of inOrder(steps)) {
      const found = new Set<string>();
      for (const needed of needs) {
        for (const id of this.to(needed)) found.add(id);
        for (const input of reads.get(needed) ?? []) if (input.kind === 'data') found.add(dataId(input));
      }
      this.known.set(name, found);
    }
  }

  to(step: string): ReadonlySet<string> {
    return this.known.get(step) ?? new Set();
  }
}

/** More outputs of a step than these, which nobody has read, are one node. */
const mostUnread = 2;

function outputNodes(
  { lineage, place }: Laid,
  byName: ReadonlyMap<string, GraphStep>,
): readonly (OutputNode | RestNode)[] {
  const read = new Set(
    lineage.flow.steps.flatMap(({ reads }) => reads.map(({ kind, name, digest }) => `${kind} ${name} ${digest ?? ''}`)),
  );
  const isRead = (output: FlowOutput): boolean => keysOf(output).some(key => read.has(key));
  return lineage.flow.steps.flatMap(({ name, made }) => {
    const step = byName.get(name);
    if (step === undefined) return [];
    // versions stand for themselves, and what only tells of data stands there already
    const unread = made.filter(
      output => !isRead(output) && output.kind !== 'model-version' && output.kind !== 'dataset',
    );
    const isMany = unread.length > mostUnread;
    const shown = made.filter(output => isRead(output) || (!isMany && unread.includes(output)));
    const node = (output: FlowOutput): OutputNode => ({
      ...{ kind: 'output', id: `output:${name}:${made.indexOf(output)}`, after: [place(name)] },
      ...{ step, output },
    });
    const rest: RestNode = { kind: 'rest', id: `rest:${name}`, after: [place(name)], step, outputs: unread };
    return [...shown.map(node), ...(isMany ? [rest] : [])];
  });
}

/** Behind the steps that register, by the tracked run that they log to. */
function versionNodes({ steps, lineage, place }: Laid): readonly VersionNode[] {
  const registering = steps.filter(({ uses }) => uses === 'register');
  return lineage.versions.map(version => {
    const own = registering.filter(({ runId }) => runId === version.runId);
    return {
      kind: 'version',
      id: `version:${version.model}:${version.version}`,
      after: (own.length > 0 ? own : registering).map(({ name }) => place(name)),
      version,
    };
  });
}
