import { ACTIONS } from '../protocol/actions.ts';
import { GLOBAL_OPTIONS } from './command-line.ts';
import { padEnd } from './display-text.ts';
import type { Terminal } from './terminal.ts';
import type { OptionSpec, OptionTable, Verb } from './verb.ts';

/** `dagbook --help`: what there is, without loading any of it. */
export function printHelp(out: Terminal, verbs: readonly string[]): void {
  out.line('Write multi-agent workflows as YAML; check, draw, run, replay and audit them.');
  out.line();
  out.line(`${out.style('bold', 'Usage:')} dagbook <verb> [arguments] [options]`);
  out.line();
  out.line(out.style('bold', 'Verbs:'));
  const width = Math.max(...verbs.map((verb) => verb.length));
  for (const verb of verbs) out.line(`  ${out.style('cyan', padEnd(verb, width))}  ${summaryOf(verb)}`);
  out.line();
  printOptions(out, 'Options everywhere:', GLOBAL_OPTIONS);
  out.line();
  out.line('`dagbook <verb> --help` says more about one verb.');
}

export function printVerbHelp(out: Terminal, verb: Verb): void {
  out.line(`${out.style('bold', 'Usage:')} dagbook ${verb.name}${verb.usage === '' ? '' : ` ${verb.usage}`}`);
  out.line();
  out.line(verb.description);
  out.line();
  out.line(out.style('bold', verb.examples.length === 1 ? 'Example:' : 'Examples:'));
  const width = Math.max(...verb.examples.map(({ command }) => command.length));
  for (const { command, does } of verb.examples) out.line(`  ${out.style('cyan', padEnd(command, width))}  ${does}`);
  out.line();
  if (Object.keys(verb.options).length > 0) {
    printOptions(out, 'Options:', verb.options);
    out.line();
  }
  printOptions(out, 'Options everywhere:', GLOBAL_OPTIONS);
}

/** A verb with several actions (`ledger verify`) is summed up by their second words. */
function summaryOf(verb: string): string {
  const single = ACTIONS.find((action) => action.verb === verb);
  if (single !== undefined) return single.summary;
  return ACTIONS.filter((action) => action.verb.startsWith(`${verb} `)).map((action) => action.verb.slice(verb.length + 1)).join(' | ');
}

function printOptions(out: Terminal, title: string, options: OptionTable): void {
  const rows = Object.entries(options).map(([name, spec]) => [spelling(name, spec), helpOf(spec)] as const);
  const width = Math.max(...rows.map(([left]) => left.length));
  out.line(out.style('bold', title));
  for (const [left, right] of rows) out.line(`  ${padEnd(left, width)}  ${right}`);
}

function spelling(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  return `${short}--${name}${spec.type === 'string' ? ` ${spec.value}` : ''}`;
}

function helpOf(spec: OptionSpec): string {
  return spec.type === 'string' && spec.multiple === true ? `${spec.help} (may be repeated)` : spec.help;
}
