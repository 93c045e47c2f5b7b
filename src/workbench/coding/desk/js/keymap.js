// Every key: what it does, and where the help lists it.

function keymap(desk) {
  const { cursor, compare, acts, suggestions } = desk;
  const coding = () => !compare.on;
  const comparing = () => compare.on;
  const edging = () => Boolean(cursor.edge) && !compare.on;
  const always = () => true;
  const keys = [];

  // `runs` is from keys, divided by spaces, to what they do; `text` and `shown` are their row in
  // the help. An edge that was moved is saved first, unless `keep`.
  const add = (group, text, shown, runs, { when = coding, keep = false } = {}) => {
    const settled = (run) => (event) => {
      if (cursor.moved) acts.saveEdge();
      cursor.edge = null;
      return run(event);
    };
    Object.entries(runs).forEach(([on, run], place) => {
      const row = place ? { group: "", text: "", shown: [] } : { group, text, shown };
      keys.push({ ...row, on: on.split(" "), when, run: keep ? run : settled(run) });
    });
  };
  const also = (runs, more) => add("", "", [], runs, more);
  const choosing = (create, run) => ({
    title: desk.t(create ? "choose_code" : "change_code"), create, run,
  });
  const pick = () => {
    acts.markWords();
    openPicker(desk, choosing(true, (code, keep) => acts.code(code, keep)));
  };
  const recode = () => {
    if (!cursor.act) return desk.say(desk.t("choose_first"));
    return openPicker(desk, choosing(false, (code) => acts.edit("recode", { code })));
  };

  also({ "1 2 3 4 5 6": (event) => compare.decide(event.key) }, { when: comparing, keep: true });
  also({
    ArrowRight: () => cursor.nudge(1, "word"),
    ArrowLeft: () => cursor.nudge(-1, "word"),
    "Shift+ArrowRight": () => cursor.nudge(1, "letter"),
    "Shift+ArrowLeft": () => cursor.nudge(-1, "letter"),
    Enter: () => acts.saveEdge(),
  }, { when: edging, keep: true });

  add("group_move", "key_turn", ["j", "k"], { j: () => cursor.turn(1), k: () => cursor.turn(-1) });
  add("group_move", "key_question", ["J", "K"],
    { J: () => cursor.question(1), K: () => cursor.question(-1) });
  add("group_move", "key_to_sentence", ["↑", "↓"],
    { ArrowDown: () => cursor.toSentence(1), ArrowUp: () => cursor.toSentence(-1) });
  add("group_move", "key_word", ["←", "→"],
    { ArrowRight: () => cursor.word(1), ArrowLeft: () => cursor.word(-1) });
  add("group_move", "key_coding", ["n", "N"],
    { n: () => cursor.coding(1), N: () => cursor.coding(-1) });
  add("group_move", "key_uncoded", ["Tab", "Shift+Tab"], {
    Tab: () => (desk.uncoded(1) ? undefined : "pass"),
    "Shift+Tab": () => (desk.uncoded(-1) ? undefined : "pass"),
  });
  add("group_move", "key_ends", ["Home", "End"], {
    Home: () => cursor.toBlock(0),
    End: () => cursor.toBlock(desk.transcript.blocks.length - 1),
  });
  add("group_move", "key_search", ["f", "F"],
    { "f Ctrl+f": () => openSearch(desk), F: () => openSearch(desk, true) });
  add("group_move", "key_document", ["o", "<", ">"], {
    o: () => openDocuments(desk),
    ">": () => desk.neighbour(1),
    "<": () => desk.neighbour(-1),
  });
  add("group_move", "key_pane", ["p"], { p: () => desk.nextPane() }, { keep: true });

  add("group_mark", "key_extend", ["w", "W"],
    { "w Shift+ArrowRight": () => cursor.extend(), "W Shift+ArrowLeft": () => cursor.shrink() });
  add("group_mark", "key_sentence", ["s", "S"],
    { s: () => cursor.sentence(1), S: () => cursor.sentence(-1) });
  add("group_mark", "key_hold", ["."], { ".": () => cursor.hold() });
  add("group_mark", "key_edge", ["e", "←", "→", "Enter"],
    { e: () => cursor.chooseEdge() }, { keep: true });
  add("group_mark", "key_escape", ["Esc"],
    { Escape: () => desk.keyboard.escape() }, { when: always, keep: true });

  add("group_code", "key_pick", ["c", "/"], { "c /": pick });
  add("group_code", "key_recent", ["1–9"],
    { "1 2 3 4 5 6 7 8 9": (event) => acts.recentCode(Number(event.key)) });
  add("group_code", "key_in_vivo", ["i"], { i: () => acts.inVivo() });
  add("group_code", "key_recode", ["C"], { C: recode });
  add("group_code", "key_remove", ["Delete"],
    { "Delete Backspace": () => acts.remove() }, { keep: true });
  add("group_code", "key_suggest", ["X"], { X: () => suggestions.toggle() });
  add("group_code", "key_answer", ["x", "z"],
    { x: () => suggestions.answer("accept"), z: () => suggestions.answer("reject") });

  add("group_describe", "key_polarity", ["+", "−"],
    { "+ =": () => acts.polarity("success"), "- −": () => acts.polarity("barrier") });
  add("group_describe", "key_stance", ["a"],
    { a: () => acts.cycle("stance", ["affirms", "denies"]) });
  add("group_describe", "key_weight", ["v"], { v: () => acts.cycle("weight", [1, 2, 3, null]) });
  add("group_describe", "key_relevance", ["l"],
    { l: () => acts.cycle("relevance", ["relevant", "descriptive", "not_relevant"]) });
  add("group_describe", "key_memo", ["m"], { m: () => acts.memo() });
  add("group_describe", "key_note", ["M"], { M: () => acts.documentNote() });
  add("group_describe", "key_state", ["t"], { t: () => openStates(desk) });
  add("group_describe", "key_older", ["g"], { g: () => openOlder(desk, desk.tree.current) });
  add("group_describe", "key_edit_code", ["E"], { E: () => editCode(desk, desk.tree.current) });

  add("group_safe", "key_undo", ["u", "Ctrl+Z"],
    { "u Ctrl+z": () => acts.back("undo") }, { when: always });
  add("group_safe", "key_redo", ["r", "Ctrl+Y"],
    { "r Ctrl+y Ctrl+Shift+z": () => acts.back("redo") }, { when: always });
  add("group_safe", "key_sync", ["y"], { y: () => desk.sync() });
  add("group_safe", "key_blind", ["b"], { b: () => desk.toggleBlind() });
  add("group_safe", "key_disagreement", ["d", "D"],
    { d: () => compare.step(compare.on ? 1 : 0) }, { when: always });
  also({ D: () => compare.step(-1) }, { when: comparing });
  add("group_safe", "key_decide", ["1–6"], { "": () => {} }, { when: comparing });
  add("group_safe", "key_help", ["?"], { "?": () => showHelp(desk) }, { when: always, keep: true });
  return keys;
}
