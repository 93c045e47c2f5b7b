// The desk itself: its panes and its messages. One message out for a change, one answer in.

let desks = 0;

class Desk {
  constructor(model, el) {
    desks += 1;
    this.id = `wbd${desks}`;
    this.model = model;
    this.codes = new Map();
    this.codeRows = [];
    this.counts = {};
    this.texts = {};
    this.language = "sv";
    this.t = (name, values = {}) => {
      const one = String(values.n) === "1" ? this.texts[`${name}_one`] : undefined;
      const text = one ?? this.texts[name] ?? name;
      return text.replace(/\{(\w+)\}/g, (whole, key_) => values[key_] ?? whole);
    };
    this.number = (value) => numbers(this.language, 0).format(value);
    this.decimal = (value) => numbers(this.language, 2).format(value);
    this.transcript = new Transcript(this);
    this.cursor = new Cursor(this);
    this.tree = new CodeTree(this);
    this.inspector = new Inspector(this);
    this.compare = new Compare(this);
    this.status = new Status(this);
    this.acts = new Acts(this);
    this.suggestions = new Suggestions(this);
    this.pointer = new Pointer(this);
    this.room = new Room(this);
    this.keyboard = new Keyboard(this);
    this.build(el);
    this.outbox = new Outbox(model, () => this.status.state());
    this.listen();
    this.keys = keymap(this);
    this.open(null, { first: true });
  }

  build(el) {
    this.pane = h(
      "div",
      { class: "wbd-pane wbd-tr", role: "region", tabindex: "0" },
      this.transcript.element,
    );
    this.codebook = h("div", { class: "wbd-pane wbd-cb", role: "region", tabindex: "0" });
    this.panel = h(
      "div",
      { class: "wbd-pane wbd-in", role: "region", tabindex: "0" },
      this.inspector.element,
    );
    this.panes = h("div", { class: "wbd-panes" }, this.pane, this.codebook, this.panel);
    this.overlay = h("div", { class: "wbd-over" });
    const { title, saved, hint, live } = this.status;
    this.bar = h("div", { class: "wbd-sb" }, saved, hint);
    this.root = h(
      "section",
      { class: "wbd", "data-lm-suppress-shortcuts": "true", "data-ready": "no" },
      title,
      this.panes,
      this.compare.element,
      this.overlay,
      this.bar,
      live,
    );
    this.root.desk = this;
    el.append(this.root);
  }

  listen() {
    this.onMessage = (answer) => this.take(answer);
    this.model.on("msg:custom", this.onMessage);
    this.root.addEventListener("keydown", (event) => this.keyboard.press(event));
    this.pane.addEventListener("mouseup", () => setTimeout(() => this.pointer.select(), 0));
    this.pane.addEventListener("click", (event) => this.pointer.click(event));
    this.onFocus = () =>
      document.visibilityState === "visible" &&
      this.view &&
      this.outbox.send("sync").catch(() => {});
    document.addEventListener("visibilitychange", this.onFocus);
  }

  close() {
    this.outbox.close();
    this.room.close();
    this.model.off("msg:custom", this.onMessage);
    document.removeEventListener("visibilitychange", this.onFocus);
  }

  async open(document_, { first = false } = {}) {
    const answer = await this.outbox.send("open", document_ ? { document: document_ } : {});
    if (answer.kind !== "opened") return this.say(answer.reason);
    this.opened(answer, { first });
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
    this.transcript.open(answer);
    this.root.setAttribute("aria-label", this.t("desk"));
    this.pane.setAttribute("aria-label", `${this.t("transcript")}, ${answer.title}`);
    this.codebook.setAttribute("aria-label", this.t("codebook_and_definition"));
    this.panel.setAttribute("aria-label", this.t("chosen_coding"));
    this.codebook.replaceChildren(
      h(
        "h2",
        { class: "wbd-ph" },
        this.t("codebook"),
        h(
          "span",
          { class: "wbd-cols", "aria-hidden": "true" },
          h("span", {}, this.t("here")),
          h("span", {}, this.t("everywhere")),
        ),
      ),
      this.tree.list,
      this.tree.definition,
    );
    this.recall();
    this.tree.open();
    this.cursor.reset();
    this.status.hints();
    this.status.savedAt ??= shortTime(Date.now(), this.language);
    this.status.state();
    this.room.open();
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
      if (fields.start !== undefined && fields.document === this.view.document)
        fields.quote = this.transcript.index.slice(fields.start, fields.end);
      else if (fields.start !== undefined) fields.unseen = true;
      if (fields.unseen) this.later(message);
      else this.outbox.send(op, fields, ref).then((answer) => this.changed(answer));
    }
    if (left.length) this.say(this.t("sent_again", { n: left.length }));
  }

  // An act on another document waits until its words can be read again.
  async later(message) {
    const answer = await this.outbox.send("words", {
      document: message.document,
      start: message.start,
      end: message.end,
    });
    const { ref, op, ...fields } = message;
    if (answer.kind === "words")
      this.outbox
        .send(op, { ...fields, quote: answer.quote }, ref)
        .then((done) => this.changed(done));
  }

  setCodes(rows) {
    this.codeRows = rows;
    this.codes = new Map(rows.map((row) => [row.code, row]));
  }

  recall() {
    if (this.acts.recent.length) return;
    const used = new Map();
    for (const coding of [...this.transcript.codings.values()].sort((a, b) =>
      a.act < b.act ? 1 : -1,
    ))
      if (coding.coder === this.coder) used.set(coding.code, true);
    this.acts.recent = [...used.keys()].filter((code) => this.codes.has(code)).slice(0, 9);
  }

  nameOf(code) {
    return this.codes.get(code)?.name ?? code;
  }

  staleOf(code) {
    return [...this.transcript.codings.values()].filter((one) => one.code === code && one.stale)
      .length;
  }

  // How a coding is read aloud.
  spoken(coding) {
    if (!coding.act) return `${this.t("suggestion_spoken")}: ${this.nameOf(coding.code)}`;
    const sense = [
      coding.polarity ? this.t(coding.polarity) : "",
      coding.stance === "denies" ? this.t("denies") : "",
    ].filter(Boolean);
    return [`${this.t("coded_as")} ${this.nameOf(coding.code)}`, ...sense].join(", ");
  }

  say(text) {
    this.status.say(text);
  }

  scrollTo(row, range) {
    const pane = this.pane.getBoundingClientRect();
    const box = range ? range.getBoundingClientRect() : row.getBoundingClientRect();
    if (!box.height && range) return;
    if (box.top < pane.top + 20) this.pane.scrollTop -= pane.top + 60 - box.top;
    else if (box.bottom > pane.bottom - 20)
      this.pane.scrollTop += Math.min(box.bottom - pane.bottom + 60, box.top - pane.top - 60);
  }

  focus() {
    (this.compare.on ? this.compare.element : this.pane).focus({ preventScroll: true });
  }

  closeDialog() {
    this.dialog?.close();
  }

  // Answers. One that is not to our message comes from another tab of this desk.
  take(answer) {
    if (!this.outbox.take(answer) && answer.kind === "changed") this.changed(answer);
  }

  changed(answer) {
    if (answer.kind === "failed") {
      this.say(`✗ ${answer.reason}`);
      return false;
    }
    if (answer.kind !== "changed" || answer.document !== this.view.document)
      return answer.kind === "changed";
    const { codings, counts, codes, cells } = answer;
    Object.assign(this.view, {
      uncoded: answer.uncoded,
      n_answers: answer.n_answers,
      undo: answer.undo,
      redo: answer.redo,
      n_codings: answer.n_codings,
      note: answer.note,
      problems: answer.problems,
      ...(cells ? { cells } : {}),
    });
    this.counts = counts;
    this.status.savedAt = shortTime(Date.now(), this.language);
    const newCodes = codes && JSON.stringify(codes) !== JSON.stringify(this.codeRows);
    if (newCodes) this.setCodes(codes);
    answer.came = Object.keys(codings).filter((act) => this.comes(act, codings[act]));
    const touched = this.transcript.update(codings);
    if (newCodes) this.redrawNamed(touched);
    if (newCodes) this.tree.open();
    else this.tree.count();
    if (answer.compare !== undefined && this.compare.on) this.compare.data = answer.compare;
    this.cursor.paint();
    this.status.describe();
    this.status.state();
    return true;
  }

  comes(act, coding) {
    return typeof coding?.start === "number" && !this.transcript.codings.has(act);
  }

  // Names may stand in any paragraph: redraw those that carry a code.
  redrawNamed(touched) {
    this.transcript.onBlock.forEach((acts, place) => {
      if (acts.size && !touched.includes(place) && this.transcript.rows[place].filled)
        this.transcript.draw(place, true);
    });
  }

  // Send one change and take its answer; return whether it stands on disk.
  async change(op, fields, ref = newRef()) {
    const answer = await this.outbox.send(op, fields, ref);
    return this.changed(answer) ? answer : null;
  }

  uncoded(step) {
    const all = this.view.uncoded;
    const here = this.cursor.start;
    const next =
      step > 0
        ? (all.find(([start]) => start > here) ?? all[0])
        : ([...all].reverse().find(([start]) => start < here) ?? all[all.length - 1]);
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

  async toggleBlind() {
    const answer = await this.outbox.send("blind", {
      blind: !this.blind,
      document: this.view.document,
    });
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
    else if (next === this.panel)
      (this.panel.querySelector("input:checked:enabled, textarea:enabled") ?? this.panel).focus();
    else this.focus();
  }
}

function render({ model, el }) {
  const desk = new Desk(model, el);
  return () => desk.close();
}

export default { render };
