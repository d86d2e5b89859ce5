import { describe, expect, test } from 'vitest';
import { Random } from '../../engine/random';

test.each([
  [0, [1789933344, 44971166, 2521387044, 3848737593]],
  [7, [210494603, 711084892, 3993689120, 4089369890]],
  [2 ** 40 + 3, [4152318816, 639257631, 3624311087]],
])('seed %d gives the numbers of an independent xoshiro128**', (seed, expected) => {
  const random = new Random(seed);
  expect(expected.map(() => random.uint32())).toEqual(expected);
});

describe('distributions', () => {
  const many = 20_000;
  test('uniform lies in [0, 1) with mean 1/2', () => {
    const random = new Random(1);
    const values = Array.from({ length: many }, () => random.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.abs(values.reduce((a, b) => a + b) / many - 0.5)).toBeLessThan(0.01);
  });
  test('normal has mean 0, deviation 1 and the tails of one', () => {
    const random = new Random(2);
    const values = Array.from({ length: many }, () => random.normal());
    const mean = values.reduce((a, b) => a + b) / many;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / many;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
    expect(Math.abs(values.filter(value => Math.abs(value) > 1.96).length / many - 0.05)).toBeLessThan(0.006);
  });
  test('below is even', () => {
    const random = new Random(3);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < many; i++) counts[random.below(7)]!++;
    for (const count of counts) expect(Math.abs(count / many - 1 / 7)).toBeLessThan(0.01);
  });
  test('a permutation holds every number once, and every order is as likely', () => {
    const orders = new Map<string, number>();
    const random = new Random(4);
    for (let i = 0; i < 6000; i++) {
      const order = random.permutation(3).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect([...orders.keys()].sort()).toEqual(['012', '021', '102', '120', '201', '210']);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
