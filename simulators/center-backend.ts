/** The Center's own backend in small: it receives alerts as signed webhooks. */
import { Router, json, raw, type Request, type Response } from 'express';
import { verifySignature } from '../adapters/standard-webhooks.js';
import { CenterBehaviour, type CenterWebhook } from './control-protocol.js';

export interface CenterBackend {
  /** Routes below `/center`. */
  routes: Router;
  reset(): void;
}

/** @param secret Standard Webhooks secret with which Tirek signs alerts */
export function createCenterBackend(secret: string): CenterBackend {
  const received = new Map<string, CenterWebhook>();
  let behaviour = CenterBehaviour.parse({});
  const take = (req: Request, res: Response): void => {
    const bytes: unknown = req.body;
    const verified = Buffer.isBuffer(bytes) ? verifySignature(secret, req.headers, bytes) : undefined;
    if (!verified?.ok) return void res.status(401).json({ code: verified?.reason ?? 'signature_mismatch' });
    if (behaviour.failNext > 0) {
      behaviour.failNext -= 1;
      return void res.status(behaviour.status).json({ code: 'told_to_fail' });
    }
    remember(received, verified.id, JSON.parse(String(bytes)));
    res.status(204).end();
  };
  const routes = Router();
  routes.post('/webhooks', raw({ type: () => true, limit: '1mb' }), take);
  routes.get('/webhooks', (_req, res) => void res.json([...received.values()]));
  routes.put('/behaviour', json(), (req, res) => {
    behaviour = CenterBehaviour.parse(req.body);
    res.json(behaviour);
  });
  return {
    routes,
    reset() {
      received.clear();
      behaviour = CenterBehaviour.parse({});
    },
  };
}

function remember(received: Map<string, CenterWebhook>, id: string, body: unknown): void {
  const known = received.get(id);
  if (known === undefined) received.set(id, { id, times: 1, body });
  else known.times += 1;
}
