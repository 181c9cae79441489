/** The two cookies of the pages: the key of the signed-in actor and the chosen language. */
import type { Request } from 'express';

/** Value of a cookie of the request, or undefined. */
export function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([key]) => key === name)?.[1];
  return value === undefined || value === '' ? undefined : safelyDecoded(value);
}

/** The header line that sets it; an empty value removes it. Not readable by scripts, not sent from other sites. */
export function cookieLine(name: string, value: string, path: string): string {
  const end = value === '' ? '; Max-Age=0' : '';
  return `${name}=${encodeURIComponent(value)}; Path=${path}; HttpOnly; SameSite=Strict${end}`;
}

function safelyDecoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    // A value that somebody wrote by hand is no key and no language.
    return undefined;
  }
}
