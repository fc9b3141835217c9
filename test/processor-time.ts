import { readFileSync } from 'node:fs';

/** Milliseconds that this process has computed for: unlike a clock's, they are the same on a machine that shares its cores. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The same of another process, in steps of ten; null where the system does not tell: only Linux does. */
export function processorTimeOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}
