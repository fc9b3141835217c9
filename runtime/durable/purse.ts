import { costMicros, formatUsd, priceAt } from '../models/price.ts';
import type { Price } from '../models/provider.ts';

/**
 * The purse of one run. Money (integer micro-dollars) and tokens are set aside before a call and settled after it,
 * never for more than was set aside; so whatever a provider does, settled ≤ cap.
 */
export interface Purse {
  /** Declares an account below the run's own (one per node). A second declaration keeps the tighter limits. */
  declare(account: string, limits: Limits): void;
  /** What may be done about a call now. Pure: nothing is set aside until `hold`. */
  decide(wish: Wish): Decision;
  hold(id: number, account: string | null, grant: Grant): void;
  /** What is set aside under that id; null when nothing is. */
  held(id: number): Grant | null;
  /** Gives a reservation back, charged with what was used, or with all of it where nobody can tell. */
  settle(id: number, used: Amount | 'all'): Amount;
  /** The same for a call whose answer went with its process: who is rejected because of it later is told so. */
  lose(id: number, used: Amount | 'all'): Amount;
  /** Charges an account without a reservation (read from a journal). */
  readonly spent: Amount;
}

export interface Limits {
  readonly tokens: number | null;
  readonly micros: number | null;
}

export interface Amount {
  readonly tokens: number;
  readonly micros: number;
}

/** What is set aside, and the most that may be charged for it: the same, except for a child run without a limit (null). */
export interface Grant {
  readonly amount: Amount;
  readonly ceiling: Limits;
}

export type Wish =
  | {
      readonly kind: 'call';
      readonly account: string | null;
      /** An upper bound of the prompt's tokens. */
      readonly promptBound: number;
      readonly outputLimit: number;
      /** Fewer output tokens than this are not worth a call. */
      readonly minimumOutput: number;
      readonly price: Price;
    }
  /** A child run wants its own caps, or whatever is left where it has none. */
  | { readonly kind: 'child'; readonly account: string | null; readonly limits: Limits };

type CallWish = Extract<Wish, { kind: 'call' }>;

export type Decision =
  | { readonly kind: 'grant'; readonly outputLimit: number; readonly grant: Grant }
  /** Others hold what this needs: ask again when one of them has settled. `account` null = the run's own. */
  | { readonly kind: 'wait'; readonly account: string | null }
  | { readonly kind: 'reject'; readonly message: string };

interface Account {
  readonly name: string | null;
  tokens: number;
  micros: number;
  held: Amount;
  spent: Amount;
  /** Of what is spent: calls that were lost with their process. */
  lost: Amount & { readonly calls: number };
}

const NOTHING: Amount = { tokens: 0, micros: 0 };
const MILLION = 1_000_000;

function worst(wish: CallWish, output: number): Amount {
  return { tokens: wish.promptBound + output, micros: costMicros(wish.price, wish.promptBound, output) };
}

/** The most output that fits into `room`; negative when not even the prompt does. */
function outputThatFits(wish: CallWish, room: Amount): number {
  const byTokens = room.tokens - wish.promptBound;
  if (room.micros === Infinity) return byTokens;
  if (costMicros(wish.price, wish.promptBound, 0) > room.micros) return -1;
  const { input, output } = priceAt(wish.price, wish.promptBound);
  if (output === 0) return byTokens;
  const left = BigInt(room.micros) * BigInt(MILLION) - BigInt(wish.promptBound) * BigInt(input);
  return Math.min(byTokens, Number(left / BigInt(output)));
}

function add(a: Amount, b: Amount): Amount {
  return { tokens: a.tokens + b.tokens, micros: a.micros + b.micros };
}

function subtract(a: Amount, b: Amount): Amount {
  return { tokens: a.tokens - b.tokens, micros: a.micros - b.micros };
}

export function createPurse(limits: Limits): Purse {
  const open = (name: string | null, l: Limits): Account => ({ name, tokens: l.tokens ?? Infinity, micros: l.micros ?? Infinity, held: NOTHING, spent: NOTHING, lost: { ...NOTHING, calls: 0 } });
  const run = open(null, limits);
  const accounts = new Map<string, Account>();
  const holds = new Map<number, { readonly account: Account | null; readonly grant: Grant }>();

  const chain = (account: string | null): Account[] => {
    const node = account === null ? undefined : accounts.get(account);
    return node === undefined ? [run] : [node, run];
  };

  const settle = (id: number, used: Amount | 'all', isLost: boolean): Amount => {
    const held = holds.get(id);
    if (held === undefined) return NOTHING;
    holds.delete(id);
    const { amount, ceiling } = held.grant;
    const charged: Amount = used === 'all' ? amount : { tokens: Math.min(used.tokens, ceiling.tokens ?? used.tokens), micros: Math.min(used.micros, ceiling.micros ?? used.micros) };
    for (const a of held.account === null ? [run] : [held.account, run]) {
      a.held = subtract(a.held, amount);
      a.spent = add(a.spent, charged);
      if (isLost) a.lost = { ...add(a.lost, charged), calls: a.lost.calls + 1 };
    }
    return charged;
  };

  return {
    get spent() {
      return run.spent;
    },
    declare(account, l) {
      const known = accounts.get(account);
      if (known === undefined) {
        accounts.set(account, open(account, l));
      } else {
        known.tokens = Math.min(known.tokens, l.tokens ?? Infinity);
        known.micros = Math.min(known.micros, l.micros ?? Infinity);
      }
    },
    decide: (wish) => (wish.kind === 'call' ? decideCall(chain(wish.account), wish) : decideChild(chain(wish.account), wish.limits)),
    hold(id, account, grant) {
      const node = account === null ? undefined : accounts.get(account);
      for (const a of chain(account)) a.held = add(a.held, grant.amount);
      holds.set(id, { account: node ?? null, grant });
    },
    held: (id) => holds.get(id)?.grant ?? null,
    settle: (id, used) => settle(id, used, false),
    lose: (id, used) => settle(id, used, true),
  };
}

function decideCall(accounts: readonly Account[], wish: CallWish): Decision {
  const minimum = Math.min(wish.minimumOutput, wish.outputLimit);
  let fits = wish.outputLimit;
  let busy: Account | null = null;
  for (const account of accounts) {
    const ever = outputThatFits(wish, subtract(account, account.spent));
    if (ever < minimum) return { kind: 'reject', message: rejection(account, wish, minimum) };
    const now = outputThatFits(wish, subtract(account, add(account.spent, account.held)));
    if (now < wish.outputLimit && (account.held.tokens > 0 || account.held.micros > 0)) busy ??= account;
    fits = Math.min(fits, now);
  }
  if (fits < wish.outputLimit && busy !== null) return { kind: 'wait', account: busy.name };
  const amount = worst(wish, fits);
  return { kind: 'grant', outputLimit: fits, grant: { amount, ceiling: amount } };
}

function decideChild(accounts: readonly Account[], limits: Limits): Decision {
  let tokens = limits.tokens ?? Infinity;
  let micros = limits.micros ?? Infinity;
  let busy: Account | null = null;
  for (const account of accounts) {
    const ever = subtract(account, account.spent);
    if (ever.tokens <= 0 || ever.micros <= 0) return { kind: 'reject', message: `The cap of ${ownerOf(account)} is used up, so the child run was not started. ${account.lost.calls > 0 ? lossOf(account) : 'Raise the cap.'}` };
    const now = subtract(ever, account.held);
    if ((now.tokens < tokens || now.micros < micros) && (account.held.tokens > 0 || account.held.micros > 0)) busy ??= account;
    tokens = Math.min(tokens, now.tokens);
    micros = Math.min(micros, now.micros);
  }
  if (busy !== null) return { kind: 'wait', account: busy.name };
  const finite = (n: number): number | null => (n === Infinity ? null : n);
  return { kind: 'grant', outputLimit: 0, grant: { amount: { tokens: finite(tokens) ?? 0, micros: finite(micros) ?? 0 }, ceiling: { tokens: finite(tokens), micros: finite(micros) } } };
}

function ownerOf(account: Account): string {
  return account.name === null ? 'the run' : `node ${decodeURIComponent(account.name.split('/').at(-1) ?? '')}`;
}

function rejection(account: Account, wish: CallWish, minimum: number): string {
  const need = worst(wish, minimum);
  const left = subtract({ tokens: account.tokens, micros: account.micros }, account.spent);
  const whose = ownerOf(account);
  const why = need.tokens > left.tokens
    ? `leaves ${left.tokens} tokens, but this call needs at least ${need.tokens} (prompt up to ${wish.promptBound}, answer at least ${minimum})`
    : `leaves ${formatUsd(left.micros)}, but this call may cost ${formatUsd(need.micros)}`;
  const cure = account.lost.calls > 0 ? lossOf(account) : need.tokens > left.tokens ? 'Raise the cap or shorten the prompt.' : 'Raise the cap or choose a cheaper model.';
  return `The cap of ${whose} ${why}. No call was made. ${cure}`;
}

/** Nobody who wrote the cap can see from the document why it does not suffice. */
function lossOf({ lost }: Account): string {
  const one = lost.calls === 1;
  return `${one ? 'One call was' : `${lost.calls} calls were`} lost when the process died in the middle of ${one ? 'it' : 'them'}, and ${one ? 'counts' : 'count'} in full because nobody knows what ${one ? 'it' : 'they'} used: ${lost.tokens} tokens, ${formatUsd(lost.micros)}. Find out why the process dies; then fork this run from its failure, which begins with the cap unused, or raise the cap.`;
}
