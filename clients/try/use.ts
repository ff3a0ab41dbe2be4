// A user of the package, who has nothing but it.
import { Renown, type models } from 'renown-client';

const renown = new Renown({ url: 'http://127.0.0.1:9', key: 'k' });
const result = await renown.tier('palms-klub', 'twitter:kevin', { fallback: 'guest' });
const answer: models.TierBody | undefined = result.answer;
if (result.tier !== 'guest' || result.source !== 'floor' || answer) throw new Error(JSON.stringify(result));
// @ts-expect-error Without a fallback there is no promise.
await renown.tier('palms-klub', 'twitter:kevin').catch(() => undefined);
