/** Milliseconds that this process has computed for: unlike a clock's, they are the same on a machine that shares its cores. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
