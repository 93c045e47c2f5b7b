// Change a code: name, place, meaning; merge, split, retire. Codings are never rewritten silently.

function editCode(desk, code) {
  const { t } = desk;
  const row = desk.codes.get(code);
  if (!row) return;
  const field = (name, value, long) => {
    const input = h(long ? "textarea" : "input", long ? { rows: 2 } : { type: "text" });
    input.value = value;
    return [input, h("label", { class: "wbd-memo" }, h("span", {}, t(name)), input)];
  };
  const [name, nameRow] = field("name", row.name, false);
  const [definition, definitionRow] = field("definition", row.definition, true);
  const [include, includeRow] = field("include_lines", row.include.join("\n"), true);
  const [exclude, excludeRow] = field("exclude_lines", row.exclude.join("\n"), true);
  const parents = desk.codeRows.filter(
    (one) => one.code !== code && !one.gone && !isBelow(desk, one.code, code),
  );
  const parent = h(
    "select",
    {},
    h("option", { value: "" }, t("at_the_top")),
    ...parents.map((one) =>
      h(
        "option",
        { value: one.code, selected: one.code === row.parent },
        "  ".repeat(one.depth) + one.name,
      ),
    ),
  );
  const lines = (input) =>
    input.value
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  const save = async () => {
    const fields = {
      name: name.value.trim(),
      definition: definition.value.trim(),
      include: lines(include),
      exclude: lines(exclude),
      parent: parent.value || null,
    };
    if (await desk.change("define", { code, fields, language: desk.language })) desk.closeDialog();
  };
  const others = desk.codeRows.filter(
    (one) => one.code !== code && one.kind !== "group" && !one.gone,
  );
  const into = h("select", {}, ...others.map((one) => h("option", { value: one.code }, one.name)));
  const merge = async () => {
    if (await desk.change("merge", { code, into: into.value })) desk.closeDialog();
  };
  const retire = async () => {
    if (await desk.change("retire", { code, restore: row.gone })) desk.closeDialog();
  };
  const button = (text, run, disabled = false) =>
    h("button", { type: "button", class: "wbd-b", disabled, onclick: run }, text);
  openDialog(
    desk,
    `${t("edit_code")}: ${row.name}`,
    [
      nameRow,
      h("label", { class: "wbd-memo" }, h("span", {}, t("parent")), parent),
      definitionRow,
      includeRow,
      excludeRow,
      h("p", { class: "wbd-pos" }, t("meaning_versioned")),
      button(t("save"), save),
      h("h3", {}, t("merge_title")),
      h("label", { class: "wbd-memo" }, h("span", {}, t("merge_into")), into),
      button(t("merge"), merge, !others.length),
      h("h3", {}, t("split_title")),
      button(t("split"), () => splitCode(desk, code)),
      h("h3", {}, t("retire_title")),
      button(t(row.gone ? "restore" : "retire"), retire),
    ],
    { wide: true },
  );
}

function isBelow(desk, code, above) {
  for (let row = desk.codes.get(code); row; row = row.depth ? desk.codes.get(row.parent) : null)
    if (row.code === above) return true;
  return false;
}

// Split: name the new codes, then say for each coding which one it becomes.
async function splitCode(desk, code) {
  const { t } = desk;
  const answer = await desk.outbox.send("uses", { code });
  const names = h("textarea", { rows: 3 });
  const body = h("tbody");
  const table = h(
    "div",
    { class: "wbd-scroll", tabindex: "0", role: "region", "aria-label": t("reassign") },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h("tr", {}, h("th", { scope: "col" }, t("words")), h("th", { scope: "col" }, t("becomes"))),
      ),
      body,
    ),
  );
  const wanted = () =>
    names.value
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  const draw = () => {
    const before = Object.fromEntries(
      [...body.querySelectorAll("select")].map((one) => [one.dataset.act, one.value]),
    );
    body.replaceChildren(
      ...answer.uses.map((use) =>
        h(
          "tr",
          {},
          h("td", {}, use.quote || use.document || "", h("small", {}, ` ${use.coder}`)),
          h(
            "td",
            {},
            h(
              "select",
              { "data-act": use.act, "aria-label": `${t("becomes")}: ${use.quote.slice(0, 60)}` },
              h("option", { value: "" }, t("decide_later")),
              ...wanted().map((name) =>
                h("option", { value: name, selected: before[use.act] === name }, name),
              ),
            ),
          ),
        ),
      ),
    );
  };
  names.addEventListener("input", draw);
  const save = async () => {
    const assign = Object.fromEntries(
      [...body.querySelectorAll("select")]
        .filter((one) => one.value)
        .map((one) => [one.dataset.act, one.value]),
    );
    if (await desk.change("split", { code, names: wanted(), assign })) desk.closeDialog();
  };
  openDialog(
    desk,
    `${t("split")}: ${desk.nameOf(code)}`,
    [
      h("label", { class: "wbd-memo" }, h("span", {}, t("new_codes")), names),
      table,
      h("button", { type: "button", class: "wbd-b", onclick: save }, t("split")),
    ],
    { wide: true },
  );
  draw();
}
