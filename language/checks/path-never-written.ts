/**
 * # A path that nothing can have written
 *
 * Every state before this one is followed, with its `inputPath`, `parameters`, `result`, `resultSelector`, `resultPath`
 * and `outputPath`. What the run is given and what agents answer may hold anything; but where a state has put fixed fields
 * in their place, others are not there. Where the run's input may hold the field, only a name that is one letter away from
 * one that was written is doubted.
 *
 * ```yaml
 * resultPath: $.triage
 * # later
 * variable: $.triagee.risk
 * ```
 *
 * **Fix**: correct the name, or write the field in a state before.
 */
import { areNone, type DocumentMemory } from '../documents/document-memory.ts';
import { didYouMean, nearestWord } from '../documents/nearest-word.ts';
import { isObject, isList } from '../documents/json-access.ts';
import type { StateData } from '../documents/states/data-flow.ts';
import { missingAt, type Shape } from '../documents/states/data-shape.ts';
import { rememberedFlow } from '../documents/states/remembered-flow.ts';
import { seenIn } from '../documents/states/seen-data.ts';
import type { PlacedState } from '../documents/states/state-machine.ts';
import { isDefinite } from '../expressions/json-path.ts';
import type { JsonPath } from '../expressions/path-parts.ts';
import type { Json } from '../../protocol/json.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check } from './check.ts';
import { ofEachState } from './state-shapes.ts';
import { pathsOf, sameItems, type StateText } from './state-texts.ts';
import { isSlip } from './typing-slip.ts';

export const pathNeverWritten: Check = {
  code: 'path-never-written',
  severity: 'warning',
  ignorable: true,
  states: (context, report) => {
    const { document: { memory }, machine, textsOfStates, textSpan } = context;
    const data = rememberedFlow(machine, memory);
    const looks = memory.row(looksOfState, 'states', textsOfStates, looksOfState, { sameResult: areNone });
    const reads = memory.row(readsOfState, 'states', looks, (own, i) => readsOfState(own, data[i]), { besides: [data], sameResult: areNone });
    const asked = namesIn(memory, askedIn, ofEachState(context, askedIn, askedIn));
    const given = namesIn(memory, givenNames, memory.row(givenNames, 'states', reads, givenNames, { sameResult: sameItems }));
    const names = memory.derive(pathNeverWritten, [asked, given], () => ({ asked, given }));
    const vain = memory.row(whyInVain, 'states', reads, (own) => own.flatMap((read) => whyInVain(read, names) ?? []), { basis: names, sameResult: areNone });
    for (const { path, offset, length, message, suggestion } of memory.flat(vain)) {
      report({ message, span: textSpan(path, offset, length), ...(suggestion === null ? {} : { suggestion }) });
    }
  },
};

/** A read of what nothing has written, and what to say of it. */
interface VainRead {
  readonly path: YamlPath;
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly suggestion: string | null;
}

interface ReadNames {
  /** Paths of which some rule asks whether they are there. */
  readonly asked: ReadonlySet<string>;
  /** Fields that the run's input plainly has. */
  readonly given: ReadonlySet<string>;
}

function whyInVain({ text, path, shape }: Read, { asked, given }: ReadNames): VainRead | null {
  const missing = missingAt(shape, path);
  // Most that is missing is a part of the run's input.
  if (missing === null || (missing.shape.open && given.has(missing.segment.name)) || isAsked(path, asked)) return null;
  const { name, offset, length } = missing.segment;
  // Where anything may be, only a slip of the pen is worth a word, and not where the run's input plainly has the name.
  const known = [...missing.shape.fields.keys()];
  const suggestion = missing.shape.open ? (known.find((other) => isSlip(name, other)) ?? null) : nearestWord(name, known);
  if (missing.shape.open && suggestion === null) return null;
  const advice = suggestion === null ? ` There is ${known.length === 0 ? 'no field' : `only ${known.slice(0, 8).join(', ')}`} in its place.` : didYouMean(suggestion);
  return { path: text.path, offset, length, message: `Nothing before "${text.state.name}" writes "${name}".${advice}`, suggestion };
}

/** A path of a text that leads to one place. */
interface Look {
  readonly text: StateText;
  readonly path: JsonPath;
}

interface Read extends Look {
  /** What `$` stands for there. */
  readonly shape: Shape;
}

/** A search that finds nothing gives an empty list: only what leads to one place can be missing. */
function looksOfState(texts: readonly StateText[]): readonly Look[] {
  return texts.flatMap((text) => pathsOf(text).flatMap((path) => (path.root.kind === 'input' && isDefinite(path) ? [{ text, path }] : [])));
}

/** Those that do not find what they look for, where it is known what they start from. An edit may change that for all states behind it. */
function readsOfState(looks: readonly Look[], data: StateData | undefined): readonly Read[] {
  if (data === undefined) return [];
  const shapeOf = ({ text }: Look): Shape | null => seenIn(text.below, data);
  const isVain = (look: Look): boolean => {
    const shape = shapeOf(look);
    return shape !== null && missingAt(shape, look.path) !== null;
  };
  return looks.some(isVain) ? looks.filter(isVain).flatMap((look) => { const shape = shapeOf(look); return shape === null ? [] : [{ ...look, shape }]; }) : [];
}

/** All of them as one set; the very same one as long as it holds the same, for what is said of every read depends on it. */
function namesIn(memory: DocumentMemory, rule: object, lists: readonly (readonly string[])[]): ReadonlySet<string> {
  return memory.steady<ReadonlySet<string>>(rule, memory.derive(rule, [lists], () => new Set(lists.flat())), (a, b) => a === b || (a.size === b.size && [...a].every((name) => b.has(name))));
}

/** The paths that some rule of a state asks whether they are there: their author knows that they may not be. */
function askedIn({ json }: Pick<PlacedState, 'json'>): readonly string[] {
  const found: string[] = [];
  const visit = (rule: Json): void => {
    if (isList(rule)) rule.forEach(visit);
    if (!isObject(rule)) return;
    if (typeof rule['isPresent'] === 'boolean' && typeof rule['variable'] === 'string') found.push(rule['variable']);
    for (const inner of ['and', 'or', 'not']) visit(rule[inner] ?? null);
  };
  visit(json['choices'] ?? null);
  return found;
}

function isAsked({ segments }: JsonPath, asked: ReadonlySet<string>): boolean {
  if (asked.size === 0) return false;
  let prefix = '$';
  for (const segment of segments) {
    if (segment.kind !== 'field') return false;
    prefix += `.${segment.name}`;
    if (asked.has(prefix)) return true;
  }
  return false;
}

/** Names that are read where nothing has been written yet: the run's input has them. */
function givenNames(reads: readonly Read[]): readonly string[] {
  return reads.flatMap(({ path: { segments }, shape }) => (segments[0]?.kind === 'field' && shape.open && shape.fields.size === 0 ? [segments[0].name] : []));
}
