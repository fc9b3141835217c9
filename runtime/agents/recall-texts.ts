import type { Agent } from '../../language/index.ts';
import type { AgentRun, LeafError, RecallQuery, Recalled } from '../durable/context.ts';
import { nothingRecalled } from './prompt.ts';
import type { RecalledTexts } from './prompt.ts';

/** Looks for what fits a question, in what the agent remembers and in the files it may read. Each look is a step of its own. */
export async function recallTexts(run: AgentRun, path: string, agent: Agent, question: string): Promise<{ readonly ok: true; readonly recalled: RecalledTexts } | { readonly ok: false; readonly error: LeafError }> {
  let recalled = nothingRecalled;
  const { memory, rag } = agent;
  const looks: readonly { readonly path: string; readonly query: RecallQuery; readonly put: keyof RecalledTexts }[] = [
    ...(memory.kind === 'none' ? [] : [{ path: `${path}/memory`, query: { kind: 'memory' as const, role: memory.role ?? agent.role, text: question, top: memory.retrievalTopK, among: memory.workingMax }, put: 'memories' as const }]),
    ...rag.map(({ corpora, finalK, injectAs }, at) => ({ path: `${path}/rag/${at + 1}`, query: { kind: 'rag' as const, corpora, text: question, top: finalK }, put: injectAs })),
  ];
  for (const look of looks) {
    const found = await run.recall(look.path, look.query);
    if (found.status !== 'ok') return { ok: false, error: found.error };
    recalled = { ...recalled, [look.put]: [...recalled[look.put], ...(found.value as unknown as Recalled)] };
  }
  return { ok: true, recalled };
}
