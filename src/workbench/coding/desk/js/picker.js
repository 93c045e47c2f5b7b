// Choose a code: a few letters in order are enough, the definition is read before the code is set,
// and the last row makes a new one.

function openPicker(desk, { title, run, create = true }) {
  const { t, cursor } = desk;
  const above = cursor.marked
    ? [h("blockquote", { class: "wbd-selq" }, cursor.quote.slice(0, 200))]
    : [];
  openList(desk, title, {
    label: t("search_code"),
    above,
    hint: t("picker_hint"),
    find: (typed) => {
      const rows = desk.codeRows
        .filter((row) => row.kind !== "group" && !row.gone)
        .map((row) => ({
          row,
          fit: typed.trim() ? fuzzy(typed, row.name) : [1 + order(desk, row), []],
        }))
        .filter(({ fit }) => fit[0] > 0)
        .sort((one, other) => other.fit[0] - one.fit[0])
        .slice(0, 12)
        .map(({ row, fit }) => option(desk, row, fit[1], run));
      const name = typed.replace(/\s+/g, " ").trim();
      const known = desk.codeRows.some(
        (row) => !row.gone && row.name.toLowerCase() === name.toLowerCase(),
      );
      if (create && name && !known) {
        const parent = desk.tree.current && desk.codes.get(desk.tree.current);
        const above_ = parent ? (parent.kind === "code" ? parent.parent : parent.code) : null;
        rows.push({
          label: [h("span", {}, `+ ${t("make_code", { name })}`)],
          isNew: true,
          detail: above_ ? t("below", { name: desk.nameOf(above_) }) : t("at_the_top"),
          run: (keep) => desk.acts.create(name, above_, keep),
        });
      }
      return rows;
    },
  });
}

function order(desk, row) {
  const place = desk.acts.recent.indexOf(row.code);
  return place < 0 ? 0 : 20 - place;
}

function option(desk, row, places, run) {
  const marked = [...row.name].map((letter, place) =>
    places.includes(place) ? h("u", {}, letter) : letter,
  );
  const [, all] = desk.counts[row.code] ?? [0, 0];
  const number = desk.acts.recent.indexOf(row.code) + 1;
  const shown = number > 0 && number < 10 ? ` · ${number}` : "";
  const parent = row.parent ? `${desk.nameOf(row.parent)} · ` : "";
  return {
    label: [h("span", {}, swatch(row), ...marked)],
    detail: `${parent}${desk.t("n_codings", { n: desk.number(all) })}${shown}`,
    more: [
      row.definition,
      row.exclude.length ? `${desk.t("exclude")}: ${row.exclude.join("; ")}` : "",
    ]
      .filter(Boolean)
      .join(" "),
    run: (keep) => run(row.code, keep),
  };
}
