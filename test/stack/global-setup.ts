/** One ground for the whole run; each test file makes its own database and namespace on it. */
import type { TestProject } from 'vitest/node';
import type { Ground } from './ground.js';
import { layGround } from './lay-ground.js';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { ground, leave } = await layGround();
  for (const key of Object.keys(ground) as (keyof Ground)[]) project.provide(key, ground[key]);
  return leave;
}
