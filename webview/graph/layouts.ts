import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';
import type { Direction, KeptLayout } from '../../protocol/graph-panel.ts';
import { chainPlan } from './chain-plan.ts';
import type { Diagram } from './diagram.ts';
import { fromElk, toElk } from './elk-graph.ts';
import type { Plan } from './elk-graph.ts';
import { digest, planOfKept } from './kept-layout.ts';
import { quickPlan } from './quick-plan.ts';

export interface LayoutRequest {
  readonly diagram: Diagram;
  readonly direction: Direction;
  readonly states: boolean;
}

export interface LayoutAnswer {
  readonly key: string;
  readonly plan: Plan;
  /** Why ELK gave none, and the plan is a plain one; null when it did. */
  readonly failure: string | null;
}

/** Plans that hold, by what they depend on: structure, direction and family, not names. */
export function keyOf({ diagram, direction, states }: LayoutRequest): string {
  return digest(`${REVISION}${direction}${states ? 'S' : 'W'}${diagram.shape}`);
}

/** Another one when the same structure comes to stand elsewhere: what is kept from before is then of no use. */
const REVISION = 1;

const KEPT = 8;

/** Asks for one layout at a time; of those that wait, only the newest counts. */
export class Layouts {
  readonly #elk: Promise<Pick<ELK, 'layout'>>;
  readonly #answered: (answer: LayoutAnswer) => void;
  readonly #known = new Map<string, Plan>();
  readonly #kept = new Map<string, KeptLayout>();
  #busy: string | null = null;
  #next: LayoutRequest | null = null;

  constructor(elk: Promise<Pick<ELK, 'layout'>>, answered: (answer: LayoutAnswer) => void) {
    this.#elk = elk;
    this.#answered = answered;
  }

  /** What was laid out when this document was drawn last. */
  remember(kept: KeptLayout): void {
    this.#kept.set(kept.key, kept);
  }

  /** The plan, if it is known; else null, and `answered` is called when it is. */
  request(request: LayoutRequest): Plan | null {
    const key = keyOf(request);
    const known = this.#known.get(key) ?? chainPlan(request.diagram, request.direction, request.states) ?? this.#keptPlan(key, request.diagram);
    if (known !== null) {
      this.#next = null;
      this.#keep(key, known);
      return known;
    }
    if (this.#busy === null) void this.#run(request, key);
    else this.#next = this.#busy === key ? null : request;
    return null;
  }

  async #run(request: LayoutRequest, key: string): Promise<void> {
    this.#busy = key;
    const answer = await layOut(await this.#elk.catch(() => null), request, key);
    this.#busy = null;
    this.#keep(key, answer.plan);
    const next = this.#next;
    this.#next = null;
    // First: what `answered` asks for is newer than what waited.
    if (next !== null) this.request(next);
    this.#answered(answer);
  }

  #keptPlan(key: string, { boxes, links }: Diagram): Plan | null {
    const kept = this.#kept.get(key);
    return kept === undefined ? null : planOfKept(kept, boxes.size, links.length);
  }

  #keep(key: string, plan: Plan): void {
    this.#known.delete(key);
    this.#known.set(key, plan);
    const oldest = this.#known.keys().next();
    if (this.#known.size > KEPT && oldest.done !== true) this.#known.delete(oldest.value);
  }
}

async function layOut(elk: Pick<ELK, 'layout'> | null, request: LayoutRequest, key: string): Promise<LayoutAnswer> {
  try {
    if (elk === null) throw new Error('the layout worker did not start');
    const graph: ElkNode = await elk.layout(toElk(request.diagram, request.direction, request.states));
    return { key, plan: fromElk(graph), failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { key, plan: quickPlan(request.diagram, request.direction, true), failure };
  }
}
