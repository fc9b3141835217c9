/** The kinds of mapping whose fields Amazon States Language names; everything inside others is the author's. */
export type Owner = 'spec' | 'scope' | 'state' | 'rule' | 'retrier' | 'catcher' | 'config';

const state = [
  'Type', 'Comment', 'QueryLanguage', 'Next', 'End', 'InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'Result', 'Assign', 'Arguments',
  'Output', 'Retry', 'Catch', 'TimeoutSeconds', 'TimeoutSecondsPath', 'HeartbeatSeconds', 'HeartbeatSecondsPath', 'Choices', 'Default', 'Branches', 'ItemProcessor',
  'Iterator', 'ItemsPath', 'Items', 'ItemSelector', 'MaxConcurrency', 'MaxConcurrencyPath', 'ToleratedFailureCount', 'ToleratedFailureCountPath',
  'ToleratedFailurePercentage', 'ToleratedFailurePercentagePath', 'Label', 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath', 'Error', 'ErrorPath', 'Cause',
  'CausePath', 'Credentials', 'ItemReader', 'ResultWriter', 'ItemBatcher',
];

const compared = ['String', 'Numeric', 'Timestamp'].flatMap((type) => ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'].map((word) => type + word));
const rule = [
  'Variable', 'Condition', 'Next', 'Comment', 'Assign', 'Output', 'And', 'Or', 'Not', 'StringMatches', 'BooleanEquals', 'BooleanEqualsPath',
  ...compared, ...compared.map((name) => `${name}Path`), ...['Null', 'Present', 'Numeric', 'String', 'Boolean', 'Timestamp'].map((type) => `Is${type}`),
];

const names: Readonly<Record<Owner, readonly string[]>> = {
  spec: ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'],
  scope: ['Comment', 'StartAt', 'States', 'ProcessorConfig'],
  state,
  rule,
  retrier: ['ErrorEquals', 'Comment', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy'],
  catcher: ['ErrorEquals', 'Comment', 'Next', 'ResultPath', 'Assign', 'Output'],
  config: ['Mode', 'ExecutionType'],
};

/** Keeps a field that has no name on the other side, so that nothing is lost on the way back. */
const foreign = { toStates: 'x-asl-', toAsl: 'x-states-' } as const;

/** A field's name as it is spelled here, where it stands as Amazon spells it; null for every other name. */
export function spelledHere(name: string, owner: Owner): string | null {
  if (owner === 'state' && name === 'Resource') return 'agent';
  return names[owner].includes(name) ? name.charAt(0).toLowerCase() + name.slice(1) : null;
}

/** Which way names are turned. */
export type Direction = keyof typeof foreign;

/** A field's name on the other side. Both directions are each other's inverse for every name. */
export function turnName(name: string, owner: Owner, direction: Direction): string {
  return direction === 'toStates' ? toStates(name, owner) : toAsl(name, owner);
}

function toStates(name: string, owner: Owner): string {
  const here = spelledHere(name, owner);
  if (here !== null) return here;
  const kept = name.startsWith(foreign.toAsl) ? name.slice(foreign.toAsl.length) : null;
  return kept !== null && toAsl(kept, owner) === name ? kept : foreign.toStates + name;
}

function toAsl(name: string, owner: Owner): string {
  if (owner === 'state' && name === 'agent') return 'Resource';
  const upper = name.charAt(0).toUpperCase() + name.slice(1);
  if (upper !== name && names[owner].includes(upper)) return upper;
  const kept = name.startsWith(foreign.toStates) ? name.slice(foreign.toStates.length) : null;
  return kept !== null && toStates(kept, owner) === name ? kept : foreign.toAsl + name;
}

/** What stands in a field, by its name in a states document. */
export type Below = { readonly each: 'itself' | 'items' | 'values'; readonly owner: Owner } | null;

/** @param name as it is spelled in a states document */
export function below(owner: Owner, name: string): Below {
  switch (owner) {
    case 'spec':
    case 'scope':
      if (name === 'states') return { each: 'values', owner: 'state' };
      return owner === 'scope' && name === 'processorConfig' ? { each: 'itself', owner: 'config' } : null;
    case 'state':
      return inState(name);
    case 'rule':
      if (name === 'not') return { each: 'itself', owner: 'rule' };
      return name === 'and' || name === 'or' ? { each: 'items', owner: 'rule' } : null;
    case 'retrier':
    case 'catcher':
    case 'config':
      return null;
  }
}

function inState(name: string): Below {
  switch (name) {
    case 'branches':
      return { each: 'items', owner: 'scope' };
    case 'itemProcessor':
    case 'iterator':
      return { each: 'itself', owner: 'scope' };
    case 'choices':
      return { each: 'items', owner: 'rule' };
    case 'retry':
      return { each: 'items', owner: 'retrier' };
    case 'catch':
      return { each: 'items', owner: 'catcher' };
    default:
      return null;
  }
}
