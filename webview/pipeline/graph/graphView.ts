import { count } from '../../shared/format';
import { GraphCanvas } from '../../shared/graph/graphCanvas';
import { t } from '../../shared/l10n';
import type { PageState } from '../../shared/state';
import type { StepState } from '../graphSteps';
import { stateOf } from '../groups';
import type { GraphNode } from './graphModel';
import { NodeView, nodeSizes } from './nodeView';

export interface GraphShown {
  readonly nodes: readonly GraphNode[];
  /** Names of steps, in order. */
  readonly critical: readonly string[];
  readonly selected: string | undefined;
  /** Ids that a search has found; undefined: nothing is searched. */
  readonly found: ReadonlySet<string> | undefined;
}

export interface GraphViewOptions {
  readonly state: PageState;
  readonly onSelect: (node: GraphNode) => void;
  readonly label: string;
}

/** The steps as boxes with lines between them; by mouse and keyboard. */
export class GraphView {
  private readonly canvas: GraphCanvas;
  private readonly views = new Map<string, NodeView>();
  private shown: GraphShown = { nodes: [], critical: [], selected: undefined, found: undefined };
  /** What has been brought into sight already. */
  private seen: Attention = { chosen: undefined, telling: undefined };

  constructor({ state, label, onSelect }: GraphViewOptions) {
    this.canvas = new GraphCanvas({
      ...{ state, label },
      boxOf: id => this.view(id).element,
      forget: id => this.forget(id),
      onSelect: id => {
        const node = this.shown.nodes.find(one => one.id === id);
        if (node) onSelect(node);
      },
      placing: nodes => t('Placing {0} steps…', count(nodes)),
    });
  }

  get element(): HTMLElement {
    return this.canvas.element;
  }

  show(shown: GraphShown): void {
    this.shown = shown;
    this.canvas.show({
      nodes: shown.nodes.map(({ id, kind, after }) => ({ id, after, ...nodeSizes[kind] })),
      mark: () => this.mark(),
      inSight: () => this.seen.chosen ?? this.seen.telling,
    });
  }

  zoom(factor: number): void {
    this.canvas.zoom(factor);
  }

  fit(): void {
    this.canvas.fit();
  }

  /** Brings a node into sight, and to the keyboard; `isRead`: so large that it can be read. */
  reveal(id: string, how: { readonly isFocused?: boolean; readonly isRead?: boolean }): void {
    this.canvas.reveal(id, how);
  }

  private view(id: string): NodeView {
    const view = this.views.get(id) ?? new NodeView(id);
    this.views.set(id, view);
    return view;
  }

  private forget(id: string): void {
    this.views.get(id)?.element.remove();
    this.views.delete(id);
  }

  private mark(): void {
    const { nodes, critical, selected, found } = this.shown;
    const path = pathIds(nodes, critical);
    const onPath = new Set(path);
    const now = Date.now();
    for (const node of nodes)
      this.view(node.id).show(node, {
        isSelected: node.id === selected,
        isCritical: onPath.has(node.id),
        isFaded: found !== undefined && !found.has(node.id),
        now,
      });
    const running = new Set(
      nodes.flatMap(node => (node.kind === 'step' && node.step.state === 'running' ? [node.id] : [])),
    );
    this.canvas.markEdges((from, to) => [
      onPath.has(from) && onPath.has(to) && path.indexOf(to) === path.indexOf(from) + 1 && 'critical',
      running.has(to) && 'is-running',
      (from === selected || to === selected) && 'near',
    ]);
    this.follow();
  }

  /** What is chosen now, or now fails or runs, is brought into sight. */
  private follow(): void {
    const { chosen, telling } = this.seen;
    const now = attention(this.shown);
    this.seen = now;
    const id = now.chosen !== chosen ? now.chosen : now.telling !== telling ? now.telling : undefined;
    if (id !== undefined) this.canvas.follow(id);
  }
}

/** Ids of what is to be seen where not all fits in. */
interface Attention {
  readonly chosen: string | undefined;
  /** What has failed, else what runs. */
  readonly telling: string | undefined;
}

function attention({ nodes, selected }: GraphShown): Attention {
  const first = (state: StepState): GraphNode | undefined =>
    nodes.find(
      node =>
        (node.kind === 'step' && node.step.state === state) || (node.kind === 'group' && stateOf(node.group) === state),
    );
  return {
    chosen: nodes.find(({ id }) => id === selected)?.id,
    telling: (first('failed') ?? first('running'))?.id,
  };
}

/** The nodes on the critical path; a group stands for its steps. */
function pathIds(nodes: readonly GraphNode[], critical: readonly string[]): readonly string[] {
  const places = new Map<string, string>();
  for (const node of nodes) {
    if (node.kind === 'step') places.set(node.step.name, node.id);
    if (node.kind === 'group') for (const { name } of node.group.steps) places.set(name, node.id);
  }
  return [...new Set(critical.flatMap(step => places.get(step) ?? []))];
}
