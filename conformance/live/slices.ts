import { fork } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Rendered, Renderings } from './rendered';

/** Adds generated apps, which as many processes render as there are cores; in the same order as one would. */
export async function addGeneratedInParallel(renderings: Renderings, count: number, seed: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rendered-'));
  const each = Math.ceil(count / availableParallelism());
  const firsts = Array.from({ length: Math.ceil(count / each) }, (_, slice) => slice * each);
  const fileOf = (first: number) => join(folder, `${first}.jsonl`);
  try {
    await Promise.all(firsts.map(first => rendered(first, Math.min(each, count - first), seed, fileOf(first))));
    for (const first of firsts) await addSlice(renderings, fileOf(first));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rendered(...args: readonly [first: number, count: number, seed: number, file: string]): Promise<void> {
  return new Promise((resolve, reject) => {
    const slice = fork(join(__dirname, 'slice.ts'), args.map(String));
    slice.once('error', reject);
    slice.once('exit', code => code === 0 ? resolve() : reject(new Error(`apps from number ${args[0]} on must be rendered, and were not: exit code ${code}`)));
  });
}

async function addSlice(renderings: Renderings, file: string): Promise<void> {
  let isFirst = true;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (isFirst) {
      const { apps, refused } = JSON.parse(line) as Pick<Renderings, 'apps' | 'refused'>;
      renderings.apps += apps;
      renderings.refused.push(...refused);
    } else {
      const [key, one] = JSON.parse(line) as [string, Rendered];
      if (!renderings.objects.has(key)) renderings.objects.set(key, one);
    }
    isFirst = false;
  }
}
