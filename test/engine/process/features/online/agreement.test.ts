import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { noRedis, startRedis } from '../../../features/online/redisServer';
import { openTestStore } from '../../../../support/store';
import { agreementWorld, day, differences, iso, type Row } from './agreement';

vi.setConfig({ testTimeout: 300_000 });

const start = Math.floor(Date.now() / day) * day + day; // Redis lets keys go by its own clock: it must not be ahead
const runs = 6 * Number(process.env['MODELYARD_FUZZ'] ?? 1);

interface Views {
  readonly hasCreated: boolean;
  readonly hasIdentity: boolean;
  readonly ttl: number | undefined;
}

/** Half days before or after now. */
const halves = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 2, max: max * 2 }).map(at => at / 2);
const given = fc.record({
  id: fc.integer({ min: 1, max: 2 }),
  tx: fc.constantFrom('a', 'b', ''),
  at: halves(-8, 3),
  known: fc.constantFrom(0, 0, 0, 1, -1, -3),
  amount: fc.constantFrom(1, 2, 3, null),
});
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;
const rows = fc.array(given, { minLength: 1, maxLength: 3 });
const id = fc.option(fc.constantFrom('p', 'q'), { nil: undefined });

const operation = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick'), days: fc.constantFrom(0.5, 1, 2, 3) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write'), rows }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('push'),
      rows,
      id,
      to: fc.constantFrom('online_and_offline', 'online_and_offline', 'offline'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again') }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('new'), cancelAfter: fc.option(fc.nat(4), { nil: Infinity, freq: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('full'), cancelAfter: fc.option(fc.nat(4), { nil: Infinity }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('range'), from: halves(-9, 0), days: halves(1, 9) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;
type Push = Extract<Operation, { kind: 'push' }>;

type World = Awaited<ReturnType<typeof agreementWorld>>;

/** Plays operations, and knows whether everything has been brought online. */
class Player {
  /** Times at which rows of the source begin to count that may not be online. */
  private behind: number[] = [];
  private isClean = false;
  /** The last materialisation did not come to its end: versions of an event may be there before the later ones. */
  private isBroken = false;
  private last: Parameters<World['push']>[0] | undefined;
  private pushes = 0;
  /** What was answered on the way. */
  readonly told: unknown[] = [];

  constructor(
    private readonly world: World,
    private readonly views: Views,
  ) {}

  /** Whether online must be what a join finds. */
  get mustAgree(): boolean {
    return this.isClean && !this.mayLag && this.behind.every(since => since > this.world.state.now);
  }

  /** Whether a materialisation that was cancelled may have brought versions of events that are not the last. */
  get mayLag(): boolean {
    return this.isBroken && this.views.hasIdentity;
  }

  async play(operation: Operation): Promise<void> {
    const { world } = this;
    world.state.now++;
    switch (operation.kind) {
      case 'tick':
        world.state.now += operation.days * day;
        return;
      case 'write': {
        const written = operation.rows.map(row => this.written(row));
        world.write(written.map(({ row }) => row));
        this.behind.push(...written.flatMap(({ since }) => since));
        return;
      }
      case 'push':
        return this.push(operation);
      case 'again':
        if (this.last?.id !== undefined) this.told.push(await world.push(this.last));
        return;
      case 'new':
      case 'full': {
        const isComplete = await world.materialise({ full: operation.kind === 'full' }, operation.cancelAfter);
        this.isBroken = !isComplete;
        if (!isComplete) return;
        this.isClean = true;
        this.behind = this.behind.filter(since => since > world.state.now);
        return;
      }
      case 'range': {
        const from = world.state.now + operation.from * day;
        const to = Math.min(world.state.now, from + operation.days * day);
        if (from < to) await world.materialise({ from, to });
        return;
      }
    }
  }

  /** A row of the source as honest writers write it: what says when it became known says the truth. */
  private written({ at, known, ...rest }: Given): { readonly row: Row; readonly since: readonly number[] } {
    const { now } = this.world.state;
    const { hasCreated } = this.views;
    const event = now + at * day;
    const created = now + Math.max(0, known) * day;
    const row = { ...rest, tag: rest.tx, at: iso(event), known: iso(created) };
    // a version replaces another as soon as it is known, whenever its event is
    const knownAt = hasCreated ? created : now;
    return { row, since: [knownAt, Math.max(event, knownAt)] };
  }

  private async push({ rows, id, to }: Push): Promise<void> {
    const { now } = this.world.state;
    const pushed = rows.map(({ at, known, ...rest }): Row => {
      const created = known < 0 ? { known: iso(now + known * day) } : {};
      return { ...rest, tag: rest.tx, at: iso(now + Math.min(0, at) * day), ...created };
    });
    const request = { rows: pushed, to, ...(id !== undefined && { id: `${id}${this.pushes++}` }) } as Parameters<
      World['push']
    >[0];
    this.told.push(await this.world.push(request));
    this.last = request;
    if (to === 'offline') this.isClean = false;
  }
}

const definitionOf = ({ hasCreated, hasIdentity, ttl }: Views) => ({
  ...(hasCreated && { created_time: 'known' }),
  ...(hasIdentity && { identity: 'tx' }),
  ...(ttl !== undefined && { ttl }),
});

const views: readonly Views[] = [true, false].flatMap(hasCreated =>
  [true, false].flatMap(hasIdentity => [undefined, 2 * day, 7 * day].map(ttl => ({ hasCreated, hasIdentity, ttl }))),
);

test.each(views)(
  'what is online is what a join finds, whatever is pushed, corrected and materialised (%o)',
  async of => {
    const workspace = await openTestStore();
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 2, maxLength: 14 }), async operations => {
        const world = await agreementWorld(definitionOf(of), { start, workspace });
        const player = new Player(world, of);
        for (const one of [...operations, { kind: 'new', cancelAfter: Infinity } as const]) {
          await player.play(one);
          if (player.mustAgree) expect(await differences(world)).toEqual([]);
        }
        world.close();
      }),
      { numRuns: runs },
    );
  },
);

/** What expired longer ago than another `ttl` need not be known any more. */
const remembered = (answers: Awaited<ReturnType<World['answers']>>, { ttl = Infinity }: Views, { state }: World) =>
  answers.map(features =>
    features.map(({ value, status, time }) =>
      time !== null && time < state.now - 2 * ttl ? { value, status: 'NOT_FOUND' } : { value, status },
    ),
  );

test.each(views)('both stores answer alike at any time (%o)', async of => {
  if (noRedis !== undefined) return;
  const { url } = await startRedis();
  let prefix = 0;
  const workspace = await openTestStore();
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 2, maxLength: 14 }), async operations => {
      const local = await agreementWorld(definitionOf(of), { start, workspace });
      const redis = await agreementWorld(definitionOf(of), {
        start,
        workspace,
        store: { kind: 'redis', url, prefix: `test${prefix++}` },
      });
      const players = [new Player(local, of), new Player(redis, of)];
      for (const one of operations) {
        for (const player of players) await player.play(one);
        if (!players[0]!.mayLag)
          expect(remembered(await redis.answers(), of, redis)).toEqual(remembered(await local.answers(), of, local));
        expect(players[1]!.told).toEqual(players[0]!.told);
      }
      for (const { close } of [local, redis]) close();
    }),
    { numRuns: Math.ceil(runs / 2) },
  );
});
