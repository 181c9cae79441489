/** The folder of anchors: one file a day, written once and never again. */
import { access, chmod, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnchorFile } from '../contracts/proof/anchors.js';

const NAME = /^anchor-(\d{4}-\d{2}-\d{2})\.jsonl$/;

/** In the order of their days; none where there is no folder yet. @throws the errors of the file system */
export async function readAnchorFiles(dir: string): Promise<AnchorFile[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const days = names.flatMap((name) => NAME.exec(name)?.[1] ?? []).toSorted();
  return Promise.all(days.map(async (day) => ({ day, text: await readFile(fileOf(dir, day), 'utf8') })));
}

export async function hasAnchor(dir: string, day: string): Promise<boolean> {
  return access(fileOf(dir, day)).then(
    () => true,
    () => false,
  );
}

/** Durable when this returns; a reader sees all of it or nothing. @throws the errors of the file system */
export async function writeAnchorFile(dir: string, { day, text }: AnchorFile): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const draft = join(dir, `.${day}.${process.pid}.new`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(draft, 0o400);
  await rename(draft, fileOf(dir, day));
}

function fileOf(dir: string, day: string): string {
  return join(dir, `anchor-${day}.jsonl`);
}
