/** An address as it may stand in a log: clients put names and numbers of people into addresses, too. */
import type { Request } from 'express';
import { COMMAND_OPERATIONS, OPERATIONS } from '../contracts/http/operations.js';
import { Id } from '../contracts/http/primitives.js';
import { isSector } from '../domain/law/sectors.js';

const CONSOLE_WORDS = ['console', 'sign-in', 'callback', 'sign-out', 'signed-out', 'post', 'take', 'style.css', 'leave'];
const OPERATION_WORDS = [...Object.values(OPERATIONS), ...COMMAND_OPERATIONS.map(({ spec }) => spec)].flatMap(({ path }) => path.split('/'));
const KNOWN_WORDS: ReadonlySet<string> = new Set([...OPERATION_WORDS, ...CONSOLE_WORDS]);

/** The address without its query; of its parts only our own words, opaque ids and codes of agencies are left. */
export function loggablePath(request: Request): string {
  const [path = ''] = request.originalUrl.split('?');
  return path
    .split('/')
    .map((part) => (isOurs(part) ? part : '…'))
    .join('/');
}

function isOurs(part: string): boolean {
  return KNOWN_WORDS.has(part) || isSector(part) || Id.safeParse(part).success;
}
