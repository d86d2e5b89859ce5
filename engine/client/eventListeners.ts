import type { EventName, Events } from '../protocol/events';

export interface Subscription {
  dispose(): void;
}

/** Who listens to which event of the engine. */
export class EventListeners {
  private readonly listeners: { readonly [E in EventName]: Set<(payload: Events[E]) => void> } = {
    'runs/changed': new Set(),
    'run/points': new Set(),
    'pipeline/changed': new Set(),
    'study/changed': new Set(),
    'dataset/changed': new Set(),
    'model/changed': new Set(),
    'features/changed': new Set(),
    'serving/changed': new Set(),
    'trigger/happened': new Set(),
    'config/changed': new Set(),
    'ci/changed': new Set(),
    'infra/changed': new Set(),
    'audit/changed': new Set(),
  };

  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): Subscription {
    const set = this.listeners[event];
    set.add(listener);
    return { dispose: () => void set.delete(listener) };
  }

  /** What tells all listeners of an event. */
  emitter<E extends EventName>(event: E): (payload: Events[E]) => void {
    const set = this.listeners[event];
    return payload => {
      for (const listener of set) listener(payload);
    };
  }
}

/** A new one does not compile before it stands here. */
const known: Readonly<Record<EventName, true>> = {
  'runs/changed': true,
  'run/points': true,
  'pipeline/changed': true,
  'study/changed': true,
  'dataset/changed': true,
  'model/changed': true,
  'features/changed': true,
  'serving/changed': true,
  'trigger/happened': true,
  'config/changed': true,
  'ci/changed': true,
  'infra/changed': true,
  'audit/changed': true,
};
const isEvent = (name: string): name is EventName => Object.hasOwn(known, name);

/** Every event, for those who pass them all on. */
export const eventNames: readonly EventName[] = Object.keys(known).filter(isEvent);
