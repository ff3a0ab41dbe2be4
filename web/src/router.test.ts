import { describe, expect, it } from 'vitest';

import { link, match, queryText, safeReturn } from './router';

describe('the router', () => {
  it('finds the page of an address and its parameters', () => {
    expect(match('/')).toEqual({ page: 'overview', params: {} });
    expect(match('/people')).toEqual({ page: 'people', params: {} });
    expect(match('/people/')).toEqual({ page: 'people', params: {} });
    expect(match('/people/twitter%3Akevin')).toEqual({ page: 'person', params: { member: 'twitter:kevin' } });
    expect(match('/programs/palms-klub').params).toEqual({ program: 'palms-klub' });
  });

  it('has a page for addresses that lead nowhere, also for broken ones', () => {
    expect(match('/nowhere').page).toBe('not-found');
    expect(match('/people/a/b').page).toBe('not-found');
    expect(match('/people/%E0%A4%A').page).toBe('not-found');
  });

  it('makes addresses that it finds again, whatever is in them', () => {
    for (const member of [
      'twitter:kevin',
      'email:a+b@c.example',
      'crm:a/b?c#d',
      'mastodon:ann@straße.example',
      '100%',
    ]) {
      expect(match(link.person(member))).toEqual({ page: 'person', params: { member } });
    }
  });

  it('leaves empty filters out of the address', () => {
    expect(link.leaderboard({ topic: 'las-vegas' })).toBe('/leaderboard?topic=las-vegas');
    expect(link.leaderboard({ topic: '', program: undefined })).toBe('/leaderboard');
    expect(queryText({ a: 1, b: null, c: 'x y' })).toBe('a=1&c=x+y');
  });

  it('goes back to our own pages alone after a sign-in', () => {
    expect(safeReturn('/people?q=kev')).toBe('/people?q=kev');
    for (const path of [
      null,
      '',
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '/sign-in?return_to=/x',
    ]) {
      expect(safeReturn(path)).toBe('/');
    }
  });
});
