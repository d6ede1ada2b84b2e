// Makes pages live. Every page works without it; behaviour hangs on data- attributes only.

// [data-focus]: the focus goes here when the page opens (an error above a form); else to the first thing to answer of
// form[data-first], a choice that was made before others.
function focusWhereItMatters(root) {
  const form = root.querySelector("form[data-first]");
  const first = form && (form.querySelector("input:checked") || form.querySelector("input:not([type=hidden]), select, textarea"));
  const target = root.querySelector("[data-focus]") || first;
  if (target) target.focus();
}

// [data-poll="url"][data-poll-seconds]: replaced by what the address answers, slower when the server is slow (but
// every 15 s), not at all in a hidden tab; the answer polls on only if it has the attribute itself. [data-title] becomes the tab's title.
function poll(element) {
  const began = performance.now();
  const again = () => {
    if (!element.isConnected) return;
    if (document.hidden) {
      document.addEventListener("visibilitychange", again, { once: true });
      return;
    }
    // Where nothing came that could be shown (the server restarts), the element is still there and asks again.
    const asked = htmx.ajax("GET", element.dataset.poll, { target: element, swap: "outerHTML" });
    asked.catch(() => {}).then(() => element.isConnected && later());
  };
  const later = () => setTimeout(again, 1000 * wait);
  const slow = (Number(document.body.dataset.answered) || 0) / 1000;
  const wait = Math.max(Number(element.dataset.pollSeconds) || 2, Math.min(15, 4 * slow));
  element.dataset.pollBegan = String(began);
  later();
}

function startPolls(root) {
  const found = root.matches && root.matches("[data-poll]") ? [root] : [];
  for (const element of [...found, ...root.querySelectorAll("[data-poll]")]) {
    if (!element.dataset.pollBegan) poll(element);
  }
  const titled = root.matches && root.matches("[data-title]") ? root : root.querySelector("[data-title]");
  if (titled) document.title = titled.dataset.title;
}

// One press: a form that was sent is not sent again by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  const opensATab = event.submitter && event.submitter.formTarget === "_blank";
  if (form.method === "post" && !opensATab) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// details[data-closes]: closes on Escape and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// details[data-reveals]: what it opens is brought into view, for the foot may lie over it.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches("details[data-reveals][open]")) event.target.scrollIntoView({ block: "nearest" });
  },
  true,
);

// [data-submit-on-change]: a filter's form is sent as soon as a choice is made with the mouse or a finger. A keyboard goes
// through the choices one by one, so its user presses the button.
let byPointer = false;
document.addEventListener("pointerdown", () => (byPointer = true), true);
document.addEventListener("keydown", () => (byPointer = false), true);
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form && byPointer) form.requestSubmit();
});

document.addEventListener("DOMContentLoaded", () => {
  focusWhereItMatters(document);
  startPolls(document);
  document.body.addEventListener("htmx:beforeRequest", () => {
    document.body.dataset.asked = String(performance.now());
  });
  document.body.addEventListener("htmx:afterRequest", () => {
    document.body.dataset.answered = String(performance.now() - Number(document.body.dataset.asked));
  });
  // The sign-in ran out meanwhile: the whole page goes there, not a part of it.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const answered = event.detail.xhr && event.detail.xhr.responseURL;
    if (answered && new URL(answered).pathname === "/sign-in/") {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
  document.body.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) startPolls(event.target);
  });
});
