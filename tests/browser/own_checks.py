"""Faults of a page that axe-core cannot see, as lines of text; none is what must hold."""

import io
import re
from itertools import pairwise
from typing import Any

import pdfplumber
from playwright.sync_api import Page

WORDS = {
    "sv": {"och", "att", "det", "som", "inte", "jag", "är", "för", "med", "den", "på", "av"},
    "en": {"the", "and", "that", "of", "is", "to", "was", "with", "not", "are", "it", "by"},
}
"""Words so common that three of them tell in which language a text is."""

_FACTS = """
() => {
  const shown = (e) => e.checkVisibility ? e.checkVisibility() : true;
  const text = (e) => (e.textContent || '').replace(/\\s+/g, ' ').trim();
  const drawings = [...document.querySelectorAll('svg[role=img]')].filter(shown).map((svg) => {
    const figure = svg.closest('figure') || svg.parentElement;
    let after = figure.nextElementSibling, tables = 0;
    while (after && !['FIGURE', 'SECTION'].includes(after.tagName)) {
      tables += after.matches('table') + after.querySelectorAll('table').length;
      after = after.nextElementSibling;
    }
    return {title: text(svg.querySelector('title') || svg), tables};
  });
  const blocks = [...document.querySelectorAll(
    'p, li, dd, dt, td, th, h1, h2, h3, figcaption, caption, summary, text, title')]
    .map((e) => ({text: [...e.childNodes].filter((n) => n.nodeType === 3 ||
        ['B', 'I', 'EM', 'STRONG', 'MARK'].includes(n.nodeName)).map(text).join(' '),
      lang: (e.closest('[lang]') || document.documentElement).lang}));
  return {
    drawings, blocks,
    lang: document.documentElement.lang,
    levels: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((h) => +h.tagName[1]),
    bare: [...document.querySelectorAll('table')]
      .filter((t) => !t.caption || !text(t.caption)).length,
    unscoped: document.querySelectorAll('th:not([scope])').length,
    dead: [...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash.slice(1))
      .filter((id) => id && !document.getElementById(decodeURIComponent(id))),
    twice: [...document.querySelectorAll('[id]')].map((e) => e.id)
      .filter((id, i, all) => all.indexOf(id) !== i),
    scripts: document.querySelectorAll('script, iframe, object, embed, link').length,
    listeners: [...document.querySelectorAll('*')]
      .filter((e) => [...e.attributes].some((a) => a.name.startsWith('on'))).length,
  };
}
"""

_PAINT = """
() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const parse = (c) => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const over = (top, under, alpha) => [0, 1, 2].map((i) => top[i] * alpha + under[i] * (1 - alpha));
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const paper = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const alpha = (s, name) => parseFloat(s.opacity) * parseFloat(s[name]);
  const found = [];
  for (const svg of document.querySelectorAll('svg')) {
    if (!svg.checkVisibility()) continue;
    const ground = paper(svg.parentElement);
    for (const text of svg.querySelectorAll('text')) {
      text.scrollIntoView({block: 'center', inline: 'center'});
      const box = text.getBoundingClientRect();
      if (!box.width) continue;
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const style = getComputedStyle(text);
      let under = ground;
      const hits = document.elementsFromPoint(x, y).filter((e) => svg.contains(e) && e !== svg
        && e.tagName !== 'text' && e.tagName !== 'g');
      for (const shape of hits.reverse()) {
        if (text.compareDocumentPosition(shape) & Node.DOCUMENT_POSITION_FOLLOWING) continue;
        const s = getComputedStyle(shape);
        const place = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
        const filled = s.fill !== 'none' && shape.isPointInFill && shape.isPointInFill(place);
        const wide = parseFloat(s.strokeWidth) > 6;
        if (filled) under = over(parse(s.fill), under, alpha(s, 'fillOpacity'));
        else if (s.stroke !== 'none' && wide) {
          under = over(parse(s.stroke), under, alpha(s, 'strokeOpacity'));
        }
      }
      const size = parseFloat(style.fontSize) * (svg.getScreenCTM().a || 1);
      const need = size >= 24 || (size >= 18.66 && +style.fontWeight >= 650) ? 3 : 4.5;
      const got = ratio(over(parse(style.fill), under, alpha(style, 'fillOpacity')), under);
      const swatch = text.textContent === '■';  // names a colour that stands in the bars beside it
      const said = text.textContent.slice(0, 40);
      if (got < need && !swatch) found.push(`text "${said}" ${got.toFixed(2)} < ${need}`);
    }
    const faint = new Set(['line', 'wash', 'paper'].map((name) => {
      const probe = document.createElement('i');
      probe.style.color = `var(--${name})`;
      document.body.append(probe);
      const c = getComputedStyle(probe).color;
      probe.remove();
      return c;
    }));
    for (const shape of svg.querySelectorAll('path, circle, line, use')) {
      const s = getComputedStyle(shape);
      if (s.stroke === 'none' || faint.has(s.stroke) || shape.closest('defs, clipPath')) continue;
      const got = ratio(over(parse(s.stroke), ground, alpha(s, 'strokeOpacity')), ground);
      if (got < 3) found.push(`line ${s.stroke} ${got.toFixed(2)} < 3`);
    }
  }
  return [...new Set(found)];
}
"""

_OUTLINE = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const s = getComputedStyle(e);
  return {seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
          what: e.tagName + ' ' + (e.textContent || '').trim().slice(0, 30)};
}
"""
_STOPS = """
[...document.querySelectorAll('a[href], summary, [tabindex="0"], button, input, select, textarea')]
  .filter((e) => e.checkVisibility()).length
"""


def content_faults(page: Page, language: str) -> list[str]:
    """Return what is wrong with texts, headings, tables, drawings and links of a page."""
    facts: dict[str, Any] = page.evaluate(_FACTS)
    faults = [f"{name}: {facts[name]}" for name in ("bare", "unscoped", "scripts", "listeners")
              if facts[name]]  # fmt: skip
    faults += [f"{name}: {facts[name]}" for name in ("dead", "twice") if facts[name]]
    if facts["lang"] != language:
        faults.append(f"the page is in {language}, lang says {facts['lang']}")
    faults += _heading_faults(facts["levels"])
    titles: list[str] = []
    for drawing in facts["drawings"]:
        faults += _drawing_faults(drawing)
        titles.append(drawing["title"])
    faults += [f"two drawings say: {one}" for one in {t for t in titles if titles.count(t) > 1}]
    return faults + _language_faults(facts["blocks"])


def _heading_faults(levels: list[int]) -> list[str]:
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} headings of the first level"]
    return faults + [f"heading {a} is followed by {b}" for a, b in pairwise(levels) if b > a + 1]


def _drawing_faults(drawing: dict[str, Any]) -> list[str]:
    title = drawing["title"]
    faults: list[str] = []
    if not 40 <= len(title) <= 300:
        faults.append(f"text alternative of {len(title)} characters: {title[:80]}")
    if not re.search(r"\d", title):
        faults.append(f"text alternative without the finding's number: {title}")
    if not drawing["tables"]:
        faults.append(f"no table beside: {title[:80]}")
    return faults


def _language_faults(blocks: list[dict[str, str]]) -> list[str]:
    faults: list[str] = []
    for block in blocks:
        words = re.findall(r"[a-zåäöé]+", block["text"].lower())
        hits = {one: len([w for w in words if w in common]) for one, common in WORDS.items()}
        spoken = max(hits, key=lambda one: hits[one])
        other = min(hits.values())
        if hits[spoken] >= 3 and hits[spoken] > 2 * other and spoken != block["lang"]:
            faults.append(f"{spoken} marked as {block['lang']}: {block['text'][:90]}")
    return faults


def contrast_faults(page: Page) -> list[str]:
    """Return texts and lines of drawings that stand out too little from what is behind them."""
    return page.evaluate(_PAINT)


def keyboard_faults(page: Page) -> list[str]:
    """Return what Tab does not reach, and stops whose focus cannot be seen."""
    page.evaluate("window.scrollTo(0, 0); document.activeElement.blur()")
    expected: int = page.evaluate(_STOPS)
    reached = 0
    unseen: list[str] = []
    for _ in range(expected + 2):
        page.keyboard.press("Tab")
        stop = page.evaluate(_OUTLINE)
        if stop is None:
            break
        reached += 1
        if not stop["seen"]:
            unseen.append(f"focus is not seen on {stop['what']}")
    short = [f"Tab reaches {reached} of {expected}"] if reached < expected else []
    return [*short, *unseen]


_ANNOUNCING = "h2, h3, figcaption, thead tr"
_WORDS = "all => all.map(one => one.innerText.replace(/\\s+/g, ' ').trim())"


def stranded(page: Page, printed: bytes) -> list[str]:
    """Return what announces something and stands alone at the foot of a printed page."""
    page.emulate_media(media="print")
    announcing = [text for text in page.eval_on_selector_all(_ANNOUNCING, _WORDS) if text]
    found: list[str] = []
    with pdfplumber.open(io.BytesIO(printed)) as sheets:
        for sheet in sheets.pages[:-1]:
            lines = (sheet.extract_text() or "").splitlines() or [""]
            last = " ".join(lines[-1].split())
            if len(last) > 5 and any(text.endswith(last) for text in announcing):
                found.append(last)
    return found


def first_sheet(printed: bytes) -> str:
    """Return the words of the first printed page."""
    with pdfplumber.open(io.BytesIO(printed)) as sheets:
        return " ".join((sheets.pages[0].extract_text() or "").split())
