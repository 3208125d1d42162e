// Makes the pages a little quicker to use. Everything works without it.
"use strict";

// After a form came back with faults, stand at the list of them.
document.getElementById("faults")?.focus();

// A form is sent once, however often its button is pressed; going back makes it usable again.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A plan that was shown for other values is marked as soon as a field changes.
const plan = document.querySelector("[data-plan]");
if (plan) {
  for (const field of document.querySelectorAll("[data-asks] input, [data-asks] select, [data-asks] textarea")) {
    field.addEventListener("input", () => plan.classList.add("stale"));
  }
}

// A verification in steps goes on by itself.
document.querySelector("form[data-goes-on]")?.requestSubmit();

// The page to print offers the browser's own way to print it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Filters of the board apply when they are chosen.
for (const select of document.querySelectorAll("form[data-filter] select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// A long bulk move goes on by itself, part by part.
document.querySelector("form[data-go-on]")?.requestSubmit();

// Search finds while one types; Enter works without.
const seek = document.querySelector("form[data-seek]");
if (seek) {
  const field = seek.querySelector("input[type=search]");
  let waiting, asking;
  const find = async () => {
    asking?.abort();
    asking = new AbortController();
    const address = `${seek.getAttribute("action")}?${new URLSearchParams({ words: field.value })}`;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.getElementById(seek.dataset.seek);
      if (said) document.getElementById(seek.dataset.seek).replaceChildren(...said.childNodes);
      history.replaceState(null, "", address);
      document.title = page.title;
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 150);
  });
}

// A link to a deadline opens its sum.
const opened = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (opened) opened.querySelector("details.sum")?.setAttribute("open", "");
