import { bodyOf } from '../ledger/event.ts';
import type { Ask, Settled } from './ask.ts';
import type { Outcome } from './context.ts';
import type { Engine } from './engine.ts';
import { settleModel } from './model-settlement.ts';
import type { Amount, Grant } from './purse.ts';
import type { WirePacker } from './wire-packer.ts';

const NOTHING: Amount = { tokens: 0, micros: 0 };

export interface EffectPorts {
  readonly engine: Engine;
  readonly packer: WirePacker;
}

/** Starts what an ask needs of the world; null for a question to a person, which nothing in this process answers. */
export function startEffect(ask: Ask, { engine, packer }: EffectPorts, parent: string, held: Grant | null, heard: { readonly onText: (text: string) => void; readonly onWaiting: (waiting: boolean) => void }): Promise<Settled> | null {
  const { leaf, event, abort } = ask;
  switch (leaf.kind) {
    case 'llm':
      return engine
        .model({ request: leaf.request, outputLimit: ask.outputLimit, attempt: ask.calls + 1, price: leaf.budget.price, rate: leaf.budget.rate ?? null, signal: abort, slot: ask, onText: heard.onText })
        .then((outcome) => {
          const settled = settleModel(outcome, leaf.budget.price, held?.amount ?? null);
          // Of a call that was given up nobody listens to the end, and a thousand may be given up at once.
          return ask.wire === null || abort.aborted ? settled : withWire(settled, packer.pack(ask.wire));
        });
    case 'child':
      return engine
        .child({ id: event.data.child ?? '', parent, version: leaf.call.version, inputs: leaf.call.inputs, limits: held?.ceiling ?? { tokens: null, micros: null }, signal: abort, onWaiting: heard.onWaiting })
        .then((outcome) => ({ response: bodyOf(outcome), used: outcome, data: outcome.error === null ? {} : { error: outcome.error.name } }));
    case 'tool':
      return engine.tool({ run: parent, path: event.path, call: leaf.call, signal: abort.signal }).then(settledOutcome);
    case 'memory':
    case 'rag':
      return engine.recall(leaf.query, parent).then(settledOutcome);
    case 'step':
      return engine.step(leaf.work, abort.signal).then(settledOutcome);
    case 'sleep':
      return engine.sleep(event.data.due ?? leaf.until, abort).then(() => ({ response: bodyOf(null), used: NOTHING, data: {} }));
    case 'ask':
    case 'now':
    case 'random':
    case 'pin':
      return null;
  }
}

/** An answer is delivered with its record: a long one makes it wait until that is packed. */
async function withWire(settled: Settled, wire: ReturnType<WirePacker['pack']>): Promise<Settled> {
  return { ...settled, wire: wire instanceof Promise ? await wire : wire };
}

function settledOutcome(outcome: Outcome): Settled {
  return { response: bodyOf(outcome), used: NOTHING, data: outcome.status === 'error' ? { error: outcome.error.name } : {} };
}
