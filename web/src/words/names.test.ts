import { describe, expect, it } from 'vitest';

import { messageText } from './messages';
import { identityName, idName, memberName, topicName } from './names';

describe('names in words', () => {
  it('reads slugs and ids', () => {
    expect(topicName('las-vegas')).toBe('Las Vegas');
    expect(idName('late_checkout')).toBe('Late checkout');
  });

  it('writes identities as people do', () => {
    expect(identityName('twitter:kevin')).toBe('@kevin');
    expect(identityName('email:a@b.c')).toBe('a@b.c');
    expect(identityName('loyalty:K7')).toBe('loyalty K7');
    expect(identityName('mastodon:ann@host.example')).toBe('@ann@host.example');
  });

  it('calls a member by name, or else by the shortest handle, or else by what there is', () => {
    const identities = ['bluesky:kevin.sky.example', 'shop:K1', 'twitter:kevin'];
    expect(memberName({ name: 'Kevin Ito', identities })).toBe('Kevin Ito');
    expect(memberName({ name: null, identities })).toBe('@kevin');
    expect(memberName({ identities: ['loyalty:K7'] })).toBe('loyalty K7');
    expect(memberName({ id: 'the-id', identities: [] })).toBe('the-id');
  });

  it('leaves markup as it is: it is shown as text', () => {
    expect(memberName({ name: '<img src=x>' })).toBe('<img src=x>');
  });
});

describe('messages in words', () => {
  it('says what happened', () => {
    expect(messageText({ type: 'tier.changed', data: { from: 'guest', to: 'insider' } })).toBe('Guest became Insider');
    expect(messageText({ type: 'tier.changed', data: { from: null, to: 'guest' } })).toBe('Became Guest');
    expect(messageText({ type: 'claim.held', data: { perk: 'show-tickets', state: 'held' } })).toBe(
      'Show tickets is held',
    );
    expect(
      messageText({ type: 'score.changed', data: { influence: { score: 61.2 }, before: { influence: null } } }),
    ).toBe('Influence went from unknown to 61');
    expect(
      messageText({
        type: 'score.changed',
        data: { influence: { score: 61 }, value: { score: 40 }, before: { influence: 61, value: 20 } },
      }),
    ).toBe('Value went from 20 to 40');
  });
});
