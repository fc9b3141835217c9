import { parseRegex, UnsupportedRegex, type CharacterSet, type RegexNode } from './regex-syntax.ts';

/**
 * Matches regular expressions in time proportional to text × pattern, where JavaScript's own may need exponential time and
 * cannot be stopped. It follows all possibilities at once (Pike's machine), in the order of priority in which JavaScript
 * would try them, and so finds the same match with the same groups.
 */
export interface LinearRegex {
  /** The first match at or after `from`; `charge` is told the work from time to time and may throw. */
  match(text: string, from: number, charge: (work: number) => void): RegexMatch | null;
}

export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

type Instruction =
  | { readonly kind: 'set'; readonly has: (code: number) => boolean }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'boundary' | 'inside' }
  /** Goes on at `first`, and if that fails at `second`. */
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'save'; readonly slot: number }
  /** Forgets the groups from … to: each round of a repetition starts without them. */
  | { readonly kind: 'forget'; readonly from: number; readonly to: number }
  /** Marks where an optional round begins that could take nothing, and gives up where it ends having taken nothing. */
  | { readonly kind: 'begin'; readonly round: number }
  | { readonly kind: 'progress'; readonly round: number }
  | { readonly kind: 'match' };

type Slots = readonly (number | undefined)[];
interface Thread {
  readonly at: number;
  readonly slots: Slots;
}

const maxProgram = 5_000;
/** Most distinct states; each optional round that could take nothing doubles them. */
const maxStates = 100_000;
const stepsPerUnit = 16;

/**
 * @throws UnsupportedRegex for look-around, back-references, and repetition that unrolls too far
 */
export function compileRegex({ source, flags }: { readonly source: string; readonly flags: string }): LinearRegex {
  const { root, groups } = parseRegex(source);
  const emitter: Emitter = { program: [], ignoreCase: flags.includes('i'), rounds: 0 };
  const { program } = emitter;
  emit(emitter, { kind: 'group', index: 0, body: root });
  program.push({ kind: 'match' });
  const multiline = flags.includes('m');
  const { rounds } = emitter;
  if (program.length * 2 ** rounds > maxStates) throw new UnsupportedRegex('too many of its repetitions could match nothing');
  return {
    match: (text, from, charge) => run({ program, text, multiline, groups, rounds, charge, steps: 0 }, from),
  };
}

interface Emitter {
  readonly program: Instruction[];
  readonly ignoreCase: boolean;
  rounds: number;
}

function emit(emitter: Emitter, node: RegexNode): void {
  const { program, ignoreCase } = emitter;
  if (program.length > maxProgram) throw new UnsupportedRegex('it repeats something too often to be unrolled');
  switch (node.kind) {
    case 'empty':
      return;
    case 'set':
      program.push({ kind: 'set', has: membership(node.set, ignoreCase) });
      return;
    case 'assert':
      program.push(node);
      return;
    case 'sequence':
      for (const item of node.items) emit(emitter, item);
      return;
    case 'group':
      program.push({ kind: 'save', slot: node.index * 2 });
      emit(emitter, node.body);
      program.push({ kind: 'save', slot: node.index * 2 + 1 });
      return;
    case 'either':
      emitEither(emitter, node.options);
      return;
    case 'repeat':
      emitRepeat(emitter, node);
      return;
  }
}

function emitEither(emitter: Emitter, options: readonly RegexNode[]): void {
  const { program } = emitter;
  const ends: { to: number }[] = [];
  for (const [index, option] of options.entries()) {
    if (index === options.length - 1) {
      emit(emitter, option);
      break;
    }
    const split = { kind: 'split' as const, first: program.length + 1, second: 0 };
    program.push(split);
    emit(emitter, option);
    const jump = { kind: 'jump' as const, to: 0 };
    program.push(jump);
    ends.push(jump);
    split.second = program.length;
  }
  for (const jump of ends) jump.to = program.length;
}

function emitRepeat(emitter: Emitter, node: RegexNode & { readonly kind: 'repeat' }): void {
  const { program } = emitter;
  const round = (): void => {
    if (node.groups[1] >= node.groups[0]) program.push({ kind: 'forget', from: node.groups[0], to: node.groups[1] });
    emit(emitter, node.body);
  };
  const optionalRound = (): void => {
    if (!canBeEmpty(node.body)) {
      round();
      return;
    }
    const index = emitter.rounds++;
    program.push({ kind: 'begin', round: index });
    round();
    program.push({ kind: 'progress', round: index });
  };
  const choose = (): { first: number; second: number; readonly kind: 'split' } => {
    const split = { kind: 'split' as const, first: program.length + 1, second: program.length + 1 };
    program.push(split);
    return split;
  };
  const skip = (split: { first: number; second: number }, to: number): void => {
    if (node.greedy) split.second = to;
    else split.first = to;
  };
  for (let count = 0; count < node.least; count++) round();
  if (node.most === Infinity) {
    const start = program.length;
    const split = choose();
    optionalRound();
    program.push({ kind: 'jump', to: start });
    skip(split, program.length);
    return;
  }
  const optional = Array.from({ length: Math.min(node.most - node.least, maxProgram) }, () => {
    const split = choose();
    optionalRound();
    return split;
  });
  for (const split of optional) skip(split, program.length);
}

function canBeEmpty(node: RegexNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return true;
    case 'set':
      return false;
    case 'sequence':
      return node.items.every(canBeEmpty);
    case 'either':
      return node.options.some(canBeEmpty);
    case 'repeat':
      return node.least === 0 || canBeEmpty(node.body);
    case 'group':
      return canBeEmpty(node.body);
  }
}

/** Case is ignored as JavaScript does without the `u` flag: by upper case, and never between ASCII and the rest. */
function membership({ ranges, negated }: CharacterSet, ignoreCase: boolean): (code: number) => boolean {
  const within = (code: number): boolean => ranges.some(([from, to]) => code >= from && code <= to);
  if (!ignoreCase) return (code) => within(code) !== negated;
  const variants = (code: number): readonly number[] => {
    const character = String.fromCharCode(code);
    return [character.toLowerCase(), character.toUpperCase()].filter((other) => other.length === 1).map((other) => other.charCodeAt(0)).filter((other) => (other < 128) === (code < 128));
  };
  return (code) => (within(code) || variants(code).some(within)) !== negated;
}

interface Machine {
  readonly program: readonly Instruction[];
  readonly text: string;
  readonly multiline: boolean;
  readonly groups: number;
  readonly rounds: number;
  readonly charge: (work: number) => void;
  steps: number;
}

function run(machine: Machine, from: number): RegexMatch | null {
  const { program, text, charge } = machine;
  const visited = new Int32Array(program.length * 2 ** machine.rounds).fill(-1);
  // Two for each group, then one for each round.
  const nothing: Slots = Array.from({ length: (machine.groups + 1) * 2 + machine.rounds });
  let threads: Thread[] = [];
  let found: Slots | null = null;
  for (let position = from; position <= text.length; position++) {
    // A match begun earlier wins over one begun here, so this is the last thread to be tried.
    const reached: Thread[] = [];
    for (const thread of threads) follow(machine, thread, position, visited, reached);
    if (found === null) follow(machine, { at: 0, slots: nothing }, position, visited, reached);
    threads = [];
    for (const thread of reached) {
      const instruction = program[thread.at];
      if (instruction?.kind === 'match') {
        found = thread.slots;
        break;
      }
      if (instruction?.kind === 'set' && position < text.length && instruction.has(text.charCodeAt(position))) threads.push({ at: thread.at + 1, slots: thread.slots });
    }
    if (machine.steps > 256) {
      charge(machine.steps / stepsPerUnit);
      machine.steps = 0;
    }
    if (threads.length === 0 && found !== null) break;
  }
  charge(machine.steps / stepsPerUnit);
  return found === null ? null : toMatch(found.slice(0, (machine.groups + 1) * 2), text);
}

/** Follows a thread through everything that consumes no text; what it reaches is in order of priority. */
function follow(machine: Machine, thread: Thread, position: number, visited: Int32Array, reached: Thread[]): void {
  const stack: Thread[] = [thread];
  const firstRound = (machine.groups + 1) * 2;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { at, slots } = next;
    machine.steps++;
    const state = at + machine.program.length * freshRounds(machine, slots, position);
    if (visited[state] === position) continue;
    visited[state] = position;
    const instruction = machine.program[at];
    switch (instruction?.kind) {
      case undefined:
        break;
      case 'jump':
        stack.push({ at: instruction.to, slots });
        break;
      case 'split':
        stack.push({ at: instruction.second, slots }, { at: instruction.first, slots });
        break;
      case 'save':
        stack.push({ at: at + 1, slots: slots.with(instruction.slot, position) });
        break;
      case 'forget':
        stack.push({ at: at + 1, slots: slots.map((value, slot) => (slot >= instruction.from * 2 && slot <= instruction.to * 2 + 1 ? undefined : value)) });
        break;
      case 'begin':
        stack.push({ at: at + 1, slots: slots.with(firstRound + instruction.round, position) });
        break;
      case 'progress':
        if (slots[firstRound + instruction.round] !== position) stack.push({ at: at + 1, slots });
        break;
      case 'assert':
        if (holds(instruction.what, machine, position)) stack.push({ at: at + 1, slots });
        break;
      case 'set':
      case 'match':
        reached.push(next);
        break;
    }
  }
}

/** Which rounds have begun here, one bit each: two threads at one place are the same only if they agree on that. */
function freshRounds({ groups, rounds }: Machine, slots: Slots, position: number): number {
  let fresh = 0;
  for (let round = 0; round < rounds; round++) if (slots[(groups + 1) * 2 + round] === position) fresh |= 1 << round;
  return fresh;
}

function holds(what: 'start' | 'end' | 'boundary' | 'inside', { text, multiline }: Machine, position: number): boolean {
  switch (what) {
    case 'start':
      return position === 0 || (multiline && isLineEnd(text.charAt(position - 1)));
    case 'end':
      return position === text.length || (multiline && isLineEnd(text.charAt(position)));
    case 'boundary':
      return isWord(text.charAt(position - 1)) !== isWord(text.charAt(position));
    case 'inside':
      return isWord(text.charAt(position - 1)) === isWord(text.charAt(position));
  }
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r' || character === '\u2028' || character === '\u2029';
}

function isWord(character: string): boolean {
  return /^\w$/.test(character);
}

function toMatch(slots: Slots, text: string): RegexMatch {
  const groups: (string | undefined)[] = [];
  for (let slot = 2; slot < slots.length; slot += 2) {
    const start = slots[slot];
    const end = slots[slot + 1];
    groups.push(start === undefined || end === undefined ? undefined : text.slice(start, end));
  }
  return { start: slots[0] ?? 0, end: slots[1] ?? 0, groups };
}
