import type { Verb } from './verb.ts';

/** Every verb, each in a file that is loaded only when it is asked for: starting must stay quick. */
export const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  check: async () => untyped((await import('./verbs/check.ts')).verb),
  explain: async () => untyped((await import('./verbs/explain.ts')).verb),
  graph: async () => untyped((await import('./verbs/graph.ts')).verb),
};

/** The table forgets the names of a verb's options; `parseWords` gives `run` exactly those the verb declared. */
function untyped(verb: object): Verb {
  return verb as Verb;
}
