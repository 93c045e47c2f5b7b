// The chosen coding: its words, sense, stance, weight, relevance, note, meaning and history.

// What a coding can say: value, sign, key.
const CHOICES = {
  polarity: [
    ["success", "▲ ", "+"],
    ["barrier", "▼ ", "−"],
    ["both", "◆ ", ""],
    [null, "", ""],
  ],
  stance: [
    ["affirms", "", ""],
    ["denies", "", "a"],
  ],
  weight: [
    [1, "", ""],
    [2, "", ""],
    [3, "", "v"],
    [null, "", ""],
  ],
  relevance: [
    ["relevant", "", ""],
    ["descriptive", "", ""],
    ["not_relevant", "", "l"],
  ],
};

class Inspector {
  constructor(desk) {
    this.desk = desk;
    this.element = h("div", { class: "wbd-ins" });
    this.act = undefined;
  }

  show() {
    const coding = this.desk.cursor.act
      ? this.desk.transcript.codings.get(this.desk.cursor.act)
      : null;
    if (coding) this.coding(coding);
    else this.marked();
  }

  marked() {
    const { cursor, t } = this.desk;
    this.act = null;
    const parts = [h("h2", { class: "wbd-ph" }, t(cursor.marked ? "marked_words" : "coding"))];
    if (cursor.marked) parts.push(this.quote(cursor.quote), this.place(cursor.start, cursor.end));
    else parts.push(h("p", { class: "wbd-pos" }, t("nothing_chosen")));
    parts.push(...this.placeless());
    if (this.desk.view.note)
      parts.push(h("h3", {}, t("document_note")), h("p", {}, this.desk.view.note));
    this.element.replaceChildren(...parts);
  }

  placeless() {
    const without = [...this.desk.transcript.codings.values()].filter(
      (one) => one.start === null || one.status === "orphan",
    );
    if (!without.length) return [];
    return [
      h("h3", {}, this.desk.t("without_quote")),
      h(
        "ul",
        { class: "wbd-hist" },
        ...without.map((one) =>
          h("li", {}, `${one.about ?? "?"}: ${this.desk.nameOf(one.code)} (${one.coder})`),
        ),
      ),
    ];
  }

  quote(words) {
    const shown = words.length > 400 ? `${words.slice(0, 280)} … ${words.slice(-100)}` : words;
    return h("blockquote", { class: "wbd-selq" }, shown);
  }

  place(start, end) {
    const { t, number, cursor } = this.desk;
    const edge = cursor.edge ? ` · ${t("active_edge")}: ${t(cursor.edge)}` : "";
    const unsaved = cursor.moved ? ` · ${t("edge_unsaved")}` : "";
    return h(
      "p",
      { class: "wbd-pos" },
      t("place", { start: number(start), end: number(end), n: number(end - start) }) +
        edge +
        unsaved,
    );
  }

  coding(coding) {
    const { t, cursor } = this.desk;
    const own = coding.coder === this.desk.coder;
    const code = this.desk.codes.get(coding.code);
    const isNew = this.act !== coding.act;
    this.act = coding.act;
    const draft = isNew ? null : this.memo?.value;
    const memo = h("textarea", {
      rows: 3,
      disabled: !own,
      onblur: () => this.saveMemo(coding.act),
      onkeydown: (event) => this.memoKey(event),
    });
    memo.value =
      draft !== null && draft !== undefined && document.activeElement === this.memo
        ? draft
        : coding.memo;
    const writing = document.activeElement === this.memo && !isNew;
    const caret = writing ? this.memo.selectionStart : 0;
    this.memo = memo;
    this.history = h("ol", { class: "wbd-hist" });
    this.older = h("div");
    this.element.replaceChildren(
      h("h2", { class: "wbd-ph" }, t("coding")),
      h(
        "p",
        { class: "wbd-what" },
        swatch(code),
        h("b", {}, this.desk.nameOf(coding.code)),
        ` · ${t("by", { coder: coding.coder })}`,
        coding.via === "hand" ? "" : ` · ${this.via(coding.via)}`,
      ),
      this.quote(this.desk.transcript.index.slice(cursor.start, cursor.end)),
      this.place(cursor.start, cursor.end),
      this.older,
      ...Object.entries(CHOICES).map(([name, choices]) => this.radios(name, coding, choices, own)),
      h("label", { class: "wbd-memo" }, h("span", {}, t("memo"), " ", key("m")), memo),
      h("h3", {}, t("history")),
      this.history,
    );
    if (writing) {
      memo.focus();
      memo.setSelectionRange(caret, caret);
    }
    this.inspect(coding);
  }

  via(via) {
    const t = this.desk.t;
    const [kind] = via.split(":");
    const known = {
      rule: "via_rule",
      suggestion: "via_suggestion",
      import: "via_import",
      adjudication: "via_adjudication",
    };
    return known[kind] ? t(known[kind]) : via;
  }

  radios(name, coding, choices, own) {
    const t = this.desk.t;
    const group = `${this.desk.id}-${name}`;
    return h(
      "fieldset",
      { disabled: !own },
      h("legend", {}, t(name)),
      ...choices.map(([value, mark, pressed]) => {
        const worded =
          typeof value === "number" ? String(value) : t(value === null ? "none" : value);
        const input = h("input", {
          type: "radio",
          name: group,
          checked: coding[name] === value,
          onchange: () => this.desk.acts.edit(name, { [name]: value }),
        });
        return h(
          "label",
          {},
          input,
          `${mark}${worded}`,
          pressed ? " " : "",
          pressed ? key(pressed) : "",
        );
      }),
    );
  }

  memoKey(event) {
    event.stopPropagation();
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      this.desk.focus();
    }
  }

  saveMemo(act) {
    const coding = this.desk.transcript.codings.get(act) ?? this.desk.acts.target;
    if (coding?.act === act && this.act === act && this.memo.value !== coding.memo)
      this.desk.change("memo", { act, text: this.memo.value });
  }

  // Ask for the history when a coder stays with a coding, not for every one that is passed.
  inspect(coding) {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      this.timer = null;
      const answer = await this.desk.outbox.send("inspect", { act: coding.act });
      if (answer.kind === "history" && this.act === coding.act) this.past(answer);
    }, 150);
  }

  past(answer) {
    const { t, language } = this.desk;
    this.history.replaceChildren(
      ...answer.history.map((one) =>
        h(
          "li",
          {},
          h("time", {}, shortTime(one.at, language)),
          h(
            "span",
            {},
            `${t(`did_${one.op}`)}${one.value ? `: ${this.value(one.value)}` : ""} (${one.coder})`,
          ),
          h("span", { class: "ok" }, `✓ ${t("on_disk")}`),
        ),
      ),
    );
    if (answer.older) {
      this.older.replaceChildren(
        h(
          "p",
          { class: "wbd-note" },
          t("made_under", { n: answer.older.version_no ?? "?" }),
          answer.older.definition ? h("q", {}, answer.older.definition) : "",
        ),
      );
    }
  }

  value(value) {
    const { texts, codes, t } = this.desk;
    return codes.has(value) ? this.desk.nameOf(value) : texts[value] ? t(value) : value;
  }
}
