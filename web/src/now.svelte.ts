// The time, for words such as "3 min ago". It moves every half minute while a page is open.
class Clock {
  now = $state.raw(new Date());

  constructor() {
    setInterval(() => {
      this.now = new Date();
    }, 30_000);
  }
}

export const clock = new Clock();
