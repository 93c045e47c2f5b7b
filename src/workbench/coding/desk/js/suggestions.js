// Suggestions learned from what is coded: shown, taken, or turned down with a reason.

class Suggestions {
  constructor(desk) {
    this.desk = desk;
  }

  get shown() {
    return this.desk.transcript.suggestions;
  }

  async toggle() {
    const { t, transcript, view, outbox } = this.desk;
    if (this.shown.length) {
      transcript.suggest([]);
      return this.desk.say(t("suggestions_off"));
    }
    this.desk.say(t("suggesting"));
    const answer = await outbox.send("suggest", { document: view.document });
    if (answer.kind !== "suggested") return this.desk.say(answer.reason);
    transcript.suggest(answer.suggestions);
    if (answer.too_few) return this.desk.say(t("too_few_coded", { n: answer.too_few }));
    return this.desk.say(t("n_suggestions", { n: answer.suggestions.length }));
  }

  // The suggestion at hand: on the marked words, else the first in or after this paragraph.
  here() {
    const { cursor, transcript } = this.desk;
    const { start, end } = cursor;
    const block = transcript.blocks[cursor.block];
    const touches = (from, to) => this.shown.find((one) => one.start < to && one.end > from);
    return (
      touches(start, Math.max(end, start + 1)) ??
      touches(block.start, block.end) ??
      this.shown.find((one) => one.start >= start) ??
      null
    );
  }

  async answer(op) {
    const one = this.here();
    if (!one) return this.desk.say(this.desk.t("no_suggestion"));
    this.desk.cursor.mark(one.start, one.end);
    return op === "accept" ? this.accept(one) : this.reject(one);
  }

  async accept(one) {
    const { acts, codes } = this.desk;
    const fields = { code: one.code, suggestion: one.id };
    if (!(await acts.add("accept", fields, codes.get(one.code)))) return;
    this.drop(one);
    acts.remember(one.code);
  }

  reject(one) {
    const { t } = this.desk;
    const passage = this.desk.acts.passage();
    askText(this.desk, t("turn_down"), {
      label: t("reason_optional"),
      lead: [h("p", {}, `${this.desk.nameOf(one.code)}: ${one.reason}`)],
      done: async (reason) => {
        const fields = { ...passage, code: one.code, suggestion: one.id, reason };
        if (await this.desk.change("reject", fields)) this.drop(one);
      },
    });
  }

  drop(one) {
    this.desk.transcript.suggest(this.shown.filter((other) => other !== one));
  }
}
