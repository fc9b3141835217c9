import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ancestors, criticalPath, descendants, fanOut, findCycles, longestRemainingPaths, makeGraph, sinks, sources, topologicalOrder } from '../../language/index.ts';

const edge = (from: string, to: string): { from: string; to: string } => ({ from, to });
const diamond = makeGraph(['a', 'b', 'c', 'd', 'e'], [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd'), edge('c', 'e'), edge('x', 'a')]);

const ids = Array.from({ length: 12 }, (_, i) => `n${String(i)}`);
const anyGraph = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 }).map((pairs) => pairs.map(([from, to]) => edge(`n${String(from)}`, `n${String(to)}`)));
const acyclic = anyGraph.map((edges) => edges.flatMap(({ from, to }) => (from === to ? [] : Number(from.slice(1)) > Number(to.slice(1)) ? [edge(to, from)] : [edge(from, to)])));

describe('a graph', () => {
  it('knows its sources, sinks, ancestors and descendants', () => {
    expect(sources(diamond)).toEqual(['a']);
    expect(sinks(diamond)).toEqual(['d', 'e']);
    expect([...ancestors(diamond, 'd')].toSorted()).toEqual(['a', 'b', 'c']);
    expect([...descendants(diamond, 'c')].toSorted()).toEqual(['d', 'e']);
    expect(fanOut(diamond, 'c')).toBe(2);
  });

  it('has a critical path', () => {
    expect(criticalPath(diamond)).toEqual(['a', 'b', 'd']);
    expect(longestRemainingPaths(diamond)).toEqual(new Map([['e', 1], ['d', 1], ['c', 2], ['b', 2], ['a', 3]]));
    expect(criticalPath(makeGraph([], []))).toEqual([]);
  });

  it('is put in an order in which each node comes after what it depends on', () => {
    fc.assert(fc.property(acyclic, (edges) => {
      const order = topologicalOrder(makeGraph(ids, edges));
      expect(order.toSorted()).toEqual(ids.toSorted());
      for (const { from, to } of edges) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
    }));
  });

  it('without a cycle has none to report', () => {
    fc.assert(fc.property(acyclic, (edges) => {
      expect(findCycles(makeGraph(ids, edges))).toEqual([]);
    }));
  });

  it('names every node that stands on a cycle, and only cycles that are there', () => {
    fc.assert(fc.property(anyGraph, (edges) => {
      const graph = makeGraph(ids, edges);
      const cycles = findCycles(graph);
      const onCycle = ids.filter((id) => ancestors(graph, id).has(id));
      expect([...new Set(cycles.flat())].toSorted()).toEqual(onCycle.toSorted());
      for (const cycle of cycles) {
        expect(new Set(cycle).size).toBe(cycle.length);
        cycle.forEach((id, i) => {
          expect(graph.successors.get(id)).toContain(cycle[(i + 1) % cycle.length]);
        });
      }
      expect(new Set(cycles.map((cycle) => cycle.toSorted().join())).size).toBe(cycles.length);
    }), { numRuns: 1_000 });
  });

  it('of a hundred thousand nodes in a row does not exhaust the stack', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `n${String(i)}`);
    const chain = many.slice(1).map((id, i) => edge(`n${String(i)}`, id));
    expect(findCycles(makeGraph(many, chain))).toEqual([]);
    expect(findCycles(makeGraph(many, [...chain, edge('n99999', 'n0')]))).toHaveLength(1);
    expect(criticalPath(makeGraph(many, chain))).toHaveLength(100_000);
  });
});
