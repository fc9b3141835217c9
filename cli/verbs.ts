import type { Verb } from './verb.ts';

/** Every verb, each in a file that is loaded only when it is asked for: starting must stay quick. */
export const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  check: async () => untyped((await import('./verbs/check.ts')).verb),
  explain: async () => untyped((await import('./verbs/explain.ts')).verb),
  graph: async () => untyped((await import('./verbs/graph.ts')).verb),
  snapshot: async () => untyped((await import('./verbs/snapshot.ts')).verb),
  run: async () => untyped((await import('./verbs/run.ts')).verb),
  tail: async () => untyped((await import('./verbs/tail.ts')).verb),
  replay: async () => untyped((await import('./verbs/replay.ts')).verb),
  fork: async () => untyped((await import('./verbs/fork.ts')).verb),
  resume: async () => untyped((await import('./verbs/resume.ts')).verb),
  halt: async () => untyped((await import('./verbs/halt.ts')).verb),
  answer: async () => untyped((await import('./verbs/answer.ts')).verb),
  runs: async () => untyped((await import('./verbs/runs.ts')).verb),
  show: async () => untyped((await import('./verbs/show.ts')).verb),
  compare: async () => untyped((await import('./verbs/compare.ts')).verb),
  ledger: async () => untyped((await import('./verbs/ledger.ts')).verb),
  convert: async () => untyped((await import('./verbs/convert.ts')).verb),
  models: async () => untyped((await import('./verbs/models.ts')).verb),
  new: async () => untyped((await import('./verbs/new.ts')).verb),
  lsp: async () => untyped((await import('./verbs/lsp.ts')).verb),
};

/** The table forgets the names of a verb's options; `parseWords` gives `run` exactly those the verb declared. */
function untyped(verb: object): Verb {
  return verb as Verb;
}
