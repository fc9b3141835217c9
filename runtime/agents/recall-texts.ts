import type { Agent } from '../../language/index.ts';
import type { AgentRun, LeafError, RecallQuery, Recalled } from '../durable/context.ts';
import { nothingRecalled } from './prompt.ts';
import type { RecalledTexts } from './prompt.ts';

type RecallResult = { readonly ok: true; readonly recalled: RecalledTexts } | { readonly ok: false; readonly error: LeafError };

interface Look {
  readonly path: string;
  readonly query: RecallQuery;
  readonly put: keyof RecalledTexts;
}

/** Looks for what fits a question, in what the agent remembers and in the files it may read. Each look is a step of its own. */
export function recallTexts(run: AgentRun, path: string, agent: Agent, question: () => string): Promise<RecallResult> {
  const { memory, rag } = agent;
  if (memory.kind === 'none' && rag.length === 0) return nothingToRecall;
  const text = question();
  const looks: readonly Look[] = [
    ...(memory.kind === 'none' ? [] : [{ path: `${path}/memory`, query: { kind: 'memory' as const, role: memory.role ?? agent.role, text, top: memory.retrievalTopK, among: memory.workingMax }, put: 'memories' as const }]),
    ...rag.map(({ corpora, finalK, injectAs }, at) => ({ path: `${path}/rag/${at + 1}`, query: { kind: 'rag' as const, corpora, text, top: finalK }, put: injectAs })),
  ];
  return look(run, looks);
}

const nothingToRecall: Promise<RecallResult> = Promise.resolve({ ok: true, recalled: nothingRecalled });

async function look(run: AgentRun, looks: readonly Look[]): Promise<RecallResult> {
  let recalled = nothingRecalled;
  for (const { path, query, put } of looks) {
    const found = await run.recall(path, query);
    if (found.status !== 'ok') return { ok: false, error: found.error };
    recalled = { ...recalled, [put]: [...recalled[put], ...(found.value as unknown as Recalled)] };
  }
  return { ok: true, recalled };
}
