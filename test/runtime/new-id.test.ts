import { expect, test } from 'vitest';
import { idMaker } from '../../runtime/new-id.ts';

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function timeOf(id: string): number {
  return parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

test('an id is a UUID of version 7: it tells its time, and ids stand in the order of their times', () => {
  const times = [0, 1, 999, 1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_001.75, 2 ** 48 - 1];
  let at = 0;
  const newId = idMaker(() => times[at++] ?? 0);
  const ids = times.map(() => newId());
  for (const id of ids) expect(id).toMatch(UUID_7);
  expect(ids.map(timeOf)).toEqual(times.map(Math.floor));
  const ordered = ids.filter((_, i) => times[i] !== times[i + 1]);
  expect(ordered.toSorted()).toEqual(ordered);
});

test('many ids of one moment all differ, in each of their random digits', () => {
  const newId = idMaker(() => 1_700_000_000_000);
  const ids = Array.from({ length: 20_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => UUID_7.test(id))).toBe(true);
  // Of the first random digit the library keeps a bit for itself.
  const values = (place: number): number => new Set(ids.map((id) => id[place])).size;
  expect('xxxxxxxx-xxxx-7rrr-vrrr-rrrrrrrrrrrr'.split('').flatMap((sort, place) => (sort === 'r' && values(place) < 8 ? [place] : []))).toEqual([]);
});
