import type { Json } from '../../../protocol/json.ts';
import type { DocumentMemory } from '../document-memory.ts';
import { jsonEqual, withoutFields } from '../json-access.ts';
import { dataFlow, type StateData } from './data-flow.ts';
import { saysTheSame, type PlacedState, type StateMachine } from './state-machine.ts';

/** As `dataFlow`, worked out anew only when a state plays another part in it: most of what is typed changes none. */
export function rememberedFlow(machine: StateMachine, memory: DocumentMemory): ReadonlyMap<PlacedState, StateData> {
  const { states, root } = machine;
  const parts = memory.row(partInFlow, 'states', states, partInFlow, { sameValue: saysTheSame, sameResult: jsonEqual });
  const data = memory.derive(dataFlow, [parts, root.startAt], () => {
    const followed = dataFlow(machine);
    return states.map((state) => followed.get(state));
  });
  return new Map(states.flatMap((state, i) => (data[i] === undefined ? [] : [[state, data[i]] as const])));
}

/** Where a state stands and leads, and its fields but for those that only say how it does its work. */
function partInFlow({ path, queryLanguage, json, inner }: PlacedState): Json {
  const fields = withoutFields(json, 'comment', 'agent', 'human', 'retry', 'timeoutSeconds', 'heartbeatSeconds', 'branches', 'itemProcessor', 'iterator');
  return [path, queryLanguage, fields, inner.map(({ startAt }) => startAt)];
}
