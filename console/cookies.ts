/** The cookies of the pages: who is signed in, and the chosen language. */
import type { Request } from 'express';

/** Value of a cookie of the request, or undefined. */
export function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([key]) => key === name)?.[1];
  return value === undefined || value === '' ? undefined : safelyDecoded(value);
}

export interface CookieAttributes {
  path: string;
  /** Default: Strict. */
  sameSite?: 'Strict' | 'Lax';
  secure?: boolean;
  /** Seconds; without it until the browser is closed. */
  maxAge?: number;
}

/**
 * A cookie of this host: over TLS under `__Host-`, which a browser takes over TLS alone, from this very host, and which no neighbour
 * can set. On a machine without TLS browsers would not take it so.
 */
export function ofThisHost(name: string, secure: boolean): { name: string; attributes: { path: '/'; secure: boolean } } {
  return { name: `${secure ? '__Host-' : ''}${name}`, attributes: { path: '/', secure } };
}

/** The header line that sets it; an empty value removes it. Not readable by scripts, not sent with what other sites ask for. */
export function cookieLine(name: string, value: string, { path, sameSite = 'Strict', secure = false, maxAge }: CookieAttributes): string {
  const lasts = value === '' ? 0 : maxAge;
  const end = lasts === undefined ? '' : `; Max-Age=${lasts}`;
  return `${name}=${encodeURIComponent(value)}; Path=${path}; HttpOnly; SameSite=${sameSite}${secure ? '; Secure' : ''}${end}`;
}

function safelyDecoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    // A value that somebody wrote by hand is no key and no language.
    return undefined;
  }
}
