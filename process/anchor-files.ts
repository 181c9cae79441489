/** The folder outside of the database: anchors, one file a day, and erasures, one file each; each is written once and never again. */
import { access, chmod, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnchorFile } from '../contracts/proof/anchors.js';
import type { ErasureFile } from '../contracts/proof/erasures.js';

const NAME = /^anchor-(\d{4}-\d{2}-\d{2})\.jsonl$/;
const ERASURE_NAME = /^erasure-([0-9a-f-]{36})\.json$/;

/** In the order of their days; none where there is no folder yet. @throws the errors of the file system */
export async function readAnchorFiles(dir: string): Promise<AnchorFile[]> {
  const days = (await namesIn(dir)).flatMap((name) => NAME.exec(name)?.[1] ?? []).toSorted();
  return Promise.all(days.map(async (day) => ({ day, text: await readFile(fileOf(dir, day), 'utf8') })));
}

/** None where there is no folder yet. @throws the errors of the file system */
export async function readErasureFiles(dir: string): Promise<ErasureFile[]> {
  const ids = await erasuresIn(dir);
  return Promise.all(ids.map(async (id) => ({ id, text: await readFile(erasureFileOf(dir, id), 'utf8') })));
}

/** Ids of the erasures that have their file. */
export async function erasuresIn(dir: string): Promise<string[]> {
  return (await namesIn(dir)).flatMap((name) => ERASURE_NAME.exec(name)?.[1] ?? []).toSorted();
}

async function namesIn(dir: string): Promise<string[]> {
  return readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

export async function hasAnchor(dir: string, day: string): Promise<boolean> {
  return access(fileOf(dir, day)).then(
    () => true,
    () => false,
  );
}

/** Durable when this returns; a reader sees all of it or nothing. @throws the errors of the file system */
export function writeAnchorFile(dir: string, { day, text }: AnchorFile): Promise<void> {
  return writeOnce(dir, day, fileOf(dir, day), text);
}

/** The same of an erasure. @throws the errors of the file system */
export function writeErasureFile(dir: string, { id, text }: ErasureFile): Promise<void> {
  return writeOnce(dir, id, erasureFileOf(dir, id), text);
}

async function writeOnce(dir: string, name: string, path: string, text: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const draft = join(dir, `.${name}.${process.pid}.new`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(draft, 0o400);
  await rename(draft, path);
}

function erasureFileOf(dir: string, id: string): string {
  return join(dir, `erasure-${id}.json`);
}

function fileOf(dir: string, day: string): string {
  return join(dir, `anchor-${day}.jsonl`);
}
