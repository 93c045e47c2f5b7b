// Two coders side by side: one text, a margin each; from disagreement to disagreement.

class Compare {
  constructor(desk) {
    this.desk = desk;
    this.element = h("div", { class: "wbd-adj", hidden: true, role: "region", tabindex: "0" });
    this.place = 0;
    this.on = false;
    this.sending = new Set(); // disagreements whose decision is not answered yet
  }

  open(compare) {
    this.data = compare;
    const was = this.on;
    this.on = Boolean(compare);
    this.element.hidden = !this.on;
    this.desk.panes.hidden = this.on;
    if (!this.on) return;
    this.element.setAttribute(
      "aria-label",
      this.desk.t("comparing", { a: compare.pair[0], b: compare.pair[1] }),
    );
    if (!was)
      this.place = Math.max(
        0,
        compare.disagreements.findIndex((one) => !one.decided),
      );
    this.show();
  }

  get current() {
    return this.data?.disagreements[this.place];
  }

  // To the next or previous disagreement; from coding into comparing when two coders are compared.
  async step(step) {
    if (!this.on) return this.enter();
    const all = this.data.disagreements;
    if (!all[this.place + step]) return this.desk.say(this.desk.t("last_disagreement"));
    this.place += step;
    return this.show();
  }

  // What was coded since counts at once: the two are compared anew.
  async enter() {
    const { outbox, t } = this.desk;
    const { compare } = await outbox.send("compare");
    if (!compare) return this.desk.say(t("no_pair"));
    this.open(compare);
    return this.desk.focus();
  }

  leave() {
    this.on = false;
    this.element.hidden = true;
    this.desk.panes.hidden = false;
    this.desk.status.quiet();
    if (this.current) this.desk.goTo(this.current.document, this.current.start, this.current.end);
  }

  async show() {
    const one = this.current;
    const { t, number } = this.desk;
    if (!one) {
      this.element.replaceChildren(h("p", {}, t("no_disagreements")), this.agreement());
      return;
    }
    if (one.document !== this.desk.view.document) await this.desk.open(one.document);
    const [a, b] = this.data.pair;
    const done = this.data.disagreements.filter((row) => row.decided).length;
    this.desk.status.header(
      h("b", {}, t("comparing", { a, b })),
      t("disagreement", { n: number(this.place + 1), all: number(this.data.disagreements.length) }),
      t("n_decided", { n: number(done) }),
    );
    this.element.replaceChildren(
      ...this.text(one, a, b),
      this.cards(one, a, b),
      this.choices(one),
      this.agreement(),
    );
    const words = [...one.a, ...one.b]
      .map((coding) => `${coding.coder}: ${this.desk.spoken(coding)}`)
      .join("; ");
    this.desk.say(
      `${t("disagreement", { n: this.place + 1, all: this.data.disagreements.length })}. ${words}`,
    );
  }

  // The paragraphs around the disagreement, with A's and B's codings underlined in one text.
  text(one, a, b) {
    const script = this.desk.transcript;
    const [first, last] = script.covering(one.start, one.end);
    const parts = [];
    const question = script.blocks[first]?.question;
    if (question)
      parts.push(
        h(
          "h2",
          { class: "wbd-qh" },
          h("b", {}, question),
          ` ${this.desk.view.questions[question] ?? ""}`,
        ),
      );
    for (let place = first; place <= last; place += 1) {
      parts.push(
        h(
          "div",
          { class: "wbd-aturn" },
          this.margin(one.a, a, "a"),
          h("p", { class: "wbd-p" }, ...this.pieces(one, script.blocks[place])),
          this.margin(one.b, b, "b"),
        ),
      );
    }
    return parts;
  }

  margin(codings, name, side) {
    return h(
      "div",
      { class: `wbd-am ${side}` },
      h("b", {}, name),
      ...(codings.length
        ? codings.map((coding) =>
            h("span", {}, this.desk.nameOf(coding.code), " ", sign(coding.polarity)),
          )
        : [h("span", {}, this.desk.t("no_code"))]),
    );
  }

  pieces(one, block) {
    const script = this.desk.transcript;
    const marks = [
      ...one.a.map((coding) => [coding, "wbd-aa"]),
      ...one.b.map((coding) => [coding, "wbd-bb"]),
    ];
    const cuts = new Set([block.start, block.end]);
    for (const [coding] of marks)
      for (const place of [coding.start, coding.end])
        if (place > block.start && place < block.end) cuts.add(place);
    const places = [...cuts].sort((x, y) => x - y);
    return places.slice(0, -1).map((start, step) => {
      const end = places[step + 1];
      let piece = document.createTextNode(script.index.slice(start, end));
      for (const [coding, style] of marks) {
        if (coding.start > start || coding.end < end) continue;
        const first =
          coding.start === start
            ? hidden(
                `${this.desk.t("by", { coder: coding.coder })}, ${this.desk.nameOf(coding.code)}: `,
              )
            : "";
        piece = h("span", { class: style }, first, piece);
      }
      return piece;
    });
  }

  cards(one, a, b) {
    const { t, number } = this.desk;
    const card = (name, codings) =>
      h(
        "div",
        {},
        h("h3", {}, t("by", { coder: name })),
        ...(codings.length
          ? codings.flatMap((coding) => {
              const code = this.desk.codes.get(coding.code);
              return [
                h(
                  "p",
                  {},
                  swatch(code),
                  h("b", {}, this.desk.nameOf(coding.code)),
                  " ",
                  sign(coding.polarity),
                  coding.polarity ? ` ${t(coding.polarity)}` : "",
                  coding.stance === "denies" ? ` · ${t("denies")}` : "",
                  ` · ${t("n_letters", { n: number(coding.end - coding.start) })}`,
                  coding.verdict ? ` · ${t(`verdict_${coding.verdict}`)}` : "",
                ),
                h(
                  "p",
                  { class: "wbd-pos" },
                  coding.memo ? `”${coding.memo}” ` : "",
                  coding.stale ? h("strong", {}, t("older_meaning")) : "",
                ),
              ];
            })
          : [h("p", {}, t("no_code_here"))]),
      );
    return h("div", { class: "wbd-cards" }, card(a, one.a), card(b, one.b));
  }

  choices(one) {
    const { t } = this.desk;
    const [a, b] = this.data.pair;
    const rows = [
      ["1", t("take_of", { coder: a }), one.a.length],
      ["2", t("take_of", { coder: b }), one.b.length],
      ["3", t("keep_both"), one.a.length && one.b.length],
      ["4", t("leave_open"), true],
      ["5", t("other_code"), true],
      ["6", t("drop_all"), true],
    ];
    return h(
      "div",
      { class: "wbd-dec", role: "group", "aria-label": t("decision") },
      ...rows.map(([name, text, can]) =>
        h(
          "button",
          { type: "button", class: "wbd-b", disabled: !can, onclick: () => this.decide(name) },
          key(name),
          ` ${text}`,
        ),
      ),
    );
  }

  decide(choice) {
    const one = this.current;
    if (!one) return;
    const { t } = this.desk;
    if (
      (choice === "1" && !one.a.length) ||
      (choice === "2" && !one.b.length) ||
      (choice === "3" && !(one.a.length && one.b.length))
    ) {
      this.desk.say(t("nothing_to_take"));
      return;
    }
    if (choice === "5") {
      openPicker(this.desk, {
        title: t("other_code"),
        create: false,
        run: (code) => this.reason(one, choice, code),
      });
      return;
    }
    this.reason(one, choice, null);
  }

  reason(one, choice, code) {
    const { t } = this.desk;
    const [first, second] = {
      1: ["kept", "dropped"],
      2: ["dropped", "kept"],
      3: ["kept", "kept"],
      4: ["left", "left"],
      5: one.a.length ? ["kept", "dropped"] : ["dropped", "kept"],
      6: ["dropped", "dropped"],
    }[choice];
    const acts = [
      ...one.a.map((coding) => [coding.act, first]),
      ...one.b.map((coding) => [coding.act, second]),
    ];
    const fields = { acts, verdict: choice, ...(code ? { code } : {}) };
    askText(this.desk, t("why"), {
      label: t("reason"),
      required: true,
      done: (reason) => this.send(one, { ...fields, reason }),
    });
  }

  // Go on while a decision is under way; come back to it when it could not be saved.
  async send(one, fields) {
    this.sending.add(one.id);
    if (this.current?.id === one.id) this.next();
    const answer = await this.desk.change("decide", fields);
    this.sending.delete(one.id);
    if (!answer) this.to(one.id);
    this.show();
  }

  next() {
    const place = this.data.disagreements.findIndex(
      (row, number) => number > this.place && !row.decided && !this.sending.has(row.id),
    );
    if (place < 0) return;
    this.place = place;
    this.show();
  }

  to(id) {
    const place = this.data.disagreements.findIndex((row) => row.id === id);
    if (place >= 0) this.place = place;
  }

  agreement() {
    const { t, decimal } = this.desk;
    const { rows, reason, n } = this.data.agreement;
    if (reason) return h("p", { class: "wbd-pos" }, reason);
    return h(
      "div",
      { class: "wbd-liv" },
      h(
        "div",
        { class: "wbd-scroll", tabindex: "0", role: "region", "aria-label": t("agreement") },
        h(
          "table",
          {},
          h(
            "caption",
            {},
            t("agreement"),
            " ",
            h("span", {}, t("before_decisions", { n: this.desk.number(n) })),
          ),
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ...["code", "alpha", "interval", "n_differ", "to_decide"].map((name) =>
                h("th", { scope: "col" }, t(name)),
              ),
            ),
          ),
          h(
            "tbody",
            {},
            ...rows.map((row) =>
              h(
                "tr",
                {},
                h("th", { scope: "row" }, this.desk.nameOf(row.code)),
                h("td", {}, row.estimate === null ? "–" : decimal(row.estimate)),
                h(
                  "td",
                  {},
                  row.ci_low === null ? "–" : `${decimal(row.ci_low)}–${decimal(row.ci_high)}`,
                ),
                h("td", {}, String(row.n_disagreements)),
                h("td", {}, String(row.left)),
              ),
            ),
          ),
        ),
      ),
      h("p", { class: "wbd-pos" }, t("agreement_lead")),
    );
  }
}
