import type { Json } from '../../protocol/json.ts';
import type { AgentRunRecord, StepRecord } from '../../protocol/run-records.ts';
import { count } from './format.ts';
import type { GlyphName } from './glyphs.ts';

/** A model by its name, anything else by the end of its path. */
export function stepName({ kind, name, model }: StepRecord): string {
  if (kind === 'llm' && model !== null) return model.replace(/^[a-z]+:/, '');
  const [last = name, before] = name.split('/').map(decoded).reverse();
  return /^\d+$/.test(last) && before !== undefined ? `${before} ${last}` : last;
}

export function stepGlyph(kind: string): GlyphName {
  switch (kind) {
    case 'llm':
    case 'tool':
    case 'rag':
    case 'output':
      return kind;
    case 'memory':
      return 'rag';
    case 'guardrail':
      return 'shield';
    case 'ask':
      return 'human';
    case 'pin':
      return 'pin';
    case 'child':
      return 'workflow';
    default:
      return 'role';
  }
}

/** Words apart, so that two never say the same: attempt and iteration only where they count. */
export function agentRunWords(one: AgentRunRecord, among: readonly AgentRunRecord[]): string {
  const paths = new Set(among.map(({ path }) => path));
  const own = paths.size > 1 ? [one.path.split('/').slice(2).map(decoded).join(' ')] : [];
  const iterations = Math.max(...among.map(({ iteration }) => iteration));
  return [...own, ...(iterations > 1 ? [`iteration ${one.iteration}`] : []), ...(one.attempt > 1 || (iterations === 1 && paths.size === 1) ? [`attempt ${one.attempt}`] : [])].filter((word) => word !== '').join(', ');
}

/** What a step's record knows of its answer: which person gave it and when, what a provider claimed beyond what was set aside. */
export function answerWords(details: Json): string {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return '';
  const { by, answered_at: at, provider_claimed: claimed } = details as { readonly by?: Json; readonly answered_at?: Json; readonly provider_claimed?: Json };
  return [
    ...(typeof by === 'string' ? [`Answered by ${by}`] : []),
    ...(typeof at === 'string' ? [new Date(at).toLocaleString()] : []),
    ...(typeof claimed === 'number' ? [`The provider claimed ${count(claimed)} tokens`] : []),
  ].join(' · ');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
