import { describe, expect, it } from 'vitest';
import { checkFits, looksLikeCode } from './code';
import { read } from './question';

describe('a code of ours', () => {
  // These are from the examples of the contract.
  it.each(['QMA9C-A2JWA-XKP0M', '5P7Y5-P6F7P-EH25M'])('%s fits its check symbol', (code) => {
    expect(checkFits(code)).toBe(true);
    expect(checkFits(code.toLowerCase().replaceAll('-', ' '))).toBe(true);
    expect(checkFits(code.replace('P', 'Q'))).toBe(false);
  });

  it('is recognised with a wrong symbol if it is written in groups', () => {
    expect(looksLikeCode('QMA9C-A2JWA-XKP1M')).toBe(true);
    expect(looksLikeCode('QMA9CA2JWAXKP1M')).toBe(false);
  });

  it('is not a name', () => {
    expect(looksLikeCode('Christinemiller')).toBe(false);
    expect(looksLikeCode('Maria Theresa Om')).toBe(false);
    expect(looksLikeCode('')).toBe(false);
  });
});

describe('what is typed at a desk', () => {
  it('is an identity by its prefix', () => {
    expect(read(' twitter:kevin ', 'name')).toEqual({ kind: 'identity', identity: 'twitter:kevin' });
    expect(read('01a20320-a200-7b30-b751-2cb9bfd11af1', 'code')).toMatchObject({ kind: 'identity' });
  });

  it('is an e-mail by its form', () => {
    expect(read('zoe@example.com', 'loyalty')).toEqual({ kind: 'identity', identity: 'email:zoe@example.com' });
  });

  it('is a code by its form or its prefix', () => {
    expect(read('qma9c a2jwa xkp0m', 'name')).toMatchObject({ kind: 'code' });
    expect(read('code: SUMMER', 'name')).toEqual({ kind: 'code', code: 'SUMMER' });
  });

  it('is otherwise what the desk has chosen', () => {
    expect(read('K1', 'loyalty')).toEqual({ kind: 'identity', identity: 'loyalty:K1' });
    expect(read('Zoë van Dyk', 'name')).toEqual({ kind: 'name', name: 'Zoë van Dyk' });
    expect(read('@zoe', 'name')).toEqual({ kind: 'name', name: 'zoe' });
    expect(read('SUMMER', 'code')).toEqual({ kind: 'code', code: 'SUMMER' });
    expect(read('   ', 'name')).toEqual({ kind: 'nothing' });
  });
});
