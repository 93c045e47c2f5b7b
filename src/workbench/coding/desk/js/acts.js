// What a coder does with a key: each is one message, and stands on disk before it shows. Fingers
// need not wait for the answer: what comes next is about the coding under way.

const LONGEST_NAME = 80;

class Acts {
  constructor(desk) {
    this.desk = desk;
    this.recent = []; // codes used last; their place is their number key
    this.fresh = null; // the coding under way: act, start, end, and what it will say
    this.wanted = new Map(); // act -> {name: value} sent and not answered yet
  }

  // The chosen coding, or the one under way on the marked words, with what was asked of it.
  get target() {
    const { cursor, transcript } = this.desk;
    const coding = this.isHere(this.fresh) ? this.fresh : transcript.codings.get(cursor.act);
    return coding ? { ...coding, ...this.wanted.get(coding.act) } : null;
  }

  // Whether the coder is still where a coding under way was begun.
  isHere(fresh) {
    const { start, end, act } = this.desk.cursor;
    return Boolean(fresh && fresh.start === start && fresh.end === end && fresh.on === act);
  }

  chooseFirst() {
    this.desk.say(this.desk.t("choose_first"));
  }

  async edit(name, fields) {
    const { cursor, inspector, t } = this.desk;
    const coding = this.target;
    if (!coding) return this.chooseFirst();
    const { act } = coding;
    const asked = { ...this.wanted.get(act), ...fields };
    this.wanted.set(act, asked);
    const answer = await this.desk.change(name, { act, ...fields });
    if (this.wanted.get(act) === asked) this.wanted.delete(act);
    if (answer && name === "stance" && answer.acts.length) cursor.choose(answer.acts[0], null);
    else inspector.show();
    if (answer) this.desk.say(`✓ ${t(name)}: ${this.worded(Object.values(fields)[0])}`);
    return answer;
  }

  worded(value) {
    const { t, texts, codes } = this.desk;
    if (value === null) return t("none");
    if (codes.has(value)) return this.desk.nameOf(value);
    return texts[value] ? t(value) : String(value);
  }

  passage(start = this.desk.cursor.start, end = this.desk.cursor.end) {
    const { transcript, view } = this.desk;
    const quote = transcript.index.slice(start, end);
    return { document: view.document, start, end, quote, text_sha: view.text_sha };
  }

  // Without marked words the sentence at hand is meant.
  markWords() {
    const { cursor } = this.desk;
    if (cursor.moved) this.saveEdge();
    if (!cursor.marked) cursor.mark(...cursor.sentenceAt(cursor.block, cursor.start), null);
  }

  async code(code, keep = false) {
    const row = this.desk.codes.get(code);
    if (!row || row.kind === "group" || row.gone) return this.desk.say(this.desk.t("not_usable"));
    this.markWords();
    this.remember(code);
    if (!keep) this.desk.focus();
    return this.add("code", { code }, row, keep);
  }

  async create(name, parent, keep = false) {
    this.markWords();
    if (!keep) this.desk.focus();
    return this.add("create", { name, ...(parent ? { parent } : {}) }, {}, keep);
  }

  // Code the marked words; `row` is the code's own, from which a coding takes its direction.
  async add(op, fields, row = {}, keep = false) {
    const { start, end, act: on } = this.desk.cursor;
    const act = newRef();
    const says = { stance: "affirms", weight: null, relevance: null, memo: "", via: "hand" };
    const { code = "", polarity = null } = row;
    const fresh = { act, start, end, on, code, polarity, coder: this.desk.coder, ...says };
    this.fresh = fresh;
    this.desk.cursor.held = null;
    const answer = await this.desk.change(op, { ...this.passage(), ...fields }, act);
    if (this.fresh === fresh) this.fresh = null;
    if (answer) this.after(fresh, keep);
    return answer;
  }

  // Choose what was made, unless the coder has gone on.
  after(fresh, keep) {
    const { cursor, transcript, tree } = this.desk;
    const coding = transcript.codings.get(fresh.act);
    if (!coding) return;
    if (!this.recent.includes(coding.code)) this.remember(coding.code);
    this.desk.say(`✓ ${this.desk.spoken(coding)}`);
    if (keep || !this.isHere(fresh)) return;
    tree.choose(coding.code);
    cursor.choose(fresh.act, null);
  }

  remember(code) {
    this.recent = [code, ...this.recent.filter((one) => one !== code)].slice(0, 9);
    this.desk.tree.number();
  }

  // Recent codes keep their number while they are used, so that fingers can learn them.
  async recentCode(number) {
    const code = this.recent[number - 1];
    if (!code) return this.desk.say(this.desk.t("no_recent", { n: number }));
    const order = [...this.recent];
    const answer = this.code(code);
    this.recent = order;
    this.desk.tree.number();
    return answer;
  }

  inVivo() {
    const { cursor, codes, tree, t } = this.desk;
    if (!cursor.marked) return this.desk.say(t("mark_first"));
    const name = cursor.quote.replace(/\s+/g, " ").trim();
    if ([...name].length > LONGEST_NAME) return this.desk.say(t("too_long"));
    const current = codes.get(tree.current);
    const parent = current ? (current.kind === "code" ? current.parent : current.code) : null;
    return this.create(name, codes.has(parent) ? parent : null);
  }

  // Success factor and barrier are switched one by one; both together are "both".
  polarity(which) {
    const coding = this.target;
    if (!coding) return this.chooseFirst();
    const has = new Set(coding.polarity === "both" ? ["success", "barrier"] : [coding.polarity]);
    if (!has.delete(which)) has.add(which);
    has.delete(null);
    const [value = null] = has.size === 2 ? ["both"] : has;
    return this.edit("polarity", { polarity: value });
  }

  cycle(name, values) {
    const coding = this.target;
    if (!coding) return this.chooseFirst();
    const next = values[(values.indexOf(coding[name]) + 1) % values.length];
    return this.edit(name, { [name]: next });
  }

  async remove() {
    const { cursor, t } = this.desk;
    const coding = this.target;
    if (!coding) return this.chooseFirst();
    if (!(await this.desk.change("remove", { act: coding.act }))) return undefined;
    if (cursor.act === coding.act) cursor.mark(coding.start, coding.start, null);
    return this.desk.say(`✓ ${t("removed")}`);
  }

  async saveEdge() {
    const { cursor, t } = this.desk;
    const { act, moved } = cursor;
    cursor.edge = cursor.moved = null;
    if (!act || !moved) return cursor.show(null);
    const answer = await this.desk.change("move", { act, ...this.passage(...moved) });
    if (answer) this.desk.say(`✓ ${t("edge_saved")}`);
    if (cursor.act === act) cursor.choose(act, null);
    return answer;
  }

  // Undo or redo, and go to what came back.
  async back(op) {
    const { cursor, transcript, compare, outbox, t } = this.desk;
    const answer = await this.desk.change(op, {});
    if (!answer) return;
    const [returned] = answer.came ?? [];
    const { act } = cursor;
    if (returned) cursor.choose(returned, null);
    else if (act && transcript.codings.has(act)) cursor.choose(act, null);
    else if (act) cursor.mark(cursor.start, cursor.end, null);
    if (compare.on) {
      compare.data = (await outbox.send("compare")).compare;
      compare.show();
    }
    const nothing = !answer.acts.length && !Object.keys(answer.codings).length && !answer.codes;
    this.desk.say(nothing ? t(`nothing_to_${op}`) : `✓ ${t(`did_${op}`)}`);
  }

  memo() {
    const { coder, inspector, t } = this.desk;
    const coding = this.target;
    if (!coding) return this.chooseFirst();
    if (coding.coder !== coder) return this.desk.say(t("not_yours", { coder: coding.coder }));
    if (inspector.act !== coding.act) inspector.coding(coding);
    return inspector.memo.focus();
  }

  documentNote() {
    const { view, inspector, t } = this.desk;
    const save = (text) => this.desk.change("note", { document: view.document, text });
    askText(this.desk, t("document_note"), {
      label: view.title,
      value: view.note ?? "",
      long: true,
      done: (text) => save(text).then(() => inspector.show()),
    });
  }
}
