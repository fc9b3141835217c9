/**
 * # A tool of a server that nobody declares
 *
 * `server` of a tool names one of the agent's own `mcp_servers`, or one of the setting `dagbook.mcpServers`. A run of an
 * agent whose server is missing is refused before it begins.
 *
 * ```yaml
 * tools: [{ name: search, server: wbe }]
 * mcp_servers: [{ name: web, command: web-search-mcp }]
 * ```
 *
 * **Fix**: correct the name, or declare the server.
 */
import { field, isObject, listField, textField } from '../documents/json-access.ts';
import { didYouMean, nearestWord } from '../documents/nearest-word.ts';
import type { Check } from './check.ts';

export const unknownServer: Check = {
  code: 'unknown-server',
  severity: 'warning',
  ignorable: true,
  agent: ({ json, library, valueSpan }, report) => {
    const { servers } = library.workspace.settings;
    const own = field(json, 'mcp_servers') ?? null;
    // By name instead of in a list is another mistake.
    const declared = isObject(own) ? Object.keys(own) : listField(json, 'mcp_servers').map((server) => textField(server, 'name'));
    // Of a server whose name cannot be read, a tool may speak.
    if (servers === undefined || declared.includes(null)) return;
    const known = [...declared.filter((name) => name !== null), ...servers.map(({ name }) => name)];
    listField(json, 'tools').forEach((tool, i) => {
      const name = isObject(tool) ? textField(tool, 'server') : null;
      if (name === null || name === '' || known.includes(name)) return;
      const suggestion = nearestWord(name, known);
      const advice = suggestion === null ? ' Declare it under mcp_servers, or in the setting dagbook.mcpServers.' : didYouMean(suggestion);
      report({ message: `No tool server is called "${name}".${advice}`, span: valueSpan(['tools', i, 'server']), ...(suggestion === null ? {} : { suggestion }) });
    });
  },
};
