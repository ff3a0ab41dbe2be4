// How long people wait: performs each page's main interactions many times, and prints the durations that the
// browser measures (Event Timing: from the key or the pointer to the next picture) and the time to the answer.
// It is no test: times depend on the machine.   npm run measure [-- TIMES]
import { call, closePage, openPage, settled, startBrowser, stopBrowser, townsProgram, visit } from './harness.mjs';

const TIMES = Number(process.argv[2] ?? 20);
/** Event Timing rounds to 8 ms, and tells of nothing shorter than 16. */
const SHORTEST = 16;

function observe() {
  globalThis.slowest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.slowest = Math.max(globalThis.slowest, duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function told(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const write = (value) => (value <= SHORTEST ? `≤${SHORTEST}` : String(Math.round(value))).padStart(5);
  return `${write(at(sorted, 0.5))} ${write(at(sorted, 0.95))}`;
}

/**
 * Does something many times on a page, and prints how long it takes until the next picture and the answer.
 * `request` is in the address of the request whose answer is waited for.
 */
async function measure(name, path, { prepare, act, request, answered, reset }) {
  const page = await openPage();
  await page.addInitScript(observe);
  await visit(page, path);
  await prepare?.(page);
  const paints = [];
  const answers = [];
  for (let time = 0; time < TIMES + 1; time++) {
    await page.evaluate(() => (globalThis.slowest = 0));
    const answer = request && page.waitForResponse((response) => response.url().includes(request));
    const begun = performance.now();
    await act(page, time);
    if (answered) {
      await answer;
      await answered(page, time);
      // The first time, parts of the page are still loaded.
      if (time > 0) answers.push(performance.now() - begun);
    }
    await page.waitForTimeout(150);
    if (time > 0) paints.push(await page.evaluate(() => globalThis.slowest));
    await reset?.(page, time);
  }
  console.log(`${name.padEnd(46)} ${told(paints)}  ${answers.length > 0 ? told(answers) : '    –     –'}`);
  await closePage(page);
}

await startBrowser();
const { program } = await townsProgram();
const [best, second] = (await call('GET', '/v1/leaderboard?limit=2')).data;
const tabs = ['History', 'Claims', 'Identities', 'Summary'];

console.log(`${TIMES} times each, in ms`.padEnd(46), '  next picture     answer');
console.log(''.padEnd(46), 'median   p95  median   p95');

await measure('People: type into the search', '/people', {
  act: (page, time) => page.getByRole('searchbox').press('abcdefgh'[time % 8]),
  request: '/v1/members',
  answered: (page) => page.waitForFunction(() => !document.querySelector('[aria-busy="true"]')),
  reset: (page) => page.getByRole('searchbox').fill(''),
});
await measure('Palette: open it', '/people', {
  act: (page) => page.keyboard.press('Control+k'),
  answered: (page) => page.getByRole('option').first().waitFor(),
  reset: (page) => page.keyboard.press('Escape'),
});
await measure('Palette: type', '/people', {
  prepare: (page) => page.keyboard.press('Control+k'),
  act: (page, time) => page.keyboard.press('lkpo'[time % 4]),
  answered: (page) => page.getByRole('option').first().waitFor(),
  reset: (page) => page.keyboard.press('Backspace'),
});
await measure('Leaderboard: change the order', '/leaderboard', {
  act: (page, time) => page.getByText(time % 2 ? 'By what is sure' : 'By score').click(),
  answered: (page) => page.waitForFunction(() => !document.querySelector('[aria-busy="true"]')),
});
await measure('Leaderboard: choose a program', `/leaderboard`, {
  act: (page, time) => page.getByLabel('Tier in').selectOption(time % 2 ? '' : program),
  answered: (page) => page.waitForFunction(() => !document.querySelector('[aria-busy="true"]')),
});
await measure('Person: switch tabs', `/people/${best.member}`, {
  act: (page, time) => page.getByRole('link', { name: tabs[time % 4], exact: true }).click(),
  answered: settled,
});
await measure('Person: show the other index', `/people/${best.member}`, {
  act: (page, time) => page.getByText(time % 2 ? 'Influence' : 'Value', { exact: true }).first().click(),
});
await measure('Program: move a threshold by a key', `/programs/${program}`, {
  prepare: (page) => page.getByRole('slider').first().focus(),
  act: (page, time) => page.keyboard.press(time % 2 ? 'ArrowLeft' : 'ArrowRight'),
});
await measure('Program: drag a threshold', `/programs/${program}`, {
  prepare: async (page) => {
    const box = await page.getByRole('slider').first().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    page.handle = [box.x + box.width / 2, box.y + box.height / 2];
  },
  act: (page, time) => page.mouse.move(page.handle[0] + (time % 2 ? 0 : 40), page.handle[1]),
  // Moves are no events of Event Timing: the answer is the picture after the last one.
  answered: (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))),
});
await measure('Program: write into the source', `/programs/${program}`, {
  prepare: (page) => page.locator('.cm-line', { hasText: 'title:' }).first().click(),
  act: (page) => page.keyboard.press('x'),
});
await measure('Front desk: type', `/desk/front?program=${program}`, {
  act: (page) => page.keyboard.press('x'),
});
await measure('Front desk: Enter', `/desk/front?program=${program}`, {
  act: async (page, time) => {
    await page.getByRole('textbox').first().fill([best, second][time % 2].accounts[0]);
    await page.keyboard.press('Enter');
  },
  answered: async (page) => {
    await page.getByRole('region', { name: 'The guest' }).waitFor();
    await settled(page);
  },
  reset: (page) => page.keyboard.press('Escape'),
});
await measure('Support desk: Enter', `/desk/support?program=${program}`, {
  act: async (page, time) => {
    await page.getByRole('textbox').first().fill([best, second][time % 2].accounts[0]);
    await page.keyboard.press('Enter');
  },
  answered: async (page) => {
    await page.getByRole('region', { name: 'The ticket' }).waitFor();
    await settled(page);
  },
  reset: (page) => page.keyboard.press('Escape'),
});
await measure('Menu: go to another page', '/leaderboard', {
  act: (page, time) => page.getByRole('link', { name: ['People', 'Leaderboard'][time % 2], exact: true }).click(),
  answered: settled,
});
await stopBrowser();
