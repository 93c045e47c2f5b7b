// The desk itself: keys, messages, what is spoken. One message out for a change, one answer in.

let desks = 0;

class Desk {
  constructor(model, el) {
    desks += 1;
    this.id = `wbd${desks}`;
    this.model = model;
    this.recent = [];
    this.codes = new Map();
    this.codeRows = [];
    this.counts = {};
    this.texts = {};
    this.language = "sv";
    this.times = [];
    this.t = (name, values = {}) => (this.texts[name] ?? name).replace(/\{(\w+)\}/g, (whole, key_) => values[key_] ?? whole);
    this.number = (value) => new Intl.NumberFormat(this.language === "sv" ? "sv-SE" : "en-GB").format(value);
    this.decimal = (value) => new Intl.NumberFormat(this.language === "sv" ? "sv-SE" : "en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
    this.transcript = new Transcript(this);
    this.cursor = new Cursor(this);
    this.tree = new CodeTree(this);
    this.inspector = new Inspector(this);
    this.compare = new Compare(this);
    this.build(el);
    this.outbox = new Outbox(model, () => this.state());
    this.listen();
    this.keys = keymap(this);
    this.open(null, { first: true });
  }

  build(el) {
    this.title = h("div", { class: "wbd-dh" });
    this.pane = h("div", { class: "wbd-pane wbd-tr", role: "region", tabindex: "0" }, this.transcript.element);
    this.codebook = h("div", { class: "wbd-pane wbd-cb", role: "region", tabindex: "0" });
    this.panel = h("div", { class: "wbd-pane wbd-in", role: "region", tabindex: "0" }, this.inspector.element);
    this.panes = h("div", { class: "wbd-panes" }, this.pane, this.codebook, this.panel);
    this.overlay = h("div", { class: "wbd-over" });
    this.saved = h("span", { class: "wbd-ok", role: "status" });
    this.hint = h("span", { class: "wbd-kh" });
    this.live = h("div", { class: "wbd-vh", role: "status", "aria-live": "polite" });
    this.root = h("section", { class: "wbd", "data-lm-suppress-shortcuts": "true", "data-ready": "no" },
      this.title, this.panes, this.compare.element, this.overlay, h("div", { class: "wbd-sb" }, this.saved, this.hint), this.live);
    this.root.desk = this;
    el.append(this.root);
  }

  listen() {
    this.onMessage = (answer) => this.take(answer);
    this.model.on("msg:custom", this.onMessage);
    this.root.addEventListener("keydown", (event) => this.press(event));
    this.pane.addEventListener("mouseup", () => setTimeout(() => this.mouse(), 0));
    this.pane.addEventListener("click", (event) => this.click(event));
    this.onFocus = () => document.visibilityState === "visible" && this.view && this.outbox.send("sync").catch(() => {});
    document.addEventListener("visibilitychange", this.onFocus);
  }

  close() {
    this.outbox.close();
    this.model.off("msg:custom", this.onMessage);
    document.removeEventListener("visibilitychange", this.onFocus);
  }

  async open(document_, { first = false } = {}) {
    const began = performance.now();
    const answer = await this.outbox.send("open", document_ ? { document: document_ } : {});
    if (answer.kind !== "opened") return this.say(answer.reason);
    this.opened(answer, { first });
    this.root.dataset.opened = (performance.now() - began).toFixed(0);
    return undefined;
  }

  opened(answer, { first }) {
    this.view = answer;
    this.texts = answer.texts;
    this.language = answer.language;
    this.coder = answer.coder;
    this.blind = answer.blind;
    this.root.lang = answer.language;
    this.setCodes(answer.codes);
    this.counts = answer.counts;
    const began = performance.now();
    this.transcript.open(answer);
    this.root.dataset.drew = (performance.now() - began).toFixed(0);
    this.root.setAttribute("aria-label", this.t("desk"));
    this.pane.setAttribute("aria-label", `${this.t("transcript")}, ${answer.title}`);
    this.codebook.setAttribute("aria-label", this.t("codebook_and_definition"));
    this.panel.setAttribute("aria-label", this.t("chosen_coding"));
    this.codebook.replaceChildren(h("h2", { class: "wbd-ph" }, this.t("codebook"), h("span", { class: "wbd-cols", "aria-hidden": "true" }, h("span", {}, this.t("here")), h("span", {}, this.t("everywhere")))), this.tree.list, this.tree.definition);
    this.recall();
    this.tree.open();
    this.cursor.reset();
    this.hints();
    this.savedAt ??= shortTime(Date.now(), this.language);
    this.state();
    this.root.dataset.ready = "yes";
    if (first) this.sendAgain(answer.outbox);
    if (first || !answer.compare) this.compare.open(answer.compare);
    else this.compare.data = answer.compare;
    if (answer.locked) this.say(this.t("locked"));
  }

  // What an earlier desk could not save is sent now, in its order.
  sendAgain(prefix) {
    const left = this.outbox.open(prefix);
    for (const message of left) {
      const { ref, op, ...fields } = message;
      if (fields.start !== undefined && fields.document === this.view.document) fields.quote = this.transcript.index.slice(fields.start, fields.end);
      else if (fields.start !== undefined) fields.unseen = true;
      if (fields.unseen) this.later(message);
      else this.outbox.send(op, fields, ref).then((answer) => this.changed(answer));
    }
    if (left.length) this.say(this.t("sent_again", { n: left.length }));
  }

  // An act on another document waits until its words can be read again.
  async later(message) {
    const answer = await this.outbox.send("words", { document: message.document, start: message.start, end: message.end });
    const { ref, op, ...fields } = message;
    if (answer.kind === "words") this.outbox.send(op, { ...fields, quote: answer.quote }, ref).then((done) => this.changed(done));
  }

  setCodes(rows) {
    this.codeRows = rows;
    this.codes = new Map(rows.map((row) => [row.code, row]));
  }

  recall() {
    if (this.recent.length) return;
    const used = new Map();
    for (const coding of [...this.transcript.codings.values()].sort((a, b) => (a.act < b.act ? 1 : -1))) if (coding.coder === this.coder) used.set(coding.code, true);
    this.recent = [...used.keys()].filter((code) => this.codes.has(code)).slice(0, 9);
  }

  nameOf(code) {
    return this.codes.get(code)?.name ?? code;
  }

  staleOf(code) {
    return [...this.transcript.codings.values()].filter((one) => one.code === code && one.stale).length;
  }

  // How a coding is read aloud.
  spoken(coding) {
    if (!coding.act) return `${this.t("suggestion_spoken")}: ${this.nameOf(coding.code)}`;
    const sense = [coding.polarity ? this.t(coding.polarity) : "", coding.stance === "denies" ? this.t("denies") : ""].filter(Boolean);
    return [`${this.t("coded_as")} ${this.nameOf(coding.code)}`, ...sense].join(", ");
  }

  say(text) {
    this.live.textContent = text;
    this.hint.title = text;
    this.said = text;
    clearTimeout(this.fade);
    this.message = text;
    this.hints();
    this.fade = setTimeout(() => { this.message = null; this.hints(); }, 6000);
  }

  // The line at the bottom: is everything on disk?
  state() {
    if (!this.view) return;
    const { outbox } = this;
    const n = outbox.unsaved;
    let text = `✓ ${this.t("saved", { time: this.savedAt ?? "–", n: this.number(this.view.n_codings) })}`;
    if (n && (outbox.slow || outbox.lost)) text = `✗ ${this.t("not_saved", { n })}`;
    else if (n) text = this.t("saving", { n });
    if (this.saved.textContent !== text) this.saved.textContent = text;
    this.saved.classList.toggle("bad", n > 0 && (outbox.slow || Boolean(outbox.lost)));
    this.root.dataset.unsaved = n;
    this.root.dataset.sent = outbox.sent;
    this.root.dataset.drawn = this.transcript.drawn;
  }

  hints() {
    if (this.message) {
      this.hint.replaceChildren(this.message);
      return;
    }
    const shown = this.compare.on ? [["1", "2", "3", "4", "decide"], ["d", "next"], ["u", "undo"], ["?", "help"]]
      : [["j", "k", "turn"], ["s", "sentence"], ["w", "word"], ["e", "edge"], ["c", "code"], ["+", "−", "polarity"], ["m", "memo"], ["u", "undo"], ["Tab", "next_uncoded"], ["?", "help"]];
    this.hint.replaceChildren(...shown.map((row) => h("span", {}, ...row.slice(0, -1).map((name) => key(name)), ` ${this.t(row[row.length - 1])} `)));
  }

  header(...parts) {
    this.title.replaceChildren(...parts.filter(Boolean).map((part) => h("span", {}, part)));
  }

  describe() {
    const { t, view } = this;
    if (!view || this.compare.on) return;
    const block = this.transcript.blocks[this.cursor.block];
    const done = view.n_answers - view.uncoded.length;
    this.header(h("b", {}, view.title), block.question ? `${block.question} · ${t("turn")} ${block.number}` : `${t("turn")} ${block.number}`,
      t("answers_coded", { n: this.number(done), all: this.number(view.n_answers) }),
      this.cursor.held ? h("b", {}, t("holding")) : "", t("coder_is", { coder: this.coder }), t(this.blind ? "blind_on" : "blind_off"), view.problems ? t("problems", { n: view.problems }) : "");
  }

  moved(spoken) {
    this.describe();
    this.inspector.show();
    this.state();
    const { cursor, transcript, t } = this;
    if (spoken === "turn") {
      const block = transcript.blocks[cursor.block];
      const n = transcript.onBlock[cursor.block].size;
      this.live.textContent = `${block.speaker ?? ""} ${block.number}. ${n ? `${t("n_codings", { n })}. ` : ""}${transcript.textOf(cursor.block)}`;
    } else if (spoken === "marked") this.live.textContent = `${t("marked")}: ${cursor.quote}`;
    else if (spoken === "edge") this.live.textContent = `${t(cursor.edge)}: ${cursor.quote.slice(cursor.edge === "end" ? -30 : 0, cursor.edge === "end" ? undefined : 30)}`;
    else if (spoken === "coding") this.live.textContent = `${this.spoken(transcript.codings.get(cursor.act))}: ${cursor.quote}`;
    else if (spoken === "held") this.say(t("held"));
    else if (spoken === "released") this.live.textContent = t("released");
  }

  scrollTo(row, range) {
    const pane = this.pane.getBoundingClientRect();
    const box = range ? range.getBoundingClientRect() : row.getBoundingClientRect();
    if (!box.height && range) return;
    if (box.top < pane.top + 20) this.pane.scrollTop -= pane.top + 60 - box.top;
    else if (box.bottom > pane.bottom - 20) this.pane.scrollTop += Math.min(box.bottom - pane.bottom + 60, box.top - pane.top - 60);
  }

  focus() {
    (this.compare.on ? this.compare.element : this.pane).focus({ preventScroll: true });
  }

  closeDialog() {
    this.dialog?.close();
  }

  // Answers. One that is not to our message comes from another tab of this desk.
  take(answer) {
    const entry = this.outbox.take(answer);
    if (entry) {
      this.root.dataset.rtt = entry.took.toFixed(1);
      if (answer.kind === "changed") this.times.push(entry.took);
    } else if (answer.kind === "changed") this.changed(answer);
  }

  changed(answer) {
    if (answer.kind === "failed") {
      this.say(`✗ ${answer.reason}`);
      return false;
    }
    if (answer.kind !== "changed" || answer.document !== this.view.document) return answer.kind === "changed";
    const { codings, counts, codes, cells } = answer;
    Object.assign(this.view, { uncoded: answer.uncoded, n_answers: answer.n_answers, undo: answer.undo, redo: answer.redo,
      n_codings: answer.n_codings, note: answer.note, problems: answer.problems, ...(cells ? { cells } : {}) });
    this.counts = counts;
    this.savedAt = shortTime(Date.now(), this.language);
    const newCodes = codes && JSON.stringify(codes) !== JSON.stringify(this.codeRows);
    if (newCodes) this.setCodes(codes);
    const touched = this.transcript.update(codings);
    if (newCodes) this.redrawNamed(touched);
    if (newCodes) this.tree.open();
    else this.tree.count();
    if (answer.compare !== undefined && this.compare.on) this.compare.data = answer.compare;
    this.cursor.paint();
    this.describe();
    this.state();
    return true;
  }

  // Names may stand in any paragraph: redraw those that carry a code.
  redrawNamed(touched) {
    this.transcript.onBlock.forEach((acts, place) => {
      if (acts.size && !touched.includes(place) && this.transcript.rows[place].filled) this.transcript.draw(place, true);
    });
  }

  // Send one change and take its answer; return whether it stands on disk.
  async change(op, fields, ref = newRef()) {
    const answer = await this.outbox.send(op, fields, ref);
    return this.changed(answer) ? answer : null;
  }

  async edit(name, fields) {
    const { act } = this.cursor;
    const coding = act && this.transcript.codings.get(act);
    if (!coding) return this.say(this.t("choose_first"));
    const answer = await this.change(name, { act, ...fields });
    if (answer && name === "stance") this.cursor.choose(answer.acts[0], null);
    else this.inspector.show();
    if (answer) this.say(`✓ ${this.t(name)}: ${this.worded(Object.values(fields)[0])}`);
    return answer;
  }

  worded(value) {
    if (value === null) return this.t("none");
    return this.texts[value] ? this.t(value) : String(value);
  }

  passage() {
    const { cursor, transcript, view } = this;
    return { document: view.document, start: cursor.start, end: cursor.end, quote: transcript.index.slice(cursor.start, cursor.end), text_sha: view.text_sha };
  }

  needWords() {
    if (this.cursor.moved) this.saveEdge();
    if (this.cursor.marked) return true;
    const [start, end] = this.cursor.sentenceAt(this.cursor.block, this.cursor.start);
    this.cursor.mark(start, end, null);
    return true;
  }

  async applyCode(code, keep = false) {
    const row = this.codes.get(code);
    if (!row || row.kind === "group" || row.gone) return this.say(this.t("not_usable"));
    if (!this.needWords()) return undefined;
    const { start, end } = this.cursor;
    this.remember(code);
    const ref = newRef();
    const answer = await this.change("code", { ...this.passage(), code }, ref);
    if (answer) this.after(ref, start, end, keep);
    if (!keep) this.focus();
    return answer;
  }

  async createCode(name, parent, keep = false) {
    if (!this.needWords()) return;
    const { start, end } = this.cursor;
    const ref = newRef();
    const answer = await this.change("create", { ...this.passage(), name, ...(parent ? { parent } : {}) }, ref);
    if (!answer) return;
    const coding = this.transcript.codings.get(ref);
    if (coding) this.remember(coding.code);
    this.after(ref, start, end, keep);
    this.focus();
  }

  after(act, start, end, keep) {
    this.cursor.held = null;
    const coding = this.transcript.codings.get(act);
    if (coding && !keep) {
      this.tree.choose(coding.code);
      this.cursor.choose(act, null);
    } else this.cursor.mark(start, end, null);
    if (coding) this.say(`✓ ${this.spoken(coding)}`);
  }

  remember(code) {
    this.recent = [code, ...this.recent.filter((one) => one !== code)].slice(0, 9);
    this.tree.number();
  }

  // Recent codes keep their number while they are used, so that fingers can learn them.
  recentCode(number) {
    const code = this.recent[number - 1];
    if (!code) return this.say(this.t("no_recent", { n: number }));
    const order = [...this.recent];
    return this.applyCode(code).then((answer) => {
      this.recent = order;
      this.tree.number();
      return answer;
    });
  }

  inVivo() {
    if (!this.cursor.marked) return this.say(this.t("mark_first"));
    const name = this.cursor.quote.replace(/\s+/g, " ").trim();
    if ([...name].length > 80) return this.say(this.t("too_long"));
    const current = this.codes.get(this.tree.current);
    const parent = current ? (current.kind === "code" ? current.parent : current.code) : null;
    return this.createCode(name, parent && this.codes.has(parent) ? parent : null);
  }

  polarity(which) {
    const coding = this.cursor.act && this.transcript.codings.get(this.cursor.act);
    if (!coding) return this.say(this.t("choose_first"));
    const has = { success: coding.polarity !== "barrier" && coding.polarity !== null, barrier: coding.polarity !== "success" && coding.polarity !== null };
    has[which] = !has[which];
    const value = has.success && has.barrier ? "both" : has.success ? "success" : has.barrier ? "barrier" : null;
    return this.edit("polarity", { polarity: value });
  }

  cycle(name, values) {
    const coding = this.cursor.act && this.transcript.codings.get(this.cursor.act);
    if (!coding) return this.say(this.t("choose_first"));
    const next = values[(values.indexOf(coding[name]) + 1) % values.length];
    return this.edit(name, { [name]: next });
  }

  async removeCoding() {
    const { act, start } = this.cursor;
    if (!act) return this.say(this.t("choose_first"));
    if (!(await this.change("remove", { act }))) return undefined;
    this.cursor.mark(start, start, null);
    return this.say(`✓ ${this.t("removed")}`);
  }

  async saveEdge() {
    const { act, moved } = this.cursor;
    this.cursor.edge = this.cursor.moved = null;
    if (!act || !moved) return this.cursor.show(null);
    const [start, end] = moved;
    const answer = await this.change("move", { act, ...this.passage(), start, end, quote: this.transcript.index.slice(start, end) });
    if (answer) this.say(`✓ ${this.t("edge_saved")}`);
    return this.cursor.choose(act, null);
  }

  async back(op) {
    const had = new Set(this.transcript.codings.keys());
    const answer = await this.change(op, {});
    if (!answer) return;
    const { act } = this.cursor;
    const returned = Object.keys(answer.codings).find((name) => answer.codings[name]?.start != null && !had.has(name));
    if (returned) this.cursor.choose(returned, null);
    else if (act && this.transcript.codings.has(act)) this.cursor.choose(act, null);
    else if (act) this.cursor.mark(this.cursor.start, this.cursor.end, null);
    const touched = Object.keys(answer.codings);
    if (this.compare.on) {
      this.compare.data = (await this.outbox.send("compare")).compare;
      this.compare.show();
    }
    const nothing = !answer.acts.length && !touched.length && !answer.codes;
    this.say(nothing ? this.t(`nothing_to_${op}`) : `✓ ${this.t(`did_${op}`)}`);
  }

  uncoded(step) {
    const all = this.view.uncoded;
    const here = this.cursor.start;
    const next = step > 0 ? all.find(([start]) => start > here) ?? all[0] : [...all].reverse().find(([start]) => start < here) ?? all[all.length - 1];
    if (!next) {
      this.say(this.t("all_coded"));
      return false;
    }
    this.cursor.toBlock(this.transcript.search((block) => block.end <= next[0]));
    return true;
  }

  async goTo(document_, start, end, act = null) {
    if (document_ !== this.view.document) await this.open(document_);
    if (act && this.transcript.codings.has(act)) this.cursor.choose(act);
    else this.cursor.mark(start, end);
    this.focus();
  }

  neighbour(step) {
    const names = this.view.documents.map((one) => one.document);
    const next = names[names.indexOf(this.view.document) + step];
    if (next) this.open(next).then(() => this.focus());
  }

  async suggest() {
    if (this.transcript.suggestions.length) {
      this.transcript.suggest([]);
      return this.say(this.t("suggestions_off"));
    }
    this.say(this.t("suggesting"));
    const answer = await this.outbox.send("suggest", { document: this.view.document });
    if (answer.kind !== "suggested") return this.say(answer.reason);
    this.transcript.suggest(answer.suggestions);
    return this.say(answer.too_few ? this.t("too_few_coded", { n: answer.too_few }) : this.t("n_suggestions", { n: answer.suggestions.length }));
  }

  // The suggestion at hand: on the marked words, else the first in or after this paragraph.
  suggestion() {
    const { suggestions } = this.transcript;
    const { start, end } = this.cursor;
    const block = this.transcript.blocks[this.cursor.block];
    return suggestions.find((one) => one.start < Math.max(end, start + 1) && one.end > start) ?? suggestions.find((one) => one.start < block.end && one.end > block.start)
      ?? suggestions.find((one) => one.start >= start) ?? null;
  }

  async answerSuggestion(op) {
    const one = this.suggestion();
    if (!one) return this.say(this.t("no_suggestion"));
    this.cursor.mark(one.start, one.end);
    const rest = this.transcript.suggestions.filter((other) => other !== one);
    if (op === "accept") {
      const ref = newRef();
      if (!(await this.change("accept", { ...this.passage(), code: one.code, suggestion: one.id }, ref))) return undefined;
      this.transcript.suggest(rest);
      this.remember(one.code);
      return this.after(ref, one.start, one.end, false);
    }
    return askText(this, this.t("turn_down"), { label: this.t("reason_optional"), lead: [h("p", {}, `${this.nameOf(one.code)}: ${one.reason}`)], done: async (reason) => {
      const passage = { ...this.passage(), start: one.start, end: one.end, quote: this.transcript.index.slice(one.start, one.end) };
      if (await this.change("reject", { ...passage, code: one.code, suggestion: one.id, reason })) this.transcript.suggest(rest);
    } });
  }

  async toggleBlind() {
    const answer = await this.outbox.send("blind", { blind: !this.blind, document: this.view.document });
    if (answer.kind !== "opened") return this.say(answer.reason);
    const { start, end } = this.cursor;
    this.opened(answer, { first: false });
    this.cursor.mark(start, end, null);
    this.focus();
    return this.say(this.t(this.blind ? "blind_now" : "seeing_now"));
  }

  async sync() {
    const answer = await this.change("sync", {});
    if (answer) this.say(this.t("synced", { n: Object.keys(answer.codings).length }));
    this.inspector.show();
  }

  nextPane() {
    const order = [this.pane, this.codebook, this.panel];
    const here = order.findIndex((pane) => pane.contains(document.activeElement));
    const next = order[(here + 1) % 3];
    if (next === this.codebook) this.tree.focus();
    else if (next === this.panel) (this.panel.querySelector("input:checked:enabled, textarea:enabled") ?? this.panel).focus();
    else this.focus();
  }

  memo() {
    const { act } = this.cursor;
    const coding = act && this.transcript.codings.get(act);
    if (!coding) return this.say(this.t("choose_first"));
    if (coding.coder !== this.coder) return this.say(this.t("not_yours", { coder: coding.coder }));
    return this.inspector.memo.focus();
  }

  documentNote() {
    askText(this, this.t("document_note"), { label: this.view.title, value: this.view.note ?? "", long: true,
      done: (text) => this.change("note", { document: this.view.document, text }).then(() => this.inspector.show()) });
  }

  // Mouse: what is selected in the transcript becomes the marked words.
  mouse() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed || !this.pane.contains(selection.anchorNode)) return;
    const points = this.transcript.pointsOf(selection.getRangeAt(0));
    if (!points) return;
    this.cursor.mark(...this.cursor.trimmed(...points));
    this.focus();
  }

  click(event) {
    if (!window.getSelection().isCollapsed) return;
    const item = event.target.closest("[data-act]");
    const row = event.target.closest(".wbd-turn");
    if (item && this.transcript.codings.has(item.dataset.act)) this.cursor.choose(item.dataset.act);
    else if (row) this.cursor.toBlock(Number(row.dataset.i));
    this.focus();
  }

  press(event) {
    if (event.isComposing || !this.view) return;
    event.stopPropagation();
    const typing = /^(TEXTAREA|SELECT)$/.test(event.target.tagName) || (event.target.tagName === "INPUT" && event.target.type !== "radio");
    const name = keyName(event);
    if (name === "Ctrl+s") {
      event.preventDefault();
      this.say(this.saved.textContent);
      return;
    }
    if (typing || this.dialog) return;
    const radio = event.target.type === "radio";
    if (radio && /^(Arrow|Tab| )/.test(event.key)) return;
    if (event.target.tagName === "BUTTON" && (event.key === "Enter" || event.key === " ")) return;
    if (/^(Shift\+)?Tab$/.test(name) && (!this.pane.contains(event.target) || this.compare.on || this.leaving)) return;
    const found = this.keys.find((one) => one.on.includes(name) && (one.when?.() ?? true));
    if (found) {
      if (found.text !== "key_escape") this.leaving = false;
      if (found.run(event) !== "pass") event.preventDefault();
    }
  }

  // Esc lets go; a second one leaves the desk, so that Tab is no trap.
  escape() {
    if (this.cursor.release()) return;
    if (!this.pane.contains(document.activeElement) && !this.compare.on) {
      this.focus();
      return;
    }
    if (this.compare.on) {
      this.compare.leave();
      return;
    }
    this.leaving = true;
    this.say(this.t("leaving"));
  }
}

// Letters are told by what they mean, so that every keyboard layout works.
function keyName(event) {
  const control = event.ctrlKey || event.metaKey;
  const letter = event.key.length === 1;
  const shift = event.shiftKey && !letter ? "Shift+" : "";
  const name = control && letter ? event.key.toLowerCase() : event.key;
  return `${control ? "Ctrl+" : ""}${event.altKey && !letter ? "Alt+" : ""}${control && letter && event.shiftKey ? "Shift+" : ""}${shift}${name}`;
}

// Every key: what it does, where the help lists it. `when` narrows it to a state.
function keymap(desk) {
  const { cursor, compare } = desk;
  const coding = () => !compare.on;
  const comparing = () => compare.on;
  const edging = () => Boolean(cursor.edge) && !compare.on;
  const entry = (group, shown, on, text, run, when = coding) => ({ group, shown, on, text, run, when });
  const settled = (run) => () => { if (cursor.moved) desk.saveEdge(); cursor.edge = null; return run(); };
  return [
    ...["1", "2", "3", "4", "5", "6"].map((name) => entry("group_safe", [], [name], "", () => compare.decide(name), comparing)),
    entry("", [], ["ArrowRight"], "", () => cursor.nudge(1, "word"), edging),
    entry("", [], ["ArrowLeft"], "", () => cursor.nudge(-1, "word"), edging),
    entry("", [], ["Shift+ArrowRight"], "", () => cursor.nudge(1, "letter"), edging),
    entry("", [], ["Shift+ArrowLeft"], "", () => cursor.nudge(-1, "letter"), edging),
    entry("", [], ["Enter"], "", () => desk.saveEdge(), edging),
    entry("group_move", ["j", "k"], ["j"], "key_turn", settled(() => cursor.turn(1))),
    entry("", [], ["k"], "", settled(() => cursor.turn(-1))),
    entry("group_move", ["J", "K"], ["J"], "key_question", settled(() => cursor.question(1))),
    entry("", [], ["K"], "", settled(() => cursor.question(-1))),
    entry("group_move", ["↑", "↓"], ["ArrowDown"], "key_to_sentence", settled(() => cursor.toSentence(1))),
    entry("", [], ["ArrowUp"], "", settled(() => cursor.toSentence(-1))),
    entry("group_move", ["←", "→"], ["ArrowRight"], "key_word", settled(() => cursor.word(1))),
    entry("", [], ["ArrowLeft"], "", settled(() => cursor.word(-1))),
    entry("group_move", ["n", "N"], ["n"], "key_coding", settled(() => cursor.coding(1))),
    entry("", [], ["N"], "", settled(() => cursor.coding(-1))),
    entry("group_move", ["Tab"], ["Tab"], "key_uncoded", () => (desk.uncoded(1) ? undefined : "pass")),
    entry("", [], ["Shift+Tab"], "", () => (desk.uncoded(-1) ? undefined : "pass")),
    entry("group_move", ["f"], ["f", "Ctrl+f"], "key_search", settled(() => openSearch(desk))),
    entry("group_move", ["o", "<", ">"], ["o"], "key_document", settled(() => openDocuments(desk))),
    entry("", [], [">"], "", settled(() => desk.neighbour(1))),
    entry("", [], ["<"], "", settled(() => desk.neighbour(-1))),
    entry("group_move", ["p"], ["p"], "key_pane", () => desk.nextPane()),
    entry("", [], ["Home"], "", settled(() => cursor.toBlock(0))),
    entry("", [], ["End"], "", settled(() => cursor.toBlock(desk.transcript.blocks.length - 1))),
    entry("group_mark", ["w", "W"], ["w", "Shift+ArrowRight"], "key_extend", settled(() => cursor.extend())),
    entry("", [], ["W", "Shift+ArrowLeft"], "", settled(() => cursor.shrink())),
    entry("group_mark", ["s", "S"], ["s"], "key_sentence", settled(() => cursor.sentence(1))),
    entry("", [], ["S"], "", settled(() => cursor.sentence(-1))),
    entry("group_mark", ["."], ["."], "key_hold", settled(() => cursor.hold())),
    entry("group_mark", ["e", "←", "→", "Enter"], ["e"], "key_edge", () => cursor.chooseEdge()),
    entry("group_mark", ["Esc"], ["Escape"], "key_escape", () => desk.escape(), () => true),
    entry("group_code", ["c", "/"], ["c", "/"], "key_pick", settled(() => desk.needWords() && openPicker(desk, { title: desk.t("choose_code"), run: (code, keep) => desk.applyCode(code, keep) }))),
    entry("group_code", ["1–9"], ["1", "2", "3", "4", "5", "6", "7", "8", "9"], "key_recent", (event) => desk.recentCode(Number(event.key))),
    entry("group_code", ["i"], ["i"], "key_in_vivo", settled(() => desk.inVivo())),
    entry("group_code", ["C"], ["C"], "key_recode", () => (cursor.act ? openPicker(desk, { title: desk.t("change_code"), create: false, run: (code) => desk.edit("recode", { code }) }) : desk.say(desk.t("choose_first")))),
    entry("group_code", ["Delete"], ["Delete", "Backspace"], "key_remove", () => desk.removeCoding()),
    entry("group_code", ["X"], ["X"], "key_suggest", () => desk.suggest()),
    entry("group_code", ["x", "z"], ["x"], "key_answer", settled(() => desk.answerSuggestion("accept"))),
    entry("", [], ["z"], "", settled(() => desk.answerSuggestion("reject"))),
    entry("group_describe", ["+", "−"], ["+", "="], "key_polarity", settled(() => desk.polarity("success"))),
    entry("", [], ["-", "−"], "", settled(() => desk.polarity("barrier"))),
    entry("group_describe", ["a"], ["a"], "key_stance", settled(() => desk.cycle("stance", ["affirms", "denies"]))),
    entry("group_describe", ["v"], ["v"], "key_weight", settled(() => desk.cycle("weight", [1, 2, 3, null]))),
    entry("group_describe", ["l"], ["l"], "key_relevance", settled(() => desk.cycle("relevance", ["relevant", "descriptive", "not_relevant"]))),
    entry("group_describe", ["m"], ["m"], "key_memo", settled(() => desk.memo())),
    entry("group_describe", ["M"], ["M"], "key_note", () => desk.documentNote()),
    entry("group_describe", ["t"], ["t"], "key_state", () => openStates(desk)),
    entry("group_describe", ["g"], ["g"], "key_older", () => openOlder(desk, desk.tree.current)),
    entry("group_describe", ["E"], ["E"], "key_edit_code", () => editCode(desk, desk.tree.current)),
    entry("group_safe", ["u", "Ctrl+Z"], ["u", "Ctrl+z"], "key_undo", settled(() => desk.back("undo")), () => true),
    entry("group_safe", ["r", "Ctrl+Y"], ["r", "Ctrl+y", "Ctrl+Shift+z"], "key_redo", settled(() => desk.back("redo")), () => true),
    entry("group_safe", ["y"], ["y"], "key_sync", () => desk.sync()),
    entry("group_safe", ["b"], ["b"], "key_blind", () => desk.toggleBlind()),
    entry("group_safe", ["d", "D"], ["d"], "key_disagreement", () => desk.compare.step(desk.compare.on ? 1 : 0), () => true),
    entry("", [], ["D"], "", () => desk.compare.step(-1), comparing),
    entry("group_safe", ["1–6"], [], "key_decide", () => {}, comparing),
    entry("group_safe", ["?"], ["?"], "key_help", () => showHelp(desk), () => true),
  ];
}

function render({ model, el }) {
  const desk = new Desk(model, el);
  return () => desk.close();
}

export default { render };
