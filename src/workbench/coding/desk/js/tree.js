// The codebook: a tree of codes with live counts, and the definition of the one in focus.

class CodeTree {
  constructor(desk) {
    this.desk = desk;
    this.list = h("ul", {
      class: "wbd-tree",
      role: "tree",
      onkeydown: (event) => this.press(event),
    });
    this.definition = h("div", { class: "wbd-def" });
    this.closed = new Set();
    this.current = null;
  }

  open() {
    this.list.setAttribute("aria-label", this.desk.t("codebook"));
    this.list.replaceChildren(...this.below(null));
    if (!this.desk.codes.has(this.current)) this.current = this.shown()[0]?.dataset.code ?? null;
    this.focusable();
    this.define(this.current);
  }

  // What `make` makes of each code directly below another, or at the top for null.
  below(parent, make = (row) => this.item(row)) {
    return this.desk.codeRows
      .filter((row) => (row.depth === 0 ? null : row.parent) === parent)
      .filter((row) => !row.gone || this.desk.counts[row.code])
      .map(make);
  }

  item(row) {
    const inner = this.below(row.code);
    const open = !this.closed.has(row.code);
    const [here, all] = this.counts(row);
    const number = this.desk.acts.recent.indexOf(row.code) + 1;
    const line = h(
      "div",
      { class: "wbd-node" },
      h(
        "span",
        {},
        inner.length
          ? h("span", { "aria-hidden": "true", class: "wbd-twist" }, open ? "▾ " : "▸ ")
          : null,
        row.kind === "group" ? null : swatch(row),
        row.name,
        row.gone ? h("small", {}, ` ${this.desk.t("gone")}`) : null,
        number > 0 && number < 10
          ? h("span", { class: "wbd-num" }, " ", key(String(number)))
          : null,
      ),
      h("span", { class: "n" }, hidden(`${this.desk.t("here")} `), String(here)),
      h("span", { class: "n" }, hidden(`${this.desk.t("everywhere")} `), String(all)),
    );
    return h(
      "li",
      {
        role: "treeitem",
        "data-code": row.code,
        tabindex: "-1",
        class: row.kind === "group" ? "grp" : "",
        "aria-expanded": inner.length ? String(open) : null,
        "aria-selected": String(row.code === this.current),
        onclick: (event) => {
          event.stopPropagation();
          this.to(event.currentTarget);
        },
        ondblclick: (event) => {
          event.stopPropagation();
          this.desk.acts.code(row.code);
        },
      },
      line,
      inner.length && open ? h("ul", { role: "group" }, ...inner) : null,
    );
  }

  // A group has no codings of its own: it counts all that stand below it.
  counts(row) {
    const own = this.desk.counts[row.code] ?? [0, 0];
    if (row.kind !== "group") return own;
    return this.below(row.code, (one) => this.counts(one)).reduce(
      ([here, all], [more, most]) => [here + more, all + most],
      own,
    );
  }

  // Change the numbers that differ, and nothing else.
  count() {
    for (const item of this.list.querySelectorAll("[data-code]")) {
      const [here, all] = this.counts(this.desk.codes.get(item.dataset.code));
      const cells = item.querySelectorAll(":scope > .wbd-node > .n");
      [here, all].forEach((n, place) => {
        const text = cells[place].lastChild;
        if (text.data !== String(n)) text.data = String(n);
      });
    }
  }

  number() {
    for (const item of this.list.querySelectorAll("[data-code]")) {
      const number = this.desk.acts.recent.indexOf(item.dataset.code) + 1;
      const line = item.querySelector(":scope > .wbd-node > span");
      line.querySelector(".wbd-num")?.remove();
      if (number > 0 && number < 10)
        line.append(h("span", { class: "wbd-num" }, " ", key(String(number))));
    }
  }

  shown() {
    return [...this.list.querySelectorAll("[data-code]")];
  }

  focusable() {
    for (const item of this.shown()) {
      const on = item.dataset.code === this.current;
      item.tabIndex = on ? 0 : -1;
      item.setAttribute("aria-selected", String(on));
      item.classList.toggle("on", on);
    }
  }

  choose(code) {
    this.current = code;
    this.focusable();
    this.define(code);
  }

  to(item) {
    if (!item) return;
    this.choose(item.dataset.code);
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }

  focus() {
    this.to(
      this.list.querySelector(`[data-code="${CSS.escape(this.current ?? "")}"]`) ?? this.shown()[0],
    );
  }

  press(event) {
    const items = this.shown();
    const here = items.findIndex((item) => item.dataset.code === this.current);
    const item = items[here];
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const parent = item.parentElement.closest("[data-code]");
    const actions = {
      ArrowDown: () => this.to(items[here + 1]),
      ArrowUp: () => this.to(items[here - 1]),
      Home: () => this.to(items[0]),
      End: () => this.to(items[items.length - 1]),
      ArrowRight: () => this.fold(item, false),
      ArrowLeft: () =>
        item.getAttribute("aria-expanded") === "true" ? this.fold(item, true) : this.to(parent),
      Enter: () => this.desk.acts.code(item.dataset.code),
      " ": () => this.desk.acts.code(item.dataset.code),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  }

  fold(item, close) {
    if (!item.hasAttribute("aria-expanded")) return;
    if (close) this.closed.add(item.dataset.code);
    else this.closed.delete(item.dataset.code);
    this.open();
    this.focus();
  }

  define(code) {
    const row = this.desk.codes.get(code);
    const t = this.desk.t;
    if (!row) {
      this.definition.replaceChildren();
      return;
    }
    const stale = this.desk.staleOf(code);
    const list = (title, items) =>
      items.length ? [h("dt", {}, title), h("dd", {}, items.join("; "))] : [];
    this.definition.replaceChildren(
      h(
        "h3",
        {},
        row.name,
        h("small", {}, t("version", { n: row.version_no, day: row.since || "–" })),
      ),
      h("p", {}, row.definition || t("no_definition")),
      h(
        "dl",
        {},
        ...list(t("include"), row.include),
        ...list(t("exclude"), row.exclude),
        ...list(
          t("fits"),
          row.examples.filter(([, fits]) => fits).map(([text]) => `”${text}”`),
        ),
        ...list(
          t("fits_not"),
          row.examples.filter(([, fits]) => !fits).map(([text]) => `”${text}”`),
        ),
      ),
      stale ? h("p", { class: "wbd-note" }, t("stale", { n: stale }), " ", key("g")) : "",
      h(
        "p",
        {},
        h(
          "button",
          { type: "button", class: "wbd-b", onclick: () => editCode(this.desk, code) },
          key("E"),
          ` ${t("edit_code")}`,
        ),
      ),
    );
  }
}
