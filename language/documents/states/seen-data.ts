import type { YamlPath } from '../../syntax/yaml-path.ts';
import type { StateData } from './data-flow.ts';
import type { Shape } from './data-shape.ts';

/**
 * What `$` stands for in a field of a state, by the path of the field inside the state; null where that is what an agent
 * answered, or nothing that is read.
 */
export function seenIn(below: YamlPath, { input, seen, result }: StateData): Shape | null {
  switch (below[0]) {
    case 'inputPath':
      return input;
    case 'outputPath':
      return result;
    case 'parameters':
    case 'itemSelector':
    case 'itemsPath':
    case 'secondsPath':
    case 'timestampPath':
    case 'timeoutSecondsPath':
    case 'heartbeatSecondsPath':
    case 'errorPath':
    case 'causePath':
    case 'maxConcurrencyPath':
    case 'toleratedFailureCountPath':
    case 'toleratedFailurePercentagePath':
      return seen;
    case 'choices': {
      // A comparison with a path may stand inside `and`, `or` and `not`.
      const field = String(below.at(-1));
      return field === 'variable' || field.endsWith('Path') ? seen : null;
    }
    default:
      return null;
  }
}
