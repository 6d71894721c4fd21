// The chat page. The server keeps everything; this shows one chat of one person, follows the
// server's events, and loads anew whenever the connection comes back.

const START_PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/;
const TYPING_MS = 5000;
const TOAST_MS = 3500;
const LONGEST_WAIT_MS = 30000;
const TONES = 6;
const HOUR = 3600;
const WEEK = 7 * 24 * HOUR;
const MORNING = 7;
const PHOTO_WIDTH = 286;
const PHOTO_HEIGHT = 340;
const PHOTO_TYPES = ["image/jpeg", "image/png"];

const $ = (id) => document.getElementById(id);

const view = {
  bot: { name: "", username: "", about: "", online: false },
  people: [],
  groups: [],
  user: null, // who writes
  chat: null, // where: the id of a person (the private chat) or of a group
  start: "", // what a deep link asks to start with
  messages: new Map(),
  changes: 0, // of the messages that are shown, as the server's events tell them
  waiting: new Map(), // "message:data" -> the id of the update, or null until it is known
  answered: new Set(), // updates whose answer came before their own id did
  usedKeyboard: null, // the message whose one-time keyboard was used
  keyboardHidden: false,
  replyTo: null, // the message that is being answered
  ahead: 0, // milliseconds from the browser's clock to the sandbox's
  typingUntil: 0,
};

// --- Talking to the server ---------------------------------------------------------------------

async function fetchJson(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function attempt(action) {
  try {
    return await action();
  } catch {
    toast("Не получилось: сервер не отвечает. Попробуйте ещё раз.");
    return null;
  }
}

function say(text, replyTo) {
  const place = { user: view.user, chat: view.chat };
  return attempt(() => post("/sim/say", { ...place, text, reply_to: replyTo }));
}

function shareContact() {
  return attempt(() => post("/sim/contact", { user: view.user, chat: view.chat }));
}

async function attach(file) {
  const query = new URLSearchParams({ user: view.user, chat: view.chat, name: file.name });
  if (PHOTO_TYPES.includes(file.type)) query.set("photo", "1");
  await attempt(() =>
    fetch(`/sim/attach?${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    }),
  );
}

async function tap(message, data) {
  const key = waitingKey(message.id, data);
  if (view.waiting.has(key)) return;
  view.waiting.set(key, null);
  redraw(message.id);
  const body = { user: view.user, chat: view.chat, message: message.id, data };
  const made = await attempt(() => post("/sim/tap", body));
  if (!made || view.answered.delete(made.update_id)) return stopWaiting(key);
  if (!view.waiting.has(key)) return;
  view.waiting.set(key, made.update_id);
  setTimeout(() => stopWaiting(key, made.update_id), LONGEST_WAIT_MS);
}

function waitingKey(messageId, data) {
  return `${messageId}:${data}`;
}

function stopWaiting(key, onlyFor) {
  if (onlyFor !== undefined && view.waiting.get(key) !== onlyFor) return;
  view.waiting.delete(key);
  redraw(Number(key.slice(0, key.indexOf(":"))));
}

// --- Events ------------------------------------------------------------------------------------

// A websocket: of server-sent events a browser allows six tabs one each, and then everything stalls.
// What was said while it was away is loaded anew; until that is there, the page says so.
function listen() {
  const source = new WebSocket(`${location.origin.replace("http", "ws")}/sim/events`);
  source.onopen = async () => {
    try {
      await reload();
      $("offline").hidden = source.readyState === WebSocket.OPEN;
    } catch {
      source.close();
    }
  };
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  source.onclose = () => {
    $("offline").hidden = false;
    setTimeout(listen, 1000);
  };
}

function onEvent(event) {
  const handler = {
    message: onMessage,
    edited: onMessage,
    deleted: onDeleted,
    answer: onAnswer,
    action: onAction,
    bot: reloadState,
    clock: onClock,
    people: reload,
  }[event.kind];
  handler?.(event);
}

function onMessage({ kind, chat_id: chat, message }) {
  if (!message) return;
  if (chat !== view.chat) {
    if (kind === "message" && message.from_bot) markUnread(chat, message.id);
    return;
  }
  const follow = isAtEnd() || !message.from_bot;
  view.changes += 1;
  view.messages.set(message.id, message);
  if (kind === "edited" && $(nodeId(message.id))) redraw(message.id);
  else drawMessages(message.id);
  if (message.from_bot) view.typingUntil = 0;
  drawStatus();
  drawFooter();
  rememberSeen();
  if (follow) scrollToEnd();
}

function onDeleted({ chat_id: chat, message_id: id }) {
  if (chat !== view.chat) return;
  view.changes += 1;
  view.messages.delete(id);
  if (view.replyTo === id) replyTo(null);
  drawMessages();
  drawFooter();
}

function onAnswer({ user_id: user, update_id: update, text, show_alert: isAlert }) {
  const key = [...view.waiting.keys()].find((each) => view.waiting.get(each) === update);
  if (key !== undefined) stopWaiting(key);
  else if ([...view.waiting.values()].includes(null)) view.answered.add(update);
  if (user !== view.user || !text) return;
  if (isAlert) showAlert(text);
  else toast(text);
}

function onAction({ chat_id: chat, action }) {
  if (chat !== view.chat || action !== "typing") return;
  view.typingUntil = Date.now() + TYPING_MS;
  drawStatus();
  setTimeout(drawStatus, TYPING_MS + 50);
}

function onClock({ now: time }) {
  setClock(time);
  drawMessages();
}

async function reload() {
  view.waiting.clear(); // the answers may have come while nobody listened
  await reloadState();
  await openChat(view.user, view.chat);
}

async function reloadState() {
  const state = await fetchJson("/sim/state");
  Object.assign(view, { bot: state.bot, people: state.people, groups: state.groups });
  if (!view.people.some((person) => person.id === view.user)) choosePerson();
  setClock(state.now);
  document.title = view.bot.name;
  drawPeople();
  drawStatus();
  drawFooter();
  attempt(reloadNext);
}

// --- Who and where -----------------------------------------------------------------------------

function choosePerson() {
  const asked = new URLSearchParams(location.search);
  const known = (id) => view.people.some((person) => person.id === id);
  const candidates = [Number(asked.get("user")), Number(localStorage.getItem("user"))];
  view.user = candidates.find(known) ?? view.people[0]?.id ?? null;
  const group = Number(asked.get("chat"));
  view.chat = view.groups.some((each) => each.id === group) ? group : view.user;
  const payload = asked.get("start") ?? "";
  view.start = START_PAYLOAD.test(payload) ? payload : "";
}

async function openChat(user, chat) {
  if (user === null) return;
  if (chat !== view.chat || user !== view.user) {
    view.waiting.clear();
    view.typingUntil = 0;
    view.keyboardHidden = false;
    replyTo(null);
    $("composer").value = "";
    resizeComposer();
  }
  Object.assign(view, { user, chat });
  const messages = await fetchMessages(chat);
  if (chat !== view.chat) return; // somebody else was chosen meanwhile
  view.messages = new Map(messages.map((message) => [message.id, message]));
  rememberPlace();
  rememberSeen();
  closeMenus();
  drawPeople();
  drawMessages();
  drawStatus();
  drawFooter();
  $("people").querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  scrollToEnd();
}

// What happens while an answer is on its way may be missing in it: then it is asked for again.
async function fetchMessages(chat) {
  for (;;) {
    const before = view.changes;
    const messages = await fetchJson(`/sim/chats/${chat}`);
    if (before === view.changes) return messages;
  }
}

function rememberPlace() {
  localStorage.setItem("user", view.user);
  const place = new URLSearchParams({ user: view.user });
  if (view.chat !== view.user) place.set("chat", view.chat);
  if (view.start) place.set("start", view.start);
  history.replaceState(null, "", `?${place}`);
}

function seen() {
  try {
    return JSON.parse(localStorage.getItem("seen")) ?? {};
  } catch {
    return {};
  }
}

function rememberSeen() {
  const last = [...view.messages.values()].findLast((message) => message.from_bot);
  if (last) localStorage.setItem("seen", JSON.stringify({ ...seen(), [view.chat]: last.id }));
}

function markUnread(chat, messageId) {
  const place = [...view.people, ...view.groups].find((each) => each.id === chat);
  if (!place) return; // of somebody whom nobody plays
  place.last_from_bot = messageId;
  drawPeople();
}

// --- Drawing -----------------------------------------------------------------------------------

function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function icon(id) {
  return $(id).content.cloneNode(true);
}

function drawPeople() {
  const focused = document.activeElement?.dataset?.chat;
  const already = seen();
  const places = [
    ...view.people.map((person) => ({ ...person, user: person.id })),
    ...view.groups.map((group) => ({ ...group, user: view.user, hint: "группа" })),
  ];
  $("people").replaceChildren(...places.map((place) => drawPerson(place, already)));
  if (focused) $("people").querySelector(`[data-chat="${focused}"]`)?.focus({ preventScroll: true });
}

function drawPerson(place, already) {
  const isShown = place.id === view.chat;
  const isUnread = !isShown && place.last_from_bot > (already[place.id] ?? 0);
  const words = el("span", { className: "person-words" });
  words.append(el("span", { className: "person-name", textContent: place.name }));
  if (place.hint) words.append(el("span", { className: "person-hint", textContent: place.hint }));
  const node = el(
    "button",
    { type: "button", className: "person", onclick: () => attempt(() => openChat(place.user, place.id)) },
    drawAvatar(place),
    words,
  );
  node.dataset.testid = "person";
  node.dataset.chat = place.id;
  node.setAttribute("aria-current", String(isShown));
  if (isUnread) {
    const dot = el("span", { className: "unread", title: "Новое сообщение" });
    dot.append(el("span", { className: "visually-hidden", textContent: "новое сообщение" }));
    node.append(dot);
  }
  return node;
}

function drawAvatar({ id, name }) {
  const initials = name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");
  const tone = `avatar tone-${Math.abs(id) % TONES}`;
  return el("span", { className: tone, ariaHidden: "true", textContent: initials });
}

function drawStatus() {
  const group = view.groups.find((each) => each.id === view.chat);
  const isTyping = Date.now() < view.typingUntil;
  const idle = view.bot.online ? "бот" : "бот запускается…";
  $("chat-name").textContent = group?.name ?? view.bot.name;
  $("chat-status").textContent = isTyping ? "печатает…" : group ? "группа" : idle;
  $("chat-status").classList.toggle("is-busy", isTyping || !view.bot.online);
}

function drawMessages(newId) {
  const messages = [...view.messages.values()];
  const nodes = [];
  let previous = null;
  for (const message of messages) {
    if (!previous || dayOf(previous) !== dayOf(message)) {
      nodes.push(el("div", { className: "day", textContent: dayOf(message) }));
    }
    const node = drawMessage(message, previous);
    node.classList.toggle("is-new", message.id === newId);
    nodes.push(node);
    previous = message;
  }
  patch($("messages"), messages.length ? nodes : [drawWelcome()]);
}

// Nodes that did not change stay in place: screen readers then speak of the new ones only, and
// the focus is not lost.
function patch(parent, nodes) {
  nodes.forEach((node, index) => {
    const old = parent.children[index];
    if (!old) parent.append(node);
    else if (old.id !== node.id || signature(old) !== signature(node)) replace(old, node);
  });
  while (parent.children.length > nodes.length) parent.lastChild.remove();
}

function signature(node) {
  return node.outerHTML.replace(" is-new", "");
}

function replace(old, node) {
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.data : null;
  old.replaceWith(node);
  // The tapped button is not brought back into sight: what it led to may have come below it.
  const again = focused && node.querySelector(`[data-data="${CSS.escape(focused)}"]`);
  if (again) again.focus({ preventScroll: true });
}

function redraw(id) {
  const message = view.messages.get(id);
  const old = $(nodeId(id));
  if (!message || !old) return;
  const before = [...view.messages.values()].findLast((each) => each.id < id);
  replace(old, drawMessage(message, before));
}

function nodeId(id) {
  return `message-${id}`;
}

function dayOf({ date }) {
  const day = new Date(date * 1000);
  const today = now();
  if (day.toDateString() === today.toDateString()) return "Сегодня";
  const year = day.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return day.toLocaleDateString("ru", { day: "numeric", month: "long", year });
}

function timeOf({ date }) {
  return clockTime(new Date(date * 1000));
}

function drawWelcome() {
  const avatar = el("span", { className: "avatar avatar-bot", ariaHidden: "true" });
  avatar.append($("bot-avatar").firstElementChild.cloneNode(true));
  const about = view.bot.about || "Напишите боту или нажмите «Начать».";
  return el(
    "div",
    { className: "welcome", id: "welcome" },
    avatar,
    el("h3", { textContent: view.bot.about ? "Что умеет этот бот?" : view.bot.name }),
    el("p", { textContent: about }),
  );
}

function drawMessage(message, previous) {
  const isOwn = message.author === view.user;
  const node = el("article", { id: nodeId(message.id), className: "message" });
  node.dataset.testid = "message";
  node.dataset.from = message.from_bot ? "bot" : "person";
  node.classList.toggle("is-own", isOwn);
  node.classList.toggle("is-first", previous?.author !== message.author);
  node.classList.toggle("has-photo", Boolean(message.photo));
  const bubble = el("div", { className: "bubble" });
  if (!isOwn && view.chat < 0) {
    bubble.append(el("div", { className: "author", textContent: message.author_name }));
  }
  if (message.quote) bubble.append(drawQuote(message.quote));
  bubble.append(...drawContent(message), drawText(message));
  node.append(bubble);
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length) {
    node.classList.add("has-buttons");
    node.append(drawInlineKeyboard(message, rows));
  }
  return node;
}

function drawText(message) {
  const edited = message.edited ? "изменено " : "";
  const stamp = el("time", { className: "stamp", textContent: edited + timeOf(message) });
  stamp.dateTime = new Date(message.date * 1000).toISOString();
  stamp.prepend(drawReplyButton(message));
  const text = el("div", { className: "text" });
  text.append(formatted(message.text, message.entities, 0, message.text.length), stamp);
  return text;
}

function drawReplyButton({ id }) {
  const properties = { type: "button", className: "reply", title: "Ответить", ariaLabel: "Ответить" };
  const node = el("button", { ...properties, onclick: () => replyTo(id) }, icon("reply-icon"));
  node.dataset.testid = "reply";
  return node;
}

function drawQuote({ id, author_name: author, text }) {
  const words = text === null ? "Сообщение удалено" : firstLine(text);
  const open = () => $(nodeId(id))?.scrollIntoView({ block: "center", behavior: "smooth" });
  const node = el(
    "button",
    { type: "button", className: "quote", onclick: open },
    el("strong", { textContent: author }),
    el("span", { textContent: words }),
  );
  node.dataset.testid = "quote";
  return node;
}

function firstLine(text) {
  return text.split("\n").find((line) => line.trim()) ?? "Вложение";
}

// What the message carries besides words: one thing, or nothing.
function drawContent(message) {
  if (message.document) return [drawDocument(message.document)];
  if (message.photo) return [drawPhoto(message.photo)];
  if (message.contact) return [drawContact(message.contact)];
  if (message.venue) return [drawPlace("venue", message.venue)];
  if (message.location) return [drawPlace("location", { location: message.location })];
  return [];
}

// The size is known before the picture is there, so nothing moves when it comes.
function drawPhoto({ url, width, height }) {
  const scale = Math.min(1, PHOTO_WIDTH / width, PHOTO_HEIGHT / height);
  const image = el("img", { className: "photo", src: url, alt: "Фото" });
  image.width = Math.round(width * scale);
  image.height = Math.round(height * scale);
  image.dataset.testid = "photo";
  const properties = { type: "button", className: "photo-button", title: "Открыть фото" };
  return el("button", { ...properties, onclick: () => showPhoto(url) }, image);
}

function showPhoto(url) {
  $("photo-whole").src = url;
  $("photo-dialog").showModal();
}

function drawContact({ first_name: name, phone_number: phone }) {
  const whole = phone.replace(/^\+?/, "+");
  const spaced = whole.replace(/^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/, "+7 $1 $2-$3-$4");
  const lines = [el("strong", { textContent: name }), phoneLink(spaced, spaced)];
  return drawCard("contact", "👤", lines);
}

function drawPlace(testid, { title = "Местоположение", address, location }) {
  const { latitude, longitude } = location;
  const query = new URLSearchParams({ mlat: latitude, mlon: longitude });
  const degrees = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const lines = [el("strong", { textContent: title })];
  if (address) lines.push(el("span", { textContent: address }));
  lines.push(link(`https://www.openstreetmap.org/?${query}`, degrees));
  return drawCard(testid, "📍", lines);
}

function drawCard(testid, mark, lines) {
  const node = el(
    "div",
    { className: "card" },
    el("span", { className: "card-mark", ariaHidden: "true", textContent: mark }),
    el("div", { className: "card-lines" }, ...lines),
  );
  node.dataset.testid = testid;
  return node;
}

function drawDocument({ name, size, url }) {
  const mark = el("span", { className: "document-mark" }, icon("document-icon"));
  const words = el(
    "span",
    {},
    el("span", { className: "document-name", textContent: name }),
    el("span", { className: "document-size", textContent: sizeOf(size) }),
  );
  const node = el("a", { className: "document", href: url, download: name }, mark, words);
  node.dataset.testid = "document";
  return node;
}

function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} Б`;
  const kilobytes = bytes / 1024;
  const [number, unit] = kilobytes < 1024 ? [kilobytes, "КБ"] : [kilobytes / 1024, "МБ"];
  return `${number.toLocaleString("ru", { maximumFractionDigits: 1 })} ${unit}`;
}

// --- Formatted text ----------------------------------------------------------------------------

// Entities count UTF-16 code units, exactly as JavaScript's strings do. Inner ones follow the
// outer one that they belong to.
function formatted(text, entities, from, to) {
  const fragment = document.createDocumentFragment();
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || end <= entity.offset) continue;
    const inner = entities.slice(index + 1).filter((each) => each.offset < end);
    const words = text.slice(entity.offset, end);
    const isBlock = BLOCKS.has(entity.type);
    fragment.append(withoutBreak(text.slice(at, entity.offset), isBlock));
    fragment.append(wrapped(entity, words, formatted(text, inner, entity.offset, end)));
    at = isBlock && text[end] === "\n" ? end + 1 : end;
  }
  fragment.append(text.slice(at, to));
  return fragment;
}

// A block stands on lines of its own anyway: the line breaks at its edges are not shown.
function withoutBreak(words, isBeforeBlock) {
  return isBeforeBlock ? words.replace(/\n$/, "") : words;
}

function wrapped(entity, words, content) {
  switch (entity.type) {
    case "url":
      return link(words, content);
    case "phone_number":
      return phoneLink(words, content);
    case "text_link":
      return link(entity.url, content);
    case "bot_command":
      return el("button", { type: "button", className: "command", onclick: () => say(words) }, content);
    case "spoiler":
      return spoiler(content);
    default:
      return el(ELEMENTS[entity.type] ?? "span", {}, content);
  }
}

const ELEMENTS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

function spoiler(content) {
  const open = (event) => event.currentTarget.classList.add("is-open");
  const label = "Скрытый текст";
  return el("button", { type: "button", className: "spoiler", title: label, onclick: open }, content);
}

function link(address, content) {
  const payload = deepLink(address);
  if (payload !== null) {
    const open = (event) => {
      event.preventDefault();
      offerStart(payload);
    };
    return el("a", { href: `/?start=${payload}`, onclick: open }, content);
  }
  const safe = webAddress(address);
  if (!safe) return el("span", {}, content);
  return el("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, content);
}

function phoneLink(number, content) {
  return el("a", { href: `tel:${number.replace(/[^+\d]/g, "")}` }, content);
}

function webAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

// Links to this very bot open here: they have to work without Telegram.
function deepLink(address) {
  const safe = webAddress(address);
  if (!safe) return null;
  const url = new URL(safe);
  const isOurs = url.host === "t.me" && url.pathname === `/${view.bot.username}`;
  const payload = url.searchParams.get("start") ?? "";
  return isOurs && (payload === "" || START_PAYLOAD.test(payload)) ? payload : null;
}

// --- Keyboards ---------------------------------------------------------------------------------

function drawInlineKeyboard(message, rows) {
  const draw = (button) => drawInlineButton(message, button);
  return el("div", { className: "buttons" }, ...rows.map((row) => drawRow(row.map(draw))));
}

function drawRow(buttons) {
  return el("div", { className: "row" }, ...buttons);
}

function drawInlineButton(message, button) {
  const node = button.url ? link(button.url, button.text) : el("button", { type: "button" }, button.text);
  node.className = "key";
  node.dataset.testid = "button";
  if (button.style) node.classList.add(`is-${button.style}`);
  if (button.url) node.append(icon("link-icon"));
  else if (button.callback_data) prepareTap(node, message, button.callback_data);
  else node.onclick = () => useOtherButton(button);
  return node;
}

function prepareTap(node, message, data) {
  const isWaiting = view.waiting.has(waitingKey(message.id, data));
  node.dataset.data = data;
  node.classList.toggle("is-waiting", isWaiting);
  node.ariaBusy = String(isWaiting);
  node.onclick = () => tap(message, data);
}

async function useOtherButton(button) {
  if (!button.copy_text) return toast("Такая кнопка работает только в Telegram.");
  await navigator.clipboard.writeText(button.copy_text.text);
  return toast("Скопировано");
}

// The keyboard in force is the last one that the bot gave and did not take back.
function replyKeyboard() {
  const deciding = [...view.messages.values()].findLast(
    ({ reply_markup: markup }) => markup?.keyboard || markup?.remove_keyboard,
  );
  const markup = deciding?.reply_markup;
  if (!markup?.keyboard) return null;
  if (markup.one_time_keyboard && view.usedKeyboard === deciding.id) return null;
  return { id: deciding.id, rows: markup.keyboard, placeholder: markup.input_field_placeholder };
}

function drawReplyKeyboard(keyboard) {
  const draw = (button) => {
    const use = () => {
      view.usedKeyboard = keyboard.id;
      if (button.request_contact) shareContact();
      else say(button.text);
    };
    const node = el("button", { type: "button", className: "key", onclick: use }, button.text);
    node.dataset.testid = "reply-button";
    return node;
  };
  $("keyboard").replaceChildren(...keyboard.rows.map((row) => drawRow(row.map(draw))));
}

// --- Writing -----------------------------------------------------------------------------------

function drawFooter() {
  const isPrivate = view.chat === view.user;
  const offersStart = isPrivate && (view.start !== "" || view.messages.size === 0);
  const person = view.people.find((each) => each.id === view.user);
  const keyboard = offersStart ? null : replyKeyboard();
  $("start").hidden = !offersStart;
  $("form").hidden = offersStart;
  if (!offersStart) resizeComposer(); // what is hidden has no height to measure
  $("menu-button").hidden = !isPrivate || !person?.commands.length;
  $("keyboard-button").hidden = !keyboard;
  $("keyboard-button").ariaPressed = String(!view.keyboardHidden);
  $("keyboard").hidden = !keyboard || view.keyboardHidden;
  $("composer").placeholder =
    keyboard?.placeholder ?? (isPrivate ? "Сообщение" : `Сообщение от имени: ${person?.name}`);
  if (keyboard) drawReplyKeyboard(keyboard);
}

function offerStart(payload) {
  view.start = payload;
  replyTo(null);
  if (payload === "") say("/start");
  rememberPlace();
  drawFooter();
  $("start").focus();
}

function start() {
  const text = view.start ? `/start ${view.start}` : "/start";
  view.start = "";
  rememberPlace();
  say(text);
}

async function sendComposed() {
  const text = $("composer").value.trim();
  if (!text) return;
  const answered = view.replyTo;
  $("composer").value = "";
  replyTo(null);
  resizeComposer();
  if (!(await say(text, answered))) {
    $("composer").value = text;
    replyTo(answered);
    resizeComposer();
  }
}

// Null: what is typed next answers nothing.
function replyTo(id) {
  const message = view.messages.get(id);
  view.replyTo = message ? id : null;
  $("replying").hidden = !message;
  if (!message) return;
  $("replying-words").textContent = firstLine(message.text);
  $("composer").focus();
}

function resizeComposer() {
  const field = $("composer");
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
  $("send").disabled = !field.value.trim();
}

// A menu and the button that opens it.
const MENUS = { menu: "menu-button", "clock-menu": "clock" };

function toggleMenu(id) {
  const opens = $(id).hidden;
  closeMenus();
  if (opens && id === "menu") drawCommands();
  if (opens && id === "clock-menu") attempt(reloadNext);
  if (opens && id === "clock-menu") attempt(reloadSystems);
  $(id).hidden = !opens;
  $(MENUS[id]).ariaExpanded = String(opens);
  if (opens) $(id).querySelector("button:enabled:not([hidden])")?.focus();
}

function closeMenus() {
  for (const [id, button] of Object.entries(MENUS)) {
    $(id).hidden = true;
    $(button).ariaExpanded = "false";
  }
}

function drawCommands() {
  const person = view.people.find((each) => each.id === view.user);
  $("menu").replaceChildren(...(person?.commands ?? []).map(drawCommand));
}

function drawCommand({ command, description }) {
  const use = () => {
    closeMenus();
    say(`/${command}`);
  };
  const name = el("code", { textContent: `/${command}` });
  const node = el(
    "button",
    { type: "button", className: "menu-command", onclick: use },
    el("span", { textContent: description }),
    name,
  );
  node.dataset.testid = "command";
  return node;
}

// --- The clock ---------------------------------------------------------------------------------

function now() {
  return new Date(Date.now() + view.ahead);
}

function setClock(time) {
  view.ahead = Date.parse(time) - Date.now();
  drawClock();
}

function drawClock() {
  $("clock-day").textContent = clockDay(now());
  $("clock-time").textContent = clockTime(now());
}

function clockDay(time) {
  const weekday = time.toLocaleDateString("ru", { weekday: "short" });
  const day = time.toLocaleDateString("ru", { day: "numeric", month: "long" });
  return `${weekday} ${day}`;
}

function clockTime(time) {
  return `${time.getHours()}:${String(time.getMinutes()).padStart(2, "0")}`;
}

async function reloadNext() {
  drawNext(await fetchJson("/sim/clock"));
}

// Without `next` nobody can tell what is due, and the choice is not there at all.
function drawNext({ next }) {
  const moment = next ? new Date(next) : null;
  const isAhead = moment !== null && moment > now();
  const nothing = moment ? "вот-вот наступит" : "пока ничего не запланировано";
  $("next-hint").textContent = isAhead ? `${clockDay(moment)}, ${clockTime(moment)}` : nothing;
  $("forward-next").disabled = !isAhead;
  $("forward-next").hidden = next === undefined;
}

function moveClock(move) {
  closeMenus();
  $("clock").focus();
  return attempt(() => post("/sim/clock", move));
}

// A second late rather than early: 6:59 is no morning.
function untilMorning() {
  const morning = now();
  morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING, 0, 1, 0);
  return (morning - now()) / 1000;
}

// --- Systems that clinics have of their own ----------------------------------------------------

async function reloadSystems() {
  drawSystems(await fetchJson("/sim/systems"));
}

function drawSystems({ systems }) {
  const title = el("p", { className: "menu-title", textContent: "Системы клиник" });
  $("systems").replaceChildren(title, ...systems.map(drawSystem));
  $("systems").hidden = systems.length === 0;
}

function drawSystem({ name, on }) {
  const turn = async () => {
    const shown = await attempt(() => post("/sim/systems", { name, on: !on }));
    if (!shown) return;
    drawSystems(shown);
    toast(on ? `${name}: система не отвечает` : `${name}: система снова отвечает`);
    $("systems").querySelector("button")?.focus();
  };
  const node = el(
    "button",
    { type: "button", className: "menu-command is-tall", onclick: turn },
    el("span", { textContent: name }),
    el("small", { textContent: on ? "работает — выключить" : "не отвечает — включить" }),
  );
  node.dataset.testid = "system";
  return node;
}

// --- Toasts, alerts, scrolling -----------------------------------------------------------------

let toastTimer = 0;

function toast(text) {
  clearTimeout(toastTimer);
  $("toast").textContent = text;
  $("toast").hidden = false;
  toastTimer = setTimeout(() => {
    $("toast").hidden = true;
  }, TOAST_MS);
}

function showAlert(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

function isAtEnd() {
  const box = $("scroller");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
}

function scrollToEnd() {
  $("scroller").scrollTop = $("scroller").scrollHeight;
}

// --- Beginning ---------------------------------------------------------------------------------

function listenToPerson() {
  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    sendComposed();
  });
  $("composer").addEventListener("input", resizeComposer);
  $("composer").addEventListener("keydown", (event) => {
    if (event.key === "Escape") replyTo(null);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendComposed();
  });
  $("file").addEventListener("change", async ({ target }) => {
    for (const file of target.files) await attach(file);
    target.value = "";
  });
  $("start").addEventListener("click", start);
  $("photo-dialog").addEventListener("click", () => $("photo-dialog").close());
  for (const [id, button] of Object.entries(MENUS)) {
    $(button).addEventListener("click", () => toggleMenu(id));
  }
  $("forward-next").addEventListener("click", () => moveClock({ to: "next" }));
  $("forward-hour").addEventListener("click", () => moveClock({ forward: HOUR }));
  $("forward-morning").addEventListener("click", () => moveClock({ forward: untilMorning() }));
  $("forward-week").addEventListener("click", () => moveClock({ forward: WEEK }));
  $("keyboard-button").addEventListener("click", () => {
    view.keyboardHidden = !view.keyboardHidden;
    drawFooter();
  });
  $("replying-off").addEventListener("click", () => replyTo(null));
  $("to-end").addEventListener("click", scrollToEnd);
  $("scroller").addEventListener("scroll", () => {
    $("to-end").hidden = isAtEnd();
  });
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("#menu, #menu-button, #clock-menu, #clock")) closeMenus();
  });
  document.addEventListener("keydown", ({ key }) => {
    const open = Object.keys(MENUS).find((id) => !$(id).hidden);
    if (key !== "Escape" || !open) return;
    closeMenus();
    $(MENUS[open]).focus();
  });
  // When the keyboard of the phone or of the bot comes up, the last words stay in sight.
  new ResizeObserver(() => {
    if (!$("to-end").hidden) return;
    scrollToEnd();
  }).observe($("scroller"));
}

listenToPerson();
setInterval(drawClock, 1000);
listen();
