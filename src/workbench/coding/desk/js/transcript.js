// The transcript: paragraphs that are drawn one by one. A change redraws only the paragraphs it
// touches; a long document is filled in while the reader reads.

const FIRST_FILL = 60;
const FILL_STEP = 40;

class Transcript {
  constructor(desk) {
    this.desk = desk;
    this.element = h("div", { class: "wbd-doc" });
    this.drawn = 0;
  }

  open(view) {
    this.blocks = view.blocks;
    this.index = new TextIndex(view.text);
    this.codings = new Map(Object.entries(view.codings));
    this.suggestions = [];
    this.words = new Map();
    this.onBlock = this.blocks.map(() => new Set());
    for (const coding of this.codings.values()) this.place(coding, true);
    this.build(view.questions);
  }

  // Blocks that [start, end) touches, as [first, last]; last < first when it touches none.
  covering(start, end) {
    const first = this.search((block) => block.end <= start);
    const last = this.search((block) => block.start < end) - 1;
    return [first, last];
  }

  search(before) {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(this.blocks[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  place(coding, on) {
    if (coding.start === null) return [];
    const [first, last] = this.covering(coding.start, coding.end);
    const touched = [];
    for (let number = first; number <= last; number += 1) {
      if (on) this.onBlock[number].add(coding.act);
      else this.onBlock[number].delete(coding.act);
      touched.push(number);
    }
    return touched;
  }

  build(questions) {
    const t = this.desk.t;
    this.element.replaceChildren(h("h2", { class: "wbd-vh" }, t("transcript")));
    this.rows = [];
    let question = null;
    let number = 0;
    for (const [place, block] of this.blocks.entries()) {
      if (block.question && block.question !== question) {
        question = block.question;
        const words = questions[question] || "";
        this.element.append(
          h(
            "h3",
            { class: "wbd-qh", id: `${this.desk.id}-q${place}` },
            h("b", {}, question),
            ` ${words}`,
          ),
        );
      }
      const isNew =
        place === 0 || block.part !== this.blocks[place - 1].part || block.part === null;
      if (isNew && block.kind !== "other") number += 1;
      block.number = number;
      const own = Boolean(block.respondent);
      const label = block.kind === "other" ? "" : block.speaker || block.respondent || "";
      const gutter = h(
        "div",
        { class: "wbd-gut" },
        isNew && label ? h("b", { title: label }, label) : null,
        isNew && block.kind !== "other" ? h("span", {}, String(number)) : null,
      );
      const words = h("p", { class: "wbd-p" });
      const margin = h("div", { class: "wbd-mar" });
      const row = h(
        "div",
        { class: `wbd-turn ${own ? "" : "int"}`, "data-i": place },
        gutter,
        words,
        margin,
      );
      const size = Math.max(1, Math.ceil((block.end - block.start) / 70));
      row.style.setProperty("--h", `${size * 2 + 1}em`);
      this.rows.push({ row, words, margin, filled: false });
      this.element.append(row);
    }
    this.fillFrom(0, FIRST_FILL);
    this.filling = this.rows.length > FIRST_FILL ? FIRST_FILL : null;
    this.fillOn();
  }

  fillFrom(first, n) {
    for (let place = first; place < Math.min(first + n, this.rows.length); place += 1) {
      if (!this.rows[place].filled) this.draw(place, false);
    }
  }

  // Fill the rest a little at a time, so that opening does not wait for it.
  fillOn() {
    if (this.filling === null) return;
    const blocks = this.blocks;
    setTimeout(() => {
      if (this.blocks !== blocks) return;
      this.fillFrom(this.filling, FILL_STEP);
      this.filling += FILL_STEP;
      if (this.filling >= this.rows.length) this.filling = null;
      this.fillOn();
    }, 0);
  }

  fill(place) {
    if (!this.rows[place].filled) this.draw(place, false);
  }

  // Take changes {act: coding or null}; redraw what they touch and return those blocks.
  update(changes) {
    const touched = new Set();
    for (const [act, coding] of Object.entries(changes)) {
      const before = this.codings.get(act);
      if (before) for (const place of this.place(before, false)) touched.add(place);
      if (coding) {
        this.codings.set(act, coding);
        for (const place of this.place(coding, true)) touched.add(place);
      } else this.codings.delete(act);
    }
    for (const place of touched) this.draw(place, true);
    return [...touched];
  }

  suggest(suggestions) {
    const touched = new Set();
    const note = (one) => {
      const [first, last] = this.covering(one.start, one.end);
      for (let place = first; place <= last; place += 1) touched.add(place);
    };
    this.suggestions.forEach(note);
    this.suggestions = suggestions;
    this.suggestions.forEach(note);
    for (const place of touched) this.draw(place, true);
  }

  textOf(place) {
    const block = this.blocks[place];
    return this.index.slice(block.start, block.end);
  }

  wordsOf(place) {
    if (!this.words.has(place))
      this.words.set(place, wordsOf(this.textOf(place), this.desk.language));
    return this.words.get(place);
  }

  // What stands on a block, cut to it, first and longest first; each with a lane of its own.
  marksOn(place) {
    const block = this.blocks[place];
    const marks = [...this.onBlock[place]]
      .map((act) => this.codings.get(act))
      .filter((one) => one.status !== "dropped");
    const found = [
      ...marks,
      ...this.suggestions.filter((one) => one.start < block.end && block.start < one.end),
    ]
      .map((one) => ({
        coding: one,
        start: Math.max(one.start, block.start),
        end: Math.min(one.end, block.end),
      }))
      .sort((one, other) => one.start - other.start || other.end - one.end);
    const lanes = [];
    for (const mark of found) {
      let lane = lanes.findIndex((end) => end <= mark.start);
      if (lane < 0) lane = lanes.length;
      lanes[lane] = mark.end;
      mark.lane = lane;
    }
    return found;
  }

  draw(place, counted) {
    const row = this.rows[place];
    if (counted) this.drawn += 1;
    row.filled = true;
    const marks = this.marksOn(place);
    row.words.replaceChildren(...this.pieces(place, marks));
    row.margin.replaceChildren(...this.margin(place, marks));
    row.row.classList.toggle("has", marks.length > 0);
  }

  pieces(place, marks) {
    const block = this.blocks[place];
    if (!marks.length) return [document.createTextNode(this.textOf(place))];
    const cuts = new Set([block.start, block.end]);
    for (const mark of marks) cuts.add(mark.start).add(mark.end);
    const places = [...cuts].sort((one, other) => one - other);
    const pieces = [];
    for (let step = 0; step + 1 < places.length; step += 1) {
      const [start, end] = [places[step], places[step + 1]];
      const on = marks
        .filter((mark) => mark.start <= start && end <= mark.end)
        .sort((one, other) => one.lane - other.lane);
      let piece = document.createTextNode(this.index.slice(start, end));
      for (const mark of on) piece = this.wrapped(piece, mark, place, start, end);
      pieces.push(piece);
    }
    return pieces;
  }

  wrapped(piece, mark, place, start, end) {
    const { coding } = mark;
    const code = this.desk.codes.get(coding.code);
    const name = `--${this.desk.id}-${place}-${mark.lane}-${mark.start}`;
    const anchors = [
      start === mark.start ? `${name}s` : null,
      end === mark.end ? `${name}e` : null,
    ].filter(Boolean);
    const span = h("span", {
      class: coding.act ? "wbd-cd" : "wbd-sug",
      "data-act": coding.act || coding.id,
      "--k": `var(--c${code ? code.colour : 0})`,
      "--s": code ? code.style : "solid",
      "--o": `${2 + mark.lane * 4}px`,
    });
    if (anchors.length) span.style.setProperty("anchor-name", anchors.join(", "));
    if (start === mark.start) span.append(hidden(`${this.desk.spoken(coding)}: `));
    span.append(piece);
    return span;
  }

  margin(place, marks) {
    if (!marks.length) return [];
    const items = marks.map((mark) => this.item(mark));
    const stripes = marks.map((mark) => {
      const code = this.desk.codes.get(mark.coding.code);
      const name = `--${this.desk.id}-${place}-${mark.lane}-${mark.start}`;
      const stripe = h("i", {
        class: `wbd-stripe ${mark.coding.act ? "" : "sg"}`,
        "aria-hidden": "true",
        "--k": `var(--c${code ? code.colour : 0})`,
        "--s": code ? code.style : "solid",
        "--l": mark.lane,
      });
      stripe.style.setProperty("--from", `anchor(${name}s top)`);
      stripe.style.setProperty("top", `anchor(${name}s top, 0px)`);
      stripe.style.setProperty("bottom", `anchor(${name}e bottom, 0px)`);
      return stripe;
    });
    return [...stripes, h("ul", {}, ...items)];
  }

  item(mark) {
    const { coding } = mark;
    const code = this.desk.codes.get(coding.code);
    const t = this.desk.t;
    if (!coding.act) {
      return h(
        "li",
        { class: "sg", "data-act": coding.id },
        swatch(null),
        h(
          "span",
          {},
          h("em", {}, `${t("suggestion")}: ${this.desk.nameOf(coding.code)}`),
          h("br"),
          key("x"),
          ` ${t("take")} `,
          key("z"),
          ` ${t("turn_down")}`,
        ),
      );
    }
    const other = coding.coder !== this.desk.coder;
    return h(
      "li",
      { "data-act": coding.act, class: coding.act === this.desk.cursor.act ? "on" : "" },
      swatch(code),
      h(
        "span",
        {},
        this.desk.nameOf(coding.code),
        " ",
        sign(coding.polarity),
        coding.polarity ? hidden(t(coding.polarity)) : null,
        coding.stance === "denies" ? h("em", {}, ` ${t("denies")}`) : null,
        other ? h("small", {}, ` ${coding.coder}`) : null,
        coding.stale ? h("small", {}, ` ${t("older")}`) : null,
        coding.memo ? h("small", { title: t("has_memo") }, " ✎") : null,
      ),
    );
  }

  // The DOM place of a code point, and the code point of a DOM place.
  domPlace(point, end) {
    let place = this.search((block) => (end ? block.end < point : block.end <= point));
    place = Math.min(place, this.blocks.length - 1);
    this.fill(place);
    const block = this.blocks[place];
    const inside = Math.min(Math.max(point, block.start), block.end);
    let left = this.index.unit(inside) - this.index.unit(block.start);
    let last = null;
    for (const node of ownTexts(this.rows[place].words)) {
      last = node;
      if (left < node.length || (end && left <= node.length)) return [node, left];
      left -= node.length;
    }
    return [last, last.length];
  }

  rangeOf(start, end) {
    const range = document.createRange();
    range.setStart(...this.domPlace(start, false));
    range.setEnd(...this.domPlace(end, true));
    return range;
  }

  // The place of a DOM point in code points; `up` rounds up inside a letter of two units.
  pointOf(node, offset, up) {
    const words = (node.nodeType === 1 ? node : node.parentElement).closest(".wbd-p");
    if (!words || !this.element.contains(words)) return null;
    const place = Number(words.parentElement.dataset.i);
    const first = this.index.unit(this.blocks[place].start);
    let units = 0;
    const mark = document.createRange();
    mark.setStart(words, 0);
    mark.setEnd(node, offset);
    for (const text of ownTexts(words)) {
      if (text === node) {
        units += offset;
        break;
      }
      if (mark.comparePoint(text, text.length) > 0) break;
      units += text.length;
    }
    return this.index.point(first + units, up);
  }

  // A DOM range as [start, end], or null when it holds no words of the transcript.
  pointsOf(range) {
    let start = this.pointOf(range.startContainer, range.startOffset, false);
    let end = this.pointOf(range.endContainer, range.endOffset, true);
    if (start === null || end === null) {
      const inside = this.rows
        .map((row, place) => [row, place])
        .filter(([row]) => range.intersectsNode(row.words));
      if (!inside.length) return null;
      start = start ?? this.blocks[inside[0][1]].start;
      end = end ?? this.blocks[inside[inside.length - 1][1]].end;
    }
    return start < end ? [start, end] : null;
  }
}

// Text nodes that are the document's own words; what is only spoken is left out.
function* ownTexts(element) {
  const walker = document.createTreeWalker(
    element,
    NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
    {
      acceptNode(node) {
        if (node.nodeType === 3) return NodeFilter.FILTER_ACCEPT;
        return node.classList.contains("wbd-vh")
          ? NodeFilter.FILTER_REJECT
          : NodeFilter.FILTER_SKIP;
      },
    },
  );
  while (walker.nextNode()) yield walker.currentNode;
}
