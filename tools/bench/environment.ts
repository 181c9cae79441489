/** On what was measured: figures without it say nothing. */
import { cpus, freemem, loadavg, totalmem, type as systemType, release, arch } from 'node:os';

export interface Environment {
  takenAt: string;
  system: string;
  processor: string;
  cores: number;
  memoryGiB: number;
  freeMemoryGiB: number;
  node: string;
  /** Processes that wanted a core, on average over 1, 5 and 15 minutes. */
  load: number[];
}

export function environment(): Environment {
  const processors = cpus();
  return {
    takenAt: new Date().toISOString(),
    system: `${systemType()} ${release()} ${arch()}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: gib(totalmem()),
    freeMemoryGiB: gib(freemem()),
    node: process.version,
    load: load(),
  };
}

/** Windows tells none: three zeros. */
export function load(): number[] {
  return loadavg().map((value) => Math.round(value * 100) / 100);
}

function gib(bytes: number): number {
  return Math.round((bytes / 2 ** 30) * 10) / 10;
}
