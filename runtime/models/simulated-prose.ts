import type { Json } from '../../protocol/json.ts';
import type { RequestContext } from './request-context.ts';

/** Draws one of several wordings; the same request draws the same. */
export type Pick = <T>(choices: readonly [T, ...T[]]) => T;

/** A short answer in plain words, built from what the request says and nothing else. */
export function simulatedAnswer(context: RequestContext, pick: Pick): string {
  const points = context.criteria.map((_criterion, index) => simulatedPoint(context, index, pick));
  return paragraph([opening(context, pick), basis(context, pick), ...points, closing(context, pick)]);
}

/** One or two sentences for a field that explains something: a summary, a rationale, feedback. */
export function simulatedRemark(context: RequestContext, pick: Pick): string {
  if (context.goal !== null && isMaking(context.goal)) return paragraph([opening(context, pick), basis(context, pick)]);
  const found = basis(context, pick);
  return found === '' ? paragraph([opening(context, pick)]) : found;
}

/** One statement for each index, so that the items of a list differ: on the criteria, then on the material. */
export function simulatedPoint(context: RequestContext, index: number, pick: Pick): string {
  const criterion = context.criteria[index];
  if (criterion !== undefined) {
    const judgement = pick(['met', 'met as far as the material shows', 'largely met, with room for a clearer wording']);
    return `${capital(oneLine(criterion, 80).replace(/[.;:]$/, ''))}: ${judgement}.`;
  }
  const facts = [
    ...Object.entries(context.upstream).map(([id, output]) => `${capital(words(id))} found: ${statement(output, 120)}`),
    ...Object.entries(context.inputs).map(([name, value]) => `${capital(words(name))} considered: ${describe(value, 80)}`),
  ];
  return sentence(facts[index - context.criteria.length] ?? `Point ${index + 1} on ${subjectOf(context)} needs no change`);
}

/** A few words on what the request is about, without a full stop. */
export function subjectOf(context: RequestContext): string {
  const { goal, inputs, role, prompt } = context;
  const text = Object.values(inputs).find((value) => typeof value === 'string' && value.trim().length > 2);
  const subject = goal !== null ? topicOf(goal) : typeof text === 'string' ? text : role !== null ? `the work of the ${role}` : oneLine(prompt, 60);
  return oneLine(subject, 60).replace(/[.!?…]+$/, '') || 'the request';
}

const makingVerbs = /^(write|draft|compose|prepare|create|produce|formulate)\b/i;
const imperative = /^(add|analy[sz]e|answer|ask|assess|build|calculate|check|choose|classify|collect|compare|compile|compose|compute|count|create|decide|describe|design|determine|develop|draft|estimate|evaluate|examine|explain|extract|find|fix|gather|generate|give|help|identify|implement|improve|inspect|judge|list|look|make|measure|name|outline|pick|plan|prepare|produce|propose|prove|rank|rate|read|recommend|refactor|report|research|review|rewrite|score|search|select|sort|study|suggest|summari[sz]e|sum|test|translate|turn|update|verify|weigh|work|write)\b/i;

const aboutWhat = /\b(?:about|on|regarding|concerning) (.{3,})$/i;

function isMaking(goal: string): boolean {
  return makingVerbs.test(goal);
}

/** `Write a short note about the spring release.` → `the spring release`. */
function topicOf(goal: string): string {
  const clause = goal.split(/[.!?;,\n]/)[0] ?? goal;
  return aboutWhat.exec(clause)?.[1] ?? clause.replace(imperative, '').trim();
}

function opening(context: RequestContext, pick: Pick): string {
  const { goal, role } = context;
  const who = role === null ? '' : `As ${/^[aeiou]/i.test(role) ? 'an' : 'a'} ${role}, `;
  if (goal === null) {
    const asked = oneLine(context.prompt.replaceAll(/```.*?```/gs, ''), 120);
    if (asked === '') return sentence(`${who}I ${pick(['went through', 'looked at', 'considered'])} ${material(context)}`);
    return sentence(`${who}${pick(['this is my answer to', 'I considered'])} “${asked}”`);
  }
  const short = oneLine(goal, 160).replace(/[.!]$/, '');
  if (isMaking(goal)) {
    const link = aboutWhat.test(goal) ? 'about' : 'of';
    return sentence(`Here is ${pick(['a first version', 'a short version'])} ${link} ${subjectOf(context)}, ready to be read`);
  }
  if (imperative.test(goal)) return sentence(`${who}I set out to ${short.charAt(0).toLowerCase()}${short.slice(1)}`);
  return sentence(`${who}${pick(['my answer to', 'I considered'])} “${short}”`);
}

/** What the answer rests on: what the nodes before handed over, else the inputs. */
function basis(context: RequestContext, pick: Pick): string {
  const upstream = Object.entries(context.upstream);
  const [first] = upstream;
  if (first !== undefined) {
    const others = upstream.slice(1).map(([id]) => words(id));
    const also = others.length === 0 ? '' : ` ${pick(['The same goes for', 'This agrees with'])} ${list(others.slice(0, 5))}.`;
    return `${pick(['According to', 'Going by'])} ${words(first[0])}: ${sentence(statement(first[1], 140))}${also}`;
  }
  const parts = Object.entries(context.inputs).map(([name, value]) => `${words(name)} ${quoted(value)}`);
  if (parts.length === 0) return '';
  return sentence(`${pick(['This rests on', 'I was given', 'I started from'])} ${list([...parts.slice(0, 4), ...(parts.length > 4 ? [`${parts.length - 4} more`] : [])])}`);
}

function material(context: RequestContext): string {
  const before = Object.keys(context.upstream).map(words);
  if (before.length > 0) return `what ${list(before.slice(0, 5))} handed over`;
  const given = Object.keys(context.inputs).map(words);
  return given.length > 0 ? `the ${list(given.slice(0, 5))}` : 'the request';
}

function closing(context: RequestContext, pick: Pick): string {
  if (context.goal !== null && isMaking(context.goal)) return pick(['It can go on as it is.', 'Changes are easy to make from here.']);
  return pick(['This is enough to go on with.', 'Nothing is missing for the next step.', 'The next step can build on this.']);
}

/** What an output comes to: its own words where it has some, else its values. */
function statement(output: Json, most: number): string {
  if (typeof output === 'object' && output !== null && !isList(output)) {
    for (const key of ['untrusted', 'summary', 'rationale', 'conclusion', 'feedback', 'recommendation', 'answer', 'body', 'text', 'findings']) {
      const said = output[key];
      if (typeof said === 'string' && said.trim() !== '') return oneLine(said, most);
      if (said !== undefined && typeof said === 'object' && said !== null) return statement(isList(said) ? (said[0] ?? 'nothing') : said, most);
    }
  }
  return describe(output, most);
}

/** A JSON value in a few words. */
export function describe(value: Json, most: number): string {
  if (typeof value === 'string') return oneLine(value, most);
  if (value === null) return 'none';
  if (typeof value !== 'object') return String(value);
  if (!isList(value)) {
    const parts = Object.entries(value).map(([name, item]) => `${words(name)} ${describe(item, 32)}`);
    return parts.length === 0 ? 'no details' : oneLine(list(parts), most);
  }
  if (value.length === 0) return 'nothing';
  const flat = value.every((item) => typeof item !== 'object' || item === null);
  return oneLine(flat ? list(value.map((item) => describe(item, 40))) : `${value.length} ${value.length === 1 ? 'entry' : 'entries'}, first ${describe(value[0] ?? null, 60)}`, most);
}

function quoted(value: Json): string {
  return typeof value === 'string' && value.includes(' ') ? `“${oneLine(value, 60)}”` : describe(value, 60);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** `maxDrawdown_pct` → `max drawdown pct`. */
export function words(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/[_\-.]+/g, ' ').trim().toLowerCase();
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Without line breaks, and cut at a word with an ellipsis where it is too long. */
export function oneLine(text: string, most: number): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  if (flat.length <= most) return flat;
  const cut = flat.slice(0, Math.max(0, most - 1));
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > most / 2 ? space : cut.length).replace(/[\ud800-\udbff,;:–—-]+$/, '')}…`;
}

function paragraph(sentences: readonly string[]): string {
  return sentences.filter((text) => text !== '').join(' ');
}

function sentence(text: string): string {
  const whole = capital(text);
  return /[.!?…]["”]?$/.test(whole) ? whole : `${whole}.`;
}
