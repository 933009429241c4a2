// Freshness and keyboard shortcuts. Everything works without this file; it never decides, approves or sends anything.
(() => {
  "use strict";
  const status = document.querySelector("[data-live-status]");
  const hasLive = () => document.querySelector("[data-live]") !== null;
  const busy = region => region.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)
    || region.querySelector("details[open], input:checked") !== null;
  const say = text => { if (status) status.textContent = text; };

  // What has changed is fetched as the page that the server would show now: escaping stays in one place.
  async function refresh() {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { "Accept": "text/html", "Sallyport-Live": "1" } });
    if (answer.redirected || !answer.ok) { location.reload(); return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    let waits = false;
    for (const region of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(region.id);
      if (!next || next.innerHTML === region.innerHTML) continue;
      if (busy(region)) { waits = true; continue; }
      const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      region.replaceWith(document.importNode(next, true));
      if (focused) [...document.querySelectorAll("a[href]")].find(link => link.getAttribute("href") === focused)?.focus();
    }
    const count = document.querySelector("[data-count]"), now = fresh.querySelector("[data-count]");
    if (count && now) { count.textContent = now.textContent; count.hidden = now.hidden; }
    say(waits ? "There is news. Refresh to see it." : "Live, up to date " + new Date().toISOString().slice(11, 19) + " UTC");
  }

  let timer = 0;
  function soon() {
    if (timer) return;
    timer = setTimeout(() => { timer = 0; refresh().catch(() => say("The server does not answer; this page may be old.")); }, 400);
  }

  // A page that nobody looks at listens to nothing, so that it does not keep a session alive.
  let source = null;
  function listen() {
    if (source || document.hidden || !hasLive() || !("EventSource" in window)) return;
    source = new EventSource("/activity/stream");
    source.addEventListener("ready", () => say("Live"));
    source.addEventListener("changed", soon);
    source.addEventListener("ended", () => { leave(); location.reload(); });
    source.onerror = () => say("Connecting again …");
  }

  function leave() {
    source?.close();
    source = null;
  }

  const rows = () => [...document.querySelectorAll("[data-row]")];
  function step(by) {
    const all = rows();
    if (all.length === 0) return;
    const at = all.indexOf(document.activeElement);
    all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus();
  }

  addEventListener("keydown", event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const help = document.getElementById("keys");
    if (help?.open) return;
    switch (event.key) {
      case "j": step(1); break;
      case "k": step(-1); break;
      case "r": document.getElementById("reason")?.focus(); break;
      case "/": document.querySelector("input[type=search]")?.focus(); break;
      case "?": help?.showModal(); break;
      default: return;
    }
    event.preventDefault();
  });

  for (const hint of document.querySelectorAll("[data-script]")) hint.hidden = false;
  document.querySelector("[data-keys]")?.addEventListener("click", () => document.getElementById("keys")?.showModal());
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else { listen(); soon(); } });
  listen();
})();
