// Messages to the kernel. An act stays here, and in the browser's storage, until the kernel says
// that it stands on disk; one whose answer is lost is sent again and is never written twice.

const KEPT = new Set([
  "code",
  "create",
  "accept",
  "reject",
  "move",
  "recode",
  "remove",
  "polarity",
  "stance",
  "weight",
  "relevance",
  "memo",
  "note",
  "state",
  "decide",
]);
const AGAIN_AFTER = 5000;
const SLOW_AFTER = 1500;

class Outbox {
  constructor(model, onState) {
    this.model = model;
    this.onState = onState;
    this.waiting = new Map(); // ref -> {message, resolve, sentAt}
    this.prefix = null;
    this.sent = 0;
    this.timer = setInterval(() => this.tick(), 1000);
  }

  // Say where this desk keeps what is not saved, and send again what an earlier one left there.
  // Words of respondents are not kept: they are cut from the text again.
  open(prefix, quoteOf) {
    this.prefix = `${prefix}:`;
    this.quoteOf = quoteOf;
    const left = [];
    for (let number = 0; number < localStorage.length; number += 1) {
      const name = localStorage.key(number);
      if (!name.startsWith(this.prefix)) continue;
      const message = JSON.parse(localStorage.getItem(name));
      if (!this.waiting.has(message.ref)) left.push(message);
    }
    left.sort((one, other) => (one.ref < other.ref ? -1 : 1));
    return left;
  }

  send(op, fields = {}, ref = newRef()) {
    const message = { op, ref, ...fields };
    if (KEPT.has(op) && this.prefix) this.store(message);
    return new Promise((resolve) => {
      this.waiting.set(ref, { message, resolve, at: performance.now() });
      this.post(message);
      this.onState();
    });
  }

  store(message) {
    const rest = { ...message };
    delete rest.quote;
    try {
      localStorage.setItem(this.prefix + message.ref, JSON.stringify(rest));
    } catch (error) {
      console.warn("The browser's storage is full; acts wait in this tab only.", error.name);
    }
  }

  post(message) {
    this.sent += 1;
    try {
      this.model.send(message);
    } catch {
      this.lost = true;
    }
  }

  // Take an answer; return whether it was to one of our messages.
  take(answer) {
    const entry = this.waiting.get(answer.ref);
    if (!entry) return false;
    this.waiting.delete(answer.ref);
    if (!answer.again && this.prefix) localStorage.removeItem(this.prefix + answer.ref);
    this.lost = false;
    entry.resolve(answer);
    this.onState();
    return true;
  }

  get unsaved() {
    return [...this.waiting.values()].filter((entry) => KEPT.has(entry.message.op)).length;
  }

  get slow() {
    const now = performance.now();
    return [...this.waiting.values()].some((entry) => now - entry.at > SLOW_AFTER);
  }

  tick() {
    const now = performance.now();
    for (const entry of this.waiting.values()) {
      const again = KEPT.has(entry.message.op) || entry.message.op === "open";
      if (again && now - (entry.last ?? entry.at) > AGAIN_AFTER) {
        entry.last = now;
        this.post(entry.message);
      }
    }
    this.onState();
  }

  close() {
    clearInterval(this.timer);
  }
}
