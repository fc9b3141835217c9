import type { Json, JsonObject } from '../../protocol/json.ts';
import type { RequestContext } from './request-context.ts';

/** Draws one of several wordings; the same request draws the same. */
export type Pick = <T>(choices: readonly [T, ...T[]]) => T;

/** A short answer in plain words, built from what the request says and nothing else. */
export function simulatedAnswer(context: RequestContext, pick: Pick): string {
  return [opening(context, pick), given(context, pick), taken(context, pick), kept(context, pick), closing(context, pick)].filter((sentence) => sentence !== '').join(' ');
}

/** One or two sentences for a field that explains something: a summary, a rationale, feedback. */
export function simulatedRemark(context: RequestContext, pick: Pick): string {
  const basis = [given(context, pick), taken(context, pick)].filter((sentence) => sentence !== '');
  return basis.length > 0 ? basis.join(' ') : opening(context, pick);
}

/** A few words on what the request is about, without a full stop. */
export function subjectOf(context: RequestContext): string {
  const subject = context.goal ?? firstText(context.inputs) ?? (context.role === null ? null : `the work of the ${context.role}`) ?? (oneLine(context.prompt, 60) || 'the request');
  return oneLine(subject, 80).replace(/[.!?…]+$/, '');
}

function opening(context: RequestContext, pick: Pick): string {
  const who = context.role === null ? '' : pick([`As ${article(context.role)}, `, `Speaking as ${article(context.role)}, `]);
  if (context.goal !== null) return sentence(`${who}${pick(['I was asked to do this', 'I worked on this', 'my task was this'])}: ${oneLine(context.goal, 160)}`);
  if (Object.keys(context.inputs).length + Object.keys(context.upstream).length > 0) return sentence(`${who}${pick(['I went through what I was given', 'I looked at the material at hand'])}`);
  const asked = oneLine(context.prompt, 120);
  return sentence(asked === '' ? `${who}I am ready, but nothing was asked` : `${who}${pick(['this is my answer to', 'I considered'])} “${asked}”`);
}

function given({ inputs }: RequestContext, pick: Pick): string {
  const parts = Object.entries(inputs).map(([name, value]) => `${words(name)} ${describe(value, 60)}`);
  if (parts.length === 0) return '';
  return sentence(`${pick(['The inputs are', 'I was given', 'It rests on'])} ${list(parts.slice(0, 4))}${parts.length > 4 ? `, and ${parts.length - 4} more` : ''}`);
}

function taken({ upstream }: RequestContext, pick: Pick): string {
  const parts = Object.entries(upstream).map(([id, output]) => `${id}: ${describe(output, 110)}`);
  if (parts.length === 0) return '';
  return sentence(`${pick(['Before me', 'From the steps before', 'Handed on to me'])} — ${parts.slice(0, 4).join('; ')}${parts.length > 4 ? `; and ${parts.length - 4} more` : ''}`);
}

function kept({ criteria }: RequestContext, pick: Pick): string {
  if (criteria.length === 0) return '';
  return sentence(`${pick(['I held it against', 'I kept to', 'The criteria were'])} ${list(criteria.map((criterion) => oneLine(criterion, 80).replace(/[.;]$/, '')))}`);
}

function closing(context: RequestContext, pick: Pick): string {
  if (Object.keys(context.upstream).length > 0) return pick(['These agree with one another, so the next step can build on them.', 'I see no contradiction in that and hand it on.', 'Taken together this is enough to go on with.']);
  return pick(['This is enough to go on with.', 'Nothing is missing for the next step.', 'I would start from here.']);
}

/** A JSON value in a few words. */
export function describe(value: Json, most: number): string {
  if (typeof value === 'string') return oneLine(value, most);
  if (value === null) return 'none';
  if (typeof value !== 'object') return String(value);
  const parts = isList(value) ? value.map((item) => describe(item, 24)) : Object.entries(value).map(([name, item]) => `${words(name)} ${describe(item, 48)}`);
  if (parts.length === 0) return isList(value) ? 'nothing' : 'no details';
  return oneLine(list(parts), most);
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

/** Without line breaks, and cut at a word with an ellipsis where it is too long. */
export function oneLine(text: string, most: number): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  if (flat.length <= most) return flat;
  const cut = flat.slice(0, most - 1);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > most / 2 ? space : cut.length).replace(/[\ud800-\udbff,;:–—-]+$/, '')}…`;
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]["”]?$/.test(capital) ? capital : `${capital}.`;
}

function article(role: string): string {
  return `${/^[aeiou]/i.test(role) ? 'an' : 'a'} ${role}`;
}

function firstText(inputs: JsonObject): string | null {
  for (const value of Object.values(inputs)) if (typeof value === 'string' && value.trim().length > 2) return value;
  return null;
}
