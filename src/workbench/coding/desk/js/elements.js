// Small pieces of page. Texts are always set as text, never as markup.

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) element.style.setProperty(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function hidden(text) {
  return h("span", { class: "wbd-vh" }, text);
}

function key(name) {
  return h("kbd", {}, name);
}

// A code's sign: colour and line pattern; its name always stands beside it.
function swatch(code) {
  const style = code ? code.style : "solid";
  const colour = code ? code.colour : 0;
  return h("i", {
    class: "wbd-sw",
    "aria-hidden": "true",
    "--k": `var(--c${colour})`,
    "--s": style,
  });
}

const SIGNS = { success: "▲", barrier: "▼", both: "◆" };

function sign(polarity) {
  return polarity ? h("b", { "aria-hidden": "true" }, SIGNS[polarity]) : null;
}

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// A ULID: 48 bits of time, 80 random bits. The first act of a message bears it as its id. The last
// letter stays small, so that a message with several acts can count upwards from it.
function newRef() {
  let time = Date.now();
  let head = "";
  for (let step = 0; step < 10; step += 1) {
    head = LETTERS[time % 32] + head;
    time = Math.floor(time / 32);
  }
  const random = crypto.getRandomValues(new Uint8Array(16));
  return head + [...random].map((value) => LETTERS[value % 32]).join("");
}
