import type { Json } from '../../protocol/json.ts';
import type { ErrorData, NodeStatus } from '../ledger/event.ts';

/** What one node came to. `transcript`: what its agent was asked and answered, for nodes that inherit context. */
export interface NodeResult {
  readonly status: NodeStatus;
  readonly output: Json;
  readonly error: ErrorData | null;
  readonly transcript: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
}

export function completed(output: Json, transcript: NodeResult['transcript'] = []): NodeResult {
  return { status: 'completed', output, error: null, transcript };
}

export function failed(status: 'error' | 'rejected' | 'skipped', name: string, message: string, path: string): NodeResult {
  return { status, output: null, error: { name, message, path }, transcript: [] };
}
