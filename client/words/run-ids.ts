/**
 * Ids of runs as our commands print them, whole or shortened to what tells them apart. They begin with the time, and this
 * century's times begin with `01`; no other id looks so by chance.
 */
const RUN_ID = /(?<![\w-])01[0-9a-f]{6}-[0-9a-f]{4}(?:-7[0-9a-f]{0,3}(?:-[89ab][0-9a-f]{0,3}(?:-[0-9a-f]{0,12})?)?)?(?![\w-])/g;

export function runIdsIn(line: string): readonly { readonly at: number; readonly id: string }[] {
  return [...line.matchAll(RUN_ID)].map((match) => ({ at: match.index, id: match[0] }));
}
