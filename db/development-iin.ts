/** ИИН of people who do not exist: the same words have the same number, and nobody was ever given one of them. */
import { createHash } from 'node:crypto';
import { iinOf } from '../domain/person/iin.js';

/** The seventh digit says that the bearer was born in the nineteenth century. */
const NOBODYS_CENTURY = '1';

export function developmentIin(words: string): string {
  for (let attempt = 0; ; attempt += 1) {
    const digest = createHash('sha256').update(`${words} ${attempt}`, 'utf8').digest();
    const [year, month, day] = [digest.readUInt16BE(0) % 100, 1 + (digest.readUInt16BE(2) % 12), 1 + (digest.readUInt16BE(4) % 28)];
    const birthday = [year, month, day].map((part) => String(part).padStart(2, '0')).join('');
    const iin = iinOf(`${birthday}${NOBODYS_CENTURY}${String(digest.readUInt16BE(6) % 10_000).padStart(4, '0')}`);
    if (iin !== undefined) return iin;
  }
}
