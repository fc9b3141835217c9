/**
 * # A value of the wrong form
 *
 * An id with a space in it, a cron line with four fields or a 25th hour, a time zone that does not exist, an empty text, an
 * address without `https://`, a glob with `..` or `\` in it, a program together with its arguments, a variable whose name
 * no expression could write.
 *
 * **Fix**: write it as the message says.
 */
import type { Json, JsonObject } from '../../protocol/json.ts';
import { parsePath } from '../documents/references/parse-reference.ts';
import { field, isObject, listField, objectField, textField } from '../documents/json-access.ts';
import { didYouMean, nearestWord } from '../documents/nearest-word.ts';
import { cronMistake } from '../expressions/cron.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { AgentContext, Check, Finding, Report, WorkflowContext } from './check.ts';
import { corporaOf } from './outside-workspace.ts';
import { lookAtStates } from './state-shapes.ts';

export const malformedValue: Check = {
  code: 'malformed-value',
  severity: 'error',
  ignorable: false,
  // Whether there are five fields says the schema, which finds most of these mistakes.
  workflow: (context, report) => {
    const schedule = objectField(context.value, 'schedule');
    const mistake = cronMistake(textField(schedule, 'cron') ?? '');
    if (mistake !== null) report({ message: mistake.message, span: context.textSpan(['schedule', 'cron'], mistake.offset, mistake.length) });
    checkTimeZone(context, schedule, report);
  },
  agent: (context, report) => {
    checkGlobs(context, report);
    listField(context.value, 'mcp_servers').forEach((server, i) => {
      const program = /^(npx|npm|uvx?|node|deno|bunx?|python3?|pipx|docker|podman|sh|bash|cmd)\s+\S/.exec(textField(server, 'command') ?? '')?.[1];
      if (program !== undefined) report({ message: `The command is the program alone: write "${program}", and what comes after it as a list under "args".`, span: context.valueSpan(['mcp_servers', i, 'command']) });
    });
  },
  states: (context, report) => {
    lookAtStates(context, malformedValue, report, ({ json, path }, say) => {
      for (const owner of assigners(json, path)) {
        for (const key of Object.keys(objectField(owner.value, 'assign'))) {
          const fault = variableFault(key.replace(/\.\$$/, ''));
          if (fault !== null) say({ message: fault, span: context.keySpan([...owner.path, 'assign', key]) });
        }
      }
    });
  },
};

function checkTimeZone({ valueSpan }: WorkflowContext, schedule: JsonObject, report: Report): void {
  const zone = textField(schedule, 'timezone');
  if (zone === null || zone === '' || isTimeZone(zone)) return;
  const zones = Intl.supportedValuesOf('timeZone');
  const city = zones.find((each) => each.slice(each.lastIndexOf('/') + 1).toLowerCase() === zone.toLowerCase().replaceAll(' ', '_'));
  const suggestion = city ?? nearestWord(zone, zones);
  const advice = suggestion === null ? ' Write one such as Europe/Berlin or UTC.' : didYouMean(suggestion);
  report({ message: `There is no time zone "${zone}".${advice}`, span: valueSpan(['schedule', 'timezone']), ...(suggestion === null ? {} : { suggestion }) });
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** They are compared with paths from the workspace root, segment by segment. */
function checkGlobs({ agent, valueSpan }: AgentContext, report: Report): void {
  for (const { glob, path } of corporaOf(agent)) {
    const parsed = parsePath(glob.replaceAll('\\', '/'), null);
    if (parsed.kind === 'outside' || parsed.path === glob || parsed.path === '') continue;
    const finding: Finding = { message: `Globs begin at the workspace root and go down with /. Write ${parsed.path}.`, span: valueSpan(path), suggestion: parsed.path };
    report(finding);
  }
}

/** What may set variables: a state, the rules of a Choice, the entries of `catch`. */
function assigners(json: JsonObject, path: YamlPath): readonly { readonly value: Json; readonly path: YamlPath }[] {
  const inner = ['choices', 'catch'].flatMap((name) => listField(json, name).map((value, i) => ({ value, path: [...path, name, i] })));
  return [{ value: json, path }, ...inner].filter(({ value }) => isObject(field(value, 'assign')));
}

function variableFault(name: string): string | null {
  if (name === 'states') return '"states" is the system\'s own. Give the variable another name.';
  return /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u.test(name) && name.length <= 80 ? null : `No path could read a variable called "${name}". Give it a name of letters, digits and _, which does not begin with a digit.`;
}
