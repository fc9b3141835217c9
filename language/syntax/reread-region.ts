import { childOf, countOf, isBlank, lineStart, type ChainLink, type Collection, type EditedRegion } from './edited-region.ts';
import { withValues } from './json-entries.ts';
import { readYaml, type DocumentReading } from './parse-yaml.ts';
import { shiftProblem, type Problem } from './problem.ts';
import { shiftEntry, shiftNode, shiftSpan } from './shift-tree.ts';
import { treeToJson, type MutableJson } from './tree-json.ts';
import type { YamlEntry, YamlNode } from './yaml-tree.ts';

/** What stands after the region in the text that is read in place of the whole one. No document has such a key. */
const SENTINEL = 'dagbook-what-follows';

interface RegionText {
  readonly source: string;
  /** Where the region begins and ends in it. */
  readonly start: number;
  readonly end: number;
  /** The link of the chain that what follows belongs to; -1 = the region is the end of the document. */
  readonly follower: number;
}

interface RegionReading {
  /** For every link of the chain the collection as it was read in the region's text. */
  readonly nodes: readonly Collection[];
  readonly problems: readonly Problem[];
  readonly mistake: DocumentReading['mistake'];
  /** Where the document ends in the region's text. */
  readonly end: number;
  /** Of the region's text, at least. */
  readonly lexemes: number;
}

export interface RereadDocument {
  readonly reading: DocumentReading;
  /** At least as many as the region has brought. */
  readonly lexemes: number;
}

/**
 * Reads the lines of a region again, among bare stand-ins for what they lie in and what follows them, and puts what
 * was read into the tree. Null where the region does not stand for itself: it ends the collection it lies in, opens
 * what it does not close, brings an anchor, or repeats a key.
 */
export function rereadRegion(reading: DocumentReading, tree: YamlNode, region: EditedRegion, after: string, by: number): RereadDocument | null {
  const written = regionText(region, after, by);
  const read = written === null ? null : readRegion(region, written);
  if (written === null || read === null) return null;
  const offset = region.span.start - written.start;
  const spliced = splice(region, read, written.follower, offset, by, reading.json);
  const before = reading.problems.filter(({ span }) => span.end <= region.span.start);
  const behind = reading.problems.filter(({ span }) => span.start >= region.span.end);
  const inside = reading.problems.filter(({ span }) => span.start >= region.span.start && span.end <= region.span.end);
  if (spliced === null || tree.kind !== spliced.node.kind || before.length + behind.length + inside.length < reading.problems.length) return null;
  const { mistake, lexemes } = read;
  const now: DocumentReading = {
    tree: spliced.node,
    json: spliced.json,
    // Empty lines at the end may or may not belong to it.
    span: { start: reading.span.start, end: written.follower < 0 ? read.end + offset : reading.span.end + by },
    problems: [...before, ...read.problems.map((problem) => shiftProblem(problem, offset)), ...behind.map((problem) => shiftProblem(problem, by))],
    mistake: mistake === null ? null : { problem: shiftProblem(mistake.problem, offset), reach: shiftSpan(mistake.reach, offset) },
    linked: false,
  };
  return { reading: now, lexemes };
}

function regionText({ chain, last, span }: EditedRegion, after: string, by: number): RegionText | null {
  const body = after.slice(span.start, span.end + by);
  // The beginning or the end of a document, or a directive.
  if (body.trim() === '' || /^(?:---|\.\.\.|%)/m.test(body)) return null;
  if (span.end + by < after.length && !body.endsWith('\n')) return null;
  const outer = chain.slice(0, -1);
  const prefix = outer.map(({ node, column }) => `${' '.repeat(column)}${node.kind === 'map' ? 'k:' : '-'}\n`).join('');
  const follower = chain.findLastIndex(({ node, child }, i) => (i === chain.length - 1 ? last : child) + 1 < countOf(node));
  const link = chain[follower];
  const suffix = link === undefined ? '' : `${' '.repeat(link.column)}${link.node.kind === 'map' ? `${SENTINEL}: x` : `- ${SENTINEL}`}\n`;
  return { source: prefix + body + suffix, start: prefix.length, end: prefix.length + body.length, follower };
}

function readRegion({ chain }: EditedRegion, { source, start, end, follower }: RegionText): RegionReading | null {
  const { readings: [reading, second], lexemes } = readYaml(source);
  if (reading === undefined || second !== undefined || reading.linked || reading.tree === null) return null;
  const { problems, mistake } = reading;
  if (problems.some(({ code }) => code === 'duplicate-key')) return null;
  if (mistake !== null && (mistake.reach.start < start || mistake.reach.end > end)) return null;
  // At the outermost level the reader may take what follows a mistake for another document.
  if (mistake !== null && chain.length === 1) return null;
  if (problems.some(({ span }) => span.start < start || span.end > end)) return null;
  const nodes: Collection[] = [];
  let node: YamlNode = reading.tree;
  for (const [i, link] of chain.entries()) {
    if ((node.kind !== 'map' && node.kind !== 'seq') || node.kind !== link.node.kind) return null;
    const count = countOf(node) - (i === follower ? 1 : 0);
    const isInnermost = i === chain.length - 1;
    if (isInnermost ? count < 1 : count !== 1) return null;
    if (i === follower && !endsWithSentinel(node, source, end + link.column)) return null;
    if (isInnermost && !standsAt(node, source, link.column, start)) return null;
    nodes.push(node);
    node = childOf(node, 0);
  }
  return { nodes, problems, mistake, end: reading.span.end, lexemes };
}

function endsWithSentinel(node: Collection, source: string, at: number): boolean {
  if (node.kind === 'map') {
    const last = node.entries.at(-1);
    return last?.key === SENTINEL && last.keySpan.start === at;
  }
  const last = node.items.at(-1);
  return last?.kind === 'scalar' && last.value === SENTINEL && last.span.start === at + 2 && source[at] === '-';
}

/** In [ ] or { }, or elsewhere on the line, it would be another collection than the one it is put into. */
function standsAt(node: Collection, source: string, column: number, from: number): boolean {
  const { start } = node.span;
  if (start < from || start - lineStart(source, start) !== column || !isBlank(source, start - column, column)) return false;
  return node.kind === 'map' ? !'{?'.includes(source[start] ?? '{') : source[start] === '-';
}

interface Spliced {
  readonly node: Collection;
  readonly json: MutableJson;
}

/** The collections of the chain with what was read in them, from the innermost out. */
function splice(region: EditedRegion, read: RegionReading, follower: number, offset: number, by: number, json: MutableJson): Spliced | null {
  const { chain } = region;
  const jsons = jsonsAlong(chain, json);
  let spliced: Spliced | null = null;
  for (let i = chain.length - 1; i >= 0; i -= 1) {
    const link = chain[i];
    const fresh = read.nodes[i];
    const old = jsons[i];
    if (link === undefined || fresh === undefined || old === undefined) return null;
    const last: number = spliced === null ? region.last : link.child;
    // What ends with the region ends where that was read to end; behind all else stands only what has been moved.
    const endsHere = i > follower;
    const start: number = link.child === 0 && spliced === null ? fresh.span.start + offset : link.node.span.start;
    const end = endsHere ? fresh.span.end + offset : link.node.span.end + by;
    const inner: Spliced | null = spliced;
    spliced = link.node.kind === 'map'
      ? spliceMap(link, last, inner, fresh, i === follower, { offset, by }, { start, end }, old)
      : spliceSeq(link, last, inner, fresh, i === follower, { offset, by }, { start, end }, old);
    if (spliced === null) return null;
  }
  return spliced;
}

interface Moves {
  /** From the region's text to the whole one. */
  readonly offset: number;
  /** From the text before the edit to the text after it. */
  readonly by: number;
}

function spliceSeq({ node, child }: ChainLink, last: number, inner: Spliced | null, fresh: Collection, followed: boolean, { offset, by }: Moves, span: Collection['span'], old: MutableJson): Spliced | null {
  if (node.kind !== 'seq' || fresh.kind !== 'seq' || !Array.isArray(old)) return null;
  const read = inner === null ? (followed ? fresh.items.slice(0, -1) : fresh.items).map((item) => shiftNode(item, offset)) : [inner.node];
  return {
    node: { kind: 'seq', items: [...node.items.slice(0, child), ...read, ...node.items.slice(last + 1).map((item) => shiftNode(item, by))], span },
    json: [...old.slice(0, child), ...(inner === null ? read.map(treeToJson) : [inner.json]), ...old.slice(last + 1)],
  };
}

function spliceMap({ node, child }: ChainLink, last: number, inner: Spliced | null, fresh: Collection, followed: boolean, { offset, by }: Moves, span: Collection['span'], old: MutableJson): Spliced | null {
  if (node.kind !== 'map' || fresh.kind !== 'map' || typeof old !== 'object' || old === null || Array.isArray(old)) return null;
  const above = node.entries.slice(0, child);
  const below = node.entries.slice(last + 1);
  const own = node.entries[child];
  const read: readonly YamlEntry[] = inner === null || own === undefined ? (followed ? fresh.entries.slice(0, -1) : fresh.entries).map((entry) => shiftEntry(entry, offset)) : [{ key: own.key, keySpan: own.keySpan, value: inner.node, merged: own.merged }];
  const values = read.map((entry): [string, MutableJson] => [entry.key, inner === null ? treeToJson(entry.value) : inner.json]);
  const replaced = node.entries.slice(child, last + 1);
  const sameKeys = replaced.length === read.length && replaced.every(({ key }, i) => key === read[i]?.key);
  if (!sameKeys && read.some(({ key }) => Object.hasOwn(old, key) && !replaced.some((entry) => entry.key === key))) return null;
  const kept = (entry: YamlEntry): [string, MutableJson] => [entry.key, old[entry.key] ?? null];
  const json = sameKeys ? withValues(old, new Map(values)) : Object.fromEntries([...above.map(kept), ...values, ...below.map(kept)]);
  return { node: { kind: 'map', entries: [...above, ...read, ...below.map((entry) => shiftEntry(entry, by))], span }, json };
}

function jsonsAlong(chain: readonly ChainLink[], root: MutableJson): readonly MutableJson[] {
  const jsons: MutableJson[] = [];
  let json: MutableJson = root;
  for (const { node, child } of chain) {
    jsons.push(json);
    if (Array.isArray(json)) json = json[child] ?? null;
    else if (typeof json === 'object' && json !== null) json = json[node.kind === 'map' ? (node.entries[child]?.key ?? '') : ''] ?? null;
  }
  return jsons;
}
