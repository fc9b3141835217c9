/**
 * # A quarantined node with tools
 *
 * A tool is a way out: a text that cannot be trusted could talk the model into using it.
 *
 * **Fix**: refer to an agent without `tools` and `mcp_servers`, or take the node out of quarantine.
 */
import type { Check } from './check.ts';

export const quarantinedHasTools: Check = {
  code: 'quarantined-has-tools',
  severity: 'error',
  ignorable: false,
  workflow: ({ nodes, agentOf, valueSpan }, report) => {
    for (const { node, path } of nodes) {
      if (node.trust !== 'quarantined') continue;
      const agent = agentOf(node.id);
      if (agent === null || agent.tools.length + agent.mcpServers.length === 0) continue;
      const tools = agent.tools.map((tool) => tool.name).join(', ');
      report({
        message: `A quarantined node's agent has no tools, but "${agent.name}" has ${tools === '' ? 'MCP servers' : tools}. Refer to an agent without any.`,
        span: valueSpan([...path, 'agent_spec']),
      });
    }
  },
};
