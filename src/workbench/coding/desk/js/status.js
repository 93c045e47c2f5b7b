// What the desk says: the line above, the line below, and what is spoken.

const SAID_FOR = 6000;
const CODING_HINTS = [
  ["j", "k", "turn"],
  ["s", "sentence"],
  ["w", "word"],
  ["e", "edge"],
  ["c", "code"],
  ["+", "−", "polarity"],
  ["m", "memo"],
  ["u", "undo"],
  ["Tab", "next_uncoded"],
  ["?", "help"],
];
const COMPARING_HINTS = [
  ["1", "2", "3", "4", "decide"],
  ["d", "next"],
  ["u", "undo"],
  ["?", "help"],
];

class Status {
  constructor(desk) {
    this.desk = desk;
    this.title = h("div", { class: "wbd-dh" });
    this.saved = h("span", { class: "wbd-ok", role: "status" });
    this.hint = h("span", { class: "wbd-kh" });
    this.live = h("div", { class: "wbd-vh", role: "status", "aria-live": "polite" });
  }

  say(text) {
    this.live.textContent = text;
    this.hint.title = text;
    this.message = text;
    this.hints();
    clearTimeout(this.fade);
    this.fade = setTimeout(() => this.quiet(), SAID_FOR);
  }

  // Show the keys again in place of what was said.
  quiet() {
    this.message = null;
    this.hints();
  }

  // The line at the bottom: is everything on disk?
  state() {
    const { outbox, root, transcript, view } = this.desk;
    if (!view) return;
    const n = outbox.unsaved;
    const late = n > 0 && (outbox.slow || Boolean(outbox.lost));
    const text = this.standing(n, late);
    if (this.saved.textContent !== text) this.saved.textContent = text;
    this.saved.classList.toggle("bad", late);
    root.dataset.unsaved = n;
    root.dataset.sent = outbox.sent;
    root.dataset.drawn = transcript.drawn;
  }

  standing(n, late) {
    const { t, number, view } = this.desk;
    if (late) return `✗ ${t("not_saved", { n })}`;
    if (n) return t("saving", { n });
    return `✓ ${t("saved", { time: this.savedAt ?? "–", n: number(view.n_codings) })}`;
  }

  hints() {
    if (this.message) {
      this.hint.replaceChildren(this.message);
      return;
    }
    const rows = this.desk.compare.on ? COMPARING_HINTS : CODING_HINTS;
    this.hint.replaceChildren(
      ...rows.map((row) => {
        const keys = row.slice(0, -1).map((name) => key(name));
        return h("span", {}, ...keys, ` ${this.desk.t(row[row.length - 1])} `);
      }),
    );
  }

  header(...parts) {
    this.title.replaceChildren(...parts.filter(Boolean).map((part) => h("span", {}, part)));
  }

  describe() {
    const { t, number, view, cursor, transcript, compare } = this.desk;
    if (!view || compare.on) return;
    const block = transcript.blocks[cursor.block];
    const turn = `${t("turn")} ${block.number}`;
    const done = view.n_answers - view.uncoded.length;
    this.header(
      h("b", {}, view.title),
      block.question ? `${block.question} · ${turn}` : turn,
      t("answers_coded", { n: number(done), all: number(view.n_answers) }),
      cursor.held ? h("b", {}, t("holding")) : "",
      t("coder_is", { coder: this.desk.coder }),
      t(this.desk.blind ? "blind_on" : "blind_off"),
      view.problems ? t("problems", { n: view.problems }) : "",
    );
  }

  moved(spoken) {
    this.describe();
    this.desk.inspector.show();
    this.state();
    if (spoken === "held") this.say(this.desk.t("held"));
    else if (spoken) this.live.textContent = this.spoken(spoken);
  }

  // What a move is read aloud as.
  spoken(what) {
    const { cursor, transcript, t } = this.desk;
    switch (what) {
      case "turn":
        return this.spokenTurn(transcript.blocks[cursor.block]);
      case "marked":
        return `${t("marked")}: ${cursor.quote}`;
      case "edge":
        return `${t(cursor.edge)}: ${cursor.quote.slice(...(cursor.edge === "end" ? [-30] : [0, 30]))}`;
      case "coding":
        return `${this.desk.spoken(transcript.codings.get(cursor.act))}: ${cursor.quote}`;
      default:
        return t(what);
    }
  }

  spokenTurn(block) {
    const { cursor, transcript, t } = this.desk;
    const n = transcript.onBlock[cursor.block].size;
    const coded = n ? `${t("n_codings", { n })}. ` : "";
    return `${block.speaker ?? ""} ${block.number}. ${coded}${transcript.textOf(cursor.block)}`;
  }
}
