// What lies over the transcript: help, search, states, lists. One at a time; Esc closes it.

// Open a dialog; `body` is a list of elements. Returns a function that closes it.
function openDialog(desk, title, body, { wide = false, onClose = null } = {}) {
  desk.closeDialog();
  const name = `${desk.id}-dialog`;
  const back = document.activeElement;
  const box = h(
    "div",
    {
      class: `wbd-ov ${wide ? "wide" : ""}`,
      role: "dialog",
      "aria-modal": "true",
      "aria-labelledby": name,
      tabindex: "-1",
    },
    h("h2", { id: name }, title),
    ...body,
    h(
      "p",
      { class: "wbd-pos" },
      h(
        "button",
        { type: "button", class: "wbd-b", onclick: () => close() },
        key("Esc"),
        ` ${desk.t("close")}`,
      ),
    ),
  );
  const close = () => {
    box.remove();
    desk.dialog = null;
    if (onClose) onClose();
    if (back && desk.root.contains(back) && back !== desk.pane) back.focus({ preventScroll: true });
    else desk.focus();
  };
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") keepInside(box, event);
  });
  desk.dialog = { box, close };
  desk.overlay.replaceChildren(box);
  (
    box.querySelector("[role=combobox]") ??
    box.querySelector("input, select, textarea") ??
    box
  ).focus({ preventScroll: true });
  return close;
}

function keepInside(box, event) {
  const all = [...box.querySelectorAll("button, input, select, textarea, [tabindex='0']")].filter(
    (one) => !one.disabled,
  );
  const last = event.shiftKey ? all[0] : all[all.length - 1];
  if (document.activeElement === last || (event.shiftKey && document.activeElement === box)) {
    event.preventDefault();
    (event.shiftKey ? all[all.length - 1] : all[0]).focus();
  }
}

function showHelp(desk) {
  const { t } = desk;
  const groups = ["group_move", "group_mark", "group_code", "group_describe", "group_safe"];
  openDialog(
    desk,
    t("keys"),
    [
      h(
        "div",
        { class: "wbd-kg" },
        ...groups.map((group) =>
          h(
            "div",
            {},
            h("h3", {}, t(group)),
            h(
              "dl",
              {},
              ...desk.keys
                .filter((one) => one.group === group && one.text)
                .flatMap((one) => [
                  h("dt", {}, ...one.shown.map((name) => key(name))),
                  h("dd", {}, t(one.text)),
                ]),
            ),
          ),
        ),
      ),
      h("p", { class: "wbd-pos" }, t("nothing_is_lost")),
    ],
    { wide: true },
  );
}

// A list to choose from by arrow keys, with a field that narrows it. `find(typed)` returns rows
// {label, detail, run}; the first is chosen.
function openList(desk, title, { find, above = [], label, placeholder = "", hint = "" }) {
  const name = `${desk.id}-options`;
  const list = h("ul", { role: "listbox", id: name, "aria-label": label });
  let rows = [];
  let chosen = 0;
  const field = h("input", {
    type: "text",
    role: "combobox",
    "aria-label": label,
    "aria-expanded": "true",
    "aria-controls": name,
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    placeholder,
  });
  const draw = () => {
    list.replaceChildren(
      ...rows.map((row, place) =>
        h(
          "li",
          {
            role: "option",
            id: `${name}-${place}`,
            class: row.isNew ? "new" : "",
            "aria-selected": String(place === chosen),
            onclick: () => run(place, false),
          },
          ...row.label,
          row.detail ? h("small", {}, row.detail) : null,
          place === chosen && row.more ? h("span", { class: "wbd-pv" }, row.more) : null,
        ),
      ),
    );
    if (rows.length) field.setAttribute("aria-activedescendant", `${name}-${chosen}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const refresh = async () => {
    const typed = field.value;
    const found = await find(typed);
    if (typed !== field.value) return;
    rows = found;
    chosen = 0;
    draw();
  };
  let close = null;
  const run = (place, keep) => {
    const row = rows[place];
    if (!row) return;
    if (!keep) close();
    row.run(keep);
  };
  field.addEventListener("input", refresh);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      chosen = Math.min(Math.max(chosen + step, 0), rows.length - 1);
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(chosen, event.shiftKey);
    }
  });
  close = openDialog(
    desk,
    title,
    [...above, field, list, hint ? h("p", { class: "wbd-pos" }, hint) : null].filter(Boolean),
  );
  refresh();
}

function openDocuments(desk) {
  const { t } = desk;
  openList(desk, t("open_document"), {
    label: t("documents"),
    find: (typed) =>
      desk.view.documents
        .map((one) => ({ one, score: typed ? fuzzy(typed, one.title)[0] : 1 }))
        .filter((row) => row.score > 0)
        .sort((a, b) => b.score - a.score)
        .map(({ one }) => ({
          label: [h("span", {}, one.title)],
          detail: one.document,
          run: () => desk.open(one.document),
        })),
  });
}

function openSearch(desk, inAll = false) {
  const { t } = desk;
  const box = h("input", { type: "checkbox", checked: inAll, onchange: () => again() });
  const count = h("p", { class: "wbd-pos", role: "status" });
  const again = () =>
    desk.overlay.querySelector("[role=combobox]").dispatchEvent(new Event("input"));
  openList(desk, t("search"), {
    label: t("search_words"),
    hint: t("search_hint"),
    above: [h("label", {}, box, ` ${t("search_everywhere")}`), count],
    find: async (typed) => {
      const everywhere = box.checked;
      if (typed.trim().length < 2) {
        count.textContent = "";
        return [];
      }
      const answer = await desk.outbox.send("search", {
        query: typed,
        ...(everywhere ? {} : { document: desk.view.document }),
      });
      count.textContent = t("n_found", { n: desk.number(answer.n ?? 0) });
      return (answer.hits ?? []).map((hit) => ({
        label: [h("span", {}, hit.before, h("u", {}, hit.words), hit.after)],
        detail: everywhere ? hit.document : "",
        run: () => desk.goTo(hit.document, hit.start, hit.end),
      }));
    },
  });
}

function openStates(desk) {
  const { t } = desk;
  const { cells, questions } = desk.view;
  if (!cells.length) {
    desk.say(t("no_cells"));
    return;
  }
  const here = desk.transcript.blocks[desk.cursor.block].question;
  const states = ["absent", "not_asked", "answered_elsewhere", "not_understood", "no_text"];
  const rows = cells.map((cell) => {
    const choice = h(
      "select",
      {
        "aria-label": `${cell.respondent} ${cell.question}`,
        onchange: (event) =>
          desk.change("state", {
            respondent: cell.respondent,
            question: cell.question,
            state: event.target.value,
          }),
      },
      ...states.map((state) =>
        h(
          "option",
          { value: state, selected: (cell.state || "absent") === state },
          state === "absent"
            ? t("state_none", { state: t(`state_${cell.found}`) })
            : t(`state_${state}`),
        ),
      ),
    );
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, cell.question),
      h("td", {}, questions[cell.question] ?? ""),
      h("td", {}, choice),
    );
  });
  openDialog(
    desk,
    t("states"),
    [
      h("p", {}, t("states_lead")),
      h(
        "div",
        { class: "wbd-scroll", tabindex: "0", role: "region", "aria-label": t("states") },
        h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ...["question", "words", "state"].map((name) => h("th", { scope: "col" }, t(name))),
            ),
          ),
          h("tbody", {}, ...rows),
        ),
      ),
    ],
    { wide: true },
  );
  const place = cells.findIndex((cell) => cell.question === here);
  desk.overlay.querySelectorAll("select")[Math.max(place, 0)]?.focus();
}

// Ask for a short text; empty is allowed unless `required`.
function askText(
  desk,
  title,
  { label, value = "", lead = [], required = false, long = false, done },
) {
  const { t } = desk;
  const field = h(long ? "textarea" : "input", long ? { rows: 4 } : { type: "text" });
  field.value = value;
  let close = null;
  const send = () => {
    if (required && !field.value.trim()) {
      desk.say(t("reason_needed"));
      field.focus();
      return;
    }
    close();
    done(field.value.trim());
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (!long || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
  });
  close = openDialog(desk, title, [
    ...lead,
    h("label", { class: "wbd-memo" }, h("span", {}, label), field),
    h(
      "button",
      { type: "button", class: "wbd-b", onclick: send },
      key(long ? "Ctrl+Enter" : "Enter"),
      ` ${t("save")}`,
    ),
  ]);
  field.select?.();
}

// Codings made under an older meaning of a code, one key press away.
async function openOlder(desk, code) {
  const { t } = desk;
  const answer = await desk.outbox.send("uses", { code });
  const older = (answer.uses ?? []).filter((one) => one.stale);
  if (!older.length) {
    desk.say(t("none_older"));
    return;
  }
  openList(desk, t("older_title", { name: desk.nameOf(code) }), {
    label: t("older_list"),
    find: (typed) =>
      older
        .filter((one) => !typed || one.quote.toLowerCase().includes(typed.toLowerCase()))
        .map((one) => ({
          label: [h("span", {}, one.quote)],
          detail: `${one.document ?? ""} · ${one.coder}`,
          run: () => one.document && desk.goTo(one.document, one.start, one.end, one.act),
        })),
  });
}
