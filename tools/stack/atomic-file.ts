import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file so that a reader sees the old content or the new, never a part: into a neighbour
 * first, flushed to disk, then renamed.
 *
 * @param mode permission bits; 0600 for anything secret
 */
export async function writeFileAtomically(path: string, content: string, mode = 0o644): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  try {
    const file = await open(draft, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
