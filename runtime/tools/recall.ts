import type { Json } from '../../protocol/json.ts';
import type { Outcome, RecallQuery, Recalled } from '../durable/context.ts';
import { rankByWords } from './bm25.ts';
import { readCorpus } from './read-corpus.ts';

export interface RecallPorts {
  /** The workspace: an absolute path; null = there is none. */
  readonly folder: string | null;
  /** The latest answers of agents of a role, newest first: JSON texts. */
  readonly memories: (role: string, most: number) => readonly { readonly run: string; readonly inputs: string; readonly output: string }[];
}

/** Finds what fits a question, among an agent's earlier answers or the workspace's files. Never rejects. */
export async function recall(query: RecallQuery, ports: RecallPorts): Promise<Outcome> {
  try {
    return { status: 'ok', value: (await find(query, ports)) satisfies Recalled as Json };
  } catch (error) {
    return { status: 'error', error: { name: 'States.TaskFailed', message: `What the prompt is enriched from cannot be read: ${error instanceof Error ? error.message : String(error)}` } };
  }
}

async function find(query: RecallQuery, { folder, memories }: RecallPorts): Promise<Recalled> {
  switch (query.kind) {
    case 'memory': {
      const texts = memories(query.role, query.among).map(({ run, inputs, output }) => ({ source: run, text: `{"inputs":${inputs},"output":${output}}` }));
      return rankByWords(query.text, texts, ({ text }) => text, query.top);
    }
    case 'rag': {
      if (folder === null) throw new Error('there is no workspace folder here');
      return rankByWords(query.text, await readCorpus(folder, query.corpora), ({ text }) => text, query.top);
    }
  }
}
