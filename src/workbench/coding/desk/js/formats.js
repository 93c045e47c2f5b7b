// Numbers and times as the language writes them. Making a formatter is slow; each is made once.

const LOCALES = { sv: "sv-SE", en: "en-GB" };
const formats = new Map();

function remembered(name, make) {
  if (!formats.has(name)) formats.set(name, make());
  return formats.get(name);
}

function numbers(language, digits) {
  const limits = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return remembered(
    `${language} ${digits}`,
    () => new Intl.NumberFormat(LOCALES[language], limits),
  );
}

function shortTime(at, language) {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return "";
  const limits = { hour: "2-digit", minute: "2-digit" };
  return remembered(language, () => new Intl.DateTimeFormat(LOCALES[language], limits)).format(
    when,
  );
}
