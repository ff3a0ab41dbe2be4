/** What the front desk asks the service. */

import { api, ok, send, type Schemas } from '../../api/client';
import type { Ask } from '../desk/desk.svelte';
import type { Claim } from './handover';

export interface GuestAnswer {
  tier: Schemas['TierBody'];
  offers: Schemas['OffersBody'];
}

export const askGuest: Ask<GuestAnswer> = async (program, member, signal) => {
  const params = { path: { program, member } };
  const [tier, offers] = await Promise.all([
    ok(api.GET('/v1/programs/{program}/members/{member}/tier', { params, signal })),
    ok(api.GET('/v1/programs/{program}/members/{member}/offers', { params, signal })),
  ]);
  return { tier, offers };
};

/** Hands over what a code stands for. */
export function redeem(code: string, program: string, idempotencyKey: string): Promise<Schemas['ClaimBody']> {
  return send<Schemas['ClaimBody']>('POST', '/v1/redemptions', { body: { code, program }, once: idempotencyKey });
}

export function sendStep(path: string, body: Record<string, unknown>, idempotencyKey: string): Promise<Claim> {
  return send<Claim>('POST', path, { body, once: idempotencyKey });
}

export function reverse(claim: string, reason: string, idempotencyKey: string): Promise<Claim> {
  return send<Claim>('POST', `/v1/claims/${claim}/reverse`, { body: { reason }, once: idempotencyKey });
}
